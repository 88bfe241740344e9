// Evolve or rebuild: the sum of points with the range that the unknowns leave open, the eight
// criteria, and what would flip the decision. Points to the left speak for rebuilding, to the right
// for evolving.
#include "html/sections.hpp"
#include "shared/words.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::page {
namespace {

[[nodiscard]] double finite(double value) {
    return std::isfinite(value) ? value : 0;
}

// Half the width of the axis, in points: all rows and the sum share it.
[[nodiscard]] double half_axis(double low, double high) {
    return std::max({std::abs(finite(low)), std::abs(finite(high)), 1.0}) * 1.15;
}

// 0 at the left end, which is rebuild; points towards rebuilding count to the left.
[[nodiscard]] double place(double points, double half) {
    return std::clamp(0.5 - finite(points) / half / 2, 0.0, 1.0);
}

void needle(Page& page, const Seen<Verdict>& verdict) {
    const double half = half_axis(verdict->total_low, verdict->total_high);
    const double left = place(verdict->total_high, half);
    const double right = place(verdict->total_low, half);
    page.w.element("svg", {{"class", "needle"}, {"aria-hidden", "true"}}, [&] {
        page.w.leaf(
            "rect",
            {{"y", "18"}, {"width", "100%"}, {"height", "12"}, {"rx", "6"}, {"class", "tr"}});
        page.w.leaf("rect",
                    {{"x", across(left)},
                     {"y", "18"},
                     {"width", across(std::max(right - left, 0.008))},
                     {"height", "12"},
                     {"rx", "3"},
                     {"class", "sum"}});
        page.w.leaf("line",
                    {{"x1", "50%"}, {"x2", "50%"}, {"y1", "12"}, {"y2", "36"}, {"class", "mid"}});
        page.w.element("text", {{"x", "0"}, {"y", "52"}}, "← rebuild");
        page.w.element("text", {{"x", "50%"}, {"y", "52"}, {"text-anchor", "middle"}}, "0");
        page.w.element("text", {{"x", "100%"}, {"y", "52"}, {"text-anchor", "end"}}, "evolve →");
    });
    page.w.element("p", {{"class", "conf"}}, [&] {
        page.w.text("Sum of points towards rebuilding: ");
        figure(page, verdict.at(&Verdict::total_low));
        if (verdict->total_low != verdict->total_high) {
            page.w.text(" if every unknown spoke for evolving, ");
            figure(page, verdict.at(&Verdict::total_high));
            page.w.text(" if every unknown spoke for rebuilding");
        }
        page.w.text("; ");
        figure(page, verdict.at(&Verdict::prior));
        page.w.text(" of it is where the scale starts before any evidence.");
    });
}

void bar(Page& page, const Seen<CriterionVerdict>& row, double half) {
    page.w.element("svg", {{"class", "bars"}, {"height", "16"}, {"aria-hidden", "true"}}, [&] {
        page.w.leaf("line",
                    {{"x1", "50%"}, {"x2", "50%"}, {"y1", "0"}, {"y2", "16"}, {"class", "mid"}});
        // From the middle to the points; an unknown spans from its best to its worst.
        const double a = row->level ? 0.5 : place(row->points_high, half);
        const double b = place(row->points_low, half);
        const bool to_rebuild = row->points_low > 0;
        page.w.leaf("rect",
                    {{"x", across(std::min(a, b))},
                     {"y", "3"},
                     {"height", "10"},
                     {"rx", "2"},
                     {"width", across(std::max(std::abs(b - a), 0.006))},
                     {"class",
                      !row->level  ? "open"
                      : to_rebuild ? "rb1"
                                   : "ev1"}});
    });
    page.w.element("span", {{"class", "pts"}}, [&] {
        figure(page, row.at(&CriterionVerdict::points_low));
        if (row->points_low != row->points_high) {
            page.w.text(" to ");
            figure(page, row.at(&CriterionVerdict::points_high));
        }
    });
}

void criterion(Page& page, const Seen<CriterionVerdict>& row, double half) {
    page.w.element("tr", {}, [&] {
        page.w.element("th", {{"scope", "row"}}, [&] {
            if (row->title.empty()) {
                page.w.text(to_text(row->id));
            } else {
                prose(page, "span", "", row.at(&CriterionVerdict::title));
            }
        });
        page.w.element("td", {{"class", row->level ? "g" : "g un"}}, [&] { bar(page, row, half); });
        page.w.element("td", {}, [&] {
            prose(page, "span", "", row.at(&CriterionVerdict::says));
            if (row->says.empty()) {
                page.w.element("span", {{"class", "na"}}, "not assessed");
            }
        });
        page.w.element(
            "td", {}, [&] { prose(page, "span", "", row.at(&CriterionVerdict::basis)); });
        page.w.element("td", {}, [&] {
            if (!row->check.empty()) {
                evidence(page, row->check);
            }
        });
    });
}

void table(Page& page, const Seen<Verdict>& verdict) {
    double half = 1;
    for (const CriterionVerdict& row : verdict->criteria) {
        half = std::max(half, half_axis(row.points_low, row.points_high));
    }
    const Seen<std::vector<CriterionVerdict>> rows = verdict.at(&Verdict::criteria);
    scroll(page, "Criteria", [&] {
        page.w.element("table", {{"class", "bal"}}, [&] {
            table_head(
                page,
                {"Criterion", "Rebuild ← points → Evolve", "What we saw", "Basis", "Evidence"});
            page.w.element("tbody", {}, [&] {
                for (std::size_t i = 0; i < rows->size() && !page.full(); ++i) {
                    criterion(page, rows.at(i), half);
                }
            });
        });
    });
}

void flips(Page& page, const Seen<Verdict>& verdict) {
    if (verdict->flips.empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "What would flip it");
    page.w.element("ul", {{"class", "plain"}}, [&] {
        const Seen<std::vector<std::string>> all = verdict.at(&Verdict::flips);
        for (std::size_t i = 0; i < std::min(all->size(), most_rows); ++i) {
            prose(page, "li", "", all.at(i));
        }
    });
}

void structure(Page& page, const Seen<Verdict>& verdict) {
    page.w.element("p", {}, [&] {
        figure(page, verdict.at(&Verdict::signs_present));
        page.w.text(verdict->signs_present == 1 ? " sign is present; " : " signs are present; ");
        figure(page, verdict.at(&Verdict::independent_signs));
        page.w.text(verdict->independent_signs == 1 ? " has a cause of its own. "
                                                    : " have causes of their own. ");
        page.w.text(verdict->structural
                        ? "Two or more with causes of their own: the trouble is in the structure."
                        : "Fewer than two with causes of their own: not shown to be structural.");
        if (!verdict->common_cause.empty()) {
            page.w.text(" Common cause: ");
            prose(page, "span", "", verdict.at(&Verdict::common_cause));
            page.w.text(".");
        }
    });
}

}  // namespace

void decision(Page& page) {
    const Seen<Verdict> verdict = page.seen.at(&Audit::verdict);
    section(page, "verdict", "Evolve or rebuild", "", [&] {
        page.w.element("p", {{"class", "big"}}, [&] {
            page.w.element("b", {}, std::string{shared::outcome_word(verdict->outcome)} + ". ");
            page.w.text(shared::outcome_sentence(verdict->outcome));
        });
        prose(page, "p", "", verdict.at(&Verdict::says));
        if (!verdict->leaning.empty()) {
            page.w.element("p", {}, [&] {
                page.w.text("Leaning: ");
                prose(page, "span", "", verdict.at(&Verdict::leaning));
            });
        }
        structure(page, verdict);
        if (verdict->criteria.empty()) {
            page.w.element("p", {{"class", "card"}}, "No criterion was weighed.");
        } else {
            needle(page, verdict);
            table(page, verdict);
        }
        flips(page, verdict);
    });
}

}  // namespace plimsoll::reports::page
