// The gate as CI runs it: exit statuses of every path, files that are whole, nothing from the
// platform's environment that was not asked for. Runs of pipelines are simulated.
#include "catch.hpp"
#include "core/instant.hpp"
#include "support/gate_story.hpp"
#include "support/test_repository.hpp"
#include "wire/json.hpp"

#include <chrono>
#include <filesystem>

using namespace plimsoll;
using test::github_runs;
using test::pool_gauges;
using test::Ran;
using test::run_program;
using test::slurp;
using test::Story;
using test::TemporaryFolder;
using wire::Json;

namespace {

bool is_four_part(const std::string& err) {
    return err.find("error: ") != std::string::npos && err.find("  try ") != std::string::npos;
}

}  // namespace

TEST_CASE("passed is 0, failed is 1, and the result says why", "[program]") {
    const Story story;
    const Ran passed = story.against(story.unchanged);
    INFO(passed.out << passed.err);
    CHECK(passed.status == 0);
    CHECK(passed.out.find("PASSED") != std::string::npos);
    const Ran failed = story.against(story.slower);
    INFO(failed.out << failed.err);
    CHECK(failed.status == 1);
    CHECK(failed.out.find("FAILED") != std::string::npos);
    CHECK(failed.out.find("job test") != std::string::npos);
    CHECK(failed.out.find(".github/workflows/ci.yml") != std::string::npos);
    CHECK(failed.out.find("after Holm over") != std::string::npos);
    CHECK(story.against(story.slower, {"--soft"}).status == 0);
    CHECK(story.against(story.slower, {"--fail-on", "none"}).status == 0);
    CHECK(story.against(story.slower, {"--skip", "series"}).status == 0);
    CHECK(story.against(story.slower, {"--effect", "90%"}).status == 0);
}

TEST_CASE("a baseline that cannot be used is 4 and says what to do", "[program]") {
    const Story story;
    const std::string text = slurp(story.baseline);
    const auto refused = [&](const std::string& baseline, std::vector<std::string> more = {}) {
        more.insert(more.end(), {"--baseline", baseline});
        const Ran ran = Story::gate(story.unchanged, more);
        CHECK(ran.out.empty());
        CHECK(is_four_part(ran.err));
        return ran.status;
    };
    CHECK(refused(story.folder.path("nowhere.json")) == 4);
    CHECK(refused(story.folder.write("cut.json", text.substr(0, text.size() / 2))) == 4);
    std::string other = text;
    other.replace(other.find("baseline/1"), 10, "baseline/9");
    CHECK(refused(story.folder.write("other.json", other)) == 4);
    CHECK(refused(story.folder.write("audit.json", "{}")) == 4);
    // of another system
    const std::string shop = story.folder.path("shop.json");
    CHECK(Story::gate(story.earlier,
                      {"--system", "shop", "--baseline", "none", "--write-baseline", shop})
              .status == 0);
    CHECK(refused(shop, {"--system", "bank"}) == 4);
    CHECK(Story::gate(story.unchanged, {"--system", "shop", "--baseline", shop}).status == 0);
}

TEST_CASE("missing evidence is 4, usage is 2, unreadable is 3, unwritable is 5", "[program]") {
    const Story story;
    const Ran missing = story.against(story.unchanged, {"--require", "gauges"});
    CHECK(missing.status == 4);
    CHECK(missing.out.find("EVIDENCE MISSING") != std::string::npos);
    CHECK(story.against(story.unchanged, {"--require", "pipelines"}).status == 0);
    CHECK(story.against(story.unchanged, {"--require", "pipelins"}).status == 2);
    CHECK(story.against(story.unchanged, {"--policy", "never"}).status == 2);
    CHECK(story.against(story.unchanged, {"--alpha", "often"}).status == 2);
    CHECK(story.against(story.unchanged, {"--max", "x"}).status == 2);
    CHECK(story.against(story.unchanged, {"--format", "sarf"}).status == 2);
    CHECK(story.against(story.unchanged, {"--format", "json,sarif"}).status == 2);
    CHECK(story.against(story.unchanged, {"--nonesuch"}).status == 2);
    CHECK(story.against("/nowhere/at/all").status == 3);
    CHECK(story.against(story.unchanged, {"--format", "json=/nowhere/gate.json"}).status == 5);
    CHECK(story.against(story.unchanged, {"--max", "ci/nonesuch=10min"}).status == 4);
}

TEST_CASE("budgets hold without a baseline", "[program]") {
    const Story story;
    const auto with = [&](const std::string& budget) {
        return Story::gate(story.earlier,
                           {"--baseline", "none", "--policy", "budget", "--max", budget})
            .status;
    };
    CHECK(with("ci/CI/main/wall=1h") == 0);
    CHECK(with("ci/CI/main/wall=10min") == 1);
    const std::string pool = story.folder.write("pool/gauges.csv", pool_gauges(12));
    CHECK(Story::gate(pool, {"--min-load-line", "3"}).status == 1);
    CHECK(Story::gate(pool, {"--min-load-line", "1"}).status == 0);
    CHECK(Story::gate(story.earlier, {"--min-load-line", "1"}).status == 4);  // no load line at all
}

TEST_CASE("a pool that fills up moves the load line, and the gate sees it", "[program]") {
    const TemporaryFolder folder;
    const std::string before = folder.write("before/gauges.csv", pool_gauges(4));
    const std::string after = folder.write("after/gauges.csv", pool_gauges(12));
    const std::string baseline = folder.path("b.json");
    REQUIRE(Story::gate(before, {"--baseline", "none", "--write-baseline", baseline}).status == 0);
    CHECK(Story::gate(before, {"--baseline", baseline}).status == 0);
    const Ran ran = Story::gate(after, {"--baseline", baseline});
    CHECK(ran.status == 1);
    CHECK(ran.out.find("load line") != std::string::npos);
    CHECK(ran.out.find(", was ") != std::string::npos);
}

TEST_CASE("several outputs at once, the summary added to, annotations only in actions",
          "[program]") {
    const Story story;
    const auto file = [&](const char* name) { return story.folder.path(name); };
    const std::string summary = story.folder.write("summary.md", "of another step\n");
    const Ran ran = Story::gate(
        story.slower,
        {"--baseline",
         story.baseline,
         "--format",
         "json=" + file("g.json") + ",md=" + file("g.md") + ",html=" + file("g.html"),
         "--format",
         "sarif=" + file("g.sarif") + ",junit=" + file("g.xml") + ",gitlab=" + file("q.json"),
         "--comment-file",
         file("comment.md"),
         "--comment-id",
         "ci"},
        "GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=" + summary);
    INFO(ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.out.find("plimsoll gate: FAILED") == 0);
    CHECK(ran.out.find("\n::error file=.github/workflows/ci.yml,line=1,") != std::string::npos);
    const Json result = wire::parse(slurp(file("g.json")));
    CHECK(result["schema"] == "plimsoll.gate/1");
    CHECK(result["verdict"] == "failed");
    CHECK(result["rows"][0]["p_adjusted"].get<double>() < 0.05);
    CHECK(wire::parse(slurp(file("g.sarif")))["version"] == "2.1.0");
    CHECK(wire::parse(slurp(file("q.json"))).size() >= 1);
    CHECK(slurp(file("g.xml")).find("<failure") != std::string::npos);
    CHECK(slurp(file("comment.md")).find("<!-- plimsoll:ci -->") == 0);
    CHECK(slurp(summary).find("of another step\n<!-- plimsoll:ci -->") == 0);
    // JSON on standard output stays JSON
    const Ran json =
        Story::gate(story.slower,
                    {"--baseline", story.baseline, "--format", "json", "--summary", "off"},
                    "GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=" + summary);
    CHECK(wire::parse(json.out)["verdict"] == "failed");
    CHECK(json.err.find("::error ") != std::string::npos);
    CHECK(story.against(story.slower).out.find("::error") == std::string::npos);
}

TEST_CASE(
    "the same evidence gives the same baseline to the byte; a failed gate does not replace it",
    "[program]") {
    const Story story;
    const std::string again = story.folder.path("again.json");
    CHECK(Story::gate(story.earlier, {"--baseline", "none", "--write-baseline", again}).status ==
          0);
    CHECK(slurp(again) == slurp(story.baseline));
    CHECK(slurp(again).size() < 200'000);
    const std::string before = slurp(story.baseline);
    const Ran failed = story.against(story.slower, {"--write-baseline", story.baseline});
    CHECK(failed.status == 1);
    CHECK(failed.err.find("is not written") != std::string::npos);
    CHECK(slurp(story.baseline) == before);
}

TEST_CASE("a baseline is taken from the merge base of a branch", "[program]") {
    const Story story;
    test::TestRepository repository;
    repository.commit({.put = {{"plimsoll-baseline.json", slurp(story.baseline)}}});
    const std::string inside = repository.folder() + "/slower.ndjson";
    std::filesystem::copy_file(story.slower, inside);
    const auto in_repository = [&](const std::string& source) {
        return Story::gate(inside, {"--baseline", source}, "env -C '" + repository.folder() + "'");
    };
    CHECK(in_repository("git:HEAD").status == 1);
    CHECK(in_repository("git:auto").status == 1);
    CHECK(in_repository("git:auto").out.find("git:auto (") != std::string::npos);
    CHECK(in_repository("git:HEAD:nowhere.json").status == 4);
    CHECK(in_repository("git:nonesuch").status == 4);
    // A branch accepts in its own commit what its merge base could not know of.
    const std::string here = repository.folder() + "/plimsoll-baseline.json";
    std::filesystem::copy_file(story.baseline, here);
    for (const char* id : {"ci/CI/main/wall", "ci/CI/main/job/test"}) {
        CHECK(run_program({"baseline",
                           "accept",
                           id,
                           "--reason",
                           "a larger suite",
                           "--expires",
                           "2099-01-01",
                           "--file",
                           here})
                  .status == 0);
    }
    CHECK(in_repository("git:HEAD").status == 0);
    CHECK(in_repository("git:auto").out.find("accepted: a larger suite") != std::string::npos);
}

TEST_CASE("accept, show, prune", "[program]") {
    const Story story;
    const auto baseline = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "baseline");
        arguments.insert(arguments.end(), {"--file", story.baseline});
        return run_program(arguments);
    };
    const Ran show = baseline({"show"});
    CHECK(show.status == 0);
    CHECK(show.out.find("3 with 150 samples") != std::string::npos);
    CHECK(baseline({"accept", "ci/CI/main/wall"}).status == 2);
    CHECK(baseline({"accept", "ci/CI/main/wall", "--reason", "x"}).status == 2);
    CHECK(baseline({"accept", "ci/CI/main/wall", "--reason", "x", "--expires", "2020-01-01"})
              .status == 2);
    CHECK(baseline({"accept", "ci/CI/main/wall", "--reason", "x", "--expires", "soon"}).status ==
          2);
    CHECK(baseline({"acept"}).status == 2);
    for (const char* id : {"ci/CI/main/wall", "ci/CI/main/job/test"}) {
        CHECK(baseline(
                  {"accept", id, "--reason", "new tests", "--expires", "2026-12-24", "--by", "Ada"})
                  .status == 0);
    }
    CHECK(baseline({"accept", "ci/CI/main/wal", "--reason", "x", "--expires", "2026-12-24"})
              .err.find("did you mean") != std::string::npos);
    const Ran accepted = story.against(story.slower);
    INFO(accepted.out);
    CHECK(accepted.status == 0);
    CHECK(accepted.out.find("new tests until 2026-12-24") != std::string::npos);
    // a month later: 2026-12-25
    const Ran expired = Story::gate(
        story.unchanged, {"--baseline", story.baseline}, "SOURCE_DATE_EPOCH=1798156800");
    CHECK(expired.status == 1);
    CHECK(expired.out.find("acceptance-expired") != std::string::npos);
    CHECK(run_program(
              {"baseline", "prune", "--file", story.baseline}, {}, "SOURCE_DATE_EPOCH=1798156800")
              .out == "3 removed, 0 left\n");
    CHECK(story.against(story.slower).status == 1);
    CHECK(run_program({"baseline", "show", "--file", story.folder.path("nowhere")}).status == 3);
}

TEST_CASE("plimsoll.toml sets every flag, the command line wins, config says which did",
          "[program]") {
    const Story story;
    const std::string config = story.folder.write("earlier/plimsoll.toml", R"([system]
name = "shop"
[gate]
baseline = "none"
fail_on = "none"
effect = 0.2
require = ["gauges"]
[gate.max]
"ci/CI/main/wall" = "10min"
[thresholds]
"merge-lane.nonesuch" = {value = 1, reason = "x"}
)");
    CHECK(Story::gate(story.earlier, {}).status == 2);  // the threshold
    std::string text = slurp(config);
    text.resize(text.find("[thresholds]"));
    story.folder.write("earlier/plimsoll.toml", text);
    CHECK(Story::gate(story.earlier, {}).status == 0);
    CHECK(Story::gate(story.earlier, {"--fail-on", "red"}).status == 1);
    const Ran shown = run_program({"config", story.earlier});
    INFO(shown.err);
    CHECK(shown.status == 0);
    const Json all = wire::parse(run_program({"config", story.earlier, "--format", "json"}).out);
    const auto origin_of = [&](const std::string& id) {
        for (const Json& one : all) {
            if (one["id"] == id) {
                return one["value"].get<std::string>() + " | " + one["origin"].get<std::string>();
            }
        }
        return std::string{};
    };
    CHECK(origin_of("gate.fail_on").starts_with("none | "));
    CHECK(origin_of("gate.fail_on").ends_with("plimsoll.toml:5"));
    CHECK(origin_of("gate.alpha") == "5% | default");
    CHECK(origin_of("gate.max").starts_with("ci/CI/main/wall=10min | "));
    CHECK(origin_of("system.name").ends_with("plimsoll.toml:2"));

    // Several files, as a hook before a commit hands them over: each is checked.
    const std::string good = story.folder.write("a/plimsoll.toml", "[gate]\nsoft = true\n");
    const std::string bad = story.folder.write("b/plimsoll.toml", "[gate]\nsooft = true\n");
    CHECK(run_program({"config", good, good}).status == 0);
    CHECK(run_program({"config", good, bad}).status == 2);

    const auto refused = [&](const std::string& gate_section) {
        story.folder.write("earlier/plimsoll.toml", "[gate]\n" + gate_section);
        const Ran ran = Story::gate(story.earlier, {});
        CHECK(ran.err.find("plimsoll.toml:2") != std::string::npos);
        return ran.status == 2 ? ran.err : "status " + std::to_string(ran.status);
    };
    CHECK(refused("fail_onn = \"red\"\n").find("did you mean \"fail_on\"?") != std::string::npos);
    CHECK(refused("policy = \"nw\"\n").find("did you mean \"new\"?") != std::string::npos);
    CHECK(refused("soft = \"yes\"\n").find("true or false") != std::string::npos);
    CHECK(refused("preset = \"strikt\"\n").find("did you mean \"strict\"?") != std::string::npos);
    CHECK(refused("min_runs = 1\n").find("carry no test") != std::string::npos);
}

TEST_CASE("presets: strict fails on amber, audit never fails", "[program]") {
    const Story story;
    const std::string few = story.folder.write("few/runs.ndjson", github_runs(50, 4, 1));
    CHECK(story.against(few).status == 0);
    CHECK(story.against(few, {"--preset", "strict"}).status == 1);
    CHECK(
        story.against(few, {"--preset", "strict", "--fail-on", "red", "--policy", "new"}).status ==
        0);
    CHECK(story.against(story.slower, {"--preset", "audit"}).status == 0);
}

TEST_CASE("the schema of plimsoll.toml knows every key of the gate", "[program]") {
    const Ran ran = run_program({"schema", "config"});
    CHECK(ran.status == 0);
    const Json schema = wire::parse(ran.out);
    CHECK(schema["properties"]["gate"]["properties"]["fail_on"]["enum"] ==
          Json::array({"red", "amber", "none"}));
    CHECK(schema["properties"]["gate"]["additionalProperties"] == false);
    CHECK(schema["properties"]["answers"]["properties"].size() >= 20);
    CHECK(schema["properties"]["thresholds"]["properties"].size() > 20);
    CHECK(wire::parse(run_program({"schema", "baseline"}).out)["$id"] == "plimsoll.baseline/1");
    CHECK(wire::parse(run_program({"schema", "gate"}).out)["$id"] == "plimsoll.gate/1");
}

TEST_CASE("a digest serves as evidence", "[program]") {
    const Story story;
    const std::string digest = story.folder.path("slower.pld");
    REQUIRE(run_program({"digest", story.slower, "-o", digest}).status == 0);
    CHECK(story.against(digest).status == 1);
}
