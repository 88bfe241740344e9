// JUnit XML, the dialect that Jenkins, GitLab and GitHub's actions share: a test case a row,
// grouped by kind. What fails is a failure, missing evidence an error, too few runs skipped.
// XML 1.0 has no place for control characters; they are written out by name.
#include "gate/gate.hpp"
#include "html/writer.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>

#include <map>

namespace plimsoll::reports::gate {
namespace {

constexpr std::size_t most_cases = 20'000;  // GitLab shows half a million, browsers do not

// The entities of HTML's writer are those of XML; lines and controls are written out before.
[[nodiscard]] std::string xml(std::string_view words) {
    std::string out;
    page::escape(out, shared::safe_text(words));
    return out;
}

struct Suite {
    std::string cases;
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
};

void put(Suite& suite, const GateResult& result, const GateRow& row) {
    ++suite.tests;
    const std::string words = xml(message(row));
    suite.cases += fmt::format(
        "  <testcase classname=\"plimsoll.{}\" name=\"{}\"", xml(row.kind), xml(row.id));
    if (fails(result, row) && row.change == Change::missing) {
        ++suite.errors;
        suite.cases += fmt::format("><error type=\"missing\" message=\"{}\"/></testcase>\n", words);
    } else if (fails(result, row)) {
        ++suite.failures;
        suite.cases += fmt::format("><failure type=\"{}\" message=\"{}\">{}</failure></testcase>\n",
                                   to_text(row.change),
                                   words,
                                   xml(row.explain));
    } else if (row.change == Change::too_few || row.change == Change::gone ||
               !row.accepted.empty()) {
        ++suite.skipped;
        suite.cases += fmt::format("><skipped message=\"{}\"/></testcase>\n", words);
    } else {
        suite.cases += fmt::format("><system-out>{}</system-out></testcase>\n", words);
    }
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle&) {
    std::map<std::string, Suite> suites;
    Suite sum;
    for (const GateRow& row : result.rows) {
        if (sum.tests++ < most_cases) {
            put(suites[row.kind], result, row);
        }
    }
    for (const auto& [kind, suite] : suites) {
        sum.failures += suite.failures;
        sum.errors += suite.errors;
        sum.skipped += suite.skipped;
    }
    std::string out = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                  "<testsuites name=\"plimsoll gate\" tests=\"{}\" failures=\"{}\" "
                                  "errors=\"{}\" skipped=\"{}\">\n",
                                  std::min(sum.tests, most_cases),
                                  sum.failures,
                                  sum.errors,
                                  sum.skipped);
    for (const auto& [kind, suite] : suites) {
        out += fmt::format(" <testsuite name=\"plimsoll.{}\" tests=\"{}\" failures=\"{}\" "
                           "errors=\"{}\" skipped=\"{}\">\n{} </testsuite>\n",
                           xml(kind),
                           suite.tests,
                           suite.failures,
                           suite.errors,
                           suite.skipped,
                           suite.cases);
    }
    return out + "</testsuites>\n";
}

}  // namespace

extern constinit const GateReport junit{
    .id = "junit", .writes = "JUnit XML: a test case a row", .write = write};

}  // namespace plimsoll::reports::gate
