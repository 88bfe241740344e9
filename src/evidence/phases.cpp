#include "evidence/phases.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace plimsoll {
namespace {

struct Entry {
    std::string_view word;
    Phase phase;
};

// Whole words; of several in a name the first one decides.
constexpr auto words_by_phase = std::to_array<Entry>({
    {"rollout", Phase::rollout},   {"healthcheck", Phase::startup},
    {"health", Phase::startup},    {"wait", Phase::rollout},
    {"healthy", Phase::startup},   {"readiness", Phase::startup},
    {"startup", Phase::startup},   {"warmup", Phase::startup},
    {"warm", Phase::startup},      {"smoke", Phase::test},
    {"checkout", Phase::setup},    {"clone", Phase::setup},
    {"fetch", Phase::setup},       {"cache", Phase::setup},
    {"restore", Phase::setup},     {"setup", Phase::setup},
    {"set", Phase::setup},         {"install", Phase::setup},
    {"login", Phase::setup},       {"configure", Phase::setup},
    {"download", Phase::setup},    {"initialize", Phase::setup},
    {"prepare", Phase::setup},     {"dependencies", Phase::setup},
    {"deps", Phase::setup},        {"start", Phase::setup},
    {"bootstrap", Phase::setup},   {"queue", Phase::setup},
    {"build", Phase::build},       {"builds", Phase::build},
    {"compile", Phase::build},     {"make", Phase::build},
    {"assemble", Phase::build},    {"bundle", Phase::build},
    {"generate", Phase::build},    {"lint", Phase::lint},
    {"linter", Phase::lint},       {"format", Phase::lint},
    {"fmt", Phase::lint},          {"clippy", Phase::lint},
    {"codeql", Phase::lint},       {"typecheck", Phase::lint},
    {"analyze", Phase::lint},      {"analysis", Phase::lint},
    {"sonar", Phase::lint},        {"scan", Phase::lint},
    {"sast", Phase::lint},         {"audit", Phase::lint},
    {"vet", Phase::lint},          {"check", Phase::lint},
    {"test", Phase::test},         {"tests", Phase::test},
    {"testing", Phase::test},      {"unit", Phase::test},
    {"integration", Phase::test},  {"e2e", Phase::test},
    {"spec", Phase::test},         {"specs", Phase::test},
    {"rspec", Phase::test},        {"pytest", Phase::test},
    {"jest", Phase::test},         {"cypress", Phase::test},
    {"playwright", Phase::test},   {"tox", Phase::test},
    {"ctest", Phase::test},        {"coverage", Phase::test},
    {"bench", Phase::test},        {"benchmark", Phase::test},
    {"package", Phase::package},   {"publish", Phase::package},
    {"push", Phase::package},      {"upload", Phase::package},
    {"image", Phase::package},     {"docker", Phase::package},
    {"artifact", Phase::package},  {"release", Phase::package},
    {"sign", Phase::package},      {"deploy", Phase::deploy},
    {"deploys", Phase::deploy},    {"deployment", Phase::deploy},
    {"promote", Phase::deploy},    {"migrate", Phase::deploy},
    {"migrations", Phase::deploy}, {"helm", Phase::deploy},
    {"kubectl", Phase::deploy},    {"terraform", Phase::deploy},
    {"ship", Phase::deploy},       {"production", Phase::deploy},
    {"staging", Phase::deploy},    {"post", Phase::post},
    {"complete", Phase::post},     {"cleanup", Phase::post},
    {"clean", Phase::post},        {"notify", Phase::post},
    {"slack", Phase::post},        {"report", Phase::post},
    {"stop", Phase::post},         {"teardown", Phase::post},
});

// In alphabetical order: hundreds of thousands of steps are asked for, three times each.
constexpr auto words = [] {
    auto out = words_by_phase;
    std::ranges::sort(out, {}, &Entry::word);
    return out;
}();
static_assert(std::ranges::adjacent_find(words, {}, &Entry::word) == words.end());

[[nodiscard]] bool letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

[[nodiscard]] Phase phase_of_word(std::string_view word) {
    const auto* const found = std::ranges::lower_bound(words, word, {}, &Entry::word);
    return found == words.end() || found->word != word ? Phase::unclassified : found->phase;
}

// A word that hides in a longer one: "deployubuntu", "unittests", "rebuild".
[[nodiscard]] Phase phase_within(std::string_view word) {
    constexpr auto roots = std::to_array<Entry>({{"test", Phase::test},
                                                 {"deploy", Phase::deploy},
                                                 {"build", Phase::build},
                                                 {"lint", Phase::lint},
                                                 {"compile", Phase::build}});
    for (const Entry& root : roots) {
        if (word.find(root.word) != std::string_view::npos) {
            return root.phase;
        }
    }
    return Phase::unclassified;
}

// Is this what somebody wanted done, as opposed to what the platform does around it?
[[nodiscard]] bool is_purpose(Phase phase) noexcept {
    return phase == Phase::build || phase == Phase::lint || phase == Phase::test ||
           phase == Phase::package || phase == Phase::deploy || phase == Phase::rollout ||
           phase == Phase::startup;
}

struct StepTime {
    Phase phase = Phase::unclassified;
    std::int64_t length = 0;
};

[[nodiscard]] StepTime time_of(const Step& step, const Job& job, const Pipelines& pipelines) {
    StepTime out{.phase = phase_of(pipelines.name_of(step))};
    if (step.started && step.completed) {
        const Instant from = std::clamp(*step.started, *job.started, *job.completed);
        const Instant to = std::clamp(*step.completed, from, *job.completed);
        out.length = (to - from).count();
    }
    return out;
}

}  // namespace

Phase phase_of(std::string_view name) {
    if (name.find("npm ci") != std::string_view::npos) {  // neither word says it alone
        return Phase::setup;
    }
    std::string word;
    Phase hidden = Phase::unclassified;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        if (i < name.size() && letter(name[i])) {
            word += static_cast<char>(name[i] | 0x20);  // digits keep their bit
            continue;
        }
        const Phase phase = phase_of_word(word);
        if (phase != Phase::unclassified) {
            return phase;
        }
        hidden = hidden == Phase::unclassified ? phase_within(word) : hidden;
        word.clear();
    }
    return hidden;
}

Phase phase_of(const Job& job) {
    if (!job.environment.empty()) {
        return Phase::deploy;
    }
    const Phase by_name = phase_of(job.name);
    return by_name == Phase::unclassified ? phase_of(job.stage) : by_name;
}

PhaseTimes phases_of(const Job& job, const Pipelines& pipelines) {
    PhaseTimes out{};
    if (!job.started || !job.completed || *job.completed <= *job.started) {
        return out;
    }
    std::int64_t rest = (*job.completed - *job.started).count();
    std::int64_t nameless = 0;
    bool purpose_known = false;
    for (const Step& step : job.steps) {
        const StepTime time = time_of(step, job, pipelines);
        const std::int64_t length = std::min(time.length, rest);
        rest -= length;
        (time.phase == Phase::unclassified ? nameless
                                           : out[static_cast<std::size_t>(time.phase)]) += length;
        purpose_known = purpose_known || (is_purpose(time.phase) && time.length > 0);
    }
    if (job.steps.empty()) {
        out[static_cast<std::size_t>(phase_of(job))] += rest;
        return out;
    }
    // Between steps the platform works: that is setup. Steps without a telling name go by the job,
    // unless its other steps contradict the job's name.
    out[static_cast<std::size_t>(Phase::setup)] += rest;
    const Phase whole = phase_of(job);
    const bool trusted = !purpose_known || out[static_cast<std::size_t>(whole)] > 0;
    out[static_cast<std::size_t>(trusted ? whole : Phase::unclassified)] += nameless;
    return out;
}

}  // namespace plimsoll
