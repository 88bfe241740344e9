// What gives way at each stage: every limit in the order of magnitude where it stands, and above
// them the answer that the Audit gives for each stage.
#include "html/sections.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"

#include <array>
#include <cmath>

namespace plimsoll::reports::page {
namespace {

constexpr std::array<std::string_view, 3> stage_ids{"10x", "100x", "1000x"};
constexpr std::array<std::string_view, 3> stage_titles{"1× to 10×", "10× to 100×", "100× to 1000×"};

[[nodiscard]] std::string_view style_of(StageAnswer answer) {
    static constexpr std::array<std::string_view, 4> styles{"good", "warn", "hit", "un"};
    return styles.at(static_cast<std::size_t>(answer));
}

void answers(Page& page) {
    page.w.element("tr", {{"class", "answers"}}, [&] {
        page.w.element("th", {{"scope", "row"}}, "The system as a whole");
        page.w.element("td", {}, "load");
        for (const std::string_view id : stage_ids) {
            const auto found = page.audit.stages.find(std::string{id});
            const StageAnswer answer =
                found == page.audit.stages.end() ? StageAnswer::unknown : found->second;
            page.w.element("td", {{"class", style_of(answer)}}, shared::stage_word(answer));
        }
    });
}

constexpr std::array ends{1.0, 10.0, 100.0, 1000.0};

// The stage in which a multiple stands: 0 up to 10x, 1 up to 100x, 2 above.
[[nodiscard]] std::size_t stage_of(double multiple) {
    return multiple < ends[1] ? 0 : multiple < ends[2] ? 1 : 2;
}

// What a stage says in which the limit does not stand. Only what the whole interval allows is said:
// an upper bound alone never makes the stages below it free of the limit.
[[nodiscard]] std::string_view beside(const Limit& limit, std::size_t stage, std::size_t own) {
    if (stage > own) {
        return limit.high > ends.at(stage) ? "may hold into this range" : "past it";
    }
    const bool free = limit.status == LimitStatus::above_range || limit.low >= ends.at(stage + 1);
    return free ? "no limit in this range" : "may give way here already";
}

void place(Page& page, const Seen<Limit>& limit) {
    page.w.text("gives way at ");
    if (std::isfinite(limit->at)) {
        multiple(page, limit.at(&Limit::at));
        page.w.text(" (");
        interval(page, limit.at(&Limit::low), limit.at(&Limit::high), As::multiple);
        page.w.text(")");
    } else {
        interval(page, limit.at(&Limit::low), limit.at(&Limit::high), As::multiple);
    }
}

void cells(Page& page, const Seen<Limit>& limit) {
    if (limit->status == LimitStatus::missing) {
        page.w.element("td", {{"class", "un"}, {"colspan", "3"}}, [&] {
            page.w.text("not measured");
            if (!limit->missing_input.empty()) {
                page.w.text("; needs ");
                prose(page, "span", "", limit.at(&Limit::missing_input));
            }
        });
        return;
    }
    const bool beyond =
        limit->status == LimitStatus::above_range || shared::standing(*limit) > 1000;
    const std::size_t own = beyond ? 3 : stage_of(shared::standing(*limit));
    for (std::size_t stage = 0; stage < 3; ++stage) {
        if (stage == own) {
            page.w.element("td", {{"class", "hit"}}, [&] { place(page, limit); });
        } else {
            page.w.element("td", {{"class", "na"}}, beside(*limit, stage, own));
        }
    }
}

void row(Page& page, std::size_t index) {
    const Seen<Limit> limit = page.seen.at(&Audit::limits).at(index);
    page.w.element("tr", {}, [&] {
        page.w.element("th", {{"scope", "row"}}, [&] {
            if (index < most_items) {
                page.w.element("a", {link_to(anchor("limit-", index))}, [&] {
                    prose(page, "span", "", limit.at(&Limit::name));
                });
            } else {
                prose(page, "span", "", limit.at(&Limit::name));
            }
        });
        page.w.element("td", {}, shared::axis_word(limit->axis));
        cells(page, limit);
    });
}

void not_applicable(Page& page) {
    const std::vector<std::size_t> indices = shared::not_applicable(page.audit);
    if (indices.empty()) {
        return;
    }
    page.w.element("p", {{"class", "conf"}}, [&] {
        page.w.text("Does not apply here: ");
        for (std::size_t i = 0; i < indices.size() && !page.full(); ++i) {
            page.w.text(i == 0 ? "" : ", ");
            prose(page, "span", "", page.seen.at(&Audit::limits).at(indices[i]).at(&Limit::name));
        }
        page.w.text(".");
    });
}

}  // namespace

void stages(Page& page) {
    section(
        page,
        "stages",
        "What gives way at each stage",
        "Each limit in the order of magnitude where it stands. Multiples of load, of data and of "
        "team "
        "size are different axes; only those of load make the load line.",
        [&] {
            page.w.element("p", {}, [&] {
                page.w.text("Asked for: ");
                multiple(page, page.seen.at(&Audit::target));
                page.w.text(" of today’s load.");
            });
            scroll(page, "Limits by stage", [&] {
                page.w.element("table", {{"class", "stages"}}, [&] {
                    table_head(page,
                               {"Limit",
                                "Multiple of",
                                stage_titles[0],
                                stage_titles[1],
                                stage_titles[2]});
                    page.w.element("tbody", {}, [&] {
                        answers(page);
                        for (const Axis axis : {Axis::load, Axis::data, Axis::team}) {
                            for (const std::size_t i : shared::limits_in_order(page.audit, axis)) {
                                if (!page.full()) {
                                    row(page, i);
                                }
                            }
                        }
                    });
                });
            });
            not_applicable(page);
        });
}

}  // namespace plimsoll::reports::page
