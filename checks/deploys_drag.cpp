// Does it take longer to deploy a change than to make it? (sign 2)
//
// Law: what a change costs is making it plus waiting for it; once waiting is the larger part,
// people batch changes up, batches fail more often, and the pipeline gets longer still. The ratio
// of the medians decides, where git shows how long people work; two of the other symptoms together
// decide as well. Both times have order-statistic intervals; present needs the lower bound of the
// ratio at 1, a pipeline of a quarter of an hour, and most weeks, not one bad one. Blind spots:
// checks/ci/delivery.hpp names those of either time.

#include "checks/ci/delivery.hpp"
#include "checks/ci/lane.hpp"
#include "checks/ci/path.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/proportion.hpp"
#include "model/quantile.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr Threshold ratio{
    "deploys-drag.ratio", 1.0, "ratio", "waiting for a change costs more than making it"};
constexpr Threshold least_pipeline{
    "deploys-drag.pipeline",
    15,
    "min",
    "below a quarter of an hour people wait rather than switch to other work"};
constexpr Threshold weeks_share{
    "deploys-drag.weeks", 0.6, "share", "one bad week is not a structure"};
constexpr Threshold long_pipeline{
    "deploys-drag.long",
    30,
    "min",
    "three times the ten minutes that builds should take (Ghaleb et al. 2019, CircleCI)"};
constexpr Threshold success{
    "deploys-drag.success",
    0.8,
    "share",
    "below four in five the main branch is red on most days (CircleCI asks for 0.9)"};
constexpr Threshold busy{
    "deploys-drag.lane", 0.8, "share", "the p95 change then takes 8 lane times"};
constexpr Threshold gates{
    "deploys-drag.gates", 0.25, "share", "every fourth deploy waits for a person"};
constexpr Threshold least_runs{
    "deploys-drag.least-runs", 30, "runs", "a median of 30 has an interval of a third of them"};
constexpr Threshold least_days{
    "deploys-drag.least-days", 14, "days", "two weeks show a working week twice"};
constexpr std::array thresholds{ratio,
                                least_pipeline,
                                weeks_share,
                                long_pipeline,
                                success,
                                busy,
                                gates,
                                least_runs,
                                least_days};
constexpr model::ControlPoints by_ratio{.ten = 0.5, .fifty = 1.0};
constexpr model::ControlPoints by_length{.ten = 10, .fifty = 30};  // minutes
constexpr std::size_t least_sessions = 20;

constexpr std::string_view how_runs =
    "gh api --paginate -X GET repos/{owner}/{repo}/actions/runs -f per_page=100 -f "
    "created=\">=2026-01-01\" "
    "--jq '.workflow_runs[]' > runs.ndjson; then the jobs of each: plimsoll how github";
constexpr std::string_view how_git =
    "git clone --filter=blob:none URL, and name the clone: plimsoll audit runs.ndjson CLONE";

struct Figures {
    ci::Delivery delivery;
    ci::DevelopTime develop;
    Estimate deploy_min;
    Estimate develop_min;
    Estimate ratio;    // not known without sessions in git
    double weeks = 0;  // share of weeks in which it holds
    std::size_t weeks_seen = 0;
    model::ShareInterval success;
    std::optional<ci::Lane> lane;
};

// The share of weeks, of those with three changes or more, whose median is over the line.
void weigh_weeks(Figures& f, const Settings& settings) {
    std::map<std::int64_t, std::vector<double>> weeks;
    for (const ci::DeployTime& change : f.delivery.changes) {
        weeks[(day_of(change.at) + 3) / 7].push_back(change.minutes);
    }
    const double line =
        std::max(settings.value_of(least_pipeline), settings.value_of(ratio) * f.develop_min.at);
    double over = 0;
    for (const auto& [week, minutes] : weeks) {
        if (minutes.size() >= 3) {
            ++f.weeks_seen;
            over += model::median(minutes).value_or(0) >= line ? 1 : 0;
        }
    }
    f.weeks = f.weeks_seen == 0 ? 0 : over / static_cast<double>(f.weeks_seen);
}

[[nodiscard]] Figures figures_of(const Evidence& evidence,
                                 const Settings& settings,
                                 const ci::Timed& timed) {
    Figures f{.delivery = ci::delivery_of(timed, evidence.pipelines)};
    f.develop = ci::develop_time_of(evidence.history);
    std::vector<double> minutes;
    for (const ci::DeployTime& change : f.delivery.changes) {
        minutes.push_back(change.minutes);
    }
    f.deploy_min = ci::median_of(minutes);
    if (f.develop.minutes.size() >= least_sessions) {
        f.develop_min = ci::median_of(f.develop.minutes);
        f.ratio = {.at = f.deploy_min.at / f.develop_min.at,
                   .low = f.deploy_min.low / f.develop_min.high,
                   .high = f.deploy_min.high / f.develop_min.low};
        weigh_weeks(f, settings);
    }
    f.success = model::wilson(f.delivery.runs - f.delivery.failed, f.delivery.runs, 0.9);
    f.lane = ci::lane_of(timed, evidence.pipelines);
    return f;
}

// What is wrong, each as a clause of a sentence.
[[nodiscard]] std::vector<std::string> symptoms(const Figures& f, const Settings& settings) {
    std::vector<std::string> out;
    if (f.deploy_min.low > settings.value_of(long_pipeline)) {
        out.push_back(fmt::format("the median change waits over {:.0f} min",
                                  settings.value_of(long_pipeline)));
    }
    if (f.success.high < settings.value_of(success)) {
        out.push_back(
            fmt::format("{} of {} main-branch runs failed", f.delivery.failed, f.delivery.runs));
    }
    if (f.lane && !f.lane->capacity_is_assumed &&
        f.lane->utilisation.at > settings.value_of(busy)) {
        out.push_back(
            fmt::format("the merge lane is {:.0f} % busy at peak", f.lane->utilisation.at * 100));
    }
    const std::size_t changes = f.delivery.changes.size();
    if (f.delivery.to_production &&
        model::wilson(f.delivery.with_gate, changes, 0.9).low > settings.value_of(gates)) {
        out.push_back(
            fmt::format("{} of {} deploys waited for a person", f.delivery.with_gate, changes));
    }
    return out;
}

[[nodiscard]] Measure measure(
    std::string id, std::string name, Estimate value, std::string unit, double samples) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = value,
            .unit = std::move(unit),
            .samples = samples};
}

void fill_measures(Finding& out, const Figures& f) {
    const auto changes = static_cast<double>(f.delivery.changes.size());
    const ci::RunTimes* const first = f.delivery.changes.front().run;
    const ci::RunTimes* const last = f.delivery.changes.back().run;
    out.seen_at = {first->jobs.front()->origin, last->jobs.front()->origin};
    out.measures.push_back(measure("deploy-time",
                                   "merge to deployed, people's waits taken out, median",
                                   f.deploy_min,
                                   "min",
                                   changes));
    out.measures.back().origins = out.seen_at;
    if (f.ratio.known() && f.ratio.has_point()) {
        out.measures.push_back(measure("develop-time",
                                       "between two commits of one session, small changes, median",
                                       f.develop_min,
                                       "min",
                                       static_cast<double>(f.develop.minutes.size())));
        out.measures.push_back(
            measure("ratio", "deploy time / develop time", f.ratio, "ratio", changes));
        out.measures.back().formula = "median deploy time / median develop time";
        out.measures.push_back(measure("weeks",
                                       "weeks in which it holds",
                                       Estimate::exactly(f.weeks),
                                       "share",
                                       static_cast<double>(f.weeks_seen)));
    }
    const auto runs = static_cast<double>(f.delivery.runs);
    out.measures.push_back(measure("success",
                                   "main-branch runs that succeed",
                                   {.at = 1 - static_cast<double>(f.delivery.failed) / runs,
                                    .low = f.success.low,
                                    .high = f.success.high},
                                   "share",
                                   runs));
}

void judge(Finding& out, const Figures& f, const Settings& settings) {
    const std::vector<std::string> wrong = symptoms(f, settings);
    const bool drags = f.ratio.has_point() && f.ratio.low >= settings.value_of(ratio) &&
                       f.deploy_min.at >= settings.value_of(least_pipeline) &&
                       f.weeks >= settings.value_of(weeks_share);
    const bool quick = f.deploy_min.high < settings.value_of(least_pipeline);
    const bool lighter = f.ratio.has_point() && f.ratio.high < settings.value_of(ratio);
    if (drags || wrong.size() >= 2) {
        out.outcome = Outcome::present;
    } else if (quick || (lighter && wrong.empty())) {
        out.outcome = Outcome::absent;
    }
    out.score = f.ratio.has_point() ? model::severity(f.ratio.at, by_ratio)
                                    : model::severity(f.deploy_min.at, by_length);
    const std::string way = f.delivery.to_production
                                ? "from merge to production"
                                : fmt::format("in \"{}\"", f.delivery.pipeline);
    out.says = fmt::format("A change spends {:.0f} min {} (median of {}, {:.0f} to {:.0f})",
                           f.deploy_min.at,
                           way,
                           f.delivery.changes.size(),
                           f.deploy_min.low,
                           f.deploy_min.high);
    out.says +=
        f.ratio.has_point()
            ? fmt::format(", {:.1f} times the {:.0f} min that a small change takes to make.",
                          f.ratio.at,
                          f.develop_min.at)
            : std::string{"; how long it takes to make one is not in the evidence."};
    for (const std::string& clause : wrong) {
        out.says += (&clause == &wrong.front() ? " Also: " : "; ") + clause +
                    (&clause == &wrong.back() ? "." : "");
    }
}

void rate_confidence(Finding& out, const Figures& f) {
    const std::size_t changes = f.delivery.changes.size();
    out.confidence = !f.ratio.has_point() ? Confidence::low
                     : changes >= 100 && f.develop.minutes.size() >= 100 && f.weeks_seen >= 6
                         ? Confidence::high
                         : Confidence::medium;
    if (out.outcome == Outcome::present && !f.ratio.has_point()) {
        out.confidence = Confidence::medium;  // two symptoms, each with its interval
    }
    out.confidence_why = fmt::format("{} changes in {:.0f} days, {} timed pieces of work, {} first "
                                     "commits of a session left out",
                                     changes,
                                     f.delivery.days,
                                     f.develop.minutes.size(),
                                     f.develop.session_starts);
}

[[nodiscard]] Finding too_little(const Figures& f,
                                 const ci::Timed& timed,
                                 const Settings& settings) {
    Finding out;
    out.says = fmt::format("{} main-branch changes with jobs in {:.0f} days are too few to judge "
                           "by ({:.0f} and {:.0f} "
                           "are needed); {} runs came without their jobs.",
                           f.delivery.changes.size(),
                           f.delivery.days,
                           settings.value_of(least_runs),
                           settings.value_of(least_days),
                           timed.rest.without_jobs);
    out.gaps = {{"deploys-drag.runs",
                 "CI runs of the main branch with their jobs",
                 "sign 2: deploys that drag",
                 std::string{how_runs}}};
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    const Figures f = figures_of(evidence, settings, timed);
    if (static_cast<double>(f.delivery.changes.size()) < settings.value_of(least_runs) ||
        f.delivery.days < settings.value_of(least_days)) {
        return too_little(f, timed, settings);
    }
    Finding out;
    fill_measures(out, f);
    if (std::optional<Exhibit> path = ci::path_exhibit(f.delivery)) {
        out.exhibits.push_back(std::move(*path));
    }
    judge(out, f, settings);
    rate_confidence(out, f);
    if (!f.ratio.has_point()) {
        out.gaps = {{"deploys-drag.history",
                     "the git history of the same repository",
                     "how long changes take to make",
                     std::string{how_git}}};
    }
    return out;
}

}  // namespace

extern constinit const Check deploys_drag{
    .id = "deploys-drag",
    .asks = "Does deploying a change take longer than developing it?",
    .why = "When waiting costs more than making, changes are batched up, and batches fail more. "
           "Blind spot: work that git does not show.",
    .sign = Sign::deploys_drag,
    .decides = true,
    .needs = {Kind::pipelines},
    .thresholds = thresholds,
    .claims = "000-30 000-44",
    .missing = {"CI runs with their jobs", "sign 2: deploys that drag", how_runs},
    .run = run,
};

}  // namespace plimsoll::checks
