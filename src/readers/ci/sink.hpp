// Sink: where the readers of CI exports put what they understood: one place for the account of the
// source, the span of time, the bounds on hostile lists and the words that providers use for
// results.
#pragma once

#include "core/input_record.hpp"
#include "evidence/evidence.hpp"
#include "readers/ci/documents.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace plimsoll::readers::ci {

// Every provider's word for how something ended, in any case: "SUCCESS", "timed_out", "canceled".
// Nothing ended, or a word that is not known: unfinished.
[[nodiscard]] RunResult result_of(std::string_view word);
// "push", "merge_request_event", "schedule" ...: what set a run off.
[[nodiscard]] Trigger trigger_of(std::string_view word);
// How many of the keys stand in the head of a source, as "key".
[[nodiscard]] int keys_in(std::string_view head,
                          std::initializer_list<std::string_view> keys) noexcept;
// Does the source begin as JSON does? A byte-order mark or an error line of a tool may stand before
// it.
[[nodiscard]] bool begins_as_json(std::string_view head) noexcept;

class Sink {
public:
    // The memory that one source may take is that of so many jobs; what is beyond is counted as
    // skipped.
    static constexpr std::size_t most_jobs = 2'000'000;
    static constexpr std::size_t most_steps = 1'000;  // of a job

    Sink(Evidence& evidence, Input& input, std::string provider)
        : pipelines_{evidence.pipelines}, input_{input}, provider_{std::move(provider)} {}

    // Ids are the provider's own; the provider's name is put before them.
    [[nodiscard]] std::string key(std::string_view id) const {
        return provider_ + ":" + std::string{id};
    }
    void add(const std::string& id, Run run, std::uint64_t line);
    // What a job tells of its run: no record of its own.
    void imply(const std::string& id, Run run, std::uint64_t line);
    void add(const std::string& id, Job job, std::uint64_t line);
    void add(const std::string& id, Deployment deployment, std::uint64_t line);
    void add_step(Job& job, std::string_view name, Step step);
    void note(std::string_view text);

private:
    void cover(const std::optional<Instant>& at);
    template <class Thing>
    void keep(std::map<std::string, Thing>& things,
              const std::string& id,
              Thing thing,
              std::uint64_t line);

    Pipelines& pipelines_;
    Input& input_;
    std::string provider_;
};

}  // namespace plimsoll::readers::ci
