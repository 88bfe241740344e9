// How fast and how safely do changes reach production? Lead time, frequency, failures, recovery.
//
// Definitions: lead time runs from a change's first commit (author date, by git) to the end of the
// run that deployed it, nights included. Recovery runs from the first failed main-branch run to the
// next one that succeeds. The wait of pull requests for people is told apart from their CI
// (ci/review.hpp). A failed change is a deploying run that failed, or one that a revert
// undid. The bands are the clusters of DORA's 2024 report, printed with their year: they are
// refitted each year, are no scale (that year's "high" failed more than its "medium"), and DORA
// warns against making them goals. Blind spots: failures that no pipeline and no revert shows;
// deploys outside CI.

#include "checks/ci/delivery.hpp"
#include "checks/ci/lane.hpp"
#include "checks/ci/review.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace plimsoll::checks {
namespace {

constexpr Threshold failing{
    "delivery-metrics.failing",
    0.15,
    "share",
    "DORA's clusters that deploy safely lie at 15 % and below in every year's report"};
constexpr Threshold least_deploys{
    "delivery-metrics.least-deploys", 10, "deploys", "fewer show no rate"};
constexpr Threshold least_days{
    "delivery-metrics.least-days", 14, "days", "two weeks show a working week twice"};
constexpr std::array thresholds{failing, least_deploys, least_days};

struct Metrics {
    ci::Delivery delivery;
    std::vector<double> lead_hours;
    std::vector<double> recovery_hours;
    std::set<std::int64_t> deploy_days;
    std::size_t reverted = 0;
    ci::Review review;
};

// The first author date of what a commit of the main line brought in.
[[nodiscard]] std::map<std::size_t, std::int64_t> first_work(const History& history) {
    std::map<std::size_t, std::int64_t> out;
    for (const Commit& commit : history.commits) {
        const auto [found, fresh] = out.emplace(commit.landed, commit.authored);
        found->second = std::min(found->second, commit.authored);
    }
    return out;
}

void add_lead_times(Metrics& m, const History& history) {
    const std::map<std::size_t, std::int64_t> begun = first_work(history);
    for (const ci::DeployTime& change : m.delivery.changes) {
        m.deploy_days.insert(day_of(instant(change.run->path.to)));
        const std::optional<CommitId> id =
            change.run->run == nullptr ? std::nullopt : parse_commit_id(change.run->run->sha);
        const auto found = id ? std::ranges::lower_bound(history.ids, *id) : history.ids.end();
        if (found == history.ids.end() || *found != *id) {
            continue;
        }
        const auto at = static_cast<std::size_t>(found - history.ids.begin());
        const auto first = begun.find(at);
        const std::int64_t from =
            first == begun.end() ? history.commits[at].authored : first->second;
        const double hours = static_cast<double>(change.run->path.to - from * 1'000'000) / 3.6e9;
        if (hours >= 0) {  // else a clock is wrong
            m.lead_hours.push_back(hours);
        }
    }
}

void add_recovery(Metrics& m, const ci::Timed& timed) {
    std::optional<std::int64_t> red;
    for (const ci::RunTimes& run : timed.runs) {
        if (!ci::on_main(run, m.delivery.branch) || run.pipeline != m.delivery.pipeline) {
            continue;
        }
        if (run.result == RunResult::success && red) {
            m.recovery_hours.push_back(
                static_cast<double>(std::max(run.path.to - *red, std::int64_t{0})) / 3.6e9);
            red.reset();
        } else if ((run.result == RunResult::failure || run.result == RunResult::timeout) && !red) {
            red = run.path.to;
        }
    }
}

// Reverts on the main line in the days that the runs cover.
[[nodiscard]] std::size_t reverts(const History& history, const ci::Delivery& delivery) {
    const std::int64_t from = micros(delivery.changes.front().at) / 1'000'000;
    const std::int64_t to = delivery.changes.back().run->path.to / 1'000'000;
    return static_cast<std::size_t>(
        std::ranges::count_if(history.commits, [&](const Commit& commit) {
            return commit.is(Commit::revert) && commit.committed >= from && commit.committed <= to;
        }));
}

[[nodiscard]] std::string_view lead_band(double hours) {
    return hours < 24 ? "elite" : hours < 168 ? "high" : hours < 720 ? "medium" : "low";
}

[[nodiscard]] std::string_view frequency_band(double a_day) {
    return a_day >= 1 ? "elite" : a_day >= 1.0 / 7 ? "high" : a_day >= 1.0 / 30 ? "medium" : "low";
}

[[nodiscard]] std::string_view recovery_band(double hours) {
    return hours < 1 ? "elite" : hours < 24 ? "high or medium" : "low";
}

[[nodiscard]] Row row(std::string name, std::string value, std::string_view band) {
    return {.cells = {{std::move(name), std::nullopt},
                      {std::move(value), std::nullopt},
                      {std::string{band}, std::nullopt}}};
}

void add_time(Finding& out,
              Exhibit& table,
              std::string id,
              std::string name,
              const std::vector<double>& hours,
              std::string_view (*band)(double)) {
    if (hours.empty()) {
        table.rows.push_back(row(std::move(name), "not in the evidence", ""));
        return;
    }
    const Estimate median = ci::median_of(hours);
    table.rows.push_back(row(name, fmt::format("{:.1f} h", median.at), band(median.at)));
    out.measures.push_back({.id = std::move(id),
                            .name = std::move(name),
                            .value = median,
                            .unit = "h",
                            .samples = static_cast<double>(hours.size())});
}

void fill(Finding& out, const Metrics& m, const Settings& settings) {
    const ci::Delivery& d = m.delivery;
    const auto deploys = static_cast<double>(d.changes.size());
    const double a_day = deploys / std::max(1.0, d.days);
    const std::uint64_t decided = d.changes.size() + d.failed;
    const std::uint64_t bad = std::min<std::uint64_t>(decided, d.failed + m.reverted);
    const model::ShareInterval share = model::wilson(bad, decided, 0.9);
    const double rate = static_cast<double>(bad) / static_cast<double>(decided);
    const std::string what = d.to_production ? "deploys" : "green main-branch runs";
    Exhibit table{.key = "delivery-metrics.bands",
                  .form = Form::table,
                  .title = "Delivery, beside DORA's clusters of 2024"};
    table.caption = "Clusters of one year's survey, not goals and not a scale.";
    table.columns = {{"measure", ""}, {"here", ""}, {"cluster (DORA 2024)", ""}};
    add_time(
        out,
        table,
        "lead-time",
        "first commit to " + std::string{d.to_production ? "production" : "green"} + ", median",
        m.lead_hours,
        lead_band);
    add_time(out,
             table,
             "review-wait",
             "pull request: CI done to merged (people), median",
             m.review.wait_hours,
             [](double) { return std::string_view{}; });
    add_time(out,
             table,
             "pull-request-ci",
             "pull request: first run to last run's end (CI), median",
             m.review.ci_hours,
             [](double) { return std::string_view{}; });
    table.rows.push_back(row(what + " a day", fmt::format("{:.2f}", a_day), frequency_band(a_day)));
    table.rows.push_back(row("changes that fail or are reverted",
                             fmt::format("{:.0f} %", rate * 100),
                             "elite 5 %, high 20 %, medium 10 %, low 40 %"));
    add_time(
        out, table, "recovery", "first red to next green, median", m.recovery_hours, recovery_band);
    out.measures.push_back({.id = "frequency",
                            .name = what + " a day",
                            .value = Estimate::exactly(a_day),
                            .unit = "per day",
                            .samples = deploys});
    out.measures.push_back({.id = "deploy-days",
                            .name = "days a week with one",
                            .value = Estimate::exactly(static_cast<double>(m.deploy_days.size()) *
                                                       7 / std::max(1.0, d.days)),
                            .unit = "days"});
    out.measures.push_back({.id = "failing",
                            .name = "changes that fail or are reverted",
                            .value = {.at = rate, .low = share.low, .high = share.high},
                            .unit = "share",
                            .samples = static_cast<double>(decided)});
    out.exhibits = {table};
    const double line = settings.value_of(failing);
    out.outcome = share.low > line    ? Outcome::present
                  : share.high < line ? Outcome::absent
                                      : Outcome::insufficient;
    out.says = fmt::format(
        "{:.1f} {} a day; {} of {} changes failed or were reverted ({:.0f} %, {:.0f} to {:.0f}).",
        a_day,
        what,
        bad,
        decided,
        rate * 100,
        share.low * 100,
        share.high * 100);
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    Metrics m{.delivery = ci::delivery_of(timed, evidence.pipelines)};
    Finding out;
    const auto deploys = static_cast<double>(m.delivery.changes.size());
    if (deploys < settings.value_of(least_deploys) ||
        m.delivery.days < settings.value_of(least_days)) {
        out.says = fmt::format("{:.0f} delivered changes in {:.0f} days are too few for rates "
                               "({:.0f} and {:.0f} are needed).",
                               deploys,
                               m.delivery.days,
                               settings.value_of(least_deploys),
                               settings.value_of(least_days));
        out.gaps = {{"delivery-metrics.runs",
                     "CI runs of the main branch with their jobs",
                     "delivery metrics",
                     "plimsoll how github"}};
        return out;
    }
    add_lead_times(m, evidence.history);
    add_recovery(m, timed);
    m.reverted = reverts(evidence.history, m.delivery);
    m.review = ci::review_of(timed, evidence.history);
    fill(out, m, settings);
    out.confidence = m.lead_hours.empty() ? Confidence::low
                     : deploys >= 50      ? Confidence::high
                                          : Confidence::medium;
    out.confidence_why =
        fmt::format("{:.0f} delivered changes in {:.0f} days, {} of them found in the git history",
                    deploys,
                    m.delivery.days,
                    m.lead_hours.size());
    out.seen_at = {m.delivery.changes.front().run->jobs.front()->origin,
                   m.delivery.changes.back().run->jobs.front()->origin};
    return out;
}

}  // namespace

extern constinit const Check delivery_metrics{
    .id = "delivery-metrics",
    .asks = "How fast and how safely do changes reach production?",
    .why = "Slow or failing delivery is where coupling is paid for every day. Blind spot: failures "
           "that no pipeline shows.",
    .sign = Sign::deploys_drag,
    .needs = {Kind::pipelines},
    .thresholds = thresholds,
    .claims = "002-05 002-93 004-13 004-51",
    .missing = {"CI runs with their jobs",
                "lead time, frequency, failures, recovery",
                "plimsoll how github"},
    .run = run,
};

}  // namespace plimsoll::checks
