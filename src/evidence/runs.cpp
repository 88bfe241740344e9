#include "evidence/runs.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace plimsoll {
namespace {

constexpr std::int64_t second = 1'000'000;

using JobList = std::vector<std::pair<const std::string*, const Job*>>;  // id, job

// GitHub sometimes gives all jobs of a run one and the same end (cli/cli issue 8446): three jobs or
// more, begun more than a minute apart, that end in the same second, and not because somebody
// cancelled them.
[[nodiscard]] bool ends_are_copies(const JobList& jobs) {
    std::set<std::int64_t> ends;
    Span starts;
    std::size_t ran = 0;
    for (const auto& [id, job] : jobs) {
        if (job->started && job->completed && job->result != RunResult::skip) {
            if (job->result == RunResult::cancellation) {
                return false;
            }
            ends.insert(micros(*job->completed) / second);
            starts.cover(*job->started);
            ++ran;
        }
    }
    return ran >= 3 && ends.size() == 1 && starts.length().count() > 60 * second;
}

[[nodiscard]] std::optional<Instant> last_step_end(const Job& job) {
    std::optional<Instant> last;
    for (const Step& step : job.steps) {
        last = std::max(last, step.completed);
    }
    return last;
}

[[nodiscard]] bool ran(const Job& job) {
    return job.started && job.completed && job.result != RunResult::skip;
}

// Adds the job's times, set right where they contradict each other; says whether they had to be.
[[nodiscard]] bool add_task(RunJobs& times, const Job& job, bool copied_end) {
    std::optional<Instant> end = job.completed;
    if (copied_end) {
        const std::optional<Instant> step_end = last_step_end(job);
        end = step_end && *step_end <= *end ? step_end : end;
    }
    Task task{
        .started = micros(*job.started), .completed = micros(*end), .human = job.waits_for_person};
    const bool backwards = task.completed < task.started;
    task.completed = std::max(task.completed, task.started);
    task.paused = std::clamp<std::int64_t>(job.paused_us, 0, task.completed - task.started);
    if (job.ready) {
        task.ready = std::min(micros(*job.ready), task.started);
    }
    times.jobs.push_back(&job);
    times.tasks.push_back(task);
    return backwards || (job.ready && *job.ready > *job.started);
}

// Needs by index; what did not run itself stands for what it needed.
class Needs {
public:
    explicit Needs(const JobList& all) {
        for (const auto& [id, job] : all) {
            by_id_.emplace(*id, job);
        }
    }
    void fill(RunJobs& times) {
        for (std::size_t i = 0; i < times.jobs.size(); ++i) {
            index_.emplace(times.jobs[i], i);
        }
        for (std::size_t i = 0; i < times.jobs.size(); ++i) {
            times.tasks[i].needs_known = times.jobs[i]->needs_known;
            std::set<std::string> seen;
            bool gate = false;
            add(*times.jobs[i], times.tasks[i], seen, gate);
            if (gate && !times.tasks[i].ready) {
                times.tasks[i].ready =
                    times.tasks[i].started;  // it stood behind a person, not in a queue
            }
        }
    }

private:
    void add(const Job& job, Task& task, std::set<std::string>& seen, bool& gate) {
        for (const std::string& id : job.needs) {
            const auto need = by_id_.find(id);
            if (need == by_id_.end() || !seen.insert(id).second || seen.size() > 1'000) {
                continue;
            }
            if (const auto at = index_.find(need->second); at != index_.end()) {
                task.needs.push_back(at->second);
            } else {
                gate = gate || need->second->waits_for_person;
                add(*need->second, task, seen, gate);
            }
        }
    }
    std::map<std::string, const Job*> by_id_;
    std::map<const Job*, std::size_t> index_;
};

// A run's `created` belongs to its first attempt, `started` to its latest; without either, the
// first thing that is known of its jobs.
[[nodiscard]] std::int64_t trigger_of(const RunJobs& times) {
    std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < times.jobs.size(); ++i) {
        first = std::min(first, times.jobs[i]->attempt);
        earliest = std::min(earliest, times.tasks[i].ready.value_or(times.tasks[i].started));
        earliest = std::min(earliest, times.tasks[i].started);
    }
    const Run* const run = times.run;
    if (run != nullptr && first == 1 && run->created) {
        return std::min(earliest, micros(*run->created));
    }
    if (run != nullptr && first == run->attempt && run->started) {
        return std::min(earliest, micros(*run->started));
    }
    return earliest;
}

// Of the last attempt of each job; what may fail does not count.
[[nodiscard]] RunResult result_of(const RunJobs& times) {
    if (times.run != nullptr && times.run->result != RunResult::unfinished) {
        return times.run->result;
    }
    std::map<std::string, const Job*> last;
    for (const Job* job : times.jobs) {
        const Job*& kept = last[job->name];
        if (kept == nullptr ||
            std::tie(kept->attempt, kept->started) < std::tie(job->attempt, job->started)) {
            kept = job;
        }
    }
    RunResult worst = RunResult::success;
    for (const auto& [name, job] : last) {
        const bool counts = !job->may_fail && job->result != RunResult::skip;
        worst = counts ? std::max(worst, job->result) : worst;
    }
    return worst;
}

// The jobs that ran, without those that a later attempt only carried over; false: some are still
// going.
[[nodiscard]] bool fill_tasks(RunJobs& times, const JobList& jobs, std::size_t& set_right) {
    const bool copied = ends_are_copies(jobs);
    std::set<std::tuple<std::string_view, Instant, Instant>> seen;
    bool finished = true;
    for (const auto& [id, job] : jobs) {
        times.attempts = std::max(times.attempts, job->attempt);
        if (ran(*job)) {
            if (seen.emplace(job->name, *job->started, *job->completed).second) {
                set_right += add_task(times, *job, copied) ? 1 : 0;
            }
        } else if (job->result == RunResult::unfinished && !job->waits_for_person) {
            finished = false;
        }
    }
    return finished;
}

[[nodiscard]] std::string pipeline_of(const Run* run) {
    if (run == nullptr) {
        return {};
    }
    return run->project.empty() ? run->pipeline : run->project + ": " + run->pipeline;
}

}  // namespace

std::string job_group(std::string_view name) {
    std::string out{name};
    if (const std::size_t open = out.find(" ("); open != std::string::npos && open > 0) {
        const std::size_t shut = out.find(')', open);
        out.erase(open, shut == std::string::npos ? shut : shut - open + 1);
    }
    if (const std::size_t list = out.find(": ["); list != std::string::npos && out.ends_with(']')) {
        out.erase(list);
    }
    const std::size_t last = out.find_last_of(' ');
    if (last != std::string::npos && last > 0 && out.find('/', last) != std::string::npos &&
        out.find_first_not_of("0123456789/", last + 1) == std::string::npos) {
        out.erase(last);
    }
    return out;
}

Runs runs_of(const Pipelines& pipelines) {
    std::map<std::string_view, JobList> by_run;
    for (const auto& [id, job] : pipelines.jobs) {
        by_run[job.run].emplace_back(&id, &job);
    }
    Runs out;
    for (const auto& [id, run] : pipelines.runs) {
        out.without_jobs += by_run.contains(id) ? 0U : 1U;
    }
    for (const auto& [id, jobs] : by_run) {
        const auto run = pipelines.runs.find(std::string{id});
        RunJobs times;
        times.id = id;
        times.run = run == pipelines.runs.end() ? nullptr : &run->second;
        const bool finished = fill_tasks(times, jobs, out.set_right);
        if (!finished || times.tasks.empty()) {
            ++(finished ? out.idle : out.unfinished);
            continue;
        }
        Needs{jobs}.fill(times);
        times.pipeline = pipeline_of(times.run);
        times.trigger = times.run == nullptr ? Trigger::unknown : times.run->trigger;
        times.result = result_of(times);
        times.trigger_us = trigger_of(times);
        out.timed.push_back(std::move(times));
    }
    std::ranges::sort(out.timed, {}, [](const RunJobs& t) {
        return std::pair{t.trigger_us, t.id};
    });
    return out;
}

}  // namespace plimsoll
