// The data axis by planner and growth law: agreement narrows, disagreement keeps both, what nobody
// told bounds nothing from below.
#include "app/planner/data_line.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace plimsoll;
using namespace plimsoll::app::planner;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

Estimate range(double at, double low, double high) {
    return {.at = at, .low = low, .high = high};
}

StatementLine statement(std::string name, Estimate plan, std::optional<Estimate> law = {}) {
    StatementLine out{.name = std::move(name), .ms = 20.0, .plan = plan, .law = law};
    const Joined joined = join_lines(out.plan, out.law);
    out.both = joined.range;
    out.disagrees = joined.agree ? "" : "the one says this, the other that";
    out.tables = {"orders"};
    out.origin = {.source = "capture.json", .line = 0};
    return out;
}

Finding put(const DataLine& line, double target = 10) {
    Finding finding;
    finding.check = "plan-growth";
    finding.limits.push_back({.id = "data-growth", .axis = Axis::data});
    put_data_line(line, target, finding);
    return finding;
}

bool has_gap(const Finding& finding, std::string_view id) {
    return std::ranges::find(finding.gaps, id, &Gap::id) != finding.gaps.end();
}

}  // namespace

TEST_CASE("two laws that agree narrow each other", "[data_line]") {
    const Joined both = join_lines(range(20, 10, 40), range(30, 15, 55));
    CHECK(both.agree);
    CHECK(std::abs(both.range.at - std::sqrt(600.0)) < 1e-9);
    CHECK(both.range.low == 15);
    CHECK(both.range.high == 40);
}

TEST_CASE("two laws that differ by more than two times keep both ranges and no point",
          "[data_line]") {
    const Joined apart = join_lines(range(4, 2, 8), range(40, 22, 70));
    CHECK_FALSE(apart.agree);
    CHECK_FALSE(apart.range.has_point());
    CHECK(apart.range.low == 2);
    CHECK(apart.range.high == 70);
    // One that never breaks and one that does are no agreement either.
    const Joined open = join_lines(range(infinite, 300, infinite), range(12, 6, 24));
    CHECK_FALSE(open.agree);
    CHECK(open.range.low == 6);
    CHECK(std::isinf(open.range.high));
    CHECK(join_lines(range(infinite, 300, infinite), range(infinite, 1000, infinite)).agree);
}

TEST_CASE("one law alone is what there is", "[data_line]") {
    CHECK(join_lines(range(4, 2, 8), std::nullopt).range.low == 2);
    CHECK(join_lines(std::nullopt, range(4, 2, 8)).range.high == 8);
    CHECK_FALSE(join_lines(std::nullopt, std::nullopt).range.known());
}

TEST_CASE("the first statement to break sets the limit of the data", "[data_line]") {
    DataLine line{.budget_ms = 1000};
    line.statements = {statement("select from orders", range(6, 3, 12), range(8, 4, 14)),
                       statement("select from events", range(50, 25, 100))};
    const Finding finding = put(line);
    REQUIRE(finding.limits.size() == 1);
    const Limit& limit = finding.limits[0];
    CHECK(limit.status == LimitStatus::measured);
    CHECK(limit.low == 4);
    CHECK(limit.high == 12);
    CHECK(limit.basis == "select from orders");
    CHECK(limit.grade == Grade::B);
    CHECK(limit.check == "plan-growth");
    CHECK(finding.outcome == Outcome::latent);
    REQUIRE(finding.exhibits.size() == 1);
    CHECK(finding.exhibits[0].rows.size() == 2);
    CHECK(finding.says.find("planner and the growth law") != std::string::npos);
    CHECK_FALSE(finding.seen_at.empty());
    CHECK(finding.gaps.empty());
    // Far enough away it is no concern.
    CHECK(put(line, 2).outcome == Outcome::absent);
}

TEST_CASE("a disagreement is a gap that names what would settle it", "[data_line]") {
    DataLine line{.budget_ms = 1000};
    line.statements = {statement("select from orders", range(4, 2, 8), range(40, 22, 70))};
    const Finding finding = put(line);
    CHECK(std::isnan(finding.limits.at(0).at));
    CHECK(finding.limits.at(0).low == 2);
    CHECK(finding.limits.at(0).high == 70);
    CHECK(has_gap(finding, "plan-growth.disagreement"));
    CHECK_FALSE(finding.exhibits.at(0).rows.at(0).note.empty());
}

TEST_CASE("tables of which nobody said how they grow leave an upper bound at most", "[data_line]") {
    DataLine line{.budget_ms = 1000};
    line.statements = {statement("known", range(20, 10, 40)), statement("open", range(2, 1, 4))};
    line.statements[1].unknown = {"events"};
    const Finding finding = put(line);
    const Limit& limit = finding.limits.at(0);
    CHECK(limit.low == 0);
    CHECK(std::isnan(limit.at));
    CHECK(limit.high == 40);
    CHECK(limit.grade == Grade::C);
    CHECK(limit.missing_input.find("events") != std::string::npos);
    CHECK(has_gap(finding, "plan-growth.tables"));
    line.statements.erase(line.statements.begin());
    CHECK(put(line).limits.at(0).status == LimitStatus::missing);
}

TEST_CASE("no statement that breaks is a limit beyond the range, and no answers change nothing",
          "[data_line]") {
    DataLine line{.budget_ms = 1000};
    CHECK(put(line).limits.at(0).status == LimitStatus::missing);
    line.statements = {statement("by key", range(infinite, infinite, infinite))};
    CHECK(put(line).limits.at(0).status == LimitStatus::above_range);
    CHECK(put(line).outcome == Outcome::absent);
}

TEST_CASE("after a change the planner's line of the changed schema counts", "[data_line]") {
    DataLine line{.budget_ms = 1000, .change = true};
    line.statements = {statement("select from orders", range(40, 20, 80), range(38, 19, 76))};
    line.statements[0].changed = range(3, 1.5, 6);
    const Finding finding = put(line);
    CHECK(finding.limits.at(0).low == 1.5);
    CHECK(finding.limits.at(0).high == 6);
    CHECK(finding.says.find("after the change") != std::string::npos);
    CHECK(finding.exhibits.at(0).columns.size() == 5);
}

TEST_CASE("weeks are left where growth was seen", "[data_line]") {
    DataLine line{.budget_ms = 1000};
    line.statements = {statement("select from orders", range(8, 4, 16))};
    line.growth = {{"orders", Estimate::exactly(std::log(2.0))}};  // doubles each week
    const Finding finding = put(line);
    const auto weeks = std::ranges::find(finding.measures, "weeks-left", &Measure::id);
    REQUIRE(weeks != finding.measures.end());
    CHECK(std::abs(weeks->value.at - 3) < 1e-9);
    CHECK(std::abs(weeks->value.low - 2) < 1e-9);
    CHECK(weeks->value.high > 4);  // by the same number of rows each week it lasts longer
    line.growth = {{"other", Estimate::exactly(1)}};
    CHECK(put(line).measures.empty());
}
