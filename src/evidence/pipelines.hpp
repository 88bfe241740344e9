// Pipelines: CI runs with their attempts, jobs and steps, and deployments; whatever provider they came from.
//
// Runs and jobs arrive in different documents and in any order: each is kept by its id, and the fuller of
// two versions of the same thing stays.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace plimsoll {

// The vocabulary of OpenTelemetry's CI/CD conventions, and `unfinished`.
enum class RunResult : std::uint8_t {
    unfinished, success, failure, timeout, skip, cancellation, error
};
template <>
inline constexpr std::array<std::string_view, 7> texts_of<RunResult>{
    "unfinished", "success", "failure", "timeout", "skip", "cancellation", "error"};

enum class Trigger : std::uint8_t { unknown, push, pull_request, merge_queue, schedule, manual, other };
template <>
inline constexpr std::array<std::string_view, 7> texts_of<Trigger>{
    "unknown", "push", "pull-request", "merge-queue", "schedule", "manual", "other"};

struct Step {
    std::string name;
    RunResult result = RunResult::unfinished;
    std::optional<Instant> started;
    std::optional<Instant> completed;
    friend auto operator<=>(const Step&, const Step&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &Step::name);
        field("result", &Step::result);
        field("started", &Step::started);
        field("completed", &Step::completed);
    }
};

struct Job {
    std::string run;       // id of the run, with the provider: "github:1234"
    std::uint32_t attempt = 1;
    std::string name;
    RunResult result = RunResult::unfinished;
    std::optional<Instant> ready;    // when all it needs was done; GitHub's created_at
    std::optional<Instant> started;
    std::optional<Instant> completed;
    std::vector<Step> steps;
    bool waits_for_person = false;   // an approval, a manual gate
    std::vector<std::string> needs;  // ids of jobs, where the provider says so
    Origin origin;
    friend auto operator<=>(const Job&, const Job&) = default;
    static constexpr void fields(auto&& field) {
        field("run", &Job::run);
        field("attempt", &Job::attempt);
        field("name", &Job::name);
        field("result", &Job::result);
        field("ready", &Job::ready);
        field("started", &Job::started);
        field("completed", &Job::completed);
        field("steps", &Job::steps);
        field("waits_for_person", &Job::waits_for_person);
        field("needs", &Job::needs);
        field("origin", &Job::origin);
    }
};

struct Run {
    std::string pipeline;  // workflow or pipeline name
    std::string file;      // .github/workflows/x.yml where given
    std::string branch;
    std::string sha;
    Trigger trigger = Trigger::unknown;
    RunResult result = RunResult::unfinished;
    std::uint32_t attempt = 1;
    std::optional<Instant> created;  // of the first attempt
    std::optional<Instant> started;  // of this attempt
    Origin origin;
    friend auto operator<=>(const Run&, const Run&) = default;
    static constexpr void fields(auto&& field) {
        field("pipeline", &Run::pipeline);
        field("file", &Run::file);
        field("branch", &Run::branch);
        field("sha", &Run::sha);
        field("trigger", &Run::trigger);
        field("result", &Run::result);
        field("attempt", &Run::attempt);
        field("created", &Run::created);
        field("started", &Run::started);
        field("origin", &Run::origin);
    }
};

struct Deployment {
    std::string environment;
    std::string sha;
    RunResult result = RunResult::unfinished;
    std::optional<Instant> created;
    std::optional<Instant> finished;
    Origin origin;
    friend auto operator<=>(const Deployment&, const Deployment&) = default;
    static constexpr void fields(auto&& field) {
        field("environment", &Deployment::environment);
        field("sha", &Deployment::sha);
        field("result", &Deployment::result);
        field("created", &Deployment::created);
        field("finished", &Deployment::finished);
        field("origin", &Deployment::origin);
    }
};

struct Pipelines {
    std::map<std::string, Run> runs;  // by "provider:id"
    std::map<std::string, Job> jobs;  // by "provider:id"
    std::map<std::string, Deployment> deployments;

    [[nodiscard]] bool empty() const noexcept {
        return runs.empty() && jobs.empty() && deployments.empty();
    }
    void merge(const Pipelines& other) {
        const auto keep_greater = [](auto& ours, const auto& theirs) {
            for (const auto& [id, thing] : theirs) {
                const auto [found, fresh] = ours.emplace(id, thing);
                if (!fresh) {
                    found->second = std::max(found->second, thing);
                }
            }
        };
        keep_greater(runs, other.runs);
        keep_greater(jobs, other.jobs);
        keep_greater(deployments, other.deployments);
    }
    static constexpr void fields(auto&& field) {
        field("runs", &Pipelines::runs);
        field("jobs", &Pipelines::jobs);
        field("deployments", &Pipelines::deployments);
    }
};

}  // namespace plimsoll
