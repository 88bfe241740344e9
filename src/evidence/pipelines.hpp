// Pipelines: CI runs with their attempts, jobs and steps, and deployments; whatever provider they
// came from.
//
// Runs and jobs arrive in different documents, in any order and more than once (a list, a single
// page, a webhook of the same run). Each is kept by its id, and two versions of one thing are
// joined field by field: what one leaves out the other fills in; of two values the later attempt's,
// else the greater stays. A join is associative, commutative and idempotent, so no order of files
// changes a bit. Blind spot: a record kept by two exports, of which the older says "queued", keeps
// the queue's instants.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// The vocabulary of OpenTelemetry's CI/CD conventions, and `unfinished`.
enum class RunResult : std::uint8_t {
    unfinished,
    success,
    failure,
    timeout,
    skip,
    cancellation,
    error
};
template <>
inline constexpr std::array<std::string_view, 7> texts_of<RunResult>{
    "unfinished", "success", "failure", "timeout", "skip", "cancellation", "error"};

enum class Trigger : std::uint8_t {
    unknown,
    push,
    pull_request,
    merge_queue,
    schedule,
    manual,
    other
};
template <>
inline constexpr std::array<std::string_view, 7> texts_of<Trigger>{
    "unknown", "push", "pull-request", "merge-queue", "schedule", "manual", "other"};

// Every member has a default, so that readers may name only the ones they know.
struct Step {
    std::uint64_t name = 0;  // into Pipelines::names
    RunResult result = RunResult::unfinished;
    std::optional<Instant> started = {};
    std::optional<Instant> completed = {};
    friend auto operator<=>(const Step&, const Step&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &Step::name);
        field("result", &Step::result);
        field("started", &Step::started);
        field("completed", &Step::completed);
    }
};

struct Job {
    std::string run = {};  // id of the run, with the provider: "github:1234"
    std::uint32_t attempt = 1;
    std::string name = {};
    std::string stage = {};        // where the provider has stages
    std::string environment = {};  // where the job deploys to, where the provider says so
    RunResult result = RunResult::unfinished;
    std::optional<Instant> ready = {};  // when all it needs was done; GitHub's created_at
    std::optional<Instant> started = {};
    std::optional<Instant> completed = {};
    std::int64_t paused_us = 0;  // of its time, waiting for a person
    std::vector<Step> steps = {};
    bool waits_for_person = false;  // an approval, a manual gate
    bool may_fail = false;          // its failure does not fail the run
    bool stands_for_run = false;  // all that is known of a run's work; nothing where jobs are known
    bool needs_known = false;     // the provider says what it needs: `needs` is all of it
    std::vector<std::string> needs = {};  // ids of jobs
    Origin origin = {};
    void join(const Job& other);
    friend bool operator==(const Job&, const Job&) = default;
    static constexpr void fields(auto&& field) {
        field("run", &Job::run);
        field("attempt", &Job::attempt);
        field("name", &Job::name);
        field("stage", &Job::stage);
        field("environment", &Job::environment);
        field("result", &Job::result);
        field("ready", &Job::ready);
        field("started", &Job::started);
        field("completed", &Job::completed);
        field("paused_us", &Job::paused_us);
        field("steps", &Job::steps);
        field("waits_for_person", &Job::waits_for_person);
        field("may_fail", &Job::may_fail);
        field("stands_for_run", &Job::stands_for_run);
        field("needs_known", &Job::needs_known);
        field("needs", &Job::needs);
        field("origin", &Job::origin);
    }
};

struct Run {
    std::string project = {};  // repository or project, where given
    std::string parent =
        {};  // id of what set it off and knows the rest: CircleCI's pipeline of a workflow
    std::string pipeline = {};  // workflow or pipeline name
    std::string file = {};      // .github/workflows/x.yml where given
    std::string branch = {};
    std::string sha = {};
    Trigger trigger = Trigger::unknown;
    RunResult result = RunResult::unfinished;  // of the latest attempt
    std::uint32_t attempt = 1;
    std::optional<Instant> created = {};  // of the first attempt
    std::optional<Instant> started = {};  // of the latest attempt; on its own never a proof of work
    // Said by the provider itself; nothing where it says only "updated".
    std::optional<Instant> ended = {};
    std::int64_t paused_us = 0;  // waiting for a person, where only the run says it
    Origin origin = {};
    void join(const Run& other);
    friend bool operator==(const Run&, const Run&) = default;
    static constexpr void fields(auto&& field) {
        field("project", &Run::project);
        field("parent", &Run::parent);
        field("pipeline", &Run::pipeline);
        field("file", &Run::file);
        field("branch", &Run::branch);
        field("sha", &Run::sha);
        field("trigger", &Run::trigger);
        field("result", &Run::result);
        field("attempt", &Run::attempt);
        field("created", &Run::created);
        field("started", &Run::started);
        field("ended", &Run::ended);
        field("paused_us", &Run::paused_us);
        field("origin", &Run::origin);
    }
};

struct Deployment {
    std::string environment = {};
    std::string branch = {};
    std::string sha = {};
    RunResult result = RunResult::unfinished;
    std::optional<Instant> created = {};
    std::optional<Instant> finished = {};
    Origin origin = {};
    void join(const Deployment& other);
    friend bool operator==(const Deployment&, const Deployment&) = default;
    static constexpr void fields(auto&& field) {
        field("environment", &Deployment::environment);
        field("branch", &Deployment::branch);
        field("sha", &Deployment::sha);
        field("result", &Deployment::result);
        field("created", &Deployment::created);
        field("finished", &Deployment::finished);
        field("origin", &Deployment::origin);
    }
};

// One suite of a test report. A report names no run, so suites are kept by their own name and time.
struct TestSuite {
    std::uint64_t cases = 0;
    std::uint64_t failed = 0;  // failures and errors
    std::uint64_t skipped = 0;
    std::uint64_t flaky = 0;      // passed only when tried again
    std::uint64_t untimed = 0;    // cases without a time, or with one that cannot be
    std::int64_t said_us = 0;     // the suite's own time; 0 where it has none
    std::int64_t cases_us = 0;    // sum over cases
    std::int64_t longest_us = 0;  // of a case
    std::optional<Instant> at = {};
    Origin origin = {};
    // Set-up and collection belong to no case (a third of suites have over a tenth of it), so the
    // suite's own time counts, unless it is shorter than a single case, which no clock explains.
    [[nodiscard]] std::int64_t time_us() const noexcept {
        return said_us >= longest_us ? said_us : cases_us;
    }
    void join(const TestSuite& other);
    friend bool operator==(const TestSuite&, const TestSuite&) = default;
    static constexpr void fields(auto&& field) {
        field("cases", &TestSuite::cases);
        field("failed", &TestSuite::failed);
        field("skipped", &TestSuite::skipped);
        field("flaky", &TestSuite::flaky);
        field("untimed", &TestSuite::untimed);
        field("said_us", &TestSuite::said_us);
        field("cases_us", &TestSuite::cases_us);
        field("longest_us", &TestSuite::longest_us);
        field("at", &TestSuite::at);
        field("origin", &TestSuite::origin);
    }
};

struct Pipelines {
    std::map<std::string, Run> runs;  // by "provider:id"
    std::map<std::string, Job> jobs;  // by "provider:id"
    std::map<std::string, Deployment> deployments;
    std::map<std::string, TestSuite> suites;  // by name and time
    std::map<std::uint64_t, std::string>
        names;  // of steps: the same dozen in a hundred thousand jobs

    [[nodiscard]] bool empty() const noexcept {
        return runs.empty() && jobs.empty() && deployments.empty() && suites.empty();
    }
    // The number of a step's name, which is a hash of it, so that it is the same in every shard.
    std::uint64_t name(std::string_view text);
    [[nodiscard]] std::string_view name_of(const Step& step) const;
    void merge(const Pipelines& other);
    static constexpr void fields(auto&& field) {
        field("runs", &Pipelines::runs);
        field("jobs", &Pipelines::jobs);
        field("deployments", &Pipelines::deployments);
        field("suites", &Pipelines::suites);
        field("names", &Pipelines::names);
    }
};

}  // namespace plimsoll
