#include "verdict/criteria.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::verdict {
namespace {

constexpr std::string_view table_reason =
    "research/limits 3.3: least unequal points for which full enumeration gives no contradiction";

constexpr Threshold point(std::string_view id, double value) {
    return {.id = id, .value = value, .unit = "points", .reason = table_reason};
}

constexpr Threshold prior{
    .id = "verdict.prior",
    .value = -1,
    .unit = "points",
    .reason = "a rewrite is itself the larger risk: without evidence either way, evolve"};

constexpr std::array<Points, texts_of<Criterion>.size()> table{{
    {"internal boundaries are clear",
     point("verdict.E1.best", -2),
     point("verdict.E1.middle", -0.5),
     point("verdict.E1.worst", 1)},
    {"the team understands it under load",
     point("verdict.E2.best", -1),
     point("verdict.E2.middle", 0),
     point("verdict.E2.worst", 1)},
    {"the constraints are localised",
     point("verdict.E3.best", -2),
     point("verdict.E3.middle", -0.5),
     point("verdict.E3.worst", 1)},
    {"the business cannot bear a rebuild",
     point("verdict.E4.best", -2),
     point("verdict.E4.middle", -1),
     point("verdict.E4.worst", 0)},
    {"failures cannot be traced",
     point("verdict.R1.best", -1),
     point("verdict.R1.middle", 0.5),
     point("verdict.R1.worst", 2)},
    {"a near-term need cannot be supported",
     point("verdict.R2.best", 0),
     point("verdict.R2.middle", 1.5),
     point("verdict.R2.worst", 3)},
    {"changes reach the whole system",
     point("verdict.R3.best", -1),
     point("verdict.R3.middle", 0.5),
     point("verdict.R3.worst", 2)},
    {"every change is a gamble",
     point("verdict.R4.best", -1),
     point("verdict.R4.middle", 0),
     point("verdict.R4.worst", 1.5)},
}};

constexpr std::size_t first_rebuild = static_cast<std::size_t>(Criterion::untraceable_failures);
constexpr std::size_t bearing = static_cast<std::size_t>(Criterion::business_cannot_bear);

[[nodiscard]] double value_at(const Points& points, Level level, const Settings& settings) {
    const std::array levels{&points.best, &points.middle, &points.worst};
    return settings.value_of(*levels[static_cast<std::size_t>(level)]);
}

[[nodiscard]] Total range(const Points& points, const Known& known, const Settings& settings) {
    const double best = value_at(points, Level::best, settings);
    const double worst = value_at(points, Level::worst, settings);
    if (!known.level) {
        return {.low = best, .high = worst};
    }
    const double at = value_at(points, *known.level, settings);
    const double rest = 1 - known.weight;
    return {.low = (known.weight * at) + (rest * best),
            .high = (known.weight * at) + (rest * worst)};
}

[[nodiscard]] bool certain(const Known& known) {
    return known.level && known.weight >= 1;
}

[[nodiscard]] Known known_from(const Finding& finding) {
    const bool answered =
        finding.outcome != Outcome::insufficient && finding.outcome != Outcome::failed;
    if (!answered || !finding.level) {
        return {};
    }
    // A check marks knowledge that has aged by lower confidence; only answers of people age.
    return {.level = finding.level, .weight = finding.confidence == Confidence::low ? 0.5 : 1.0};
}

[[nodiscard]] Knowledge knowledge_from(
    std::span<const Check* const> checks,
    std::span<const Finding> findings,
    std::array<const Finding*, texts_of<Criterion>.size()>& sources) {
    Knowledge knowledge{};
    sources.fill(nullptr);
    for (std::size_t i = 0; i < checks.size(); ++i) {
        if (checks[i]->criterion) {
            const auto at = static_cast<std::size_t>(*checks[i]->criterion);
            const Known known = known_from(findings[i]);
            if (sources[at] == nullptr || (known.level && !knowledge[at].level)) {
                sources[at] = &findings[i];
                knowledge[at] = known;
            }
        }
    }
    return knowledge;
}

// Every criterion that alone, at another level, would change the outcome.
[[nodiscard]] std::vector<std::string> flips(const Knowledge& knowledge, const Settings& settings) {
    const VerdictOutcome now = decide(knowledge, settings);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < knowledge.size(); ++i) {
        for (const Level level : {Level::best, Level::middle, Level::worst}) {
            Knowledge other = knowledge;
            other[i] = {.level = level, .weight = 1};
            const VerdictOutcome then = decide(other, settings);
            if (then != now && (!knowledge[i].level || *knowledge[i].level != level)) {
                out.push_back(fmt::format("\"{}\" at its {} would make it {}",
                                          table[i].title,
                                          to_text(level),
                                          to_text(then)));
            }
        }
    }
    return out;
}

[[nodiscard]] std::string leaning_of(const Total& sum, const Knowledge& knowledge) {
    std::string unknown;
    for (std::size_t i = 0; i < knowledge.size(); ++i) {
        if (!certain(knowledge[i])) {
            // By its title: "E2" stands for an exhibit everywhere else.
            unknown += fmt::format("{}\"{}\"", unknown.empty() ? "" : ", ", table[i].title);
        }
    }
    const double middle = (sum.low + sum.high) / 2;
    const std::string_view side = middle < 0 ? "leans evolve" : "leans rebuild";
    return fmt::format("{}: {:+.1f} points, {:+.1f} to {:+.1f}{}{}",
                       side,
                       middle,
                       sum.low,
                       sum.high,
                       unknown.empty() ? "" : "; would settle it: ",
                       unknown);
}

}  // namespace

const std::array<Points, texts_of<Criterion>.size()>& points_table() noexcept {
    return table;
}
const Threshold& prior_points() noexcept {
    return prior;
}

Total total(const Knowledge& knowledge, const Settings& settings) {
    const double start = settings.value_of(prior);
    Total sum{.low = start, .high = start};
    for (std::size_t i = 0; i < knowledge.size(); ++i) {
        const Total one = range(table[i], knowledge[i], settings);
        sum.low += one.low;
        sum.high += one.high;
    }
    return sum;
}

VerdictOutcome decide(const Knowledge& knowledge, const Settings& settings) {
    const Total sum = total(knowledge, settings);
    const auto worst_rebuild = std::ranges::count_if(
        knowledge.begin() + first_rebuild, knowledge.end(), [](const Known& known) {
            return certain(known) && *known.level == Level::worst;
        });
    // "Cannot bear it" is a veto; not knowing is not leave to rebuild either.
    const bool bearable = certain(knowledge[bearing]) && *knowledge[bearing].level != Level::best;
    if (sum.high < 0) {
        return VerdictOutcome::evolve;
    }
    if (sum.low > 0 && worst_rebuild >= 2 && bearable) {
        return VerdictOutcome::rebuild;
    }
    return std::ranges::all_of(knowledge, certain) ? VerdictOutcome::evolve
                                                   : VerdictOutcome::insufficient;
}

Verdict evolve_or_rebuild(std::span<const Check* const> checks,
                          std::span<const Finding> findings,
                          const Settings& settings) {
    std::array<const Finding*, texts_of<Criterion>.size()> sources{};
    const Knowledge knowledge = knowledge_from(checks, findings, sources);
    const Total sum = total(knowledge, settings);
    Verdict verdict{.outcome = decide(knowledge, settings),
                    .leaning = leaning_of(sum, knowledge),
                    .total_low = sum.low,
                    .total_high = sum.high,
                    .prior = settings.value_of(prior),
                    .flips = flips(knowledge, settings)};
    for (std::size_t i = 0; i < knowledge.size(); ++i) {
        const Total one = range(table[i], knowledge[i], settings);
        const Finding* source = sources[i];
        const bool person = source != nullptr && source->measures.empty();
        verdict.criteria.push_back(
            {.id = static_cast<Criterion>(i),
             .title = std::string{table[i].title},
             .level = knowledge[i].level,
             .points_low = one.low,
             .points_high = one.high,
             .basis = !knowledge[i].level ? "missing" : (person ? "answered" : "measured"),
             .says = source == nullptr ? std::string{"no check answers it"} : source->says,
             .check = source == nullptr ? std::string{} : source->check});
    }
    return verdict;
}

}  // namespace plimsoll::verdict
