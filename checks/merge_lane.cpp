// At what multiple of today's changes does the merge lane keep people waiting, and when is it full?
//
// Law: the lane is a queue, M/G/1 with batches and failing runs (model/merge_lane.hpp). At a
// utilisation of 0.8 one change in twenty takes eight lane times, at 0.9 sixteen; so 0.8/rho is the
// comfortable multiple and 1/rho the hard one. Peaks in working hours count, not daily means: half
// of today's day is night. Blind spots: checks/ci/lane.hpp and model/arrivals.hpp name them; above
// all, a lane that nobody ever made wait for another change shows no limit, only an assumed one.

#include "checks/ci/lane.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::checks {
namespace {

constexpr Threshold comfortable{
    "merge-lane.comfortable",
    0.8,
    "share",
    "at 0.8 busy the 95th percentile of the time in the lane is 8 lane times"};
constexpr Threshold least_runs{
    "merge-lane.least-runs",
    30,
    "runs",
    "below 30 the mean of log-normal run times is off by a tenth and more"};
constexpr Threshold least_days{
    "merge-lane.least-days", 14, "days", "two weeks show a working week twice"};
constexpr Threshold concern{"merge-lane.concern",
                            2,
                            "multiple",
                            "a lane that twice as many changes fill is the team's next limit"};
constexpr std::array thresholds{comfortable, least_runs, least_days, concern};

constexpr std::string_view how =
    "gh api --paginate -X GET repos/{owner}/{repo}/actions/runs -f per_page=100 -f "
    "created=\">=2026-01-01\" "
    "--jq '.workflow_runs[]' > runs.ndjson; then the jobs of each: plimsoll how github";

[[nodiscard]] std::string_view section(ci::LaneKind kind) {
    switch (kind) {
        case ci::LaneKind::merge_queue:
            return "merge queue";
        case ci::LaneKind::deploy:
            return "deploy jobs";
        case ci::LaneKind::pipeline:
            return "main-branch pipeline";
    }
    return "lane";
}

[[nodiscard]] Measure measure(
    std::string id, std::string name, Estimate value, std::string unit, const ci::Lane& lane) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = value,
            .unit = std::move(unit),
            .samples = static_cast<double>(lane.runs),
            .formula = {},
            .origins = lane.origins};
}

[[nodiscard]] Limit limit_of(const ci::Lane& lane, const Settings& settings) {
    const double share = settings.value_of(comfortable);
    const Estimate& rho = lane.utilisation;
    const double infinite = std::numeric_limits<double>::infinity();
    Limit limit{.id = "merge-lane", .name = fmt::format("merge lane ({})", section(lane.kind))};
    limit.basis = fmt::format(
        "{:.0f} min, {:.0f} % busy at peak", lane.model.mean_service * 60, rho.at * 100);
    limit.axis = Axis::team;
    const double high = lane.capacity_is_assumed ? infinite : 1 / rho.low;
    limit.place({.at = share / rho.at, .low = share / rho.high, .high = share * high});
    limit.hard = {.at = 1 / rho.at, .low = 1 / rho.high, .high = high};
    limit.grade = lane.capacity_is_assumed ? Grade::C : lane.proven ? Grade::A : Grade::B;
    limit.formula =
        fmt::format("{} / rho; rho = changes per hour at peak * hours in the lane / (batch {} * "
                    "lanes {} * (1 - share of failing runs))",
                    share,
                    lane.model.batch,
                    lane.model.lanes);
    limit.inputs = {
        measure(
            "arrivals",
            "changes per working hour, at peak",
            {.at = lane.arrivals.peak, .low = lane.arrivals.mean, .high = lane.arrivals.raw_peak},
            "per hour",
            lane),
        measure("service",
                "time in the lane, mean",
                Estimate::exactly(lane.model.mean_service * 60),
                "min",
                lane),
        measure("failing",
                "lane runs that fail",
                Estimate::exactly(lane.model.fail_share),
                "share",
                lane)};
    return limit;
}

// What waiting becomes as changes grow.
[[nodiscard]] Exhibit growth(const ci::Lane& lane) {
    Exhibit out{.key = "merge-lane.growth",
                .form = Form::table,
                .title = "A change's way through the lane"};
    out.caption =
        "Computed for random arrivals at the peak rate (M/G/1 with failures and batches). "
        "\"full\" means that the queue grows until people go home.";
    out.columns = {{"changes", "multiple", true},
                   {"lane busy", "%", true},
                   {"mean, waiting included", "min", true},
                   {"one in twenty takes", "min", true}};
    for (const double times : {1.0, 2.0, 5.0, 10.0}) {
        model::MergeLane grown = lane.model;
        grown.arrival_rate *= times;
        const double busy = model::lane_utilisation(grown).value_or(0) * 100;
        Row row{
            .cells = {{fmt::format("{:.0f}x", times), times}, {fmt::format("{:.0f}", busy), busy}}};
        if (const std::optional<model::LaneSojourn> way = model::lane_sojourn(grown)) {
            row.cells.push_back({fmt::format("{:.0f}", way->mean * 60), way->mean * 60});
            row.cells.push_back({fmt::format("{:.0f}", way->p95 * 60), way->p95 * 60});
        } else {
            row.cells.push_back({"full", std::nullopt});
            row.cells.push_back({"full", std::nullopt});
        }
        out.rows.push_back(std::move(row));
    }
    return out;
}

[[nodiscard]] std::vector<Remedy> remedies(const ci::Lane& lane) {
    const double batch =
        2.0 * (1 - lane.model.fail_share);  // a failing change takes its partner with it
    Remedy batching{.id = "merge-lane.batch", .rung = Rung::pipeline};
    batching.title = "Let the merge lane take two changes at a time";
    batching.action = "GitHub: Settings > Branches > require merge queue, maximum group size 2; "
                      "GitLab: merge trains";
    batching.effort = "1 day";
    batching.reach = "how changes are merged";
    batching.undo = "set the group size back to 1";
    batching.effects = {
        {"merge-lane", {.at = std::max(1.0, batch), .low = std::max(1.0, batch * 0.8), .high = 2}}};
    batching.verify = "plimsoll audit NEW-EXPORT: rho of the merge lane halves";
    batching.model = "capacity is batch * lanes * (1 - failing) / lane time; two changes that fail "
                     "together run again";
    std::vector<Remedy> out{batching};
    if (lane.model.fail_share > 0.05) {
        const double gain = (1 - lane.model.fail_share / 2) / (1 - lane.model.fail_share);
        Remedy flaky{.id = "merge-lane.failures", .rung = Rung::pipeline};
        flaky.title = "Halve the failing runs of the merge lane";
        flaky.action =
            "run the failing jobs before the change enters the lane, and quarantine flaky tests";
        flaky.effort = "1 week";
        flaky.reach = "tests";
        flaky.undo = "none needed";
        flaky.effects = {{"merge-lane", {.at = gain, .low = 1, .high = gain}}};
        flaky.verify = "plimsoll audit NEW-EXPORT: failing share of the lane";
        flaky.model = "a failed run occupies the lane and delivers nothing: capacity is "
                      "proportional to 1 - f";
        out.push_back(flaky);
    }
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    const std::optional<ci::Lane> lane = ci::lane_of(timed, evidence.pipelines);
    Finding out;
    if (!lane || static_cast<double>(lane->runs) < settings.value_of(least_runs) ||
        lane->days < settings.value_of(least_days) || lane->utilisation.at <= 0) {
        const std::size_t runs = lane ? lane->runs : 0;
        out.says = fmt::format(
            "{} finished runs with jobs went through the merge lane in {:.0f} days: too few "
            "to say when it fills ({:.0f} runs and {:.0f} days are needed).",
            runs,
            lane ? lane->days : 0,
            settings.value_of(least_runs),
            settings.value_of(least_days));
        out.gaps = {{"merge-lane.runs",
                     "CI runs of the main branch with their jobs",
                     "the limit of the merge lane on the team axis",
                     std::string{how}}};
        Limit missing{.id = "merge-lane", .name = "merge lane"};
        missing.axis = Axis::team;
        missing.missing_input = "30 runs and 14 days of the main branch, with jobs";
        out.limits = {missing};
        return out;
    }
    const Limit limit = limit_of(*lane, settings);
    out.limits = {limit};
    const bool near = limit.at < settings.value_of(concern);
    out.outcome = near ? Outcome::present : Outcome::absent;
    if (lane->capacity_is_assumed && near) {
        out.outcome = Outcome::latent;
    }
    out.says = fmt::format(
        "The {} of \"{}\" takes {:.0f} min a change and is {:.0f} % busy at the peak of the "
        "working "
        "day: changes can grow {:.1f}x before they wait long, {:.1f}x before it is full{}.",
        section(lane->kind),
        lane->name,
        lane->model.mean_service * 60,
        lane->utilisation.at * 100,
        limit.at,
        limit.hard.at,
        lane->capacity_is_assumed
            ? fmt::format(", if it takes no more than {} at a time, the most ever seen together",
                          lane->model.lanes)

            : std::string{});
    out.confidence = lane->capacity_is_assumed ? Confidence::low
                     : lane->runs >= 100       ? Confidence::high
                                               : Confidence::medium;
    out.confidence_why = fmt::format(
        "{} lane runs in {:.0f} days; most at the same time: {}; by chance {:.0f} would have met",
        lane->runs,
        lane->days,
        lane->model.lanes,
        lane->expected_meetings);
    out.measures = limit.inputs;
    out.measures.insert(
        out.measures.begin(),
        measure("utilisation", "lane busy at peak", lane->utilisation, "share", *lane));
    out.exhibits = {growth(*lane)};
    out.remedies = remedies(*lane);
    out.seen_at = lane->origins;
    return out;
}

}  // namespace

extern constinit const Check merge_lane{
    .id = "merge-lane",
    .asks = "How many more changes can the merge lane take?",
    .why = "A lane that takes changes one after the other is a queue; from 80 % busy its waits "
           "multiply. "
           "Blind spot: serial sections outside CI.",
    .limit = Axis::team,
    .needs = {Kind::pipelines},
    .thresholds = thresholds,
    .claims = "000-34 000-40 001-22",
    .missing = {"CI runs with their jobs", "the limit of the merge lane", how},
    .run = run,
};

}  // namespace plimsoll::checks
