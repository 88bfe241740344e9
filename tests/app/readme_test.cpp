// The README's first screen is the real output of the demo.
#include "catch.hpp"
#include "support/run_program.hpp"

#include <cstdlib>
#include <fstream>

using namespace plimsoll;

namespace {

const std::string opening = "```text\n";
const std::string closing = "```\n<!-- end of demo -->";

struct Place {
    std::size_t from = 0;
    std::size_t to = 0;
};

Place demo_in(const std::string& readme) {
    const std::size_t from = readme.find(opening, readme.find("<!-- demo"));
    const std::size_t to = readme.find(closing);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    return {.from = from + opening.size(), .to = to};
}

}  // namespace

TEST_CASE("the README's first screen is what the demo prints", "[readme]") {
    const std::string path = std::string{PLIMSOLL_ROOT} + "/README.md";
    const test::Ran ran = test::run_program(
        {"audit", "sample-data/harbour-tickets", "--unit", "us"}, {}, "COLUMNS=80");
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    CHECK(ran.err.empty());
    std::string readme = test::slurp(path);
    const Place place = demo_in(readme);
    if (std::getenv("BLESS") != nullptr) {
        readme.replace(place.from, place.to - place.from, ran.out);
        std::ofstream{path, std::ios::binary} << readme;
        return;
    }
    CHECK(readme.substr(place.from, place.to - place.from) == ran.out);
}

TEST_CASE("the demo audits itself the same through digests of its parts", "[readme]") {
    const test::TemporaryFolder folder;
    const std::string story = "sample-data/harbour-tickets/";
    std::vector<std::string> digests;
    for (const std::string part : {"postgresql.log.zst",
                                   "plans",
                                   "latency.csv",
                                   "ci",
                                   "history.bundle",
                                   "gauges.csv",
                                   "events.csv",
                                   "incidents.csv",
                                   "services.csv"}) {
        digests.push_back(folder.path(std::to_string(digests.size()) + ".pld"));
        const test::Ran ran = test::run_program({"digest", story + part, "-o", digests.back()});
        INFO(ran.err);
        REQUIRE(ran.status == 0);
    }
    const auto merged = [&](const std::string& name) {
        std::vector<std::string> arguments{"merge"};
        arguments.insert(arguments.end(), digests.begin(), digests.end());
        arguments.insert(arguments.end(), {"-o", folder.path(name)});
        REQUIRE(test::run_program(arguments).status == 0);
        return test::slurp(folder.path(name));
    };
    const std::string forward = merged("forward.pld");
    std::reverse(digests.begin(), digests.end());
    CHECK(merged("backward.pld") == forward);
    const test::Ran through = test::run_program({"audit",
                                                 folder.path("forward.pld"),
                                                 "--config",
                                                 story + "plimsoll.toml",
                                                 "--format",
                                                 "json"});
    REQUIRE(through.status == 0);
    std::vector<std::string> parts;
    for (const std::string part : {"postgresql.log.zst",
                                   "plans",
                                   "latency.csv",
                                   "ci",
                                   "history.bundle",
                                   "gauges.csv",
                                   "events.csv",
                                   "incidents.csv",
                                   "services.csv"}) {
        parts.push_back(story + part);
    }
    std::vector<std::string> arguments{"audit"};
    arguments.insert(arguments.end(), parts.begin(), parts.end());
    arguments.insert(arguments.end(), {"--format", "json"});
    const test::Ran direct = test::run_program(arguments);
    REQUIRE(direct.status == 0);
    const auto judged = [](const std::string& json) {
        return json.substr(json.find("\"headline\""),
                           json.find("\"inputs\"") - json.find("\"headline\""));
    };
    CHECK(judged(through.out) == judged(direct.out));
}
