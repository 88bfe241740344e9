// Is deploying stressful: fixes in a hurry, roll-backs, people's hands, days on which nobody dares?
// (sign 2)
//
// Law, each a rate with an interval: a hotfix is a deploy from a branch named so, or of a commit
// that a fix within a day after the deploy before brought; a roll-back deploys a commit that an
// earlier deploy had already brought, or one older than what runs; hands: a person was waited for,
// or the run was started by one; courage: the share of working days with a deploy, and whether
// Fridays have theirs. Start-up and roll-out: the time of steps that wait for instances to become
// healthy. Two of the rates over their lines are stress. Blind spots: deploys outside CI; a
// roll-back by other means than a deploy; a team that plans its releases deploys rarely on purpose.
#include "checks/ci/delivery.hpp"
#include "checks/ci/lane.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "evidence/phases.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold rework_line{"stressful-deploys.rework",
                                0.2,
                                "share",
                                "hotfixes and roll-backs of every fifth deploy: beyond DORA's 2024 "
                                "clusters that deploy safely"};
constexpr Threshold hands_line{"stressful-deploys.hands",
                               0.25,
                               "share",
                               "every fourth deploy waits for a person or is started by one"};
constexpr Threshold friday_line{
    "stressful-deploys.friday",
    0.4,
    "ratio",
    "Fridays with fewer than two fifths of the other days' deploys are days on which nobody dares"};
constexpr Threshold rollout_line{"stressful-deploys.rollout",
                                 5,
                                 "min",
                                 "a roll-out longer than that is watched by somebody (000-33)"};
constexpr Threshold least_deploys{
    "stressful-deploys.least-deploys", 20, "deploys", "fewer show no rate of a fifth"};
constexpr std::array thresholds{rework_line, hands_line, friday_line, rollout_line, least_deploys};

struct Deploy {
    const ci::RunTimes* run = nullptr;
    Instant at;
    bool hotfix = false;
    bool rollback = false;
    bool by_hand = false;
    double rollout_minutes = 0;
    double startup_minutes = 0;  // apart from it
};

[[nodiscard]] bool named_hotfix(std::string_view branch) {
    return branch.find("hotfix") != std::string_view::npos ||
           branch.find("hot-fix") != std::string_view::npos;
}

[[nodiscard]] std::optional<std::size_t> commit_at(const History& history, const std::string& sha) {
    const std::optional<CommitId> id = sha.size() < 40 ? std::nullopt : parse_commit_id(sha);
    const auto found = id ? std::ranges::lower_bound(history.ids, *id) : history.ids.end();
    return found == history.ids.end() || *found != *id
               ? std::nullopt
               : std::optional{static_cast<std::size_t>(found - history.ids.begin())};
}

[[nodiscard]] double minutes_of(Phase phase, const ci::RunTimes& run, const Pipelines& pipelines) {
    std::int64_t us = 0;
    for (const Job* job : run.jobs) {
        us += phases_of(*job, pipelines)[static_cast<std::size_t>(phase)];
    }
    return static_cast<double>(us) / 60e6;
}

[[nodiscard]] std::vector<Deploy> deploys_of(const ci::Timed& timed, const Evidence& evidence) {
    std::vector<Deploy> out;
    std::set<std::string> seen;          // commits that were deployed before
    std::optional<std::int64_t> newest;  // committed, of what runs
    std::optional<Instant> before;
    std::string running;
    for (const ci::RunTimes& run : timed.runs) {
        if (run.run == nullptr || run.result != RunResult::success ||
            !ci::deploys(run, evidence.pipelines)) {
            continue;
        }
        Deploy one{.run = &run, .at = instant(run.path.to)};
        const std::string& sha = run.run->sha;
        const std::optional<std::size_t> commit = commit_at(evidence.history, sha);
        one.hotfix = named_hotfix(run.run->branch);
        if (commit) {
            const Commit& what = evidence.history.commits[*commit];
            const bool hurried = before && one.at - *before < std::chrono::hours{24} &&
                                 (what.is(Commit::fix) || what.is(Commit::revert)) &&
                                 instant(what.committed * 1'000'000) > *before;
            one.hotfix = one.hotfix || hurried;
            one.rollback = newest && what.committed < *newest;
            newest = what.committed;
        }
        one.rollback = one.rollback || (!sha.empty() && sha != running && seen.contains(sha));
        one.by_hand = run.trigger == Trigger::manual || run.path.human() >= 60'000'000;
        one.rollout_minutes = minutes_of(Phase::rollout, run, evidence.pipelines);
        one.startup_minutes = minutes_of(Phase::startup, run, evidence.pipelines);
        seen.insert(sha);
        running = sha;
        before = one.at;
        out.push_back(one);
    }
    return out;
}

struct Rate {
    double at = 0;
    model::ShareInterval interval;
};
template <class Is>
[[nodiscard]] Rate rate_of(const std::vector<Deploy>& deploys, Is is) {
    const auto count = static_cast<std::uint64_t>(std::ranges::count_if(deploys, is));
    return {.at = static_cast<double>(count) / static_cast<double>(deploys.size()),
            .interval = model::wilson(count, deploys.size(), 0.9)};
}

// Of the deploys that have any; nothing where none has.
[[nodiscard]] std::optional<Estimate> median_minutes(const std::vector<Deploy>& deploys,
                                                     const auto& minutes) {
    std::vector<double> values;
    for (const Deploy& one : deploys) {
        if (minutes(one) > 0) {
            values.push_back(minutes(one));
        }
    }
    return values.empty() ? std::nullopt : std::optional{ci::median_of(values)};
}

void add_minutes(Finding& out,
                 const std::vector<Deploy>& deploys,
                 std::string id,
                 std::string name,
                 double Deploy::*minutes) {
    const auto of = [&](const Deploy& one) { return one.*minutes; };
    if (const std::optional<Estimate> median = median_minutes(deploys, of)) {
        out.measures.push_back({.id = std::move(id),
                                .name = std::move(name),
                                .value = *median,
                                .unit = "min",
                                .samples = static_cast<double>(std::ranges::count_if(
                                    deploys, [&](const Deploy& one) { return of(one) > 0; }))});
    }
}

struct Week {
    double fridays = 0;  // deploys a Friday, over those of Monday to Thursday
    double share_of_days = 0;
    bool told = false;  // enough deploys for Fridays to show
};

[[nodiscard]] Week week_of(const std::vector<Deploy>& deploys) {
    std::array<double, 7> by_day{};
    std::set<std::int64_t> days;
    for (const Deploy& one : deploys) {
        const std::int64_t day = day_of(one.at);
        by_day[static_cast<std::size_t>((day % 7 + 7 + 3) % 7)] += 1;  // 1970 began on a Thursday
        days.insert(day);
    }
    const double others = (by_day[0] + by_day[1] + by_day[2] + by_day[3]) / 4;
    const double span = static_cast<double>(*days.rbegin() - *days.begin() + 1) * 5 / 7;
    return {
        .fridays = others > 0 ? by_day[4] / others : 1,
        .share_of_days = std::min(1.0, static_cast<double>(days.size()) / std::max(span, 1.0)),
        // Of 16 and more expected, fewer than two fifths come by chance once in a thousand times.
        .told = others >= 16};
}

void measure(Finding& out, const char* id, const char* name, const Rate& rate, double samples) {
    out.measures.push_back(
        {.id = id,
         .name = name,
         .value = {.at = rate.at, .low = rate.interval.low, .high = rate.interval.high},
         .unit = "share",
         .samples = samples,
         .formula = {},
         .origins = out.seen_at});
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    const std::vector<Deploy> deploys = deploys_of(timed, evidence);
    const auto count = static_cast<double>(deploys.size());
    Finding out;
    if (count < settings.value_of(least_deploys)) {
        out.says =
            fmt::format("{} deploys are too few to say whether deploying is stressful ({:.0f} are "
                        "needed).",
                        deploys.size(),
                        settings.value_of(least_deploys));
        out.gaps = {{"stressful-deploys.runs",
                     "CI runs that deploy, with their jobs",
                     "hotfixes, roll-backs, manual steps, roll-out time",
                     "plimsoll how github"}};
        return out;
    }
    out.seen_at = {deploys.front().run->jobs.front()->origin,
                   deploys.back().run->jobs.front()->origin};
    const Rate hotfix = rate_of(deploys, [](const Deploy& d) { return d.hotfix; });
    const Rate rollback = rate_of(deploys, [](const Deploy& d) { return d.rollback; });
    const Rate rework = rate_of(deploys, [](const Deploy& d) { return d.hotfix || d.rollback; });
    const Rate hands = rate_of(deploys, [](const Deploy& d) { return d.by_hand; });
    measure(out, "hotfixes", "deploys that are hotfixes", hotfix, count);
    measure(out, "rollbacks", "deploys that are roll-backs", rollback, count);
    measure(out, "hands", "deploys that waited for a person or were started by one", hands, count);
    const Week week = week_of(deploys);
    out.measures.push_back({.id = "deploy-days",
                            .name = "working days with a deploy",
                            .value = Estimate::exactly(week.share_of_days),
                            .unit = "share",
                            .samples = count});
    out.measures.push_back({.id = "fridays",
                            .name = "deploys of a Friday over those of another working day",
                            .value = Estimate::exactly(week.fridays),
                            .unit = "ratio",
                            .samples = count});
    std::vector<std::string> wrong;
    add_minutes(
        out, deploys, "rollout", "replacing instances, a deploy, median", &Deploy::rollout_minutes);
    add_minutes(out,
                deploys,
                "startup",
                "waiting for instances to answer, a deploy, median",
                &Deploy::startup_minutes);
    const std::optional<Estimate> both = median_minutes(
        deploys, [](const Deploy& one) { return one.rollout_minutes + one.startup_minutes; });
    if (both && both->low > settings.value_of(rollout_line)) {
        wrong.push_back(fmt::format("roll-outs take {:.0f} min", both->at));
    }
    if (rework.interval.low > settings.value_of(rework_line)) {
        wrong.push_back(fmt::format("{:.0f} % are hotfixes or roll-backs", 100 * rework.at));
    }
    if (hands.interval.low > settings.value_of(hands_line)) {
        wrong.push_back(fmt::format("{:.0f} % need a person's hands", 100 * hands.at));
    }
    if (week.told && week.fridays < settings.value_of(friday_line)) {
        wrong.push_back(fmt::format("a Friday has {:.0f} % of another day's", 100 * week.fridays));
    }
    const bool clean = rework.interval.high < settings.value_of(rework_line) &&
                       hands.interval.high < settings.value_of(hands_line);
    out.outcome = wrong.size() >= 2        ? Outcome::present
                  : clean && wrong.empty() ? Outcome::absent
                                           : Outcome::insufficient;
    const bool joined = std::ranges::any_of(deploys, [&](const Deploy& one) {
        return commit_at(evidence.history, one.run->run->sha).has_value();
    });
    out.confidence = !joined        ? Confidence::low
                     : count >= 100 ? Confidence::high
                                    : Confidence::medium;
    out.confidence_why = fmt::format(
        "{} deploys, {} with the git history", deploys.size(), joined ? "joined" : "not joined");
    out.says =
        fmt::format("Of {} deploys {:.0f} % were hotfixes, {:.0f} % roll-backs, {:.0f} % needed a "
                    "person{}{}.",
                    deploys.size(),
                    100 * hotfix.at,
                    100 * rollback.at,
                    100 * hands.at,
                    wrong.empty() ? "" : "; stress: ",
                    fmt::join(wrong, ", "));
    return out;
}

}  // namespace

extern constinit const Check stressful_deploys{
    .id = "stressful-deploys",
    .asks = "Is deploying stressful: hotfixes, roll-backs, manual steps, days without a deploy?",
    .why = "What is feared is done rarely, in large pieces, which go wrong more often. Blind spot: "
           "deploys outside CI.",
    .sign = Sign::deploys_drag,
    .needs = {Kind::pipelines},
    .thresholds = thresholds,
    .claims = "000-33 002-51 002-52 002-57 002-103 000-43",
    .missing = {"CI runs that deploy, with their jobs",
                "hotfixes, roll-backs, manual steps, roll-out time",
                "plimsoll how github"},
    .run = run,
};

}  // namespace plimsoll::checks
