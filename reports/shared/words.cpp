#include "shared/words.hpp"

#include <array>
#include <cstddef>

namespace plimsoll::reports::shared {
namespace {

template <class Enum, std::size_t Size>
[[nodiscard]] std::string_view pick(const std::array<std::string_view, Size>& words,
                                    Enum value) noexcept {
    static_assert(Size == texts_of<Enum>.size());
    const auto at = static_cast<std::size_t>(value);
    return at < Size ? words[at] : std::string_view{"?"};
}

}  // namespace

std::string_view state_word(Outcome outcome) noexcept {
    static constexpr std::array<std::string_view, 5> words{
        "Present", "Not seen", "Latent", "Not assessed", "Not assessed"};
    return pick(words, outcome);
}

std::string_view state_class(Outcome outcome) noexcept {
    static constexpr std::array<std::string_view, 5> words{
        "present", "absent", "latent", "unknown", "unknown"};
    return pick(words, outcome);
}

std::string_view outcome_word(VerdictOutcome outcome) noexcept {
    static constexpr std::array<std::string_view, 5> words{
        "Leave it", "Evolve", "Rebuild", "Not decided", "Merge back"};
    return pick(words, outcome);
}

std::string_view outcome_sentence(VerdictOutcome outcome) noexcept {
    static constexpr std::array<std::string_view, 5> words{
        "Nothing structural is needed for the load that is asked for; keep measuring.",
        "The structure carries the next stage: change it in steps, and leave the rest standing.",
        "The structure itself is the limit: steps would cost more than a planned rebuild.",
        "The evidence does not carry a decision either way; the gaps below say what would.",
        "The services are split further than they can fail, deploy or change apart; "
        "joining some of them back costs less than either evolving or rebuilding.",
    };
    return pick(words, outcome);
}

std::string_view stage_word(StageAnswer answer) noexcept {
    static constexpr std::array<std::string_view, 4> words{
        "Safe", "Undecided", "Breaks", "Not known"};
    return pick(words, answer);
}

std::string_view confidence_word(Confidence confidence) noexcept {
    static constexpr std::array<std::string_view, 4> words{"none", "low", "medium", "high"};
    return pick(words, confidence);
}

std::string_view grade_word(Grade grade) noexcept {
    static constexpr std::array<std::string_view, 4> words{
        "A, complete", "B, sampled", "C, one-sided", "D, a person’s answer"};
    return pick(words, grade);
}

std::string_view axis_word(Axis axis) noexcept {
    static constexpr std::array<std::string_view, 3> words{"load", "data", "team"};
    return pick(words, axis);
}

std::string_view move_word(Move move) noexcept {
    static constexpr std::array<std::string_view, 8> words{"unchanged",
                                                           "better",
                                                           "worse",
                                                           "higher",
                                                           "lower",
                                                           "changed",
                                                           "cannot be told",
                                                           "not comparable"};
    return pick(words, move);
}

bool is_bound(const LineEffect& effect) noexcept {
    return effect.low <= 0 && effect.to == effect.high;
}

std::string_view rung_word(Rung rung) noexcept {
    static constexpr std::array<std::string_view, 13> words{"measure first",
                                                            "a setting",
                                                            "one query",
                                                            "a library",
                                                            "the pipeline",
                                                            "a cache",
                                                            "a replica",
                                                            "a queue",
                                                            "a read model",
                                                            "a boundary",
                                                            "split a part off",
                                                            "shard the data",
                                                            "rebuild"};
    return pick(words, rung);
}

}  // namespace plimsoll::reports::shared
