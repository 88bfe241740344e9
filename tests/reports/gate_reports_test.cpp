// A gate's result in eight formats: within the limits of the platforms, and not to be abused by
// what stands in an input.
#include "catch.hpp"
#include "core/ci_lines.hpp"
#include "core/gate.hpp"
#include "gate/gate.hpp"
#include "support/run_program.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <sstream>

using namespace plimsoll;
using wire::Json;

namespace {

std::string written(std::string_view id, const GateResult& result, const GateStyle& style = {}) {
    for (const GateReport* report : all_gate_reports()) {
        if (report->id == id) {
            return report->write(result, style);
        }
    }
    FAIL("no such report");
    return {};
}

// Red rows first, as the gate sorts them.
GateResult result_with(std::size_t red,
                       std::size_t amber,
                       const std::string& text = "ci/CI/main/job/build") {
    GateResult out{
        .tool_version = "0.1.0", .system = text, .baseline = text, .verdict = GateVerdict::failed};
    out.says = text;
    out.notes = {text};
    out.rules = {
        .policy = "new", .fail_on = "red", .effect = 0.1, .tail_effect = 0.25, .alpha = 0.05};
    for (std::size_t i = 0; i < red + amber; ++i) {
        GateRow row{.id = fmt::format("{}{:05}", text, i), .kind = "series", .name = text};
        row.change = i < red ? Change::worse : Change::too_few;
        row.alarm = i < red ? Alarm::red : Alarm::amber;
        row.says = text + " is 12.3 min, was 9.8 min: +25 % (+14 % to +37 %)";
        row.effect = {.at = 1.25, .low = 1.14, .high = 1.37};
        row.place = {.source = ".github/workflows/ci.yml", .line = 7};
        row.fix = text;
        row.explain = "plimsoll explain deploys-drag";
        out.rows.push_back(row);
        ++out.counts[std::string{to_text(row.change)}];
    }
    return out;
}

// Something that each place would interpret, at the beginning of every text.
const std::string hostile =
    "::error::owned\n::set-env name=A::b\r##[error]x %0A ]]> <script>alert(1)</script> "
    "\"'&@team #12 | `code` \x1b[31m \x01\xff\xfe --> ${{ secrets.X }} \xe2\x80\xae";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::string line;
    for (const char c : text) {
        if (c == '\n' || c == '\r') {
            out.push_back(line);
            line.clear();
        } else {
            line += c;
        }
    }
    out.push_back(line);
    return out;
}

// As the runner does it: trimmed, a line that begins with "::", or "##[" anywhere.
std::size_t commands_in(const std::string& text) {
    std::size_t count = 0;
    for (const std::string& line : lines_of(text)) {
        const std::size_t start = line.find_first_not_of(" \t\v\f");
        count += (start != std::string::npos && line.compare(start, 2, "::") == 0) ||
                         line.find("##[") != std::string::npos
                     ? 1
                     : 0;
    }
    return count;
}

// What an independent XML parser counts; empty when it refuses the document.
std::string counted_by_python(const std::string& xml) {
    const test::TemporaryFolder folder;
    const std::string file = folder.write("gate.xml", xml);
    const std::string answer = folder.path("answer");
    const std::string script = folder.write("count.py", R"(
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites", root.tag
cases = root.findall("./testsuite/testcase")
for suite in root.findall("./testsuite"):
    assert int(suite.get("tests")) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
    assert int(suite.get("errors")) == len(suite.findall("testcase/error"))
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
assert int(root.get("tests")) == len(cases)
assert all(case.get("name") and case.get("classname") for case in cases)
kinds = [len(root.findall("./testsuite/testcase/" + kind)) for kind in ("failure", "error", "skipped")]
print(len(cases), *kinds)
)");
    const std::string command = "python3 " + script + " " + file + " > " + answer + " 2>&1";
    return std::system(command.c_str()) == 0 ? test::slurp(answer) : "";
}

// The published schema is not ours to carry: where SARIF_SCHEMA names a copy of it and Python has
// jsonschema, the document is held to it as well. Empty when it holds, or could not be asked.
std::string against_schema(const std::string& document) {
    const char* schema = std::getenv("SARIF_SCHEMA");
    if (schema == nullptr || std::system("python3 -c 'import jsonschema' 2> /dev/null") != 0) {
        WARN(
            "no SARIF_SCHEMA, or no jsonschema: held to our own reading of the specification only");
        return {};
    }
    const test::TemporaryFolder folder;
    const std::string file = folder.write("gate.sarif", document);
    const std::string script = folder.write("validate.py", R"(
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
kind = jsonschema.validators.validator_for(schema)
for error in list(kind(schema).iter_errors(json.load(open(sys.argv[2]))))[:5]:
    print(list(error.absolute_path), error.message[:200])
)");
    const std::string answer = folder.path("answer");
    const std::string command = "python3 '" + script + "' '" + schema + "' '" + file + "' > '" +
                                answer + "' 2>&1 || echo failed >> '" + answer + "'";
    (void)std::system(command.c_str());
    return test::slurp(answer);
}

// The structure that the SARIF 2.1.0 schema requires, written from the specification (3.13
// to 3.30).
void require_sarif(const Json& document) {
    REQUIRE(document.at("version") == "2.1.0");
    REQUIRE(document.at("$schema").get<std::string>().ends_with("sarif-schema-2.1.0.json"));
    REQUIRE(document.at("runs").is_array());
    const std::set<std::string> of_document{"$schema", "version", "runs"};
    for (const auto& [key, value] : document.items()) {
        CHECK(of_document.contains(key));
    }
    for (const Json& run : document.at("runs")) {
        const Json& driver = run.at("tool").at("driver");
        REQUIRE(driver.at("name").is_string());
        std::vector<std::string> rules;
        for (const Json& rule : driver.at("rules")) {
            rules.push_back(rule.at("id").get<std::string>());
            REQUIRE(rule.at("shortDescription").at("text").is_string());
        }
        REQUIRE(std::set<std::string>(rules.begin(), rules.end()).size() == rules.size());
        for (const Json& invocation : run.at("invocations")) {
            REQUIRE(invocation.at("executionSuccessful").is_boolean());
        }
        for (const Json& result : run.at("results")) {
            REQUIRE(result.at("message").at("text").is_string());
            REQUIRE(std::set<std::string>{"error", "warning", "note", "none"}.contains(
                result.at("level").get<std::string>()));
            REQUIRE(rules.at(result.at("ruleIndex").get<std::size_t>()) == result.at("ruleId"));
            for (const Json& location : result.at("locations")) {
                const Json& place = location.at("physicalLocation");
                const std::string uri = place.at("artifactLocation").at("uri");
                REQUIRE_FALSE(uri.empty());
                REQUIRE(uri.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789-._~/%") == std::string::npos);
                REQUIRE(place.at("region").at("startLine").get<int>() >= 1);
            }
            for (const auto& [key, value] : result.at("partialFingerprints").items()) {
                REQUIRE(value.is_string());
            }
            if (result.contains("suppressions")) {
                REQUIRE(result.at("suppressions").front().at("kind") == "external");
            }
        }
    }
}

}  // namespace

TEST_CASE("10,000 rows: each output keeps to its platform's limit, with the worst kept") {
    const GateResult result = result_with(6000, 4000);

    const std::string comment = written("md", result);
    CHECK(comment.size() < 65'536);  // a comment; a step summary takes 1 MiB
    CHECK(comment.find("<!-- plimsoll:plimsoll -->") == 0);
    CHECK(comment.find("of 10000 rows are shown") != std::string::npos);

    const std::string annotations = written("github", result);
    CHECK(lines_of(annotations).size() - 1 == 21);
    CHECK(annotations.find("and 9980 more") != std::string::npos);

    const Json sarif = wire::parse(written("sarif", result));
    require_sarif(sarif);
    CHECK(against_schema(written("sarif", result)).empty());
    const Json& results = sarif["runs"][0]["results"];
    CHECK(results.size() == 5000);
    for (const Json& one : results) {
        CHECK(one["level"] == "error");  // all of the worst, none of the others
    }
    CHECK(sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] ==
          "5000 of 10000 results are kept, the worst");
    CHECK(written("sarif", result).size() < 10'000'000);  // GitHub: 10 MB compressed

    const Json quality = wire::parse(written("gitlab", result));
    CHECK(quality.size() == 5000);
    CHECK(quality.back()["severity"] == "major");

    CHECK(counted_by_python(written("junit", result)) == "10000 6000 0 4000\n");

    CHECK(lines_of(written("text", result)).size() < 300);
    CHECK(written("text", result).find("and 5980 more") != std::string::npos);
    CHECK(written("html", result).size() < 3'000'000);
    CHECK(written("html", result).find("2000 of 10000 rows are shown") != std::string::npos);
    CHECK(wire::parse(written("json", result))["rows"].size() == 10'000);
}

TEST_CASE("no input can print a workflow command") {
    const GateResult result = result_with(12, 12, hostile);
    CHECK(commands_in(written("text", result)) == 0);
    CHECK(commands_in(written("md", result)) == 0);
    const std::string annotations = written("github", result);
    CHECK(commands_in(annotations) == 21);  // ours alone
    for (const std::string& line : lines_of(annotations)) {
        const bool ours = line.empty() ||
                          line.starts_with("::error file=.github/workflows/ci.yml,line=7,") ||
                          line.starts_with("::warning file=.github/workflows/ci.yml,line=7,") ||
                          line.starts_with("::notice title=plimsoll::");
        CHECK(ours);
    }
    CHECK(annotations.find("%0A ]]>") == std::string::npos);
    CHECK(annotations.find("%250A ]]>") != std::string::npos);
}

TEST_CASE("lines are made harmless and otherwise left alone") {
    CHECK(without_commands("::error::x") == ": :error::x");
    CHECK(without_commands("a\n  ::error::x") == "a\n  : :error::x");
    CHECK(without_commands("a\r::b") == "a\r: :b");
    CHECK(without_commands("x ##[group]") == "x ## [group]");
    CHECK(without_commands("std::string a::b") == "std::string a::b");
    CHECK(without_commands("\xc2\xa0::error::") == "\xc2\xa0: :error::");  // a blank to some
    CHECK(without_commands("") == "");
}

TEST_CASE("hostile texts stay texts in every format") {
    const GateResult result = result_with(3, 3, hostile);
    CHECK(counted_by_python(written("junit", result)) == "6 3 0 3\n");
    require_sarif(wire::parse(written("sarif", result)));
    CHECK(wire::parse(written("gitlab", result)).size() == 6);
    CHECK(wire::parse(written("json", result))["rows"].size() == 6);
    const std::string page = written("html", result);
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find('\x1b') == std::string::npos);
    const std::string comment = written("md", result);
    CHECK(comment.find("<script") == std::string::npos);
    CHECK(comment.find("@team") == std::string::npos);
    CHECK(comment.find("-->", comment.find("-->") + 3) ==
          comment.find("<!-- -->") + 5);  // the next end of a comment is of ours
    CHECK(written("text", result).find('\x1b') == std::string::npos);
}

TEST_CASE("a place that a platform would refuse becomes plimsoll.toml") {
    for (const char* bad :
         {"", "/etc/passwd", "../up", "a/../../b", "https://x/y", "a\nb", "c:\\x"}) {
        GateResult result = result_with(1, 0);
        result.rows.front().place.source = bad;
        const Json quality = wire::parse(written("gitlab", result));
        CHECK(quality[0]["location"]["path"] == "plimsoll.toml");
        require_sarif(wire::parse(written("sarif", result)));
    }
    GateResult result = result_with(1, 0);
    result.rows.front().place.source = "a folder/ü.yml";
    const Json sarif = wire::parse(written("sarif", result));
    require_sarif(sarif);
    CHECK(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
               ["uri"] == "a%20folder/%C3%BC.yml");
}

TEST_CASE("fingerprints are of the thing, not of its figures") {
    GateResult one = result_with(2, 0);
    GateResult other = one;
    other.rows.front().says = "worse still";
    other.rows.front().measured = 99;
    other.rows.front().place.line = 70;
    const auto print_of = [](const GateResult& result, std::size_t row) {
        return wire::parse(written("gitlab", result))[row]["fingerprint"].get<std::string>();
    };
    CHECK(print_of(one, 0) == print_of(other, 0));
    CHECK(print_of(one, 0) != print_of(one, 1));
}

TEST_CASE("a comment's marker is what the setting says, as far as it can stand in a comment") {
    CHECK(written("md", result_with(0, 0), {.comment_id = "team-a/ci"})
              .find("<!-- plimsoll:team-a/ci -->") == 0);
    CHECK(written("md", result_with(0, 0), {.comment_id = "x --> <b>"})
              .find("<!-- plimsoll:x-b -->") == 0);
}

TEST_CASE("accepted rows are suppressed, missing evidence is an error of JUnit") {
    GateResult result = result_with(2, 0);
    result.rows[0].change = Change::missing;
    result.rows[1].alarm = Alarm::none;
    result.rows[1].accepted = "known until 2027-01-01";
    CHECK(counted_by_python(written("junit", result)) == "2 0 1 1\n");
    const Json sarif = wire::parse(written("sarif", result));
    require_sarif(sarif);
    CHECK(sarif["runs"][0]["results"][1]["suppressions"][0]["justification"] ==
          "known until 2027-01-01");
    CHECK(written("text", result).find("known until") != std::string::npos);
}

TEST_CASE("colour only where it is asked for") {
    CHECK(written("text", result_with(1, 1), {.colour = true}).find("\x1b[31;1mFAILED") !=
          std::string::npos);
    CHECK(written("text", result_with(1, 1)).find('\x1b') == std::string::npos);
}
