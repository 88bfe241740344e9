// JUnit XML: every dialect's way to write times, retries and nesting; and every way to be broken.
#include "catch.hpp"
#include "support/ci.hpp"

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader junit_xml;
}

namespace {

[[nodiscard]] test::ReadResult read_xml(std::string_view text) {
    return test::read_with(readers::junit_xml, text);
}

[[nodiscard]] TestSuite only(const test::ReadResult& got) {
    REQUIRE(got.pipelines().suites.size() == 1);
    return got.pipelines().suites.begin()->second;
}

[[nodiscard]] std::string suite(std::string_view attributes, std::string_view cases) {
    return "<testsuite name=\"s\" " + std::string{attributes} + ">" + std::string{cases} +
           "</testsuite>";
}

}  // namespace

TEST_CASE("both roots, a byte-order mark, a declaration") {
    for (const std::string& text :
         {suite("time=\"2\"", "<testcase name='a' time='0.5'/>"),
          "<?xml version='1.0'?>\n<testsuites>" +
              suite("time=\"2\"", "<testcase name='a' time='0.5'/>") + "</testsuites>",
          "\xEF\xBB\xBF" + suite("time=\"2\"", "<testcase name='a' time='0.5'/>")}) {
        const auto got = read_xml(text);
        CHECK(got.sureness == Sureness::certain);
        CHECK(only(got).time_us() == 2'000'000);
        CHECK(only(got).cases_us == 500'000);
        CHECK(got.input.records == 1);
        CHECK(got.input.skipped == 0);
    }
}

TEST_CASE("times: integers, a bare point, exponents, thousands, and what is no time") {
    const std::vector<std::pair<std::string, std::int64_t>> table{{"3", 3'000'000},
                                                                  {"0.", 0},
                                                                  {"1e-3", 1'000},
                                                                  {"2.5E1", 25'000'000},
                                                                  {"1,234.5", 1'234'500'000},
                                                                  {"-345345", -1},
                                                                  {"", -1},
                                                                  {"nan", -1},
                                                                  {"inf", -1},
                                                                  {"1e300", -1},
                                                                  {"1s", -1},
                                                                  {"0x10", -1}};
    for (const auto& [text, us] : table) {
        CAPTURE(text);
        const TestSuite s = only(read_xml(suite("", "<testcase name='a' time='" + text + "'/>")));
        CHECK(s.cases_us == std::max<std::int64_t>(us, 0));
        CHECK(s.untimed == (us < 0 ? 1U : 0U));
    }
}

TEST_CASE("a suite's own time counts unless it is shorter than one of its cases") {
    CHECK(only(read_xml(suite("time='10'", "<testcase name='a' time='4'/>"))).time_us() ==
          10'000'000);
    CHECK(only(read_xml(
                   suite("time='1'", "<testcase name='a' time='4'/><testcase name='b' time='4'/>")))
              .time_us() == 8'000'000);
    CHECK(only(read_xml(
                   suite("time='5'", "<testcase name='a' time='4'/><testcase name='b' time='4'/>")))
              .time_us() == 5'000'000);
}

TEST_CASE("outcomes: error and failure before skipped; retries in each dialect") {
    const TestSuite s =
        only(read_xml(suite("",
                            "<testcase name='a'><skipped/><failure/><error/></testcase><testcase "
                            "name='b'><flakyFailure/></testcase>"
                            "<testcase name='c'><flakyError/></testcase><testcase "
                            "name='d'><failure/><rerunFailure/></testcase>"
                            "<testcase name='e'><skipped/></testcase><testcase "
                            "name='f'><failure/></testcase><testcase name='f'/>"
                            "<testcase name='g'/><testcase name='g'/>")));
    CHECK(s.cases == 9);
    CHECK(s.failed == 3);
    CHECK(s.skipped == 1);
    CHECK(s.flaky == 3);  // b, c, f
}

TEST_CASE("nested suites are each their own, and a suite of suites has no time of its own") {
    const auto got = read_xml(
        "<testsuites time='99'><testsuite name='outer' time='50'><testsuite name='x' "
        "time='1'><testcase name='a'/></testsuite>"
        "<testsuite name='y' time='2'><testcase name='a'/></testsuite></testsuite></testsuites>");
    REQUIRE(got.pipelines().suites.size() == 2);
    std::int64_t sum = 0;
    for (const auto& [name, s] : got.pipelines().suites) {
        sum += s.time_us();
    }
    CHECK(sum == 3'000'000);
}

TEST_CASE("time stamps that are none are no times") {
    CHECK(only(read_xml(suite("timestamp='2026-03-02T08:00:00'", "<testcase/>"))).at ==
          test::at(0));
    for (const char* const stamp :
         {"Sat, 99 Dec 2020 10:00:00 GMT", "T 12:40:13", "", "0001-01-01T00:00:00"}) {
        CHECK_FALSE(
            only(read_xml(suite("timestamp='" + std::string{stamp} + "'", "<testcase/>"))).at);
    }
}

TEST_CASE("entity bombs and external entities expand to nothing") {
    std::string bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">";
    for (char c = 'b'; c < 'k'; ++c) {
        bomb += std::string{"<!ENTITY "} + c + " \"";
        for (int i = 0; i < 10; ++i) {
            bomb += std::string{"&"} + static_cast<char>(c - 1) + ";";
        }
        bomb += "\">";
    }
    bomb += "]><testsuite name='&j;'><testcase name='&j;' time='1'/></testsuite>";
    const auto got = read_xml(bomb);
    CHECK(only(got).cases_us == 1'000'000);
    CHECK(got.pipelines().suites.begin()->first.size() < 400);
    const auto external =
        read_xml("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><testsuite "
                 "name='&e;'><testcase/></testsuite>");
    CHECK(external.pipelines().suites.begin()->first.find("root") == std::string::npos);
}

TEST_CASE("what is not well formed, or no JUnit, is refused with its place") {
    const auto cut = read_xml("<testsuite name='a'>\n<testcase name='b'>\n");
    CHECK(cut.pipelines().suites.empty());
    CHECK(cut.input.skipped == 1);
    CHECK(cut.input.first_skipped.line >= 2);
    const auto other = read_xml("<test-run><x/></test-run>");
    CHECK(other.sureness == Sureness::no);
    CHECK(other.input.first_skipped.why.find("test-run") != std::string::npos);
}

TEST_CASE("depth is bounded, and no bytes crash it") {
    std::string deep;
    for (int i = 0; i < 50'000; ++i) {
        deep += "<testsuite name='n'>";
    }
    CHECK(read_xml(deep).pipelines().suites.empty());
    const std::string whole =
        suite("time='1'", "<testcase name='a' time='1'><flakyFailure/></testcase>");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        (void)read_xml(whole.substr(0, i));
        std::string damaged = whole;
        damaged[i] = static_cast<char>(i * 41);
        (void)read_xml(damaged);
    }
}

TEST_CASE("a report read twice counts once") {
    const std::string text =
        suite("time='1' timestamp='2026-03-02T08:00:00'", "<testcase name='a'/>");
    Pipelines all = read_xml(text).pipelines();
    all.merge(read_xml(text).pipelines());
    CHECK(all.suites.size() == 1);
    CHECK(all.suites.begin()->second.cases == 1);
}
