// JUnit XML in its dialects: surefire, pytest, gtest, jest, go-junit-report, nextest and others.
//
// Law of times: a suite's own `time` counts, because set-up and collection belong to no case. Times
// are written in many ways (0., 1e-3, 1,234.5); negative ones and other nonsense are no times, and
// counted. A case with several results is an error before it is a failure before it is skipped.
// Passed at last after flakyFailure or flakyError, or named twice with both outcomes: flaky.
// Entities and DTDs are not expanded, so a bomb stays small. Nesting beyond 128 is refused.
// Blind spots: a report names no CI run; suites that ran side by side add up to more than the wall
// time.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::readers {
namespace {

constexpr std::size_t largest = 64 * 1'048'576;
constexpr int deepest = 128;

// Microseconds; nothing for what is no time. "1,234.5" has a thousands separator.
[[nodiscard]] std::optional<std::int64_t> time_of(std::string text) {
    std::erase(text, ',');
    double seconds = 0;
    const char* const end = text.data() + text.size();
    const std::from_chars_result result = std::from_chars(text.data(), end, seconds);
    if (text.empty() || result.ec != std::errc{} || result.ptr != end || !(seconds >= 0) ||
        seconds > 1e8) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(std::llround(seconds * 1e6));
}

enum class Result : std::uint8_t { passed, skipped, failed };

struct Case {
    Result result = Result::passed;
    bool retried = false;  // failed at least once before it passed
};

[[nodiscard]] Case result_of(const pugi::xml_node& node) {
    Case out;
    for (const pugi::xml_node& child : node.children()) {
        const std::string_view name = child.name();
        if (name == "error" || name == "failure") {
            out.result = Result::failed;
        } else if (name == "skipped" && out.result == Result::passed) {
            out.result = Result::skipped;
        } else if (name == "flakyFailure" || name == "flakyError") {
            out.retried = true;
        }
    }
    return out;
}

class Suite {
public:
    void add(const pugi::xml_node& node) {
        const Case result = result_of(node);
        ++out.cases;
        out.failed += result.result == Result::failed ? 1U : 0U;
        out.skipped += result.result == Result::skipped ? 1U : 0U;
        bool retried = result.retried && result.result == Result::passed;
        if (result.result != Result::skipped) {
            std::string name = std::string{node.attribute("classname").value()} + '\x1F' +
                               node.attribute("name").value();
            const bool failed = result.result == Result::failed;
            const auto [seen, fresh] = outcomes_.emplace(std::move(name), failed);
            retried = retried || (!fresh && seen->second != failed);
        }
        out.flaky += retried ? 1U : 0U;
        const std::optional<std::int64_t> time = time_of(node.attribute("time").value());
        out.untimed += time ? 0U : 1U;
        out.cases_us += time.value_or(0);
        out.longest_us = std::max(out.longest_us, time.value_or(0));
    }
    TestSuite out;

private:
    std::map<std::string, bool> outcomes_;  // by class and name: did it fail
};

class Reading {
public:
    Reading(Evidence& evidence, Input& input) : evidence_{evidence}, input_{input} {}

    // Suites within suites, without recursion: the nesting is the input's to choose.
    void all(const pugi::xml_node& root) {
        std::vector<std::pair<pugi::xml_node, int>> open{{root, 0}};
        while (!open.empty()) {
            const auto [node, depth] = open.back();
            open.pop_back();
            if (depth > deepest) {
                input_.skip(0, 0, "suites nested more than 128 deep");
                continue;
            }
            if (std::string_view{node.name()} == "testsuite") {
                suite(node);
            }
            for (const pugi::xml_node& child : node.children("testsuite")) {
                open.emplace_back(child, depth + 1);
            }
        }
    }

private:
    void suite(const pugi::xml_node& node) {
        Suite suite;
        for (const pugi::xml_node& child : node.children("testcase")) {
            suite.add(child);
        }
        if (suite.out.cases == 0) {
            return;  // a suite of suites: theirs is the time
        }
        suite.out.said_us = time_of(node.attribute("time").value()).value_or(0);
        const std::string stamp = node.attribute("timestamp").value();
        suite.out.at = parse_instant(stamp);
        suite.out.origin = {.source = input_.name, .line = 0};
        if (suite.out.at) {
            input_.span.cover(*suite.out.at);
        }
        input_.records += suite.out.cases;
        std::string key = std::string{node.attribute("name").value()}.substr(0, 256) + "@" +
                          (suite.out.at ? to_text(*suite.out.at) : input_.name);
        // Two suites of one name and time in one file are two, in two files one read twice.
        const std::uint64_t nth = ++names_[key];
        key += nth > 1 ? "#" + std::to_string(nth) : std::string{};
        evidence_.pipelines.suites[key].join(suite.out);
    }

    Evidence& evidence_;
    Input& input_;
    std::map<std::string, std::uint64_t> names_;
};

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::size_t first = sample.head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (sample.kind != SourceKind::bytes || first == std::string_view::npos ||
        sample.head[first] != '<') {
        return Sureness::no;
    }
    const bool suites = sample.head.find("<testsuite") != std::string_view::npos;
    return suites ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    std::string text = stream.whole(largest);
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer_inplace(text.data(), text.size());
    if (!parsed) {
        // What stood before the damage cannot be told from half a suite: nothing of it counts.
        const auto at = static_cast<std::ptrdiff_t>(
            std::clamp<std::ptrdiff_t>(parsed.offset, 0, static_cast<std::ptrdiff_t>(text.size())));
        input.skip(
            static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + at, '\n')) + 1,
            text.size(),
            "no XML: " + std::string{parsed.description()});
        return;
    }
    const std::string_view root = document.document_element().name();
    if (root != "testsuites" && root != "testsuite") {
        input.skip(1,
                   text.size(),
                   "no JUnit report: its root is <" + std::string{root.substr(0, 40)} + ">");
        return;
    }
    Reading{evidence, input}.all(document.document_element());
}

}  // namespace

extern constinit const Reader junit_xml{
    .id = "junit-xml",
    .reads = "JUnit XML test reports (surefire, pytest --junitxml, gtest, jest-junit, "
             "go-junit-report, nextest)",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
