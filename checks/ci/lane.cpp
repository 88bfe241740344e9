#include "checks/ci/lane.hpp"

#include "evidence/phases.hpp"
#include "model/proportion.hpp"
#include "model/quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace plimsoll::checks::ci {
namespace {

constexpr double hour_us = 3'600'000'000.0;

// What one run takes up of the lane.
struct Passage {
    const RunTimes* times = nullptr;
    std::int64_t from = 0;
    std::int64_t to = 0;
};

[[nodiscard]] bool decided(RunResult result) noexcept {
    return result == RunResult::success || result == RunResult::failure ||
           result == RunResult::timeout || result == RunResult::error;
}

[[nodiscard]] bool is_deploy(const Job& job, const Pipelines& pipelines) {
    const PhaseTimes phases = phases_of(job, pipelines);
    return phases[static_cast<std::size_t>(Phase::deploy)] > 0 ||
           phases[static_cast<std::size_t>(Phase::rollout)] > 0 ||
           phases[static_cast<std::size_t>(Phase::startup)] > 0;
}

// From the first deploy job's start to the last one's end; a person's pauses do not occupy the lane
// less.
[[nodiscard]] std::optional<Passage> deploy_section(const RunTimes& times,
                                                    const Pipelines& pipelines) {
    Passage out{.times = &times};
    bool any = false;
    for (std::size_t i = 0; i < times.jobs.size(); ++i) {
        if (is_deploy(*times.jobs[i], pipelines)) {
            out.from = any ? std::min(out.from, times.tasks[i].started) : times.tasks[i].started;
            out.to = any ? std::max(out.to, times.tasks[i].completed) : times.tasks[i].completed;
            any = true;
        }
    }
    return any ? std::optional{out} : std::nullopt;
}

[[nodiscard]] std::vector<Passage> passages_of(const Timed& timed,
                                               const Pipelines& pipelines,
                                               LaneKind kind,
                                               std::string_view branch,
                                               std::string_view pipeline) {
    std::vector<Passage> out;
    for (const RunTimes& times : timed.runs) {
        if (!decided(times.result)) {
            continue;
        }
        if (kind == LaneKind::merge_queue && times.trigger == Trigger::merge_queue) {
            out.push_back({.times = &times,
                           .from = times.path.from + times.start_delay_us,
                           .to = times.path.to});
        } else if (kind == LaneKind::deploy && times.trigger != Trigger::schedule &&
                   times.trigger != Trigger::pull_request) {
            if (const std::optional<Passage> section = deploy_section(times, pipelines)) {
                out.push_back(*section);
            }
        } else if (kind == LaneKind::pipeline && on_main(times, branch) &&
                   times.pipeline == pipeline) {
            out.push_back({.times = &times,
                           .from = times.path.from + times.start_delay_us,
                           .to = times.path.to});
        }
    }
    return out;
}

// The most that ran at the same time; runs that touch do not overlap.
[[nodiscard]] std::uint32_t most_at_once(const std::vector<Passage>& passages) {
    std::vector<std::pair<std::int64_t, int>> marks;
    for (const Passage& p : passages) {
        if (p.to - p.from > 2 * model::clock_slack_us) {
            marks.emplace_back(p.from + model::clock_slack_us, 1);
            marks.emplace_back(p.to, -1);
        }
    }
    std::ranges::sort(marks);
    int now = 0;
    int most = 1;
    for (const auto& [at, change] : marks) {
        now += change;
        most = std::max(most, now);
    }
    return static_cast<std::uint32_t>(most);
}

// When changes came to the lane: pushes to the main branch or entries into the queue, one for each
// commit, whatever became of them.
[[nodiscard]] std::vector<std::int64_t> changes_of(const Timed& timed,
                                                   LaneKind kind,
                                                   std::string_view branch) {
    std::map<std::string_view, std::int64_t> first;
    for (const RunTimes& times : timed.runs) {
        const bool counts = kind == LaneKind::merge_queue ? times.trigger == Trigger::merge_queue
                                                          : on_main(times, branch);
        if (counts) {
            const std::string_view sha = times.run != nullptr && !times.run->sha.empty()
                                             ? std::string_view{times.run->sha}
                                             : std::string_view{times.id};
            const auto [found, fresh] = first.emplace(sha, times.path.from);
            found->second = std::min(found->second, times.path.from);
        }
    }
    std::vector<std::int64_t> out;
    for (const auto& [sha, at] : first) {
        out.push_back(at);
    }
    std::ranges::sort(out);
    return out;
}

// The most changes that one run took along: those that came between its start and the start before.
[[nodiscard]] std::uint32_t largest_batch(const std::vector<Passage>& passages,
                                          const std::vector<std::int64_t>& changes) {
    if (passages.size() * 10 >= changes.size() * 9) {
        return 1;  // as good as every change has its own run
    }
    std::vector<std::int64_t> starts;
    for (const Passage& p : passages) {
        starts.push_back(p.from);
    }
    std::ranges::sort(starts);
    std::ptrdiff_t most = 1;
    for (std::size_t i = 1; i < starts.size(); ++i) {
        most = std::max(most,
                        std::ranges::upper_bound(changes, starts[i]) -
                            std::ranges::upper_bound(changes, starts[i - 1]));
    }
    return static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(most, 64));
}

struct Service {
    double mean = 0;  // hours
    double cv = 0;
    double error = 0;  // half width of a 90 % interval of the mean, as a share of it
};

[[nodiscard]] Service service_of(const std::vector<Passage>& passages) {
    double sum = 0;
    double squares = 0;
    for (const Passage& p : passages) {
        const double hours = static_cast<double>(p.to - p.from) / hour_us;
        sum += hours;
        squares += hours * hours;
    }
    const auto n = static_cast<double>(passages.size());
    Service out{.mean = sum / n};
    if (out.mean > 0 && n > 1) {
        const double variance = std::max(0.0, squares / n - out.mean * out.mean) * n / (n - 1);
        out.cv = std::sqrt(variance) / out.mean;
        out.error = 1.645 * out.cv / std::sqrt(n);
    }
    return out;
}

[[nodiscard]] double utilisation(model::MergeLane lane,
                                 double rate,
                                 double service,
                                 double failing) {
    lane.arrival_rate = rate;
    lane.mean_service = lane.mean_service * service;
    lane.fail_share = std::min(failing, 0.99);
    return model::lane_utilisation(lane).value_or(0);
}

void weigh(Lane& lane, const Service& service) {
    const model::ShareInterval failing = model::wilson(lane.failed, lane.decided, 0.9);
    const double slower = 1 + service.error;
    const double faster = std::max(0.1, 1 - service.error);
    lane.utilisation = {
        .at = utilisation(lane.model, lane.arrivals.peak, 1, lane.model.fail_share),
        .low = utilisation(lane.model, lane.arrivals.mean, faster, failing.low),
        .high = utilisation(lane.model, lane.arrivals.raw_peak, slower, failing.high)};
}

[[nodiscard]] std::optional<Lane> measure(LaneKind kind,
                                          const std::vector<Passage>& passages,
                                          const std::vector<std::int64_t>& changes,
                                          std::string name) {
    const Service service = service_of(passages);
    const std::optional<model::ArrivalRates> arrivals =
        model::arrival_rates(changes, static_cast<std::int64_t>(service.mean * hour_us));
    if (!arrivals || service.mean <= 0) {
        return std::nullopt;
    }
    Lane lane;
    lane.kind = kind;
    lane.name = std::move(name);
    lane.runs = passages.size();
    lane.arrivals = *arrivals;
    Span span;
    for (const Passage& p : passages) {
        span.cover(instant(p.from));
        ++lane.decided;
        lane.failed += p.times->result == RunResult::success ? 0 : 1;
        lane.origins.push_back(p.times->jobs.front()->origin);
    }
    lane.days = static_cast<double>(span.length().count()) / hour_us / 24;
    lane.origins = {lane.origins.front(), lane.origins.back()};
    lane.model = {
        .arrival_rate = arrivals->peak,
        .mean_service = service.mean,
        .service_cv = service.cv,
        .fail_share = static_cast<double>(lane.failed) / static_cast<double>(lane.decided),
        .batch = largest_batch(passages, changes),
        .lanes = most_at_once(passages)};
    // Were they independent, this many would have begun while the one before still ran.
    lane.expected_meetings =
        static_cast<double>(lane.runs) * (1 - std::exp(-arrivals->mean * service.mean));
    const bool tested = lane.expected_meetings >= 5;
    lane.capacity_is_assumed = lane.model.lanes > 1 || (kind == LaneKind::pipeline && !tested);
    lane.proven = lane.model.lanes == 1 && tested;
    weigh(lane, service);
    return lane;
}

}  // namespace

std::string main_branch(const Pipelines& pipelines) {
    std::map<std::string, std::size_t> pushes;
    for (const auto& [id, run] : pipelines.runs) {
        if (!run.branch.empty() && run.trigger != Trigger::pull_request) {
            pushes[run.branch] += run.trigger == Trigger::push ? 2U : 1U;
        }
    }
    for (const char* const usual : {"main", "master", "trunk"}) {
        if (pushes.contains(usual)) {
            return usual;
        }
    }
    const auto most =
        std::ranges::max_element(pushes, {}, [](const auto& entry) { return entry.second; });
    return most == pushes.end() ? std::string{} : most->first;
}

bool on_main(const RunTimes& times, std::string_view branch) {
    switch (times.trigger) {
        case Trigger::push:
        case Trigger::other:
        case Trigger::unknown:
            return times.run == nullptr || times.run->branch == branch || times.run->branch.empty();
        case Trigger::merge_queue:
            return true;
        case Trigger::pull_request:
        case Trigger::schedule:
        case Trigger::manual:
            return false;
    }
    return false;
}

bool deploys(const RunTimes& times, const Pipelines& pipelines) {
    return std::ranges::any_of(times.jobs, [&](const Job* job) {
        return job->result == RunResult::success && is_deploy(*job, pipelines);
    });
}

std::string main_pipeline(const Timed& timed, const Pipelines& pipelines, std::string_view branch) {
    struct Candidate {
        std::vector<double> lengths;
        bool deploy = false;
    };
    std::map<std::string, Candidate> all;
    std::size_t most = 0;
    for (const RunTimes& times : timed.runs) {
        if (on_main(times, branch) && times.result == RunResult::success) {
            Candidate& candidate = all[times.pipeline];
            candidate.lengths.push_back(static_cast<double>(times.machine_us()));
            candidate.deploy = candidate.deploy || deploys(times, pipelines);
            most = std::max(most, candidate.lengths.size());
        }
    }
    std::pair<bool, double> best{false, -1};
    std::string name;
    for (const auto& [pipeline, candidate] : all) {
        const std::pair<bool, double> rank{candidate.deploy,
                                           model::median(candidate.lengths).value_or(0)};
        if (candidate.lengths.size() * 2 >= most && rank > best) {
            best = rank;
            name = pipeline;
        }
    }
    return name;
}

std::optional<Lane> lane_of(const Timed& timed, const Pipelines& pipelines) {
    const std::string branch = main_branch(pipelines);
    const std::string pipeline = main_pipeline(timed, pipelines, branch);
    for (const LaneKind kind : {LaneKind::merge_queue, LaneKind::deploy, LaneKind::pipeline}) {
        const std::vector<Passage> passages = passages_of(timed, pipelines, kind, branch, pipeline);
        if (passages.size() >= 10) {
            return measure(
                kind, passages, changes_of(timed, kind, branch), passages.front().times->pipeline);
        }
    }
    return std::nullopt;
}

}  // namespace plimsoll::checks::ci
