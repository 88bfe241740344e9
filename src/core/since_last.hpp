// Since last time: what moved between two audits of one system, and whether the move is real.
//
// A move is called real only where the two 90 % intervals do not overlap (on independent evidence
// that happens by chance in about 2 of 100 figures). Everything else is "cannot be told", and what
// was not judged by the same rules or from the same kinds of evidence is not compared at all.
#pragma once

#include "core/estimate.hpp"
#include "core/instant.hpp"
#include "core/texts.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// better and worse: where the figure has a good direction. higher and lower: where it has none.
// changed: a word became another word. unclear: the evidence cannot tell the two apart.
enum class Move : std::uint8_t {
    unchanged,
    better,
    worse,
    higher,
    lower,
    changed,
    unclear,
    not_comparable
};
template <>
inline constexpr std::array<std::string_view, 8> texts_of<Move>{
    "unchanged", "better", "worse", "higher", "lower", "changed", "unclear", "not-comparable"};

// One figure of both audits. Words (a sign's state) have texts, figures have estimates.
struct Moved {
    std::string id;  // "load_line", "limits.connection-pool.web", "signs.entangled"
    std::string name;
    std::string unit;
    Estimate then;
    Estimate now;
    std::string then_word;  // empty for a figure
    std::string now_word;
    Move move = Move::unclear;
    std::string why;  // why it is called real, or not, or not comparable
    static constexpr void fields(auto&& field) {
        field("id", &Moved::id);
        field("name", &Moved::name);
        field("unit", &Moved::unit);
        field("then", &Moved::then);
        field("now", &Moved::now);
        field("then_word", &Moved::then_word);
        field("now_word", &Moved::now_word);
        field("move", &Moved::move);
        field("why", &Moved::why);
    }
};

// A step that the earlier audit prescribed, with the load line that it foretold.
struct Foretold {
    std::string id;
    std::string title;
    bool still_prescribed = false;
    Estimate predicted;  // the load line after this step and those before it
    Estimate observed;   // the load line now; nothing while an earlier step is still to be done
    std::string says;
    static constexpr void fields(auto&& field) {
        field("id", &Foretold::id);
        field("title", &Foretold::title);
        field("still_prescribed", &Foretold::still_prescribed);
        field("predicted", &Foretold::predicted);
        field("observed", &Foretold::observed);
        field("says", &Foretold::says);
    }
};

struct SinceLast {
    std::optional<Instant> audited_at;  // of the earlier audit
    Span span;                          // of its evidence
    std::string system;
    std::string tool_version;
    std::string rules_version;
    std::vector<std::string> notes;  // what the reader must know before comparing
    std::vector<Moved> moved;
    std::vector<Foretold> foretold;
    static constexpr void fields(auto&& field) {
        field("audited_at", &SinceLast::audited_at);
        field("span", &SinceLast::span);
        field("system", &SinceLast::system);
        field("tool_version", &SinceLast::tool_version);
        field("rules_version", &SinceLast::rules_version);
        field("notes", &SinceLast::notes);
        field("moved", &SinceLast::moved);
        field("foretold", &SinceLast::foretold);
    }
};

}  // namespace plimsoll
