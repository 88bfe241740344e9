// Evidence: the exhibits, the arithmetic of each limit, and what every check said. What every
// figure above rests on.
#include "html/sections.hpp"
#include "shared/words.hpp"

#include <algorithm>
#include <cmath>

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
        page.w.element("article", {{"class", "card"}, {"id", anchor("E", shown)}}, [&] {
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

// "log.csv:12, log.csv:90 and 3 more"
void origins(Page& page, const Seen<std::vector<Origin>>& all) {
    for (std::size_t i = 0; i < std::min<std::size_t>(all->size(), 3); ++i) {
        page.w.text(i == 0 ? "" : ", ");
        const Seen<Origin> origin = all.at(i);
        prose(page, "span", "", origin.at(&Origin::source));
        if (origin->line > 0) {
            page.w.text(":");
            figure(page, origin.at(&Origin::line));
        }
    }
    if (all->size() > 3) {
        page.w.text("; ");
        count(page, all.path(), all->size());
        page.w.text(" places in all");
    }
}

void measure_rows(Page& page, const Seen<std::vector<Measure>>& all) {
    std::size_t shown = 0;
    scroll(page, "Figures and where they were read", [&] {
        page.w.element("table", {{"class", "calc"}}, [&] {
            table_head(page, {"Figure", "Value", ">Observations", "How", "Read from"});
            page.w.element("tbody", {}, [&] {
                for (; shown < std::min(all->size(), most_rows) && !page.full(); ++shown) {
                    const Seen<Measure> measure = all.at(shown);
                    page.w.element("tr", {}, [&] {
                        page.w.element("th", {{"scope", "row"}}, [&] {
                            prose(page, "span", "", measure.at(&Measure::name));
                        });
                        page.w.element("td", {}, [&] { measure_value(page, measure); });
                        page.w.element("td", {{"class", "r"}}, [&] {
                            if (measure->samples > 0) {
                                figure(page, measure.at(&Measure::samples));
                            }
                        });
                        page.w.element("td", {}, [&] {
                            prose(page, "code", "", measure.at(&Measure::formula));
                        });
                        page.w.element(
                            "td", {}, [&] { origins(page, measure.at(&Measure::origins)); });
                    });
                }
            });
        });
    });
    left_out(page, all.path(), shown, all->size());
}

void result(Page& page, const Seen<Limit>& limit) {
    page.w.element("p", {{"class", "result"}}, [&] {
        if (limit->status == LimitStatus::missing) {
            page.w.text("Not measured. Needs ");
            if (limit->missing_input.empty()) {
                page.w.text("evidence that was not given");
            } else {
                prose(page, "span", "", limit.at(&Limit::missing_input));
            }
            page.w.text(".");
            return;
        }
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

void limits(Page& page) {
    const Seen<std::vector<Limit>> all = page.seen.at(&Audit::limits);
    if (all->empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "The arithmetic of each limit");
    std::size_t shown = 0;
    for (; shown < std::min(all->size(), most_items) && !page.full(); ++shown) {
        const Seen<Limit> limit = all.at(shown);
        page.w.element("article", {{"class", "card limit"}, {"id", anchor("limit-", shown)}}, [&] {
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
                    measure_rows(page, limit.at(&Limit::inputs));
                });
            }
        });
    }
    left_out(page, all.path(), shown, all->size());
}

void check_body(Page& page, const Seen<Finding>& finding) {
    page.w.element(
        "p", {{"class", "state s-" + std::string{shared::state_class(finding->outcome)}}}, [&] {
            icon(page, finding->outcome);
            page.w.text(shared::state_word(finding->outcome));
            page.w.text(finding->outcome == Outcome::failed ? ": the check itself broke" : "");
        });
    prose(page, "p", "", finding.at(&Finding::says));
    if (finding->confidence != Confidence::none || !finding->confidence_why.empty()) {
        page.w.element("p", {{"class", "conf"}}, [&] {
            page.w.text("Confidence: ");
            page.w.text(shared::confidence_word(finding->confidence));
            if (!finding->confidence_why.empty()) {
                page.w.text(", ");
                prose(page, "span", "", finding.at(&Finding::confidence_why));
            }
        });
    }
    if (!finding->measures.empty()) {
        measure_rows(page, finding.at(&Finding::measures));
    }
    if (!finding->seen_at.empty()) {
        page.w.element("p", {{"class", "conf"}}, [&] {
            page.w.text("Seen at ");
            origins(page, finding.at(&Finding::seen_at));
        });
    }
}

// Every check in one line, its figures one click away.
void checks(Page& page) {
    const Seen<std::vector<Finding>> all = page.seen.at(&Audit::findings);
    if (all->empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "What each check said");
    std::size_t shown = 0;
    page.w.element("div", {{"class", "card checks"}}, [&] {
        for (; shown < std::min(all->size(), most_items) && !page.full(); ++shown) {
            const Seen<Finding> finding = all.at(shown);
            page.w.element("details", {{"id", anchor("check-", shown)}}, [&] {
                page.w.element("summary", {}, [&] {
                    icon(page, finding->outcome);
                    page.w.text(" ");
                    page.w.element("span", {{"class", "sr"}}, shared::state_word(finding->outcome));
                    page.w.text(" ");
                    if (finding->asks.empty()) {
                        prose(page, "span", "", finding.at(&Finding::check));
                    } else {
                        prose(page, "span", "", finding.at(&Finding::asks));
                    }
                });
                check_body(page, finding);
            });
        }
    });
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
