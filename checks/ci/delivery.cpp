#include "checks/ci/delivery.hpp"

#include "checks/ci/lane.hpp"
#include "model/quantile.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace plimsoll::checks::ci {
namespace {

constexpr double minute_us = 60e6;

using BySha = std::map<std::string_view, std::vector<const RunTimes*>>;

// Successful runs of main-branch changes by commit; those without a commit stand alone.
[[nodiscard]] BySha green_by_sha(const Timed& timed, std::string_view branch) {
    BySha out;
    for (const RunTimes& times : timed.runs) {
        if (on_main(times, branch) && times.result == RunResult::success) {
            const bool known = times.run != nullptr && !times.run->sha.empty();
            out[known ? std::string_view{times.run->sha} : std::string_view{times.id}].push_back(
                &times);
        }
    }
    return out;
}

[[nodiscard]] double minutes(std::int64_t us) {
    return static_cast<double>(us) / minute_us;
}

// From the first run to the end of `last`, which may be the same one. Between two runs lies either
// the platform's chaining, or somebody's click.
[[nodiscard]] DeployTime chain(const RunTimes& first, const RunTimes& last) {
    DeployTime out{.at = instant(first.path.from),
                   .minutes = minutes(last.machine_us()),
                   .human_minutes = minutes(last.path.human()),
                   .run = &last};
    if (&first == &last || first.path.to > last.path.from) {
        // Side by side: the time from one trigger to the other belongs to neither's path.
        out.minutes += minutes(std::max<std::int64_t>(last.path.from - first.path.from, 0));
        return out;
    }
    out.minutes += minutes(first.machine_us());
    out.human_minutes += minutes(first.path.human());
    const std::int64_t gap = last.path.from - first.path.to;
    const bool person = last.trigger == Trigger::manual || gap >= model::least_gate_us;
    (person ? out.human_minutes : out.minutes) += minutes(gap);
    return out;
}

[[nodiscard]] std::optional<DeployTime> delivered(const std::vector<const RunTimes*>& runs,
                                                  const Pipelines& pipelines,
                                                  const Delivery& delivery) {
    const auto by_start = [](const RunTimes* run) { return run->path.from; };
    const RunTimes* const first = *std::ranges::min_element(runs, {}, by_start);
    const RunTimes* last = nullptr;
    for (const RunTimes* run : runs) {
        const bool ends =
            delivery.to_production ? deploys(*run, pipelines) : run->pipeline == delivery.pipeline;
        if (ends && (last == nullptr || run->path.to < last->path.to)) {
            last = run;
        }
    }
    if (last == nullptr) {
        return std::nullopt;
    }
    return chain(delivery.to_production ? *first : *last, *last);
}

}  // namespace

Delivery delivery_of(const Timed& timed, const Pipelines& pipelines) {
    Delivery out{.branch = main_branch(pipelines)};
    out.pipeline = main_pipeline(timed, pipelines, out.branch);
    Span span;
    std::size_t deploying = 0;
    std::size_t green = 0;
    for (const RunTimes& times : timed.runs) {
        if (!on_main(times, out.branch)) {
            continue;
        }
        span.cover(instant(times.path.from));
        if (times.result == RunResult::cancellation || times.result == RunResult::skip) {
            ++out.cancelled;
            continue;
        }
        ++out.runs;
        out.failed += times.result == RunResult::success ? 0U : 1U;
        if (times.result == RunResult::success) {
            ++green;
            deploying += deploys(times, pipelines) ? 1U : 0U;
        }
    }
    out.days = static_cast<double>(span.length().count()) / (86'400 * 1e6);
    out.to_production = deploying >= 10 || (deploying > 0 && deploying * 2 >= green);
    for (const auto& [sha, runs] : green_by_sha(timed, out.branch)) {
        if (const std::optional<DeployTime> time = delivered(runs, pipelines, out)) {
            out.changes.push_back(*time);
            out.with_gate += time->human_minutes >= 1 ? 1U : 0U;
        }
    }
    std::ranges::sort(out.changes, {}, [](const DeployTime& t) {
        return std::pair{t.at, t.minutes};
    });
    return out;
}

DevelopTime develop_time_of(const History& history) {
    std::map<std::uint32_t, std::vector<const Commit*>> by_author;
    for (const Commit& commit : history.commits) {
        if (!commit.is(Commit::merge) && !commit.is(Commit::bot)) {
            by_author[commit.author].push_back(&commit);
        }
    }
    DevelopTime out;
    for (auto& [author, commits] : by_author) {
        std::ranges::sort(commits, {}, &Commit::authored);
        for (std::size_t i = 0; i < commits.size(); ++i) {
            const std::int64_t gap =
                i == 0 ? session_gap_us + 1
                       : (commits[i]->authored - commits[i - 1]->authored) * 1'000'000;
            if (gap > session_gap_us) {
                ++out.session_starts;
            } else if (gap >= 60'000'000 && commits[i]->files <= small_change_files) {
                out.minutes.push_back(
                    minutes(gap));  // under a minute nothing was made: a split commit
            }
        }
    }
    std::ranges::sort(out.minutes);
    return out;
}

Estimate median_of(std::vector<double> values) {
    std::ranges::sort(values);
    const model::QuantileInterval interval = model::quantile_interval(values, 0.5, 0.9);
    Estimate out;
    out.at = model::median(values).value_or(out.at);
    out.low = interval.low.value_or(out.low);
    out.high = interval.high.value_or(out.high);
    return out;
}

}  // namespace plimsoll::checks::ci
