// Shards: the plan is fair and repeatable, and no plan changes a byte of what is merged.
#include "app/shards.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "support/run_program.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>

using namespace plimsoll;
using app::as_ranges;
using app::Manifest;
using app::plan_shards;
using app::WeighedSource;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;

namespace {

std::vector<WeighedSource> some_sources(std::size_t count, unsigned seed) {
    std::mt19937 random{seed};
    std::lognormal_distribution<double> size{10, 1.5};
    std::vector<WeighedSource> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back({"log." + std::to_string(i), static_cast<std::uint64_t>(size(random))});
    }
    return out;
}

// One small source of each kind that is cheap to write, all different.
std::vector<std::string> write_sources(const TemporaryFolder& folder, int count) {
    std::vector<std::string> paths;
    for (int i = 0; i < count; ++i) {
        const std::string second = (i < 10 ? "0" : "") + std::to_string(i);
        paths.push_back(folder.write("in/gauges-" + second + ".csv",
                                     "at,name,value,limit\n2026-11-20T08:00:" + second +
                                         "Z,pool.web.busy,4,20\n" + "2026-11-20T09:00:" + second +
                                         "Z,pool.web.busy," + std::to_string(i % 7) + ",20\n"));
        paths.push_back(folder.write("in/app-" + second + ".log",
                                     "2026-11-20 08:00:" + second +
                                         ".000 UTC [12] LOG:  duration: " + std::to_string(i + 1) +
                                         ".5 ms  statement: select " + std::to_string(i) +
                                         " from t where a = 1\n"));
    }
    return paths;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) {
        out += line + "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("ranges are what array jobs take", "[shards]") {
    CHECK(as_ranges({}).empty());
    CHECK(as_ranges({7}) == "7");
    CHECK(as_ranges({7, 12, 13, 14}) == "7,12-14");
    CHECK(as_ranges({0, 1, 3, 5, 6}) == "0-1,3,5-6");
}

TEST_CASE("every source is in one shard, and the heaviest is near the mean", "[shards]") {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        const std::vector<WeighedSource> sources = some_sources(20 + seed * 3, seed);
        const std::size_t count = 1 + seed % 9;
        const Manifest manifest = plan_shards(sources, count, "out");
        REQUIRE(manifest.shards.size() == count);
        std::uint64_t sum = 0;
        std::uint64_t largest = 0;
        std::uint64_t heaviest = 0;
        std::multiset<std::string> planned;
        std::multiset<std::string> given;
        for (const WeighedSource& source : sources) {
            sum += source.bytes;
            largest = std::max(largest, source.bytes);
            given.insert(source.path);
        }
        for (const app::Shard& shard : manifest.shards) {
            heaviest = std::max(heaviest, shard.bytes);
            planned.insert(shard.sources.begin(), shard.sources.end());
        }
        CHECK(planned == given);
        // Graham's bound, against what no plan can beat.
        const double best = std::max(static_cast<double>(largest),
                                     static_cast<double>(sum) / static_cast<double>(count));
        CHECK(static_cast<double>(heaviest) <= best * 4 / 3 + 1);
    }
}

TEST_CASE("the order of the list does not change the plan", "[shards]") {
    std::vector<WeighedSource> sources = some_sources(40, 3);
    const std::string plan = app::to_json(plan_shards(sources, 7, "out"));
    std::ranges::reverse(sources);
    CHECK(app::to_json(plan_shards(sources, 7, "out")) == plan);
    const Manifest again = app::parse_manifest(plan, "m");
    CHECK(app::to_json(again) == plan);
}

TEST_CASE("a list is read with its sizes, and refused with its line", "[shards]") {
    const TemporaryFolder folder;
    const std::string file = folder.write("a.log", "12345");
    const auto sources = app::parse_list("# mine\n\n" + file + "\r\n77\t/not/yet/there\n", "list");
    REQUIRE(sources.size() == 2);
    CHECK(sources[0].bytes == 5);
    CHECK(sources[1].bytes == 77);
    CHECK(sources[1].path == "/not/yet/there");
    const auto refused = [](const std::string& list) {
        try {
            (void)app::parse_list(list, "list");
        } catch (const Error& error) {
            return error.parts().where;
        }
        return std::string{"taken"};
    };
    CHECK(refused("/not/there\n") == "list:1");
    CHECK(refused("1\ta\n2\ta\n") == "list:2");
    CHECK(refused("big\ta\n") == "list:1");
    CHECK(refused("# nothing\n") == "list");
}

TEST_CASE("1 to 64 shards, merged in any order and grouping: the same bytes", "[shards]") {
    const TemporaryFolder folder;
    const std::string list = folder.write("list", joined(write_sources(folder, 12)));
    std::string expected;
    for (const std::string count : {"1", "2", "5", "24", "64"}) {
        const std::string manifest = folder.path("manifest-" + count + ".json");
        REQUIRE(run_program({"shard", "plan", list, "-n", count, "-o", manifest}).status == 0);
        const Ran before = run_program({"shard", "status", manifest});
        CHECK(before.status == 4);
        CHECK(before.out ==
              (count == "1" ? "0\n" : "0-" + std::to_string(std::stoi(count) - 1) + "\n"));
        for (int i = 0; i < std::stoi(count); ++i) {
            // Half by option, half as Slurm and Kubernetes say it.
            const std::string index = std::to_string(i);
            const Ran ran =
                i % 3 == 0 ? run_program({"digest", "--manifest", manifest, "--index", index})
                : i % 3 == 1
                    ? run_program(
                          {"digest", "--manifest", manifest}, {}, "SLURM_ARRAY_TASK_ID=" + index)
                    : run_program(
                          {"digest", "--manifest", manifest}, {}, "JOB_COMPLETION_INDEX=" + index);
            REQUIRE(ran.status == 0);
        }
        CHECK(run_program({"shard", "status", manifest}).status == 0);
        const std::string all = folder.path("all-" + count + ".pld");
        REQUIRE(run_program({"merge", "--manifest", manifest, "-o", all}).status == 0);
        expected = expected.empty() ? test::slurp(all) : expected;
        CHECK(test::slurp(all) == expected);
    }
    // By hand: backwards, and two by two.
    const Manifest five = app::parse_manifest(test::slurp(folder.path("manifest-5.json")), "m");
    std::vector<std::string> backwards{"merge"};
    for (auto shard = five.shards.rbegin(); shard != five.shards.rend(); ++shard) {
        backwards.push_back(shard->digest);
    }
    backwards.insert(backwards.end(), {"-o", folder.path("backwards.pld")});
    REQUIRE(run_program(backwards).status == 0);
    CHECK(test::slurp(folder.path("backwards.pld")) == expected);
    const auto digest = [&](std::size_t i) { return five.shards[i].digest; };
    REQUIRE(run_program({"merge", digest(0), digest(3), "-o", folder.path("a.pld")}).status == 0);
    REQUIRE(run_program({"merge", digest(4), digest(1), "-o", folder.path("b.pld")}).status == 0);
    REQUIRE(run_program({"merge",
                         folder.path("b.pld"),
                         digest(2),
                         folder.path("a.pld"),
                         "-o",
                         folder.path("grouped.pld")})
                .status == 0);
    CHECK(test::slurp(folder.path("grouped.pld")) == expected);
    // And the same as one process over the same files.
    std::vector<std::string> direct{"digest", folder.path("in"), "-o", folder.path("direct.pld")};
    REQUIRE(run_program(direct).status == 0);
    CHECK(test::slurp(folder.path("direct.pld")) == expected);
}

TEST_CASE("a missing, a cut and a doubled shard are refused, each with its way out", "[shards]") {
    const TemporaryFolder folder;
    const std::string list = folder.write("list", joined(write_sources(folder, 3)));
    const std::string manifest = folder.path("manifest.json");
    REQUIRE(run_program({"shard", "plan", list, "-n", "3", "-o", manifest}).status == 0);
    for (const char* index : {"0", "1", "2"}) {
        REQUIRE(run_program({"digest", "--manifest", manifest, "--index", index}).status == 0);
    }
    const Manifest plan = app::parse_manifest(test::slurp(manifest), "m");
    const std::string out = folder.path("out.pld");
    SECTION("missing") {
        std::filesystem::remove(plan.shards[1].digest);
        const Ran ran = run_program({"merge", "--manifest", manifest, "-o", out});
        CHECK(ran.status == 4);
        CHECK(ran.err.find("shards 1 ") != std::string::npos);
        // Run again, it is there again, with the same bytes as ever: idempotent.
        REQUIRE(run_program({"digest", "--manifest", manifest, "--index", "1"}).status == 0);
        CHECK(run_program({"shard", "status", manifest}).out.empty());
    }
    SECTION("cut") {
        std::filesystem::resize_file(plan.shards[2].digest, 40);
        CHECK(run_program({"shard", "status", manifest}).out == "2\n");
        CHECK(run_program({"merge", "--manifest", manifest, "-o", out}).status == 4);
    }
    SECTION("doubled") {
        const std::string one = plan.shards[0].digest;
        const Ran ran = run_program({"merge", one, plan.shards[1].digest, one, "-o", out});
        CHECK(ran.status == 4);
        CHECK(ran.err.find("twice") != std::string::npos);
    }
    CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("an empty log, rubbish and a cut archive: shards say what one process says", "[shards]") {
    const TemporaryFolder folder;
    std::vector<std::string> paths = write_sources(folder, 2);
    paths.push_back(folder.write("in/rotated-empty.log", ""));
    paths.push_back(folder.write("in/notes.txt", "buy milk\n"));
    const bool cut = GENERATE(false, true);
    if (cut) {
        // A gzip that ends after its header: nothing of it can be read.
        paths.push_back(
            folder.write("in/cut.log.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\3", 10)));
    }
    const int expected = cut ? 4 : 0;
    const std::string list = folder.write("list", joined(paths));
    const std::string manifest = folder.path("manifest.json");
    const std::string count = std::to_string(paths.size());
    REQUIRE(run_program({"shard", "plan", list, "-n", count, "-o", manifest}).status == 0);
    int refused = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const Ran ran =
            run_program({"digest", "--manifest", manifest, "--index", std::to_string(i)});
        refused += ran.status == 4 ? 1 : 0;
        CHECK((ran.status == 0 || ran.status == 4));
    }
    CHECK(refused == (cut ? 1 : 0));
    CHECK(run_program({"shard", "status", manifest}).status == 0);
    const std::string merged = folder.path("merged.pld");
    CHECK(run_program({"merge", "--manifest", manifest, "-o", merged}).status == expected);
    std::vector<std::string> direct{"digest", "-o", folder.path("direct.pld")};
    direct.insert(direct.end(), paths.begin(), paths.end());
    CHECK(run_program(direct).status == expected);
    CHECK(test::slurp(merged) == test::slurp(folder.path("direct.pld")));
    // And the audit of a digest is no surer than one of the sources.
    const Ran audit = run_program({"audit", merged});
    CHECK(audit.status == expected);
    CHECK((audit.err.find("cut.log.gz") != std::string::npos) == cut);
}

TEST_CASE("a merge by hand writes nothing when one of its digests is broken", "[shards]") {
    const TemporaryFolder folder;
    const std::vector<std::string> paths = write_sources(folder, 1);
    const std::string one = folder.path("one.pld");
    const std::string two = folder.path("two.pld");
    REQUIRE(run_program({"digest", paths[0], "-o", one}).status == 0);
    REQUIRE(run_program({"digest", paths[1], "-o", two}).status == 0);
    std::filesystem::resize_file(two, 60);
    const std::string out = folder.path("out.pld");
    CHECK(run_program({"merge", one, two, "-o", out}).status == 4);
    CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("an index that is none, or beyond the end, is a usage error", "[shards]") {
    const TemporaryFolder folder;
    const std::string list = folder.write("list", joined(write_sources(folder, 1)));
    const std::string manifest = folder.path("manifest.json");
    REQUIRE(run_program({"shard", "plan", list, "-n", "2", "-o", manifest}).status == 0);
    CHECK(run_program({"digest", "--manifest", manifest, "--index", "2"}).status == 2);
    CHECK(run_program({"digest", "--manifest", manifest, "--index", "x"}).status == 2);
    CHECK(run_program({"digest", "--manifest", manifest}).status == 2);
    CHECK(run_program({"digest", "-o", folder.path("x.pld")}).status == 2);
    CHECK(run_program({"digest", folder.path("in")}).status == 2);
    CHECK(run_program({"digest", "--manifest", list, "--index", "0"}).status == 4);
    CHECK(run_program({"shard", "plan", list, "-n", "0", "-o", manifest}).status == 2);
}
