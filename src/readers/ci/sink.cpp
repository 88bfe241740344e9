#include "readers/ci/sink.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace plimsoll::readers::ci {
namespace {

template <class Word>
struct Entry {
    std::string_view text;
    Word word;
};

// Skipped, stale and waiting for approval never ran; cancelled is nobody's failure (most are pushes
// that a later push made pointless), so neither may count in a failure rate.
constexpr auto results = std::to_array<Entry<RunResult>>({
    {"success", RunResult::success},
    {"succeeded", RunResult::success},
    {"successful", RunResult::success},
    {"passed", RunResult::success},
    {"pass", RunResult::success},
    {"neutral", RunResult::success},
    {"partiallysucceeded", RunResult::success},
    {"succeededwithissues", RunResult::success},
    {"unstable", RunResult::failure},
    {"failure", RunResult::failure},
    {"failed", RunResult::failure},
    {"fail", RunResult::failure},
    {"broken", RunResult::failure},
    {"expired", RunResult::failure},
    {"timed_out", RunResult::timeout},
    {"timedout", RunResult::timeout},
    {"timeout", RunResult::timeout},
    {"cancelled", RunResult::cancellation},
    {"canceled", RunResult::cancellation},
    {"cancellation", RunResult::cancellation},
    {"aborted", RunResult::cancellation},
    {"stopped", RunResult::cancellation},
    {"stale", RunResult::cancellation},
    {"abandoned", RunResult::cancellation},
    {"action_required", RunResult::cancellation},
    {"skipped", RunResult::skip},
    {"skip", RunResult::skip},
    {"not_built", RunResult::skip},
    {"not_executed", RunResult::skip},
    {"not_run", RunResult::skip},
    {"startup_failure", RunResult::error},
    {"error", RunResult::error},
    {"infrastructure_fail", RunResult::error},
    {"unauthorized", RunResult::error},
});

constexpr auto triggers = std::to_array<Entry<Trigger>>({
    {"push", Trigger::push},
    {"individualci", Trigger::push},
    {"batchedci", Trigger::push},
    {"webhook", Trigger::push},
    {"pull_request", Trigger::pull_request},
    {"pull_request_target", Trigger::pull_request},
    {"pullrequest", Trigger::pull_request},
    {"merge_request_event", Trigger::pull_request},
    {"external_pull_request_event", Trigger::pull_request},
    {"merge_group", Trigger::merge_queue},
    {"merge_train", Trigger::merge_queue},
    {"schedule", Trigger::schedule},
    {"scheduled", Trigger::schedule},
    {"scheduled_pipeline", Trigger::schedule},
    {"workflow_dispatch", Trigger::manual},
    {"manual", Trigger::manual},
    {"ui", Trigger::manual},
    {"web", Trigger::manual},
    {"chat", Trigger::manual},
});

[[nodiscard]] std::string lower(std::string_view word) {
    std::string out{cut(word, 40)};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

template <class Table, class Word>
[[nodiscard]] Word look_up(const Table& table, std::string_view word, Word otherwise) {
    const std::string wanted = lower(word);
    const auto* const found = std::ranges::find(
        table, std::string_view{wanted}, [](const auto& entry) { return entry.text; });
    return found == table.end() ? otherwise : found->word;
}

}  // namespace

RunResult result_of(std::string_view word) {
    return look_up(results, word, RunResult::unfinished);
}

Trigger trigger_of(std::string_view word) {
    return word.empty() ? Trigger::unknown : look_up(triggers, word, Trigger::other);
}

// Every page of an export is asked for a hundred keys: memmem leaps by the length of the key, where
// find stops at every quote.
int keys_in(std::string_view head, std::initializer_list<std::string_view> keys) noexcept {
    constexpr std::size_t longest = 62;
    if (head.empty()) {
        return 0;  // memmem takes no null
    }
    int found = 0;
    for (const std::string_view key : keys) {
        std::array<char, longest + 2> quoted{'"'};
        const std::size_t length = key.copy(quoted.data() + 1, longest);
        quoted[length + 1] = '"';
        found += memmem(head.data(), head.size(), quoted.data(), length + 2) != nullptr ? 1 : 0;
    }
    return found;
}

bool begins_as_json(std::string_view head) noexcept {
    const std::size_t first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF\x1E");
    return first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
}

void Sink::cover(const std::optional<Instant>& at) {
    if (at) {
        input_.span.cover(*at);
    }
}

template <class Thing>
void Sink::keep(std::map<std::string, Thing>& things,
                const std::string& id,
                Thing thing,
                std::uint64_t line) {
    if (things.size() >= most_jobs && !things.contains(key(id))) {
        input_.skip(line, 0, "more than two million records: audit a shorter time");
        return;
    }
    ++input_.records;
    thing.origin = {.source = input_.name, .line = line};
    const auto [found, fresh] = things.try_emplace(key(id), thing);
    if (!fresh) {
        found->second.join(thing);
    }
}

void Sink::add(const std::string& id, Run run, std::uint64_t line) {
    cover(run.created);
    cover(run.ended);
    keep(pipelines_.runs, id, std::move(run), line);
}

void Sink::imply(const std::string& id, Run run, std::uint64_t line) {
    const std::uint64_t records = input_.records;
    add(id, std::move(run), line);
    input_.records = records;
}

void Sink::add(const std::string& id, Job job, std::uint64_t line) {
    cover(job.started);
    cover(job.completed);
    job.steps.shrink_to_fit();
    keep(pipelines_.jobs, id, std::move(job), line);
}

void Sink::add(const std::string& id, Deployment deployment, std::uint64_t line) {
    cover(deployment.created);
    cover(deployment.finished);
    keep(pipelines_.deployments, id, std::move(deployment), line);
}

void Sink::add_step(Job& job, std::string_view name, Step step) {
    if (job.steps.size() < most_steps) {
        step.name = pipelines_.name(cut(name, 120));
        job.steps.push_back(step);
    }
}

void Sink::note(std::string_view text) {
    if (input_.note.find(text) == std::string::npos && input_.note.size() < 2'000) {
        input_.note += input_.note.empty() ? "" : "; ";
        input_.note += text;
    }
}

}  // namespace plimsoll::readers::ci
