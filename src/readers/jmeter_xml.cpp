// JMeter's results as XML (JTL): <httpSample t="120" ts="1700000000000" s="true" na="10" .../>.
//
// Law: as for its CSV: `t` is the elapsed time in milliseconds (`lt` only the first byte), `na` the
// threads at work, whose number makes the step. Samples inside a sample are its parts (redirects,
// embedded resources) and not counted again; nor are transaction controllers, whose requests are
// samples of their own. Tags are scanned, for a file may be large: nothing but attributes is looked
// at. Blind spot: a `>` inside an attribute, which XML allows, cuts the tag short.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/csv/cells.hpp"
#include "readers/load/levels.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace plimsoll::readers {
namespace {

constexpr std::size_t longest_tag = 65'536;

// The value of an attribute; nothing when the tag has none of that name.
[[nodiscard]] std::optional<std::string_view> attribute(std::string_view tag,
                                                        std::string_view name) {
    std::size_t at = tag.find(' ');
    while (at != std::string_view::npos) {
        at = tag.find_first_not_of(" \t\r\n", at);
        const std::size_t equal = tag.find('=', at == std::string_view::npos ? tag.size() : at);
        if (equal == std::string_view::npos || equal + 1 >= tag.size()) {
            return std::nullopt;
        }
        const char quote = tag[equal + 1];
        const std::size_t end = tag.find(quote, equal + 2);
        if ((quote != '"' && quote != '\'') || end == std::string_view::npos) {
            return std::nullopt;
        }
        if (tag.substr(at, equal - at) == name) {
            return tag.substr(equal + 2, end - equal - 2);
        }
        at = end + 1;
    }
    return std::nullopt;
}

[[nodiscard]] std::optional<double> number_in(std::string_view tag, std::string_view name) {
    const std::optional<std::string_view> text = attribute(tag, name);
    return text ? csv::number(*text) : std::nullopt;
}

[[nodiscard]] bool is_sample(std::string_view tag) noexcept {
    return tag.starts_with("<httpSample ") || tag.starts_with("<sample ");
}

class Samples {
public:
    explicit Samples(Input& input) : input_{input} {}

    void take_tag(std::string_view tag, std::uint64_t line) {
        if (tag.starts_with("</httpSample") || tag.starts_with("</sample")) {
            depth_ -= depth_ > 0 ? 1 : 0;
            return;
        }
        if (!is_sample(tag)) {
            return;
        }
        const bool part = depth_ > 0;
        depth_ += tag.ends_with("/>") ? 0 : 1;
        if (part) {
            return;
        }
        const std::string_view why = take_sample(tag, line);
        if (why.empty()) {
            ++input_.records;
        } else {
            input_.skip(line, tag.size(), why);
        }
    }
    void finish(const std::string& source, Evidence& evidence) const {
        for (const auto& [users, level] : levels_) {
            if (std::optional<LoadStep> step = load::step_of(users, level, "jmeter")) {
                step->origin = {.source = source, .line = level.line};
                evidence.load_tests.steps.insert(std::move(*step));
            }
        }
    }

private:
    [[nodiscard]] std::string_view take_sample(std::string_view tag, std::uint64_t line) {
        if (attribute(tag, "rm").value_or("").starts_with("Number of samples in transaction")) {
            depth_ -= tag.ends_with("/>") ? 0 : 1;  // what is inside are the requests
            return {};
        }
        const std::optional<double> at = number_in(tag, "ts");
        const std::optional<double> elapsed = number_in(tag, "t");
        if (!at || !elapsed || !(*at >= 0 && *at < 9e15) ||
            !(*elapsed >= 0 && *elapsed * 1e3 < load::most_us)) {
            return "ts or t is no number of milliseconds";
        }
        const double users = number_in(tag, "na").value_or(0);
        load::Level* level =
            load::level_at(levels_, users >= 0 && users < 1e9 ? std::llround(users) : 0, line);
        if (level == nullptr) {
            return "there are more than 10,000 numbers of threads";
        }
        load::add_request(*level, *at * 1e3, *elapsed * 1e3, attribute(tag, "s") != "true");
        return {};
    }

    Input& input_;
    load::Levels levels_;
    std::size_t depth_ = 0;
};

// A tag may go over several lines; what lies between tags is passed over.
void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    Samples samples{input};
    input::Lines lines{stream};
    std::string open;  // a tag that has not ended
    std::uint64_t number = 0;
    std::uint64_t began = 0;
    while (const std::optional<std::string_view> line = lines.next()) {
        ++number;
        std::string_view rest = *line;
        while (!rest.empty()) {
            if (open.empty()) {
                rest.remove_prefix(std::min(rest.find('<'), rest.size()));
                began = number;
            }
            const std::size_t end = rest.find('>');
            if (open.size() < longest_tag) {
                open += rest.substr(0, end == std::string_view::npos ? end : end + 1);
            }
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            if (end != std::string_view::npos) {
                samples.take_tag(open, began);
                open.clear();
            }
        }
        if (!open.empty()) {
            open += ' ';
        }
    }
    if (is_sample(open)) {
        input.skip(began, open.size(), "the file ends inside a sample");
    }
    samples.finish(stream.name(), evidence);
    input.note =
        "the generator waits for answers, so its percentiles hide stalls (coordinated omission)";
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool ours = sample.kind == SourceKind::bytes &&
                      sample.head.substr(0, 4096).find("<testResults") != std::string_view::npos;
    return ours ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader jmeter_xml{
    .id = "jmeter-xml",
    .reads = "load-test results of JMeter as XML (JTL)",
    .yields = {Kind::load_tests},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
