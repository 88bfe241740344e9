#include "app/config.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "support/run_program.hpp"

#include <array>

using namespace plimsoll;

namespace {

Error::Parts refused(std::string_view text) {
    try {
        (void)app::parse_config(text, "plimsoll.toml");
    } catch (const Error& error) {
        return error.parts();
    }
    FAIL("it was accepted: " << text);
    return {};
}

}  // namespace

TEST_CASE("a configuration with everything in it is read", "[config]") {
    const Settings settings = app::parse_config(R"(
[system]
name = "Harbour"
target = "10x"
features_total = 9
[host]
cores = 8
memory = "16 GiB"
[limits]
max_connections = 100
pool.web = {size = 20, instances = 3}
workers.web = {threads = 64}
[growth]
data = 0.5
[modules]
"src/z/**" = "last"
"src/a/**" = "first"
[tables]
orders = "billing"
events = {module = "audit", rows = 20000, grows = "longer"}
[answers]
near-term-requirement = {answer = "no", on = 2026-11-01, by = "me", note = "x"}
load-tested = "yes"
"is-it-friday" = "unknown"
[thresholds]
"p99-climbs.rise" = {value = 1.3, reason = "our SLO"}
[[mask]]
from = 2026-10-01
until = 2026-10-02T12:00:00+02:00
why = "back-fill"
)",
                                                "plimsoll.toml");
    CHECK(settings.system_name == "Harbour");
    CHECK(settings.target == 10);
    CHECK(settings.memory_bytes == 16.0 * 1024 * 1024 * 1024);
    CHECK(settings.pools.at("web").slots() == 60);
    CHECK(settings.workers.at("web").size == 64);
    REQUIRE(settings.modules.size() == 2);
    CHECK(settings.modules[0].second == "last");
    CHECK(settings.tables.at("events").growth == TableGrowth::longer);
    CHECK(settings.tables.at("orders").module == "billing");
    CHECK(settings.answer("near-term-requirement")->reply == Reply::no);
    CHECK(settings.answer("near-term-requirement")->on == parse_instant("2026-11-01"));
    CHECK(settings.answer("is-it-friday") == nullptr);
    CHECK(settings.value_of({.id = "p99-climbs.rise", .value = 1.15, .unit = "", .reason = ""}) ==
          1.3);
    CHECK(settings.thresholds.at("p99-climbs.rise").origin.line == 26);
    REQUIRE(settings.masks.size() == 1);
    CHECK(settings.masks[0].until == parse_instant("2026-10-02T10:00:00Z"));
}

TEST_CASE("what is misspelt is an error with the line and a suggestion", "[config]") {
    struct Case {
        std::string_view text;
        std::string_view line;
        std::string_view remedy;
    };
    for (const Case& one :
         {Case{"[sytem]\nname = \"x\"", ":1", "system"},
          Case{"[system]\nnmae = \"x\"", ":2", "name"},
          Case{"[host]\nmemory = \"lots\"", ":2", "GiB"},
          Case{"[host]\ncores = 0", ":2", "how many"},
          Case{"[host]\ncores = \"8\"", ":2", "without quotes"},
          Case{"[system]\ntarget = \"tenfold\"", ":2", "10x"},
          Case{"[limits]\npool.web = {sise = 3}", ":2", "size"},
          Case{"[answers]\nnear-term-requirment = \"no\"", ":2", "near-term-requirement"},
          Case{"[answers]\nload-tested = \"perhaps\"", ":2", "yes"},
          Case{"[tables]\norders = {grows = \"denserr\"}", ":2", "denser"},
          Case{"[thresholds]\nx = 5", ":2", "reason"},
          Case{"[[mask]]\nfrom = 2026-01-01\nuntil = 2026-01-02", ":1", "hide"},
          Case{"[system\n", ":1", "init"}}) {
        CAPTURE(one.text);
        const Error::Parts parts = refused(one.text);
        CHECK(parts.status == Status::usage);
        CHECK(parts.where.find(one.line) != std::string::npos);
        CHECK(parts.remedy.find(one.remedy) != std::string::npos);
    }
}

TEST_CASE("the configuration beside the inputs is found, and upward only inside a repository",
          "[config]") {
    const test::TemporaryFolder folder;
    folder.write("evidence/plimsoll.toml", "");
    const std::string log = folder.write("evidence/a.log", "x");
    const std::string deep = folder.write("evidence/deep/er/b.log", "x");
    const auto found = [](const std::string& path) {
        const std::vector<std::string> paths{path};
        return app::find_config(paths);
    };
    CHECK(found(log).ends_with("evidence/plimsoll.toml"));
    CHECK(found(folder.path("evidence")).ends_with("evidence/plimsoll.toml"));
    CHECK(found(deep).empty());
    folder.write("evidence/.git/HEAD", "x");
    CHECK(found(deep).ends_with("evidence/plimsoll.toml"));
    CHECK(found("/nowhere").empty());
}

TEST_CASE("the nearest word is at most two edits away", "[config]") {
    constexpr std::array<std::string_view, 3> known{"audit", "inspect", "merge"};
    CHECK(app::nearest("audti", known) == "audit");
    CHECK(app::nearest("inspekt", known) == "inspect");
    CHECK(app::nearest("explode", known).empty());
    CHECK(app::nearest("", known).empty());
}

TEST_CASE("a table's foreign keys can be told", "[config]") {
    const Settings settings = app::parse_config(
        "[tables]\norders = {rows = 10, grows = \"denser\", refers = {buyer = \"customers\"}}\n",
        "plimsoll.toml");
    CHECK(settings.tables.at("orders").refers.at("buyer") == "customers");
    CHECK(refused("[tables]\norders = {refers = \"customers\"}\n").why.find("refers") !=
          std::string::npos);
}
