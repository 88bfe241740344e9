// Evidence: the exhibits, the arithmetic of each limit, and what every check said (checks.cpp).
// What every figure above rests on.
#include "html/sections.hpp"
#include "shared/words.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace plimsoll::reports::page {
namespace {

[[nodiscard]] bool is_empty(const Exhibit& exhibit) {
    return exhibit.form == Form::series
               ? std::all_of(exhibit.lines.begin(),
                             exhibit.lines.end(),
                             [](const Line& line) { return line.points.empty(); })
               : exhibit.rows.empty();
}

void body(Page& page, const Seen<Exhibit>& exhibit) {
    if (page.w.size() > evidence_ends) {
        page.w.element("p",
                       {{"class", "na"}},
                       "Left out to keep this page small enough to send; it is in the JSON.");
    } else if (is_empty(*exhibit)) {
        page.w.element(
            "p", {{"class", "na"}}, "Nothing to show: the evidence holds no entry of this kind.");
    } else if (exhibit->form == Form::series) {
        series_exhibit(page, exhibit);
    } else if (exhibit->form == Form::matrix) {
        matrix_exhibit(page, exhibit);
    } else {
        table_exhibit(page, exhibit);
    }
}

void exhibits(Page& page) {
    const Seen<std::vector<Exhibit>> all = page.seen.at(&Audit::exhibits);
    if (all->empty()) {
        page.w.element("p",
                       {{"class", "card"}},
                       "No exhibit: none of the checks found enough evidence to show any.");
    }
    std::size_t shown = 0;
    for (; shown < std::min(all->size(), most_items) && !page.full(); ++shown) {
        const Seen<Exhibit> exhibit = all.at(shown);
        const Within within{page, exhibit.path()};
        page.w.element("article",
                       {{"class", "card"}, {"id", anchor("E", shown)}, {"data-in", within.place()}},
                       [&] {
                           page.w.element("h3", {}, [&] {
                               prose(page, "span", "eno", exhibit.at(&Exhibit::id));
                               page.w.text(" ");
                               prose(page, "span", "", exhibit.at(&Exhibit::title));
                           });
                           body(page, exhibit);
                           prose(page, "p", "conf", exhibit.at(&Exhibit::left_out));
                           prose(page, "p", "conf", exhibit.at(&Exhibit::caption));
                       });
    }
    left_out(page, all.path(), shown, all->size());
}

void result(Page& page, const Seen<Limit>& limit) {
    page.w.element("p", {{"class", "result"}}, [&] {
        if (limit->status != LimitStatus::measured) {
            page.w.text(limit->status == LimitStatus::not_applicable
                            ? "Does not apply here. "
                            : "Above the range looked at. ");
        }
        page.w.text("= ");
        if (std::isfinite(limit->at)) {
            page.w.element("b", {}, [&] { multiple(page, limit.at(&Limit::at)); });
            page.w.text(" (");
            interval(page, limit.at(&Limit::low), limit.at(&Limit::high), As::multiple);
            page.w.text(")");
        } else {
            interval(page, limit.at(&Limit::low), limit.at(&Limit::high), As::multiple);
        }
        page.w.text(std::isfinite(limit->at) ? " of today’s " : ", of today’s ");
        page.w.text(shared::axis_word(limit->axis));
        if (limit->hard.has_point()) {
            page.w.text("; saturated at ");
            multiple(page, limit.at(&Limit::hard).at(&Estimate::at));
        }
        page.w.text(". Evidence grade ");
        page.w.text(shared::grade_word(limit->grade));
        page.w.text(".");
    });
}

void arithmetic(Page& page, const Seen<Limit>& limit, std::size_t index) {
    page.w.element("article", {{"class", "card limit"}, {"id", anchor("limit-", index)}}, [&] {
        page.w.element("h4", {}, [&] {
            prose(page, "span", "", limit.at(&Limit::name));
            page.w.text(" ");
            prose(page, "small", "", limit.at(&Limit::basis));
        });
        prose(page, "pre", "cmd", limit.at(&Limit::formula));
        result(page, limit);
        if (!limit->inputs.empty()) {
            page.w.element("details", {}, [&] {
                page.w.element("summary", {}, "What went into it, and where it was read");
                measure_list(page, limit.at(&Limit::inputs));
            });
        }
    });
}

// Where there is nothing to compute with: what it would take.
[[nodiscard]] std::size_t not_measured(Page& page,
                                       const Seen<std::vector<Limit>>& all,
                                       const std::vector<std::size_t>& which) {
    std::size_t written = 0;
    page.w.element("div", {{"class", "card limit"}}, [&] {
        page.w.element("h4", {}, "Not measured");
        page.w.element("ul", {{"class", "plain"}}, [&] {
            for (; written < which.size() && !page.full(); ++written) {
                const Seen<Limit> limit = all.at(which[written]);
                page.w.element("li", {{"id", anchor("limit-", which[written])}}, [&] {
                    prose(page, "span", "", limit.at(&Limit::name));
                    page.w.text(" needs ");
                    if (limit->missing_input.empty()) {
                        page.w.text("evidence that was not given");
                    } else {
                        prose(page, "span", "", limit.at(&Limit::missing_input));
                    }
                });
            }
        });
    });
    return written;
}

void limits(Page& page) {
    const Seen<std::vector<Limit>> all = page.seen.at(&Audit::limits);
    if (all->empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "The arithmetic of each limit");
    std::size_t shown = 0;
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < std::min(all->size(), most_items) && !page.full(); ++i) {
        if ((*all)[i].status == LimitStatus::missing) {
            missing.push_back(i);
        } else {
            arithmetic(page, all.at(i), i);
            ++shown;
        }
    }
    if (!missing.empty()) {
        shown += not_measured(page, all, missing);
    }
    left_out(page, all.path(), shown, all->size());
}

}  // namespace

void evidences(Page& page) {
    section(
        page,
        "evidence",
        "Evidence",
        "What every figure above rests on. Any figure can be asked about: plimsoll explain and the "
        "name that appears when you point at it.",
        [&] {
            exhibits(page);
            limits(page);
            checks(page);
        });
}

}  // namespace plimsoll::reports::page
