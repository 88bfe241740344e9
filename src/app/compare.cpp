#include "app/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace plimsoll::app {
namespace {

enum class Good : std::uint8_t { higher, lower, neither };

[[nodiscard]] bool same(double a, double b) noexcept {
    return a == b || (std::isnan(a) && std::isnan(b));
}

[[nodiscard]] Move towards(bool up, Good good) noexcept {
    if (good == Good::neither) {
        return up ? Move::higher : Move::lower;
    }
    return up == (good == Good::higher) ? Move::better : Move::worse;
}

// The rule: real when the intervals do not overlap.
void judge(Moved& moved, Good good) {
    const Estimate& then = moved.then;
    const Estimate& now = moved.now;
    if (!then.known() || !now.known()) {
        moved.move = Move::not_comparable;
        moved.why = then.known() ? "it is not known now" : "it was not known then";
    } else if (same(then.at, now.at) && same(then.low, now.low) && same(then.high, now.high)) {
        moved.move = Move::unchanged;
        moved.why = "the same figure and interval";
    } else if (now.low > then.high || now.high < then.low) {
        moved.move = towards(now.low > then.high, good);
        moved.why = "the intervals do not overlap";
    } else {
        moved.move = Move::unclear;
        moved.why = "the intervals overlap: chance alone could do this";
    }
}

void refuse(Moved& moved, std::string why) {
    moved.move = Move::not_comparable;
    moved.why = std::move(why);
}

[[nodiscard]] Estimate estimate_of(const LoadLine& line) {
    return {.at = line.at, .low = line.low, .high = line.high};
}

[[nodiscard]] Estimate estimate_of(const Limit& limit) {
    return {.at = limit.at, .low = limit.low, .high = limit.high};
}

[[nodiscard]] std::set<std::string> measured_limits(const Audit& audit) {
    std::set<std::string> ids;
    for (const Limit& limit : audit.limits) {
        if (limit.axis == Axis::load && limit.status == LimitStatus::measured) {
            ids.insert(limit.id);
        }
    }
    return ids;
}

// Why no figure of the two can be compared; empty when figures can.
[[nodiscard]] std::string barrier(const Audit& then, const Audit& now) {
    if (!then.system.empty() && !now.system.empty() && then.system != now.system) {
        return fmt::format("another system: \"{}\" then, \"{}\" now", then.system, now.system);
    }
    if (then.rules_version != now.rules_version) {
        return "other rules or thresholds were in force: audit the earlier digest again with "
               "these";
    }
    return {};
}

[[nodiscard]] bool same_inputs(const Audit& then, const Audit& now) {
    const auto hashes = [](const Audit& audit) {
        std::multiset<std::string> out;
        for (const Input& input : audit.inputs) {
            out.insert(input.sha256);
        }
        return out;
    };
    return !then.inputs.empty() && hashes(then) == hashes(now) &&
           !hashes(then).contains(std::string{});
}

[[nodiscard]] std::vector<std::string> notes_of(const Audit& then, const Audit& now) {
    std::vector<std::string> notes;
    if (const std::string why = barrier(then, now); !why.empty()) {
        notes.push_back("Not comparable: " + why + ".");
    }
    if (same_inputs(then, now)) {
        notes.emplace_back("Both audits read the same bytes.");
    } else if (then.span.from && then.span.to && now.span.from && now.span.to &&
               *now.span.from < *then.span.to && *then.span.from < *now.span.to) {
        notes.emplace_back("The evidence of the two overlaps in time: a move shows late.");
    }
    if (now.span.to && then.span.to && *now.span.to < *then.span.to) {
        notes.emplace_back("The evidence of this audit ends before that of the other.");
    }
    for (const std::string& kind : then.kinds_supplied) {
        if (std::ranges::find(now.kinds_supplied, kind) == now.kinds_supplied.end()) {
            notes.push_back("Then there was evidence of the kind " + kind + ", now there is none.");
        }
    }
    for (const std::string& kind : now.kinds_supplied) {
        if (std::ranges::find(then.kinds_supplied, kind) == then.kinds_supplied.end()) {
            notes.push_back("There is evidence of the kind " + kind + ", then there was none.");
        }
    }
    return notes;
}

[[nodiscard]] Moved load_line(const Audit& then, const Audit& now) {
    Moved moved{.id = "load_line",
                .name = "load line",
                .unit = "times today's load",
                .then = estimate_of(then.load_line),
                .now = estimate_of(now.load_line)};
    if (measured_limits(then) != measured_limits(now)) {
        refuse(moved,
               fmt::format("other limits were measured: {} of {} then, {} of {} now",
                           then.load_line.measured,
                           then.load_line.known,
                           now.load_line.measured,
                           now.load_line.known));
    } else {
        judge(moved, Good::higher);
    }
    return moved;
}

[[nodiscard]] Moved limit(const Limit* then, const Limit* now) {
    const Limit& named = now == nullptr ? *then : *now;
    Moved moved{.id = "limits." + named.id,
                .name = named.name,
                .unit = named.axis == Axis::team   ? "times today's changes"
                        : named.axis == Axis::data ? "times today's data"
                                                   : "times today's load"};
    const auto measured = [](const Limit* one) {
        return one != nullptr && one->status == LimitStatus::measured;
    };
    moved.then = measured(then) ? estimate_of(*then) : Estimate{};
    moved.now = measured(now) ? estimate_of(*now) : Estimate{};
    if (!measured(then) || !measured(now)) {
        refuse(moved, measured(then) ? "it is not measured now" : "it was not measured then");
    } else if (then->grade != now->grade) {
        refuse(moved,
               fmt::format("the evidence is of another grade: {} then, {} now",
                           to_text(then->grade),
                           to_text(now->grade)));
    } else {
        judge(moved, Good::higher);
    }
    return moved;
}

void limits(const Audit& then, const Audit& now, std::vector<Moved>& out) {
    std::map<std::string, const Limit*> before;
    for (const Limit& one : then.limits) {
        before[one.id] = &one;
    }
    const auto measured = [](const Limit& one) { return one.status == LimitStatus::measured; };
    for (const Limit& one : now.limits) {
        const auto match = before.find(one.id);
        const Limit* earlier = match == before.end() ? nullptr : match->second;
        if (measured(one) || (earlier != nullptr && measured(*earlier))) {
            out.push_back(limit(earlier, &one));
        }
        before.erase(one.id);
    }
    for (const auto& [id, gone] : before) {
        if (measured(*gone)) {
            out.push_back(limit(gone, nullptr));
        }
    }
}

// From trouble to none, for the direction of a sign's change of state.
[[nodiscard]] int trouble(Outcome state) noexcept {
    return state == Outcome::present ? 2 : state == Outcome::latent ? 1 : 0;
}

[[nodiscard]] bool assessed(Outcome state) noexcept {
    return state != Outcome::insufficient && state != Outcome::failed;
}

[[nodiscard]] Moved sign(const SignVerdict& then, const SignVerdict& now) {
    Moved moved{.id = "signs." + std::string{to_text(now.id)},
                .name = now.title,
                .then_word = std::string{to_text(then.state)},
                .now_word = std::string{to_text(now.state)}};
    if (!assessed(then.state) || !assessed(now.state)) {
        refuse(moved, assessed(then.state) ? "it is not assessed now" : "it was not assessed then");
    } else if (then.state == now.state) {
        moved.move = Move::unchanged;
        moved.why = "the same state";
    } else {
        moved.move = trouble(now.state) < trouble(then.state) ? Move::better : Move::worse;
        moved.why = "its state is another; the figures behind it say by how much";
    }
    return moved;
}

void measures(const SignVerdict& then, const SignVerdict& now, std::vector<Moved>& out) {
    for (const Measure& measure : now.measures) {
        const auto match = std::ranges::find(then.measures, measure.id, &Measure::id);
        if (match == then.measures.end() || match->unit != measure.unit) {
            continue;
        }
        Moved moved{.id = fmt::format("signs.{}.{}", to_text(now.id), measure.id),
                    .name = measure.name,
                    .unit = measure.unit,
                    .then = match->value,
                    .now = measure.value};
        judge(moved, Good::neither);
        out.push_back(std::move(moved));
    }
}

void signs(const Audit& then, const Audit& now, std::vector<Moved>& out) {
    for (const SignVerdict& one : now.signs) {
        const auto match = std::ranges::find(then.signs, one.id, &SignVerdict::id);
        if (match != then.signs.end()) {
            out.push_back(sign(*match, one));
            measures(*match, one, out);
        }
    }
}

[[nodiscard]] Moved verdict(const Audit& then, const Audit& now) {
    Moved moved{.id = "verdict",
                .name = "verdict",
                .then_word = std::string{to_text(then.verdict.outcome)},
                .now_word = std::string{to_text(now.verdict.outcome)}};
    moved.move = then.verdict.outcome == now.verdict.outcome ? Move::unchanged : Move::changed;
    moved.why = moved.move == Move::unchanged
                    ? "the same outcome"
                    : "the table of criteria sums to another outcome; its rows say which moved";
    return moved;
}

[[nodiscard]] std::string foretold_in_words(const Foretold& one, bool earlier_open) {
    if (one.still_prescribed) {
        return "still prescribed: not done, or without the effect";
    }
    if (earlier_open) {
        return "no longer prescribed; its figure presumes steps that are still open";
    }
    const Estimate& seen = one.observed;
    if (!seen.known()) {
        return "no longer prescribed; there is no load line now to compare with";
    }
    if (seen.low > one.predicted.high) {
        return "no longer prescribed; the load line is above what was foretold";
    }
    if (seen.high < one.predicted.low) {
        return "no longer prescribed; the load line is below what was foretold";
    }
    return "no longer prescribed; the load line is within what was foretold";
}

// In the ladder's order: the line after a step presumes every step before it.
void foretell(const Audit& then, const Audit& now, bool comparable, std::vector<Foretold>& out) {
    bool earlier_open = false;
    for (const Prescription& step : then.prescriptions) {
        if (!step.effect) {
            continue;
        }
        Foretold one{.id = step.id, .title = step.title};
        one.still_prescribed = std::ranges::find(now.prescriptions, step.id, &Prescription::id) !=
                               now.prescriptions.end();
        one.predicted = {.at = step.effect->to, .low = step.effect->low, .high = step.effect->high};
        earlier_open = earlier_open || one.still_prescribed;
        if (!earlier_open && comparable) {
            one.observed = estimate_of(now.load_line);
        }
        one.says = comparable ? foretold_in_words(one, earlier_open)
                              : "not compared: the two audits are not comparable";
        out.push_back(std::move(one));
    }
}

// Where the steps that were done should have put each limit that they name: today's place of then,
// times what each of them does. Steps are taken to be independent, as on the ladder.
struct LimitForetold {
    Estimate expected;
    std::string titles;
};

[[nodiscard]] std::map<std::string, LimitForetold> limits_foretold(const Audit& then,
                                                                   const Audit& now) {
    std::map<std::string, LimitForetold> out;
    for (const Prescription& step : then.prescriptions) {
        if (std::ranges::find(now.prescriptions, step.id, &Prescription::id) !=
            now.prescriptions.end()) {
            continue;
        }
        for (const Prediction& one : step.predictions) {
            const auto [found, fresh] = out.try_emplace(one.limit, LimitForetold{one.before, ""});
            Estimate& expected = found->second.expected;
            const auto times = [](double value, double after, double before) {
                return before > 0 && std::isfinite(before) && std::isfinite(after)
                           ? value * after / before
                           : value;
            };
            expected = {.at = times(expected.at, one.after.at, one.before.at),
                        .low = times(expected.low, one.after.low, one.before.low),
                        .high = times(expected.high, one.after.high, one.before.high)};
            found->second.titles += (fresh ? "" : "; ") + step.title;
        }
    }
    return out;
}

// Each limit by itself: a load line can stay where it is while a step did what it should, for
// another limit comes first.
void foretell_limits(const Audit& then, const Audit& now, std::vector<Foretold>& out) {
    for (const auto& [id, foretold] : limits_foretold(then, now)) {
        const auto before = std::ranges::find(then.limits, id, &Limit::id);
        const auto after = std::ranges::find(now.limits, id, &Limit::id);
        Foretold one{.id = "limits." + id,
                     .title = (before == then.limits.end() ? id : before->name) +
                              " after: " + foretold.titles,
                     .predicted = foretold.expected};
        const bool measured = after != now.limits.end() && after->status == LimitStatus::measured;
        if (!measured) {
            one.says = "this limit is not measured now";
        } else if (before != then.limits.end() && before->grade != after->grade) {
            one.says = "this limit rests on evidence of another grade now: not compared";
        } else {
            one.observed = estimate_of(*after);
            one.says =
                one.observed.low > one.predicted.high   ? "the limit is above what was foretold"
                : one.observed.high < one.predicted.low ? "the limit is below what was foretold"
                                                        : "the limit is within what was foretold";
        }
        out.push_back(std::move(one));
    }
}

[[nodiscard]] std::string in_words(const Estimate& value) {
    if (!value.known()) {
        return "not known";
    }
    const std::string range = !std::isfinite(value.high) ? fmt::format("{:.3g} or more", value.low)
                              : value.low <= 0
                                  ? fmt::format("{:.3g} or less", value.high)
                                  : fmt::format("{:.3g} to {:.3g}", value.low, value.high);
    return !value.has_point() || (value.low == value.at && value.high == value.at)
               ? (value.has_point() ? fmt::format("{:.3g}", value.at) : range)
               : fmt::format("{:.3g} ({})", value.at, range);
}

// What a stranger wrote must not steer a terminal.
[[nodiscard]] std::string harmless(std::string text) {
    std::erase_if(text, [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return (byte < 0x20 && letter != '\n') || byte == 0x7F;
    });
    return text;
}

// What a reader must see first: what moved, then what may have, then the rest.
[[nodiscard]] int news_first(const Moved& moved) noexcept {
    switch (moved.move) {
        case Move::worse:
            return 0;
        case Move::changed:
            return 1;
        case Move::better:
            return 2;
        case Move::higher:
        case Move::lower:
            return 3;
        case Move::unclear:
            return 4;
        case Move::not_comparable:
            return 5;
        case Move::unchanged:
            break;
    }
    return 6;
}

}  // namespace

SinceLast compare(const Audit& then, const Audit& now) {
    SinceLast since{.audited_at = then.audited_at,
                    .span = then.span,
                    .system = then.system,
                    .tool_version = then.tool_version,
                    .rules_version = then.rules_version,
                    .notes = notes_of(then, now)};
    since.moved.push_back(load_line(then, now));
    since.moved.push_back(verdict(then, now));
    limits(then, now, since.moved);
    signs(then, now, since.moved);
    const std::string why = barrier(then, now);
    if (!why.empty()) {
        for (Moved& moved : since.moved) {
            refuse(moved, why);
        }
    }
    std::ranges::stable_sort(since.moved, {}, news_first);
    foretell(then, now, why.empty(), since.foretold);
    if (why.empty()) {
        foretell_limits(then, now, since.foretold);
    }
    return since;
}

std::string to_lines(const SinceLast& since, const Audit& now) {
    std::string out = fmt::format("{}: audit of {} against that of {}\n",
                                  now.system.empty() ? "this system" : now.system,
                                  now.audited_at ? to_date(*now.audited_at) : "no date",
                                  since.audited_at ? to_date(*since.audited_at) : "no date");
    for (const std::string& note : since.notes) {
        out += "  " + note + "\n";
    }
    for (const Moved& moved : since.moved) {
        const bool word = !moved.then_word.empty();
        out += fmt::format("\n{:<15} {}\n                {} -> {}{}\n                {}\n",
                           to_text(moved.move),
                           moved.name,
                           word ? moved.then_word : in_words(moved.then),
                           word ? moved.now_word : in_words(moved.now),
                           moved.unit.empty() ? "" : " " + moved.unit,
                           moved.why);
    }
    for (const Foretold& one : since.foretold) {
        out += fmt::format("\nforetold        {}\n                {} {}, now {}\n"
                           "                {}\n",
                           one.title,
                           one.id.starts_with("limits.") ? "limit" : "load line",
                           in_words(one.predicted),
                           in_words(one.observed),
                           one.says);
    }
    return harmless(std::move(out));
}

}  // namespace plimsoll::app
