#include "evidence/pipelines.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace plimsoll {
namespace {

template <class Value>
void keep_greater(Value& ours, const Value& theirs) {
    if (ours < theirs) {
        ours = theirs;
    }
}

void keep_earlier(std::optional<Instant>& ours, const std::optional<Instant>& theirs) {
    if (theirs && (!ours || *theirs < *ours)) {
        ours = theirs;
    }
}

// The longer list says more; of two as long, the greater.
template <class Value>
void keep_longer(std::vector<Value>& ours, const std::vector<Value>& theirs) {
    if (ours.size() < theirs.size() || (ours.size() == theirs.size() && ours < theirs)) {
        ours = theirs;
    }
}

template <class Thing>
void join_all(std::map<std::string, Thing>& ours, const std::map<std::string, Thing>& theirs) {
    for (const auto& [id, thing] : theirs) {
        const auto [found, fresh] = ours.try_emplace(id, thing);
        if (!fresh) {
            found->second.join(thing);
        }
    }
}

}  // namespace

void Job::join(const Job& other) {
    keep_greater(run, other.run);
    keep_greater(attempt, other.attempt);
    keep_greater(name, other.name);
    keep_greater(stage, other.stage);
    keep_greater(environment, other.environment);
    keep_greater(result, other.result);
    keep_greater(ready, other.ready);
    keep_greater(started, other.started);
    keep_greater(completed, other.completed);
    keep_greater(paused_us, other.paused_us);
    keep_longer(steps, other.steps);
    waits_for_person = waits_for_person || other.waits_for_person;
    may_fail = may_fail || other.may_fail;
    stands_for_run = stands_for_run || other.stands_for_run;
    needs_known = needs_known || other.needs_known;
    keep_longer(needs, other.needs);
    keep_first(origin, other.origin);
}

void Run::join(const Run& other) {
    keep_greater(project, other.project);
    keep_greater(parent, other.parent);
    keep_greater(pipeline, other.pipeline);
    keep_greater(file, other.file);
    keep_greater(branch, other.branch);
    keep_greater(sha, other.sha);
    keep_greater(trigger, other.trigger);
    // What belongs to an attempt goes with the attempt: a failed first one must not win over a
    // second.
    if (attempt < other.attempt) {
        std::tie(attempt, result, started, ended) =
            std::tie(other.attempt, other.result, other.started, other.ended);
    } else if (attempt == other.attempt) {
        keep_greater(result, other.result);
        keep_greater(started, other.started);
        keep_greater(ended, other.ended);
    }
    keep_earlier(created, other.created);
    keep_greater(paused_us, other.paused_us);
    keep_first(origin, other.origin);
}

void Deployment::join(const Deployment& other) {
    keep_greater(environment, other.environment);
    keep_greater(branch, other.branch);
    keep_greater(sha, other.sha);
    keep_greater(result, other.result);
    keep_earlier(created, other.created);
    keep_greater(finished, other.finished);
    keep_first(origin, other.origin);
}

void TestSuite::join(const TestSuite& other) {
    keep_greater(cases, other.cases);
    keep_greater(failed, other.failed);
    keep_greater(skipped, other.skipped);
    keep_greater(flaky, other.flaky);
    keep_greater(untimed, other.untimed);
    keep_greater(said_us, other.said_us);
    keep_greater(cases_us, other.cases_us);
    keep_greater(longest_us, other.longest_us);
    keep_earlier(at, other.at);
    keep_first(origin, other.origin);
}

std::uint64_t Pipelines::name(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;  // FNV-1a
    }
    const auto [found, fresh] = names.try_emplace(hash, text);
    if (!fresh && found->second < text) {
        found->second = text;  // two names of one hash: the same one wins in every order
    }
    return hash;
}

std::string_view Pipelines::name_of(const Step& step) const {
    const auto found = names.find(step.name);
    return found == names.end() ? std::string_view{} : std::string_view{found->second};
}

void Pipelines::merge(const Pipelines& other) {
    join_all(runs, other.runs);
    join_all(jobs, other.jobs);
    join_all(deployments, other.deployments);
    join_all(suites, other.suites);
    for (const auto& [hash, text] : other.names) {
        keep_greater(names[hash], text);
    }
}

}  // namespace plimsoll
