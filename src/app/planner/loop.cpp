#include "app/planner/loop.hpp"

#include "app/planner/link.hpp"
#include "app/planner/touched.hpp"
#include "app/planner/two_costs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace plimsoll::app::planner {
namespace {

constexpr double band = 2;           // the law's error where nothing flips: 9 in 10 within it
constexpr double band_flip = 4;      // and where the plan is another one
constexpr double resolution = 1.04;  // a cliff is placed within 4 %

[[nodiscard]] double factor_of(const Asked& asked, const Explained& now, const Explained& today) {
    const double ratio = today.cost > 0 ? now.cost / today.cost : 1;
    if (!asked.ms || *asked.ms <= 0) {
        return ratio;
    }
    const double planning = std::min(asked.planning_ms, 0.9 * *asked.ms);
    return (planning + (*asked.ms - planning) * ratio) / *asked.ms;
}

// Explains a statement at any scale once; the shadow is moved only when it must be.
class Views {
public:
    Views(Shadow& shadow, const std::vector<Asked>& statements)
        : shadow_{shadow}, statements_{statements} {}

    const Explained& at(std::size_t statement, double scale) {
        const auto key = std::pair{scale, statement};
        if (const auto known = views_.find(key); known != views_.end()) {
            return known->second;
        }
        move_to(scale);
        return views_.emplace(key, shadow_.explain(statements_[statement])).first->second;
    }

    // With its cost in memory as well.
    const Costed& costed(std::size_t statement, double scale) {
        const auto key = std::pair{scale, statement};
        if (const auto known = costs_.find(key); known != costs_.end()) {
            return known->second;
        }
        move_to(scale);
        return costs_
            .emplace(key, std::move(costed_plans(shadow_, {statements_[statement]}).front()))
            .first->second;
    }

private:
    void move_to(double scale) {
        if (shadow_.scale_now() != scale) {
            shadow_.scale(scale);
        }
    }

    Shadow& shadow_;
    const std::vector<Asked>& statements_;
    std::map<std::pair<double, std::size_t>, Explained> views_;
    std::map<std::pair<double, std::size_t>, Costed> costs_;
};

// The scales at which a plan is looked at for a change: whole doublings, so that all statements
// share them.
[[nodiscard]] std::vector<double> ladder(double most) {
    std::vector<double> out{1};
    while (out.back() * 2 < most) {
        out.push_back(out.back() * 2);
    }
    if (most > out.back()) {
        out.push_back(most);
    }
    return out;
}

[[nodiscard]] std::optional<Cliff> first_change(Views& views,
                                                std::size_t statement,
                                                double from,
                                                double to) {
    double below = from;
    double above = to;
    const std::string before = views.at(statement, from).shape();
    while (above / below > resolution) {
        // Near a whole number of today's sizes the answer is easier to check.
        const double middle =
            above - below > 2 ? std::round((above + below) / 2) : (above + below) / 2;
        const bool same =
            views.at(statement, middle).ok() && views.at(statement, middle).shape() == before;
        (same ? below : above) = middle;
    }
    const Explained& low = views.at(statement, below);
    const Explained& high = views.at(statement, above);
    if (!low.ok() || !high.ok()) {
        return std::nullopt;
    }
    return Cliff{.below = below,
                 .above = above,
                 .before = before,
                 .after = high.shape(),
                 .jump = low.cost > 0 ? high.cost / low.cost : 1};
}

void find_cliffs(Views& views, std::size_t statement, double most, Planned& answer) {
    const std::vector<double> steps = ladder(most);
    for (std::size_t i = 1; i < steps.size(); ++i) {
        const Explained& low = views.at(statement, steps[i - 1]);
        const Explained& high = views.at(statement, steps[i]);
        if (!low.ok() || !high.ok() || low.shape() == high.shape()) {
            continue;
        }
        const std::optional<Cliff> found = first_change(views, statement, steps[i - 1], steps[i]);
        if (!found) {
            continue;
        }
        answer.flip = answer.flip ? answer.flip : found;
        if (found->jump > band * found->above / found->below) {
            answer.cliffs.push_back(*found);
        }
    }
}

[[nodiscard]] Estimate around(double value, bool flipped) {
    const double factor = flipped ? band_flip : band;
    return {.at = value, .low = value / factor, .high = value * factor};
}

// The largest scale at which a time stays within the budget.
template <class TimeAt>
[[nodiscard]] double largest_within(double budget, double most, const TimeAt& time_at) {
    const auto within = [&](double scale) {
        const std::optional<double> ms = time_at(scale);
        return ms && *ms <= budget;
    };
    if (!within(1)) {
        return 1;
    }
    double below = 1;
    double above = most;
    for (const double step : ladder(most)) {
        if (!within(step)) {
            above = step;
            break;
        }
        below = step;
    }
    while (below < above && above / below > resolution) {
        const double middle = std::sqrt(above * below);
        (within(middle) ? below : above) = middle;
    }
    return below;
}

// By the law and by both ends of its error; today's time is measured, and has none.
template <class TimeAt>
[[nodiscard]] std::optional<Estimate> line_of(const Asked& asked,
                                              const Questions& questions,
                                              const TimeAt& time_at) {
    if (!questions.budget_ms || !asked.ms || *asked.ms <= 0) {
        return std::nullopt;
    }
    const auto end = [&](double Estimate::*side) {
        return largest_within(*questions.budget_ms, questions.most, [&](double scale) {
            const std::optional<Estimate> ms = time_at(scale);
            return ms ? std::optional{*ms.*side} : std::nullopt;
        });
    };
    Estimate out{
        .at = end(&Estimate::at), .low = end(&Estimate::high), .high = end(&Estimate::low)};
    out.high = out.high >= questions.most ? std::numeric_limits<double>::infinity() : out.high;
    return out;
}

// A change, and all plans before and after it.
class Change {
public:
    Change(const ScratchCluster& cluster,
           const DatabaseCapture& capture,
           const std::map<std::string, Growth>& growth,
           const std::string& sql,
           const std::vector<Asked>& statements,
           Views& before)
        : shadow_{cluster, capture, growth, "changed"},
          statements_{statements},
          before_{before},
          after_{shadow_, statements} {
        Link look{cluster.connection(shadow_.database())};
        const Catalogue was = catalogue_of(look);
        shadow_.change(sql);
        touched_ = touched_by(was, catalogue_of(look), shadow_.lost(), capture);
    }

    [[nodiscard]] const Explained& plan(std::size_t statement, double scale) {
        return after_.at(statement, scale);
    }

    // Time after over time before; nothing where it cannot be planned, or reads what nobody knows.
    [[nodiscard]] std::optional<Estimate> effect(std::size_t statement, double scale) {
        const Costed& was = before_.costed(statement, scale);
        const Costed& now = after_.costed(statement, scale);
        if (!was.plan.ok() || !now.plan.ok() || reads_unknown(touched_, now.plan)) {
            return std::nullopt;
        }
        Estimate out = factor_between(statements_[statement], was, now);
        out.high *= dearest(touched_, statements_[statement].text);
        return out;
    }

    void put_notes(std::vector<std::string>& notes) const {
        for (const std::string& table : touched_.unknown) {
            notes.push_back(fmt::format(
                "the change makes or replaces {}: how it will be filled is not known", table));
        }
    }

private:
    Shadow shadow_;
    const std::vector<Asked>& statements_;
    Views& before_;
    Views after_;
    Touched touched_;
};

// The time at a scale, with the error that the law has there.
[[nodiscard]] Estimate time_at(const Asked& asked,
                               const Explained& now,
                               const Explained& today,
                               double scale) {
    const double ms = *asked.ms * factor_of(asked, now, today);
    return scale == 1 ? Estimate::exactly(*asked.ms) : around(ms, false);
}

void ask_of_change(Change& change,
                   Views& before,
                   const Questions& questions,
                   std::vector<Planned>& out) {
    for (std::size_t s = 0; s < questions.scales.size(); ++s) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (s >= out[i].at.size()) {
                continue;
            }
            Point& point = out[i].at[s];
            const Explained& now = change.plan(i, point.scale);
            if (!now.ok()) {
                out[i].broken = now.refused;
                continue;
            }
            point.changed = now;
            point.effect = change.effect(i, point.scale);
            if (point.ms && point.effect) {
                point.ms_changed = Estimate{.at = point.ms->at * point.effect->at,
                                            .low = point.ms->low * point.effect->low,
                                            .high = point.ms->high * point.effect->high};
            }
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Asked& asked = out[i].asked;
        if (out[i].broken.empty() && out[i].refused.empty() && !change.effect(i, 1)) {
            // It reads what the change made: nobody knows how that will be filled.
            if (out[i].line) {
                out[i].line_changed = Estimate{.at = std::numeric_limits<double>::quiet_NaN(),
                                               .low = 0,
                                               .high = std::numeric_limits<double>::infinity()};
            }
            continue;
        }
        out[i].line_changed =
            line_of(asked, questions, [&](double scale) -> std::optional<Estimate> {
                const Explained& now = before.at(i, scale);
                const std::optional<Estimate> effect = change.effect(i, scale);
                if (!now.ok() || !effect) {
                    return std::nullopt;
                }
                const Estimate ms = time_at(asked, now, before.at(i, 1), scale);
                return Estimate{.at = ms.at * effect->at,
                                .low = ms.low * effect->low,
                                .high = ms.high * effect->high};
            });
    }
}

}  // namespace

model::GrowthClass class_of(double factor, double scale) {
    if (scale <= 1) {
        return model::GrowthClass::flat;
    }
    const double exponent = std::log(std::max(factor, 1e-9)) / std::log(scale);
    return exponent < 0.35   ? model::GrowthClass::flat
           : exponent < 1.35 ? model::GrowthClass::linear
                             : model::GrowthClass::superlinear;
}

Combined combine(double planner, const model::Projection& law, const model::Outlook& outlook) {
    const double offline = law.factor.at;
    if (!(offline > 0) || !(planner > 0)) {
        return {.factor = around(planner, false), .disagrees = {}};
    }
    const double apart = std::max(planner / offline, offline / planner);
    if (apart <= band) {
        const double middle = std::sqrt(planner * offline);
        return {.factor = {.at = middle, .low = middle / band, .high = middle * band},
                .disagrees = {}};
    }
    std::string open = outlook.choices.empty() ? "how its tables grow: plimsoll.toml [tables]"
                                               : outlook.choices.front();
    return {.factor = {.at = planner,
                       .low = std::min(planner, offline),
                       .high = std::max(planner, offline)},
            .disagrees = fmt::format(
                "the planner says x{:.3g}, the growth law x{:.3g}; what would settle it: {}",
                planner,
                offline,
                open)};
}

std::vector<Planned> ask_planner(const ScratchCluster& cluster,
                                 const DatabaseCapture& capture,
                                 const std::map<std::string, Growth>& growth,
                                 std::vector<Asked> statements,
                                 const Questions& questions,
                                 std::vector<std::string>& notes) {
    const auto say = [&](const std::string& what) {
        if (questions.progress) {
            questions.progress(what);
        }
    };
    Shadow shadow{cluster, capture, growth};
    Views before{shadow, statements};
    std::vector<Planned> out(statements.size());
    for (std::size_t i = 0; i < statements.size(); ++i) {
        out[i].asked = statements[i];
        out[i].refused = before.at(i, 1).refused;
    }
    // Scale by scale, not statement by statement: moving the shadow costs more than a plan.
    for (const double scale : questions.scales) {
        say(fmt::format("plans at {:g}x", scale));
        for (std::size_t i = 0; i < statements.size(); ++i) {
            const Explained& now = before.at(i, scale);
            if (!out[i].refused.empty() || !now.ok()) {
                continue;
            }
            const Explained& today = before.at(i, 1);
            Point point{
                .scale = scale, .plan = now, .factor = factor_of(statements[i], now, today)};
            const bool flipped = now.shape() != today.shape();
            point.growth = class_of(point.factor, scale);
            if (statements[i].ms) {
                point.ms = scale == 1 ? Estimate::exactly(*statements[i].ms)
                                      : around(*statements[i].ms * point.factor, flipped);
            }
            out[i].at.push_back(std::move(point));
        }
    }
    if (questions.cliffs) {
        const double most =
            questions.scales.empty() ? questions.most : std::ranges::max(questions.scales);
        for (const double scale : ladder(most)) {  // every statement at each scale first
            for (std::size_t i = 0; i < statements.size(); ++i) {
                (void)before.at(i, scale);
            }
        }
        for (std::size_t i = 0; i < statements.size(); ++i) {
            say(fmt::format("cliffs of {} of {} statements", i + 1, statements.size()));
            find_cliffs(before, i, most, out[i]);
        }
    }
    for (std::size_t i = 0; i < statements.size(); ++i) {
        out[i].line =
            line_of(statements[i], questions, [&](double scale) -> std::optional<Estimate> {
                const Explained& now = before.at(i, scale);
                return now.ok() ? std::optional{time_at(statements[i], now, before.at(i, 1), scale)}
                                : std::nullopt;
            });
    }
    if (!questions.change.empty()) {
        Change change{cluster, capture, growth, questions.change, statements, before};
        ask_of_change(change, before, questions, out);
        change.put_notes(notes);
    }
    notes.insert(notes.end(), shadow.notes().begin(), shadow.notes().end());
    return out;
}

}  // namespace plimsoll::app::planner
