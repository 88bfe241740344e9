#include "verdict/load_line.hpp"

#include "catch.hpp"

using namespace plimsoll;
using Catch::Matchers::WithinAbs;

namespace {

Limit limit(std::string id, double at, double low, double high) {
    Limit out{.id = std::move(id)};
    out.place({.at = at, .low = low, .high = high});
    return out;
}

}  // namespace

TEST_CASE("the line is the lowest of lows to the lowest of highs", "[load-line]") {
    const std::vector<Limit> limits{
        limit("pool", 4.1, 3.4, 5.0), limit("cpu", 9.2, 4.5, 10.6), limit("wal", 14, 11, 19)};
    const LoadLine line = verdict::load_line(limits);
    CHECK(line.at == 4.1);
    CHECK(line.low == 3.4);
    CHECK(line.high == 5.0);
    CHECK(line.first_limit == "pool");
    CHECK(line.first_limits == std::vector<std::string>{"pool", "cpu"});
    CHECK(line.measured == 3);
    CHECK(line.known == 3);
}

TEST_CASE("a one-sided limit only lowers the upper end", "[load-line]") {
    Limit censored{.id = "cpu"};
    censored.place(Estimate::at_most(3));
    const std::vector<Limit> limits{limit("pool", 4.1, 3.4, 5.0), censored};
    const LoadLine line = verdict::load_line(limits);
    CHECK(line.high == 3);
    CHECK(line.low == 0);  // the censored one comes first, and nothing bounds it from below
    CHECK(std::isnan(line.at));
    CHECK(line.first_limit == "cpu");
    const LoadLine alone = verdict::load_line(std::span{limits}.subspan(1));
    CHECK(std::isnan(alone.at));
    CHECK(alone.low == 0);
    CHECK(alone.high == 3);
    CHECK(alone.first_limit == "cpu");
}

TEST_CASE("other axes and limits that do not apply are no part of it; missing ones count as known",
          "[load-line]") {
    Limit team = limit("lane", 1.1, 1, 1.2);
    team.axis = Axis::team;
    Limit none{.id = "queue", .status = LimitStatus::not_applicable};
    const Limit missing{.id = "wal"};
    const std::vector<Limit> limits{team, none, missing, limit("pool", 20, 15, 30)};
    const LoadLine line = verdict::load_line(limits);
    CHECK(line.at == 20);
    CHECK(line.measured == 1);
    CHECK(line.known == 2);
    CHECK(verdict::load_line({}).measured == 0);
}

TEST_CASE("a stage is safe only when every known limit is measured", "[load-line]") {
    const Limit missing{.id = "wal"};
    const std::vector<Limit> all{limit("pool", 20, 15, 30)};
    const std::vector<Limit> some{limit("pool", 20, 15, 30), missing};
    CHECK(verdict::stages(verdict::load_line(all)) ==
          std::map<std::string, StageAnswer>{{"10x", StageAnswer::safe},
                                             {"100x", StageAnswer::breaks},
                                             {"1000x", StageAnswer::breaks}});
    CHECK(verdict::stage(verdict::load_line(some), 10) == StageAnswer::undecided);
    CHECK(verdict::stage(verdict::load_line(some), 100) == StageAnswer::breaks);
    CHECK(verdict::stage(verdict::load_line(all), 20) == StageAnswer::undecided);
    CHECK(verdict::stage(verdict::load_line({}), 10) == StageAnswer::unknown);
}

TEST_CASE("a limit that is bounded from above alone makes no stage safe", "[load-line]") {
    Limit censored{.id = "pool"};
    censored.place(Estimate::at_most(50));
    const std::vector<Limit> limits{limit("cpu", 20, 15, 30), censored};
    const LoadLine line = verdict::load_line(limits);
    CHECK(line.low == 15);
    CHECK(line.measured == 2);
    CHECK(line.bounded == 1);
    CHECK(verdict::stage(line, 10) == StageAnswer::undecided);
    CHECK(verdict::stage(line, 100) == StageAnswer::breaks);
}

TEST_CASE("taking a limit away never makes a stage safer", "[load-line]") {
    const std::vector<Limit> all{
        limit("a", 3, 2, 5), limit("b", 12, 8, 30), limit("c", 200, 150, 400)};
    for (std::size_t gone = 0; gone < all.size(); ++gone) {
        std::vector<Limit> rest = all;
        rest[gone] = Limit{.id = all[gone].id};
        for (const double stage : {1.0, 2.0, 10.0, 100.0}) {
            CHECK(verdict::stage(verdict::load_line(rest), stage) != StageAnswer::safe);
        }
    }
}

TEST_CASE("a plan maps data and team onto load; axes that it does not name stay out",
          "[load-line]") {
    Limit data = limit("plans", 4, 3, 9);
    data.axis = Axis::data;
    Limit team = limit("lane", 2, 1.5, 3);
    team.axis = Axis::team;
    const std::vector<Limit> limits{limit("pool", 20, 15, 30), data, team};
    const LoadLine half = verdict::load_line(limits, {{"data", 0.5}});
    CHECK(half.at == 16);  // 4 times the data at 4^2 times the load
    CHECK(half.low == 9);
    CHECK(half.high == 30);
    CHECK(half.known == 2);
    const LoadLine both = verdict::load_line(limits, {{"data", 0.5}, {"team", 1.0}});
    CHECK(both.at == 2);
    CHECK(both.first_limit == "lane");
    CHECK(verdict::load_line(limits, {}).at == verdict::load_line(limits).at);
}
