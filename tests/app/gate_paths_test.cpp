// Every policy against everything that can be the matter: the exit status of each path.
#include "catch.hpp"
#include "support/gate_story.hpp"

using namespace plimsoll;
using test::Ran;
using test::run_program;
using test::slurp;
using test::Story;

namespace {

struct Path {
    const char* what;
    std::string evidence;
    std::vector<std::string> arguments;
    std::vector<int> statuses;  // of the policies new, budget, all
};

// A baseline that also knows a pool, so that evidence of one kind alone is evidence missing.
std::string richer_baseline(const Story& story) {
    const std::string both = story.folder.path("both");
    (void)story.folder.write("both/runs.ndjson", test::github_runs(0, 50, 1));
    (void)story.folder.write("both/gauges.csv", test::pool_gauges(4));
    const std::string baseline = story.folder.path("both.json");
    REQUIRE(Story::gate(both, {"--baseline", "none", "--write-baseline", baseline}).status == 0);
    return baseline;
}

std::vector<Path> paths(const Story& story) {
    const std::string text = slurp(story.baseline);
    std::string other = text;
    other.replace(other.find("baseline/1"), 10, "baseline/2");
    std::string damaged = text;
    damaged[damaged.find("\"values\"") + 12] ^= 1;
    const std::string of_shop = story.folder.path("shop.json");
    REQUIRE(Story::gate(story.earlier,
                        {"--system", "shop", "--baseline", "none", "--write-baseline", of_shop})
                .status == 0);
    const std::vector<std::string> base{"--baseline", story.baseline};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.end(), base.begin(), base.end());
        return more;
    };
    const std::string nowhere = story.folder.path("nowhere.json");
    return {
        {"nothing changed", story.unchanged, base, {0, 0, 0}},
        {"slower", story.slower, base, {1, 0, 1}},
        {"slower, soft", story.slower, with({"--soft"}), {0, 0, 0}},
        {"slower, nothing fails", story.slower, with({"--fail-on", "none"}), {0, 0, 0}},
        {"slower, within the floor", story.slower, with({"--effect", "95%"}), {0, 0, 0}},
        {"over budget", story.unchanged, with({"--max", "ci/CI/main/wall=1min"}), {1, 1, 1}},
        {"within budget", story.unchanged, with({"--max", "ci/CI/main/wall=10h"}), {0, 0, 0}},
        {"a budget on nothing", story.unchanged, with({"--max", "ci/x=1min"}), {4, 4, 4}},
        {"no load line", story.unchanged, with({"--min-load-line", "2"}), {4, 4, 4}},
        {"no load line, soft",
         story.unchanged,
         with({"--min-load-line", "2", "--soft"}),
         {0, 0, 0}},
        {"slower and no load line", story.slower, with({"--min-load-line", "2"}), {1, 4, 1}},
        {"a kind is required", story.unchanged, with({"--require", "gauges"}), {4, 4, 4}},
        {"the baseline had more",
         story.unchanged,
         {"--baseline", richer_baseline(story)},
         {4, 0, 4}},
        {"no baseline", story.slower, {"--baseline", "none"}, {0, 0, 0}},
        {"the baseline is missing", story.slower, {"--baseline", nowhere}, {4, 4, 4}},
        {"and may be",
         story.slower,
         {"--baseline", nowhere, "--allow-missing-baseline"},
         {0, 0, 0}},
        {"the baseline is of another version",
         story.unchanged,
         {"--baseline", story.folder.write("other.json", other)},
         {4, 4, 4}},
        {"the baseline is damaged",
         story.unchanged,
         {"--baseline", story.folder.write("damaged.json", damaged)},
         {4, 4, 4}},
        {"the baseline is of another system",
         story.unchanged,
         {"--baseline", of_shop, "--system", "bank"},
         {4, 4, 4}},
        {"the evidence is not there", "/nowhere/at/all", base, {3, 3, 3}},
        {"the output cannot be written",
         story.unchanged,
         with({"--format", "json=/nowhere/g.json"}),
         {5, 5, 5}},
        {"a budget is no number",
         story.unchanged,
         with({"--max", "ci/CI/main/wall=soon"}),
         {2, 2, 2}},
        {"a migration without a capture",
         story.unchanged,
         with({"--migration", story.folder.write("up.sql", "select 1;")}),
         {4, 4, 4}},
        {"a migration that is not there",
         story.unchanged,
         with({"--migration", "/nowhere/up.sql"}),
         {3, 3, 3}},
    };
}

}  // namespace

TEST_CASE("the exit status of every policy on every path", "[program]") {
    const Story story;
    const std::vector<std::string> policies{"new", "budget", "all"};
    for (const Path& path : paths(story)) {
        for (std::size_t i = 0; i < policies.size(); ++i) {
            std::vector<std::string> arguments = path.arguments;
            arguments.insert(arguments.end(), {"--policy", policies[i]});
            const Ran ran = Story::gate(path.evidence, arguments);
            INFO(path.what << ", policy " << policies[i] << "\n" << ran.out << ran.err);
            CHECK(ran.status == path.statuses[i]);
            // Without a verdict there is an error that says what to do; with one, no error.
            const bool verdict = ran.out.find("plimsoll gate: ") == 0;
            const bool error = ran.err.find("error: ") != std::string::npos &&
                               ran.err.find("  try ") != std::string::npos;
            CHECK((verdict || error));
            CHECK((verdict || (ran.status != 0 && ran.status != 1)));
        }
    }
}
