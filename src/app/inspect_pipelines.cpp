#include "app/inspect_pipelines.hpp"

#include "app/needs_seen.hpp"
#include "evidence/phases.hpp"
#include "evidence/runs.hpp"
#include "model/critical_path.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

using wire::Json;

constexpr std::size_t most_runs_with_jobs = 2'000;  // beyond, the document alone would take 100 MB

[[nodiscard]] double seconds(std::int64_t us) {
    return static_cast<double>(us) / 1e6;
}

[[nodiscard]] Json optional_text(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

[[nodiscard]] std::string_view word(model::SegmentKind kind) {
    switch (kind) {
        case model::SegmentKind::run:
            return "run";
        case model::SegmentKind::queue:
            return "queue";
        case model::SegmentKind::gate:
            return "gate";
        case model::SegmentKind::pause:
            return "pause";
    }
    return "?";
}

[[nodiscard]] Json path_of(const RunJobs& run, const model::CriticalPath& path) {
    Json out = Json::array();
    for (const model::Segment& segment : path.segments) {
        out.push_back({{"kind", word(segment.kind)},
                       {"job", segment.task ? Json(run.jobs[*segment.task]->name) : Json(nullptr)},
                       {"from", to_text(instant(segment.from))},
                       {"seconds", seconds(segment.to - segment.from)}});
    }
    return out;
}

[[nodiscard]] Json jobs_of(const RunJobs& run) {
    Json out = Json::array();
    for (std::size_t i = 0; i < run.jobs.size(); ++i) {
        const Task& task = run.tasks[i];
        out.push_back(
            {{"name", run.jobs[i]->name},
             {"attempt", run.jobs[i]->attempt},
             {"result", to_text(run.jobs[i]->result)},
             {"queue_s", task.ready ? Json(seconds(task.started - *task.ready)) : Json(nullptr)},
             {"run_s", seconds(task.completed - task.started)},
             {"person", task.human}});
    }
    return out;
}

[[nodiscard]] Json run_of(const RunJobs& run, bool with_jobs) {
    const model::CriticalPath path = model::critical_path(run.tasks, run.trigger_us);
    const std::int64_t on_path = path.total(model::SegmentKind::run);
    const std::int64_t work = model::work_of(run.tasks);
    Json out{{"id", run.id}, {"name", run.pipeline}};
    out["project"] = optional_text(run.run == nullptr ? "" : run.run->project);
    out["branch"] = optional_text(run.run == nullptr ? "" : run.run->branch);
    out["sha"] = optional_text(run.run == nullptr ? "" : run.run->sha);
    out["trigger"] = to_text(run.trigger);
    out["result"] = to_text(run.result);
    out["attempts"] = run.attempts;
    out["at"] = to_text(instant(path.from));
    out["wall_s"] = seconds(path.wall());
    out["machine_s"] = seconds(on_path);
    out["queue_s"] = seconds(path.total(model::SegmentKind::queue));
    out["human_wait_s"] = seconds(path.human());
    out["work_s"] = seconds(work);
    out["parallelism"] = on_path > 0
                             ? Json(static_cast<double>(work) / static_cast<double>(on_path))
                             : Json(nullptr);
    // With runners without end, nothing but the path's work would be left.
    out["speed_up_ceiling"] =
        on_path > 0
            ? Json(static_cast<double>(path.wall() - path.human()) / static_cast<double>(on_path))
            : Json(nullptr);
    out["critical_path"] = path_of(run, path);
    if (with_jobs) {
        out["jobs"] = jobs_of(run);
    }
    return out;
}

[[nodiscard]] Json needs_of(const Runs& runs, const Pipelines& pipelines) {
    Json out = Json::array();
    for (const auto& [name, seen] : seen_needs(runs, pipelines)) {
        for (const auto& [job, needs] : seen.graph) {
            const auto open = seen.undecided.find(job);
            out.push_back({{"pipeline", name},
                           {"job", job},
                           {"needs", needs},
                           {"may_need",  // always done before, in these runs; never seen to matter
                            open == seen.undecided.end() ? std::set<std::string>{} : open->second},
                           {"runs", seen.runs},
                           {"from", seen.from_payload ? "payload" : "times"}});
        }
    }
    return out;
}

[[nodiscard]] Json phases_of_all(const Runs& runs, const Pipelines& pipelines) {
    PhaseTimes sum{};
    std::int64_t total = 0;
    for (const RunJobs& run : runs.timed) {
        for (const Job* job : run.jobs) {
            const PhaseTimes times = phases_of(*job, pipelines);
            for (std::size_t i = 0; i < times.size(); ++i) {
                sum[i] += times[i];
                total += times[i];
            }
        }
    }
    Json out = Json::object();
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const double share =
            total > 0 ? static_cast<double>(sum[i]) / static_cast<double>(total) : 0;
        out[std::string{to_text(static_cast<Phase>(i))}] = {{"seconds", seconds(sum[i])},
                                                            {"share", share}};
    }
    return out;
}

[[nodiscard]] Json deployments_of(const Pipelines& pipelines) {
    Json out = Json::array();
    for (const auto& [id, deployment] : pipelines.deployments) {
        out.push_back({{"id", id},
                       {"environment", deployment.environment},
                       {"sha", optional_text(deployment.sha)},
                       {"result", to_text(deployment.result)},
                       {"created", wire::to_json(deployment.created)},
                       {"finished", wire::to_json(deployment.finished)}});
    }
    return out;
}

}  // namespace

Json inspect_pipelines(const Pipelines& pipelines) {
    const Runs runs = runs_of(pipelines);
    Json out = Json::object();
    out["totals"] = {{"runs", pipelines.runs.size()},
                     {"jobs", pipelines.jobs.size()},
                     {"timed", runs.timed.size()},
                     {"unfinished", runs.unfinished},
                     {"without_jobs", runs.without_jobs},
                     {"nothing_ran", runs.idle},
                     {"clocks_set_right", runs.set_right}};
    out["runs"] = Json::array();
    for (const RunJobs& run : runs.timed) {
        out["runs"].push_back(run_of(run, runs.timed.size() <= most_runs_with_jobs));
    }
    out["needs"] = needs_of(runs, pipelines);
    out["phases"] = phases_of_all(runs, pipelines);
    out["deployments"] = deployments_of(pipelines);
    return out;
}

}  // namespace plimsoll::app
