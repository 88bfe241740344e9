#include "app/gate_snapshot.hpp"
#include "checks/ci/lane.hpp"
#include "checks/ci/timed.hpp"
#include "checks/latency/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace plimsoll::app {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t hour_s = 3600;
// An hour's median of 20 requests has a log-sd of about a quarter of the requests' own, its p95 of
// 100 requests about a half: more than that is noise that no rank test of days gets through.
constexpr double least_requests = 20;
constexpr double least_requests_of_tail = 100;
constexpr std::size_t longest_name = 100;

using Masks = std::vector<checks::MaskedSpan>;

[[nodiscard]] bool masked(const Masks& masks, Instant at, std::string_view service) {
    return std::ranges::any_of(masks, [&](const checks::MaskedSpan& mask) {
        return at >= mask.from && at < mask.until &&
               (mask.service.empty() || mask.service == service);
    });
}

[[nodiscard]] std::string shortened(std::string_view text) {
    std::size_t end = std::min(text.size(), longest_name);
    while (end > 0 && end < text.size() &&
           (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return std::string{text.substr(0, end)} + (end < text.size() ? "..." : "");
}

// Points of each series on the way, with what is the same for all of them.
struct Growing {
    Series series;
    std::vector<Point> points;
};
using Grown = std::map<std::string, Growing>;

void put(Grown& grown, const Series& head, Instant at, std::int64_t value) {
    Growing& one = grown.try_emplace(head.id, Growing{head, {}}).first->second;
    one.series.file = std::max(one.series.file, head.file);
    one.points.push_back({.at = micros(at) / second_us, .value = value});
}

// main: on its way into, or in, the main branch.
[[nodiscard]] std::string_view branch_class(const checks::ci::RunTimes& run,
                                            std::string_view branch) {
    if (checks::ci::on_main(run, branch)) {
        return "main";
    }
    return run.trigger == Trigger::pull_request ? "pull-request" : "other";
}

void pipelines(const Evidence& evidence, const Masks& masks, Grown& grown) {
    const std::string branch = checks::ci::main_branch(evidence.pipelines);
    for (const checks::ci::RunTimes& run : checks::ci::timed(evidence.pipelines).runs) {
        const Instant at = instant(run.path.from);
        if (run.result != RunResult::success || masked(masks, at, {})) {
            continue;
        }
        const std::string_view where = branch_class(run, branch);
        Series head{.kind = "pipelines", .unit = "ms", .file = run.run ? run.run->file : ""};
        head.id = fmt::format("ci/{}/{}/wall", run.pipeline, where);
        head.name = shortened(fmt::format("{} ({}), trigger to end", run.pipeline, where));
        put(grown, head, at, run.machine_us() / 1000);
        for (std::size_t i = 0; i < run.jobs.size(); ++i) {
            const Job& job = *run.jobs[i];
            const Task& task = run.tasks[i];
            if (job.result != RunResult::success || task.human || job.stands_for_run) {
                continue;
            }
            head.id = fmt::format("ci/{}/{}/job/{}", run.pipeline, where, job.name);
            head.name = shortened(fmt::format("{} ({}), job {}", run.pipeline, where, job.name));
            put(grown, head, at, (task.completed - task.started - task.paused) / 1000);
        }
    }
}

// One hour of a route: counts merged, or the last percentiles that somebody gave for it.
struct Hour {
    LatencyBucket counts;
    std::optional<Percentiles> given;
};

[[nodiscard]] Instant hour_of(Instant at) {
    return instant(micros(at) / (hour_s * second_us) * hour_s * second_us);
}

void quantile_points(Grown& grown, const Series& route, Instant at, const Hour& hour, bool tail) {
    Series head = route;
    head.tail = tail;
    head.id += tail ? "/p95" : "/p50";
    head.name = shortened(head.name) + (tail ? ", p95 by the hour" : ", median by the hour");
    if (hour.given) {
        const std::optional<std::int64_t>& value = tail ? hour.given->p95 : hour.given->p50;
        if (value) {
            put(grown, head, at, *value);
        }
        return;
    }
    if (hour.counts.count() >= (tail ? least_requests_of_tail : least_requests)) {
        // A quantile above the last bucket is a bound and not a value.
        const std::optional<Estimate> value = hour.counts.quantile(tail ? 0.95 : 0.5);
        if (value && value->has_point() && value->at < 9e15) {
            put(grown, head, at, static_cast<std::int64_t>(value->at));
        }
    }
}

void latency(const Evidence& evidence, const Masks& masks, Grown& grown) {
    for (const auto& [id, route] : evidence.latency.routes) {
        std::map<Instant, Hour> hours;
        for (const auto& [at, bucket] : route.histograms) {
            hours[hour_of(at)].counts.merge(bucket);
        }
        // Counts say more than percentiles; of several percentiles in an hour the last is taken,
        // because no mean of percentiles is one.
        for (const auto& [at, given] :
             route.histograms.empty() ? route.percentiles : decltype(route.percentiles){}) {
            hours[hour_of(at)].given = given;
        }
        Series head{.kind = "latency", .unit = "us", .follows_day = true};
        head.id = fmt::format("latency/{}/{}", id.service, id.route);
        head.name = fmt::format("{} {}", id.service, id.route);
        for (const auto& [at, hour] : hours) {
            if (!masked(masks, at, id.service)) {
                quantile_points(grown, head, at, hour, false);
                quantile_points(grown, head, at, hour, true);
            }
        }
    }
}

void statements(const Evidence& evidence, const Masks& masks, Grown& grown) {
    for (const auto& [id, statement] : evidence.workload.statements) {
        Series head{.kind = "workload", .unit = "us", .follows_day = true};
        // A median of six hours is not to be compared with that of one.
        const std::int64_t hours = statement.periods.width_us() / 3'600'000'000;
        const std::string width = hours == 1 ? std::string{} : fmt::format("-{}h", hours);
        head.id = fmt::format("db/{:016x}/p50{}", id, width);
        head.name = shortened(statement.text) +
                    (hours == 1 ? ", median by the hour" : fmt::format(", median of {} h", hours));
        for (const auto& [at, hour] : statement.periods.all()) {
            if (static_cast<double>(hour.count()) >= least_requests && !masked(masks, at, {})) {
                put(grown, head, at, static_cast<std::int64_t>(hour.quantile(0.5).at));
            }
        }
    }
}

}  // namespace

std::vector<Point> points_of(const Series& series) {
    std::vector<Point> out;
    std::int64_t at = series.begins;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        at += i == 0 || i > series.steps.size() ? 0 : series.steps[i - 1];
        out.push_back({.at = at, .value = series.values[i]});
    }
    return out;
}

void set_points(Series& series, std::vector<Point> points) {
    std::ranges::sort(points);
    series.steps.clear();
    series.values.clear();
    series.begins = points.empty() ? 0 : points.front().at;
    for (std::size_t i = 0; i < points.size(); ++i) {
        series.values.push_back(std::max<std::int64_t>(points[i].value, 1));
        if (i > 0) {
            series.steps.push_back(points[i].at - points[i - 1].at);
        }
    }
}

std::vector<Series> series_of(const Evidence& evidence, const Settings& settings) {
    const Masks masks = checks::masks_of(settings, evidence.events);
    Grown grown;
    pipelines(evidence, masks, grown);
    latency(evidence, masks, grown);
    statements(evidence, masks, grown);
    std::vector<Series> out;
    for (auto& [id, one] : grown) {
        set_points(one.series, std::move(one.points));
        out.push_back(std::move(one.series));
    }
    return out;
}

}  // namespace plimsoll::app
