// Finding: what one check says about the evidence. Plain data; reports decide how it looks.
//
// Outcome, score and confidence are three things and are never multiplied. `insufficient` is an
// answer: it never counts as good, and never as bad.
#pragma once

#include "core/estimate.hpp"
#include "core/exhibit.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// present: the trouble is there. absent: it was looked for with enough evidence, and is not.
// latent: the structure for it is there, no event yet. failed: the check itself broke.
enum class Outcome : std::uint8_t { present, absent, latent, insufficient, failed };
template <>
inline constexpr std::array<std::string_view, 5> texts_of<Outcome>{
    "present", "absent", "latent", "insufficient", "failed"};

enum class Confidence : std::uint8_t { none, low, medium, high };
template <>
inline constexpr std::array<std::string_view, 4> texts_of<Confidence>{
    "none", "low", "medium", "high"};

enum class Axis : std::uint8_t { load, data, team };
template <>
inline constexpr std::array<std::string_view, 3> texts_of<Axis>{"load", "data", "team"};

// How good the evidence behind a limit is. A: complete. B: sampled. C: censored, so one-sided.
// D: an answer from a person.
enum class Grade : std::uint8_t { A, B, C, D };
template <>
inline constexpr std::array<std::string_view, 4> texts_of<Grade>{"A", "B", "C", "D"};

// Where the rebuild table puts a criterion: best speaks for evolving, worst for rebuilding.
enum class Level : std::uint8_t { best, middle, worst };
template <>
inline constexpr std::array<std::string_view, 3> texts_of<Level>{"best", "middle", "worst"};

// The ladder, least disruptive first (research: order D0 to D12).
enum class Rung : std::uint8_t {
    measure,
    configure,
    query,
    library,
    pipeline,
    cache,
    replica,
    queue,
    read_model,
    boundary,
    split,
    shard,
    rebuild
};
template <>
inline constexpr std::array<std::string_view, 13> texts_of<Rung>{"measure",
                                                                 "configure",
                                                                 "query",
                                                                 "library",
                                                                 "pipeline",
                                                                 "cache",
                                                                 "replica",
                                                                 "queue",
                                                                 "read-model",
                                                                 "boundary",
                                                                 "split",
                                                                 "shard",
                                                                 "rebuild"};

// One figure that a finding rests on.
struct Measure {
    std::string id;    // stable within the check: "peak-busy"
    std::string name;  // "busy connections, 99th percentile of seconds"
    Estimate value;
    std::string unit;
    double samples = 0;  // how many observations are behind it; 0 when that has no meaning
    std::string formula;
    std::vector<Origin> origins;
    static constexpr void fields(auto&& field) {
        field("id", &Measure::id);
        field("name", &Measure::name);
        field("value", &Measure::value);
        field("unit", &Measure::unit);
        field("samples", &Measure::samples);
        field("formula", &Measure::formula);
        field("origins", &Measure::origins);
    }
};

enum class LimitStatus : std::uint8_t { measured, missing, not_applicable, above_range };
template <>
inline constexpr std::array<std::string_view, 4> texts_of<LimitStatus>{
    "measured", "missing", "not-applicable", "above-range"};

// The multiple of today's load, data or team at which one resource gives way.
struct Limit {
    std::string id;     // "connection-pool.web-api"
    std::string name;   // "connection pool web-api"
    std::string basis;  // five words: "20 slots, 4.9 busy at peak"
    Axis axis = Axis::load;
    LimitStatus status = LimitStatus::missing;
    // Comfortable: waiting for the resource is no longer than its use. As an Estimate's at, low,
    // high.
    double at = std::numeric_limits<double>::quiet_NaN();
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    Estimate hard;  // saturation
    Grade grade = Grade::A;
    std::string formula;
    std::vector<Measure> inputs;
    std::string missing_input;  // what would place it, when it is missing
    std::string check;          // filled in by the runner

    void place(const Estimate& multiple) noexcept {
        status = LimitStatus::measured;
        at = multiple.at;
        low = multiple.low;
        high = multiple.high;
    }
    static constexpr void fields(auto&& field) {
        field("id", &Limit::id);
        field("name", &Limit::name);
        field("basis", &Limit::basis);
        field("axis", &Limit::axis);
        field("status", &Limit::status);
        field("at", &Limit::at);
        field("low", &Limit::low);
        field("high", &Limit::high);
        field("hard", &Limit::hard);
        field("grade", &Limit::grade);
        field("formula", &Limit::formula);
        field("inputs", &Limit::inputs);
        field("missing_input", &Limit::missing_input);
        field("check", &Limit::check);
    }
};

// What a remedy does to one limit: the multiple is scaled by a factor within [low, high].
struct Effect {
    std::string limit;  // id, or a prefix ending in '*'
    Estimate factor;
    static constexpr void fields(auto&& field) {
        field("limit", &Effect::limit);
        field("factor", &Effect::factor);
    }
};

struct Remedy {
    std::string id;  // stable: "pool.web-api.raise"
    Rung rung = Rung::measure;
    std::string title;   // imperative
    std::string action;  // one concrete command or setting
    std::string effort;  // "1 hour"
    std::string reach;   // what it touches
    std::string undo;
    std::vector<Effect> effects;
    std::vector<std::string> clears;  // signs that it clears, by id
    std::string verify;               // a command that shows later whether it worked
    std::string model;                // how the effect was computed
    static constexpr void fields(auto&& field) {
        field("id", &Remedy::id);
        field("rung", &Remedy::rung);
        field("title", &Remedy::title);
        field("action", &Remedy::action);
        field("effort", &Remedy::effort);
        field("reach", &Remedy::reach);
        field("undo", &Remedy::undo);
        field("effects", &Remedy::effects);
        field("clears", &Remedy::clears);
        field("verify", &Remedy::verify);
        field("model", &Remedy::model);
    }
};

// Evidence that is not there, what it would add, and how to get it.
struct Gap {
    std::string id;
    std::string missing;
    std::string would_add;
    std::string how;  // the exact command, SQL or YAML
    friend bool operator==(const Gap&, const Gap&) = default;
    static constexpr void fields(auto&& field) {
        field("id", &Gap::id);
        field("missing", &Gap::missing);
        field("would_add", &Gap::would_add);
        field("how", &Gap::how);
    }
};

struct Finding {
    Outcome outcome = Outcome::insufficient;
    std::string says;          // one sentence with figures that a stakeholder can read aloud
    std::optional<int> score;  // severity 0 (good) to 100
    Confidence confidence = Confidence::none;
    std::string confidence_why;
    std::vector<Measure> measures;
    std::vector<Limit> limits;
    std::optional<Level> level;  // for a criterion of the rebuild table
    std::vector<Remedy> remedies;
    std::vector<Exhibit> exhibits;
    std::vector<Origin> seen_at;
    std::vector<Gap> gaps;
    // What explains it, with the share explained (a statement's id, a table): two signs with one
    // cause that explains half or more of both are counted once.
    std::map<std::string, double> causes;
    std::string check;  // filled in by the runner
    std::string asks;   // filled in by the runner
    static constexpr void fields(auto&& field) {
        field("check", &Finding::check);
        field("asks", &Finding::asks);
        field("outcome", &Finding::outcome);
        field("says", &Finding::says);
        field("score", &Finding::score);
        field("confidence", &Finding::confidence);
        field("confidence_why", &Finding::confidence_why);
        field("measures", &Finding::measures);
        field("level", &Finding::level);
        field("seen_at", &Finding::seen_at);
        field("gaps", &Finding::gaps);
        field("causes", &Finding::causes);
    }
};

}  // namespace plimsoll
