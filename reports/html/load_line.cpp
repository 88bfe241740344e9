// The load line: every limit on one log axis from 1x to 1000x, the lowest one marked with the
// Plimsoll disc, and hatched rows for what could not be placed. Limits of data and of team have
// axes of their own: the three are never mixed.
#include "html/sections.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <vector>

namespace plimsoll::reports::page {
namespace {

using shared::on_axis;

constexpr std::array decades{0.0, 1.0 / 3, 2.0 / 3, 1.0};

void vertical(
    Page& page, double at, std::string_view from, std::string_view to, std::string_view style) {
    page.w.leaf(
        "line",
        {{"x1", across(at)}, {"x2", across(at)}, {"y1", from}, {"y2", to}, {"class", style}});
}

void horizontal(Page& page, double from, double to, std::string_view style) {
    page.w.leaf(
        "line",
        {{"x1", across(from)}, {"x2", across(to)}, {"y1", "50%"}, {"y2", "50%"}, {"class", style}});
}

// The head of the axis: stages, multiples, and the disc where the line stands.
void axis(Page& page, bool with_mark) {
    static constexpr std::array<std::string_view, 3> stage_names{
        "1× to 10×", "10× to 100×", "100× to 1000×"};
    static constexpr std::array<std::string_view, 4> labels{"1×", "10×", "100×", "1000×"};
    static constexpr std::array<std::string_view, 4> anchors{"start", "middle", "middle", "end"};
    page.w.element("div", {{"class", "ax"}, {"aria-hidden", "true"}}, [&] {
        page.w.element("span", {}, "");
        page.w.element("svg", {{"height", "64"}}, [&] {
            for (std::size_t i = 0; i < stage_names.size(); ++i) {
                page.w.element(
                    "text",
                    {{"x", across(decades[i] + 1.0 / 6)}, {"y", "12"}, {"text-anchor", "middle"}},
                    stage_names[i]);
            }
            const double mark = with_mark ? on_axis(page.audit.load_line.at) : -1;
            for (std::size_t i = 0; i < labels.size(); ++i) {
                vertical(page, decades[i], "44", "64", "grid");
                if (!with_mark || std::abs(mark - decades[i]) > 0.045) {
                    page.w.element(
                        "text",
                        {{"x", across(decades[i])}, {"y", "40"}, {"text-anchor", anchors[i]}},
                        labels[i]);
                }
            }
            if (with_mark) {
                vertical(page, mark, "51", "64", "ml");
                page.w.leaf("circle",
                            {{"cx", across(mark)}, {"cy", "40"}, {"r", "11"}, {"class", "disc"}});
                page.w.element(
                    "svg", {{"x", across(mark)}, {"y", "40"}, {"overflow", "visible"}}, [&] {
                        page.w.leaf("line",
                                    {{"x1", "-21"},
                                     {"x2", "21"},
                                     {"y1", "0"},
                                     {"y2", "0"},
                                     {"class", "ml"}});
                    });
            }
        });
        page.w.element("span", {}, "");
    });
}

// What lies behind every row, written once: the three stages and the lines between them.
void backdrop(Page& page) {
    page.w.element(
        "svg", {{"class", "sr"}, {"width", "0"}, {"height", "0"}, {"aria-hidden", "true"}}, [&] {
            page.w.element("defs", {}, [&] {
                page.w.element("g", {{"id", "backdrop"}}, [&] {
                    for (std::size_t i = 0; i < 3; ++i) {
                        page.w.leaf("rect",
                                    {{"x", across(decades[i])},
                                     {"width", "33.34%"},
                                     {"height", "100%"},
                                     {"class", fmt::format("band b{}", i + 1)}});
                    }
                    for (const double decade : decades) {
                        vertical(page, decade, "0", "100%", "grid");
                    }
                });
            });
        });
}

void strip(Page& page, const Limit& limit, bool with_mark) {
    page.w.element("svg", {{"class", "t"}, {"height", "36"}, {"aria-hidden", "true"}}, [&] {
        page.w.leaf("use", {link_to("backdrop")});
        const double mark = on_axis(page.audit.load_line.at);
        if (with_mark) {
            page.w.leaf("rect", {{"width", across(mark)}, {"height", "100%"}, {"class", "safe"}});
        }
        if (limit.status == LimitStatus::missing) {
            page.w.leaf("rect",
                        {{"y", "30%"}, {"width", "100%"}, {"height", "40%"}, {"class", "hat"}});
        } else {
            horizontal(page, 0, on_axis(shared::standing(limit)), "stem");
            horizontal(page, on_axis(limit.low), on_axis(limit.high), "wh");
        }
        if (with_mark) {
            vertical(page, mark, "0", "100%", "ml");
        }
        if (limit.status == LimitStatus::measured && std::isfinite(limit.at)) {
            page.w.leaf(
                "circle",
                {{"cx", across(on_axis(limit.at))}, {"cy", "50%"}, {"r", "5.5"}, {"class", "pt"}});
        }
    });
}

void value(Page& page, const Seen<Limit>& limit) {
    page.w.element("span", {{"class", "v"}}, [&] {
        if (limit->status == LimitStatus::missing) {
            page.w.text("not measured");
            return;
        }
        if (limit->status == LimitStatus::above_range) {
            page.w.text("above range");
            return;
        }
        if (std::isfinite(limit->at)) {
            multiple(page, limit.at(&Limit::at));
            page.w.element("small", {}, [&] {
                interval(page, limit.at(&Limit::low), limit.at(&Limit::high), As::multiple);
            });
        } else {
            interval(page, limit.at(&Limit::low), limit.at(&Limit::high), As::multiple);
        }
    });
}

// What stands in for a basis when a limit is missing: the input that would place it.
void basis(Page& page, const Seen<Limit>& limit) {
    if (limit->status == LimitStatus::missing && !limit->missing_input.empty()) {
        page.w.element("small", {}, [&] {
            page.w.text("needs ");
            prose(page, "span", "", limit.at(&Limit::missing_input));
        });
    } else {
        prose(page, "small", "", limit.at(&Limit::basis));
    }
}

[[nodiscard]] std::string_view row_style(const Audit& audit, const Limit& limit) {
    const LoadLine& line = audit.load_line;
    if (limit.status == LimitStatus::missing) {
        return "un";
    }
    if (limit.axis == Axis::load && limit.id == line.first_limit) {
        return "first";
    }
    const bool could = std::find(line.first_limits.begin(), line.first_limits.end(), limit.id) !=
                       line.first_limits.end();
    return could && limit.axis == Axis::load ? "could" : "m";
}

void rows(Page& page, const std::vector<std::size_t>& order, std::size_t most, bool with_mark) {
    page.w.element("ol", {{"aria-label", "Limits, lowest first"}}, [&] {
        for (std::size_t k = 0; k < std::min(order.size(), most); ++k) {
            const Seen<Limit> limit = page.seen.at(&Audit::limits).at(order[k]);
            page.w.element("li", {{"class", row_style(page.audit, *limit)}}, [&] {
                page.w.element("span", {{"class", "n"}}, [&] {
                    prose(page, "span", "", limit.at(&Limit::name));
                    basis(page, limit);
                });
                strip(page, *limit, with_mark);
                value(page, limit);
            });
        }
    });
    if (order.size() > most) {
        page.w.element("p",
                       {{"class", "more"}},
                       fmt::format("{} more in the table of stages.", order.size() - most));
    }
}

// Names of the limits, besides the first, whose interval reaches below the line's upper end.
void could_be_first(Page& page) {
    const std::vector<std::size_t> order = shared::limits_in_order(page.audit, Axis::load);
    std::vector<std::size_t> could;
    std::copy_if(order.begin(), order.end(), std::back_inserter(could), [&](std::size_t i) {
        return row_style(page.audit, page.audit.limits[i]) == "could";
    });
    if (could.empty()) {
        return;
    }
    page.w.element("p", {{"class", "more"}}, [&] {
        page.w.text("Could also be the first to give way: ");
        for (std::size_t i = 0; i < could.size(); ++i) {
            page.w.text(i == 0 ? "" : ", ");
            prose(page, "span", "", page.seen.at(&Audit::limits).at(could[i]).at(&Limit::name));
        }
        page.w.text(".");
    });
}

void other_axis(Page& page, Axis axis_of, std::string_view title) {
    const std::vector<std::size_t> order = shared::limits_in_order(page.audit, axis_of);
    if (order.empty()) {
        return;
    }
    page.w.element("div", {{"class", "other"}}, [&] {
        page.w.element("h2", {}, title);
        rows(page, order, 3, false);
    });
}

}  // namespace

void load_line(Page& page) {
    const std::vector<std::size_t> order = shared::limits_in_order(page.audit, Axis::load);
    const bool with_mark = std::isfinite(page.audit.load_line.at);
    page.w.element("figure", {{"class", "load"}}, [&] {
        backdrop(page);
        if (order.empty()) {
            page.w.element(
                "p",
                {{"class", "none"}},
                "No limit was looked for: nothing that was given says what one could be. "
                "The list of gaps names what to add.");
        } else {
            axis(page, with_mark);
            rows(page, order, most_limits_in_headline, with_mark);
        }
        could_be_first(page);
        other_axis(page, Axis::data, "Multiples of today’s data, not of its load");
        other_axis(page, Axis::team, "Multiples of today’s team, not of its load");
        page.w.element("figcaption", {}, [&] {
            page.w.text(
                "Log scale; today’s peak is 1×. Dot: best estimate. Pale bar: 90 % interval. "
                "Hatched: cannot be placed from the inputs given");
            page.w.text(with_mark ? ", so the load line holds for the marks that are shown."
                                  : ". No load line is drawn because no limit is measured.");
            if (with_mark && page.audit.load_line.at <= 1) {
                page.w.text(" The left edge is today’s peak; what lies below it stands there.");
            }
        });
    });
}

}  // namespace plimsoll::reports::page
