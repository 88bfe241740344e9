#include "app/needs_seen.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace plimsoll::app {
namespace {

constexpr std::size_t most_runs = 300;  // of a pipeline, the latest: the graph is known before

using JobsOfRun = std::map<std::string_view, std::vector<const Job*>>;

[[nodiscard]] bool counts_as_failed(const Job& job) {
    return !job.may_fail && (job.result == RunResult::failure || job.result == RunResult::timeout ||
                             job.result == RunResult::error);
}

[[nodiscard]] model::SeenRun seen_run(const RunJobs& run, const JobsOfRun& jobs_of_run) {
    model::SeenRun out{.trigger = run.trigger_us, .ran = {}, .failed = {}, .stopped = {}};
    for (std::size_t i = 0; i < run.jobs.size(); ++i) {
        out.ran.emplace(run.jobs[i]->name, run.tasks[i]);
        if (counts_as_failed(*run.jobs[i])) {
            out.failed.insert(run.jobs[i]->name);
        }
    }
    const auto all = jobs_of_run.find(run.id);
    if (all != jobs_of_run.end()) {
        for (const Job* job : all->second) {
            if (job->result == RunResult::skip && !out.ran.contains(job->name)) {
                out.stopped.insert(job->name);
            }
        }
    }
    return out;
}

// A matrix that is skipped is listed once, under a name that none of its legs has.
void name_legs(std::vector<model::SeenRun>& runs) {
    std::map<std::string, std::set<std::string>> legs;
    std::set<std::string> known;
    for (const model::SeenRun& run : runs) {
        for (const auto& [name, task] : run.ran) {
            known.insert(name);
            legs[job_group(name)].insert(name);
        }
    }
    for (model::SeenRun& run : runs) {
        std::set<std::string> stopped;
        for (const std::string& name : run.stopped) {
            const auto found = legs.find(job_group(name));
            if (known.contains(name) || found == legs.end()) {
                stopped.insert(name);
            } else {
                stopped.insert(found->second.begin(), found->second.end());
            }
        }
        run.stopped = std::move(stopped);
    }
}

// Jobs of a stage, or legs of a matrix.
[[nodiscard]] model::JobSets sets_of(std::span<const RunJobs* const> runs) {
    model::JobSets out;
    for (const RunJobs* run : runs) {
        for (const Job* job : run->jobs) {
            const std::string group = job_group(job->name);
            if (!job->stage.empty()) {
                out[job->name] = "stage " + job->stage;
            } else if (group != job->name) {
                out[job->name] = "matrix " + group;
            }
        }
    }
    return out;
}

// What the provider says, by name; of all the runs.
[[nodiscard]] model::NeedsGraph said_needs(std::span<const RunJobs* const> runs) {
    model::NeedsGraph out;
    for (const RunJobs* run : runs) {
        for (std::size_t i = 0; i < run->jobs.size(); ++i) {
            std::set<std::string>& needs = out[run->jobs[i]->name];
            for (const std::size_t need : run->tasks[i].needs) {
                needs.insert(run->jobs[need]->name);
            }
        }
    }
    return out;
}

[[nodiscard]] SeenNeeds needs_of(std::span<const RunJobs* const> runs,
                                 const JobsOfRun& jobs_of_run) {
    SeenNeeds out;
    out.runs = runs.size();
    out.from_payload = std::ranges::all_of(runs, [](const RunJobs* run) {
        return std::ranges::all_of(run->jobs, [](const Job* job) { return job->needs_known; });
    });
    if (out.from_payload) {
        out.graph = said_needs(runs);
        return out;
    }
    std::vector<model::SeenRun> seen;
    for (const RunJobs* run : runs) {
        seen.push_back(seen_run(*run, jobs_of_run));
    }
    name_legs(seen);
    out.graph = model::needs_graph(seen, sets_of(runs));
    out.undecided = model::undecided_needs(seen, out.graph);
    return out;
}

}  // namespace

std::map<std::string, SeenNeeds> seen_needs(const Runs& runs, const Pipelines& pipelines) {
    JobsOfRun jobs_of_run;
    for (const auto& [id, job] : pipelines.jobs) {
        jobs_of_run[job.run].push_back(&job);
    }
    std::map<std::string, std::vector<const RunJobs*>> by_pipeline;
    for (const RunJobs& run : runs.timed) {
        if (run.attempts == 1) {
            by_pipeline[run.pipeline].push_back(&run);
        }
    }
    std::map<std::string, SeenNeeds> out;
    for (const auto& [name, list] : by_pipeline) {
        const std::size_t first = list.size() - std::min(list.size(), most_runs);
        out[name] = needs_of(std::span{list}.subspan(first), jobs_of_run);
    }
    return out;
}

}  // namespace plimsoll::app
