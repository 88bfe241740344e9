// What the gate says of one state beside another, made by hand.
#include "app/gate.hpp"

#include "catch.hpp"
#include "support/gate_state.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

using namespace plimsoll;
using app::FoundBaseline;
using app::GateOptions;
using app::GatePolicy;
using test::finding_with;
using test::limit_with;
using test::series_with;
using test::some_state;

namespace {

constexpr std::int64_t later = 1'795'000'000;

struct Asked {
    Snapshot now = some_state(20, 1, later);
    Snapshot before = some_state();
    GateOptions options;
    Audit audit;
    Settings settings;
    bool has_baseline = true;

    Asked() { settings.now = instant(1'795'305'600'000'000); }
    [[nodiscard]] GateResult gate() const {
        FoundBaseline baseline{.name = has_baseline ? "b.json" : "", .found = has_baseline};
        if (has_baseline) {
            baseline.snapshot = before;
        }
        return app::gate(
            {.snapshot = now, .audit = audit, .settings = settings}, baseline, options);
    }
};

std::optional<GateRow> row_of(const GateResult& result, const std::string& id) {
    const auto found = std::ranges::find(result.rows, id, &GateRow::id);
    return found == result.rows.end() ? std::nullopt : std::optional{*found};
}

Status status_thrown(const Asked& asked) {
    try {
        (void)asked.gate();
    } catch (const Error& error) {
        CHECK_FALSE(error.parts().why.empty());
        CHECK_FALSE(error.parts().remedy.empty());
        return error.parts().status;
    }
    return Status::done;
}

}  // namespace

TEST_CASE("an unchanged system passes, and says what it could have seen") {
    const Asked asked;
    const GateResult result = asked.gate();
    CHECK(result.verdict == GateVerdict::passed);
    CHECK(app::status_of(result) == Status::done);
    CHECK(result.series_judged == 1);
    const GateRow row = row_of(result, "ci/CI/main/wall").value();
    CHECK(row.change == Change::unchanged);
    CHECK(row.samples == 20);
    CHECK(row.baseline_samples == 50);
    CHECK(row.detectable.value_or(0) > 1.1);
    CHECK(row.says.find("would have shown") != std::string::npos);
}

TEST_CASE("a slower pipeline fails, with its figures and where it is defined") {
    Asked asked;
    asked.now = some_state(20, 1.5, later);
    asked.audit.prescriptions = {
        {.id = "b", .order = 2, .title = "Buy runners", .evidence = {"deploys-drag"}},
        {.id = "a", .order = 1, .title = "Run only what changed", .clears = {"deploys-drag"}}};
    const GateResult result = asked.gate();
    CHECK(result.verdict == GateVerdict::failed);
    CHECK(app::status_of(result) == Status::gate_failed);
    const GateRow row = result.rows.front();
    CHECK(row.id == "ci/CI/main/wall");
    CHECK(row.change == Change::worse);
    CHECK(row.p_adjusted.value_or(1) < 0.05);
    CHECK(row.effect.low > 1.1);
    CHECK(row.measured.value() > row.baseline.value());
    CHECK(row.place.source == ".github/workflows/ci.yml");
    CHECK(row.fix == "Run only what changed");
}

TEST_CASE("soft and fail-on none say the same and end with 0") {
    Asked asked;
    asked.now = some_state(20, 1.5, later);
    asked.options.soft = true;
    CHECK(asked.gate().verdict == GateVerdict::failed);
    CHECK(app::status_of(asked.gate()) == Status::done);
    asked.options.soft = false;
    asked.options.fail_on = app::FailOn::none;
    CHECK(app::status_of(asked.gate()) == Status::done);
}

TEST_CASE("samples that the baseline holds already do not count again") {
    Asked asked;
    asked.now = asked.before;
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->change == Change::too_few);
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->samples == 0);
    CHECK(asked.gate().verdict == GateVerdict::passed);
    // the stream went on by ten runs of twice the length: only those are compared
    std::vector<app::Point> points = app::points_of(asked.before.series.front());
    const app::Point last = points.back();
    for (std::int64_t i = 1; i <= 10; ++i) {
        points.push_back({.at = last.at + i * 3600, .value = 2'400'000 + i * 1000});
    }
    app::set_points(asked.now.series.front(), points);
    const GateRow row = row_of(asked.gate(), "ci/CI/main/wall").value();
    CHECK(row.samples == 10);
    CHECK(row.change == Change::worse);
}

TEST_CASE("too few new runs are amber and fail only where amber does") {
    Asked asked;
    asked.now = some_state(5, 1.5, later);
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->change == Change::too_few);
    CHECK(asked.gate().verdict == GateVerdict::passed);
    CHECK(asked.gate().says.find("too few runs to tell") != std::string::npos);
    asked.options.fail_on = app::FailOn::amber;
    CHECK(asked.gate().verdict == GateVerdict::failed);
}

TEST_CASE("a series that is gone is to be looked at") {
    Asked asked;
    asked.now.series.clear();
    asked.now.limits = asked.before.limits;
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->change == Change::gone);
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->alarm == Alarm::amber);
}

TEST_CASE("evidence that was there and is missing has a status of its own") {
    Asked asked;
    asked.now.kinds_supplied = {"pipelines"};
    const GateResult result = asked.gate();
    CHECK(result.verdict == GateVerdict::missing);
    CHECK(app::status_of(result) == Status::untrusted);
    CHECK(row_of(result, "evidence/gauges")->change == Change::missing);
    asked.options.skip = {"evidence/gauges"};
    CHECK(asked.gate().verdict == GateVerdict::passed);
    // what is required cannot be skipped
    asked.options.required = {"gauges"};
    CHECK(asked.gate().verdict == GateVerdict::missing);
    // a failure is the more definite answer
    asked.now.series = some_state(20, 1.6, later).series;
    CHECK(asked.gate().verdict == GateVerdict::failed);
}

TEST_CASE("a limit that cannot be measured any more never passes") {
    Asked asked;
    asked.now.limits.clear();
    CHECK(asked.gate().verdict == GateVerdict::missing);
    CHECK(row_of(asked.gate(), "connection-pool.web")->change == Change::missing);
    asked.now.limits = asked.before.limits;
    asked.now.limits.front().status = LimitStatus::missing;
    CHECK(asked.gate().verdict == GateVerdict::missing);
}

TEST_CASE("the load line fails when its whole change lies below the floor") {
    Asked asked;
    const auto set = [&](double at, double low, double high) {
        asked.now.limits = {limit_with("connection-pool.web", at, low, high)};
        asked.now.load_line.at = at;
        asked.now.load_line.low = low;
        asked.now.load_line.high = high;
    };
    set(2, 1.8, 2.2);
    CHECK(asked.gate().verdict == GateVerdict::failed);
    CHECK(row_of(asked.gate(), "load-line")->change == Change::worse);
    CHECK(row_of(asked.gate(), "connection-pool.web")->change == Change::worse);
    CHECK(asked.gate().line_change.high < 0.91);
    set(3.7, 3.3, 4.1);  // intervals overlap
    CHECK(asked.gate().verdict == GateVerdict::passed);
    CHECK(row_of(asked.gate(), "load-line")->change == Change::unchanged);
    set(8, 7, 9);
    CHECK(row_of(asked.gate(), "load-line")->change == Change::better);
    CHECK(asked.gate().verdict == GateVerdict::passed);
}

TEST_CASE("a limit that is measured for the first time is no regression of the load line") {
    Asked asked;
    asked.now.limits.push_back(limit_with("database-cpu", 1.5, 1.3, 1.7));
    asked.now.load_line.at = 1.5;
    asked.now.load_line.low = 1.3;
    asked.now.load_line.high = 1.7;
    asked.now.load_line.first_limit = "database-cpu";
    const GateRow row = row_of(asked.gate(), "load-line").value();
    CHECK(row.change == Change::fresh);
    CHECK(row.alarm == Alarm::amber);
    CHECK(asked.gate().verdict == GateVerdict::passed);
}

TEST_CASE("findings: new, standing, fixed, not told any more") {
    Asked asked;
    asked.now.findings = {finding_with("n-plus-one", Outcome::present)};
    CHECK(asked.gate().verdict == GateVerdict::failed);
    CHECK(asked.gate().rows.front().change == Change::fresh);

    asked.now.findings.front().confidence = Confidence::low;
    CHECK(asked.gate().verdict == GateVerdict::passed);
    CHECK(row_of(asked.gate(), "n-plus-one")->alarm == Alarm::amber);

    asked.now.findings.front().confidence = Confidence::high;
    asked.before.findings.front().outcome = Outcome::insufficient;  // nobody knows how it was
    CHECK(row_of(asked.gate(), "n-plus-one")->alarm == Alarm::amber);

    asked.before.findings.front().outcome = Outcome::present;
    CHECK(row_of(asked.gate(), "n-plus-one")->change == Change::standing);
    CHECK(asked.gate().verdict == GateVerdict::passed);
    asked.options.policy = GatePolicy::all;
    CHECK(asked.gate().verdict == GateVerdict::failed);
    asked.options.policy = GatePolicy::fresh;

    asked.now.findings.front().outcome = Outcome::absent;
    CHECK(row_of(asked.gate(), "n-plus-one")->change == Change::fixed);
    asked.now.findings.front().outcome = Outcome::insufficient;
    CHECK(row_of(asked.gate(), "n-plus-one")->change == Change::gone);
    CHECK(asked.gate().verdict == GateVerdict::passed);
}

TEST_CASE("a new subject of a known finding is new; one that is left is fixed") {
    Asked asked;
    asked.before.findings = {finding_with("n-plus-one", Outcome::present),
                             finding_with("n-plus-one/orders", Outcome::present)};
    asked.now.findings = {finding_with("n-plus-one", Outcome::present),
                          finding_with("n-plus-one/users", Outcome::present)};
    CHECK(asked.gate().verdict == GateVerdict::failed);
    CHECK(row_of(asked.gate(), "n-plus-one/users")->change == Change::fresh);
    CHECK(row_of(asked.gate(), "n-plus-one/orders")->change == Change::fixed);
    CHECK(row_of(asked.gate(), "n-plus-one")->change == Change::standing);
}

TEST_CASE("what is good when it holds is no trouble, and other rules do not fail") {
    Asked asked;
    asked.now.findings = {finding_with("n-plus-one", Outcome::present)};
    asked.now.findings.front().trouble = false;
    CHECK(asked.gate().verdict == GateVerdict::passed);
    asked.now.findings.front().trouble = true;
    asked.now.rules_version = "r2";
    CHECK(asked.gate().verdict == GateVerdict::passed);
    CHECK(row_of(asked.gate(), "n-plus-one")->alarm == Alarm::amber);
    CHECK(asked.gate().notes.size() == 1);
}

TEST_CASE("budgets: of the load line, of series with units, of measures") {
    Asked asked;
    asked.options.policy = GatePolicy::budget;
    asked.has_baseline = false;
    CHECK(asked.gate().verdict == GateVerdict::passed);
    asked.options.min_load_line = 5;
    CHECK(asked.gate().verdict == GateVerdict::failed);
    asked.options.min_load_line = 3.8;  // within the interval
    CHECK(asked.gate().verdict == GateVerdict::passed);
    CHECK(row_of(asked.gate(), "load-line")->alarm == Alarm::amber);
    asked.options.min_load_line.reset();

    asked.options.most = {{"ci/CI/main/wall", "10min"}};  // the runs take about 20
    CHECK(asked.gate().verdict == GateVerdict::failed);
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->change == Change::over_budget);
    asked.options.most = {{"ci/CI/main/wall", "1 h"}};
    CHECK(asked.gate().verdict == GateVerdict::passed);
    asked.options.most = {{"ci/CI/main/wall", "60000"}};  // in its own unit
    CHECK(asked.gate().verdict == GateVerdict::failed);

    asked.options.most = {{"ci/CI/main/wal", "1h"}};
    CHECK(asked.gate().verdict == GateVerdict::missing);
    CHECK(asked.gate().rows.front().says.find("ci/CI/main/wall?") != std::string::npos);

    Finding finding{.outcome = Outcome::present, .check = "deploys-drag"};
    finding.measures = {
        {.id = "ratio", .name = "ratio", .value = Estimate::exactly(3), .unit = "1"}};
    asked.audit.findings = {finding};
    asked.options.most = {{"deploys-drag.ratio", "2.5"}};
    CHECK(asked.gate().verdict == GateVerdict::failed);
    asked.options.most = {{"deploys-drag.ratio", "3.5"}};
    CHECK(asked.gate().verdict == GateVerdict::passed);

    for (const char* wrong : {"soon", "10 parsecs", "3 min"}) {
        asked.options.most = {{"deploys-drag.ratio", wrong}};
        CHECK(status_thrown(asked) == Status::usage);
    }
}

TEST_CASE("no load line never meets a budget on it") {
    Asked asked;
    asked.has_baseline = false;
    asked.now.load_line = {};
    asked.options.min_load_line = 2;
    CHECK(asked.gate().verdict == GateVerdict::missing);
    // an upper bound below the budget is enough to know
    asked.now.load_line = {.at = std::nan(""), .low = 0, .high = 1.5, .measured = 1, .known = 2};
    CHECK(asked.gate().verdict == GateVerdict::failed);
    asked.now.load_line.high = 3;
    CHECK(asked.gate().verdict == GateVerdict::missing);
}

TEST_CASE("acceptances take a row out of the count until they expire") {
    Asked asked;
    asked.now = some_state(20, 1.5, later);
    const Instant tomorrow = *asked.settings.now + std::chrono::days{1};
    asked.before.accepted = {
        {.id = "ci/CI/main/wall", .reason = "new tests", .expires = tomorrow, .by = "Ada"}};
    CHECK(asked.gate().verdict == GateVerdict::passed);
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->change == Change::worse);
    CHECK(row_of(asked.gate(), "ci/CI/main/wall")->accepted.find("new tests") == 0);
    asked.before.accepted.front().expires = *asked.settings.now;
    const GateResult expired = asked.gate();
    CHECK(expired.verdict == GateVerdict::failed);
    CHECK(expired.counts.at("acceptance-expired") == 1);
    // it fails also when what it was about is gone: somebody must remove it
    asked.now = some_state(20, 1, later);
    CHECK(asked.gate().verdict == GateVerdict::failed);
}

TEST_CASE("a baseline of another system is refused, by name or by having nothing in common") {
    Asked asked;
    asked.now.system = "bank";
    CHECK(status_thrown(asked) == Status::untrusted);
    asked.now.system.clear();
    CHECK(status_thrown(asked) == Status::done);
    asked.now.series = {series_with("ci/Other/main/wall", {1, 2, 3})};
    asked.now.limits = {limit_with("worker-threads.api", 3, 2, 4)};
    CHECK(status_thrown(asked) == Status::untrusted);
}

TEST_CASE("a missing baseline is refused unless that is allowed") {
    const Asked asked;
    FoundBaseline baseline{.name = "b.json", .found = false};
    GateOptions options;
    const app::Present present{
        .snapshot = asked.now, .audit = asked.audit, .settings = asked.settings};
    CHECK_THROWS_AS(app::gate(present, baseline, options), Error);
    options.allow_missing_baseline = true;
    const GateResult result = app::gate(present, baseline, options);
    CHECK(result.verdict == GateVerdict::passed);
    CHECK_FALSE(result.has_before);
    CHECK(result.notes.size() == 1);
}

TEST_CASE("only and skip choose rows by id, check or kind, and slips are noted") {
    Asked asked;
    asked.now = some_state(20, 1.5, later);
    asked.now.findings = {finding_with("n-plus-one", Outcome::present)};
    asked.options.only = {"ci/*"};
    CHECK(asked.gate().rows.size() == 1);
    asked.options.only = {};
    asked.options.skip = {"series", "n-plus-one"};
    CHECK(asked.gate().verdict == GateVerdict::passed);
    asked.options.skip = {"nonesuch"};
    CHECK(asked.gate().notes.front().find("nonesuch") != std::string::npos);
}

TEST_CASE("patterns: stars do not blow up") {
    CHECK(app::matches("*", ""));
    CHECK(app::matches("ci/*/wall", "ci/CI/main/wall"));
    CHECK_FALSE(app::matches("ci/*/wal", "ci/CI/main/wall"));
    CHECK(app::matches("c?/*", "ci/"));
    CHECK_FALSE(app::matches("", "a"));
    const std::string many(200, 'a');
    CHECK_FALSE(app::matches("*a*a*a*a*a*a*a*a*a*a*a*b", many));
}

TEST_CASE("figures as people read them") {
    CHECK(app::shown(840, "ms") == "840 ms");
    CHECK(app::shown(12'300, "ms") == "12.3 s");
    CHECK(app::shown(738'000, "ms") == "12.3 min");
    CHECK(app::shown(7'200'000, "ms") == "2.0 h");
    CHECK(app::shown(4.12, "x") == "4.1x");
    CHECK(app::shown(12, "1") == "12");
    CHECK(app::shown(std::nan(""), "ms") == "not known");
    CHECK(app::shown_change(1.14) == "+14 %");
    CHECK(app::shown_change(0.5) == "-50 %");
}

// A log of weeks keeps its medians by wider periods (evidence/periods.hpp).
TEST_CASE("a median of six hours is a series of its own beside that of one hour") {
    constexpr std::int64_t hour_us = 3'600'000'000;
    const auto series_over = [&](int hours) {
        Evidence evidence;
        StatementClass& statement = evidence.workload.statements[7];
        statement.text = "select 1";
        for (int hour = 0; hour < hours; ++hour) {
            statement.periods.at(instant(hour * hour_us)).add(2'000, 50);
        }
        return app::series_of(evidence, Settings{});
    };
    const std::vector<Series> days = series_over(72);
    REQUIRE(days.size() == 1);
    CHECK(days[0].id == "db/0000000000000007/p50");
    CHECK(days[0].values.size() == 72);
    const std::vector<Series> weeks = series_over(14 * 24);
    REQUIRE(weeks.size() == 1);
    CHECK(weeks[0].id == "db/0000000000000007/p50-6h");
    CHECK(weeks[0].values.size() == 14 * 4);
    CHECK(weeks[0].name != days[0].name);
}
