// The strip of limits on their log axis; below sixty columns the numbers alone.
#include "shared/limits.hpp"

#include "shared/figures.hpp"
#include "terminal/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::terminal {
namespace {

constexpr std::size_t strip_starts = 30;
constexpr std::size_t most_measured = 7;
constexpr std::size_t most_rows = 9;
constexpr std::size_t most_missing = 6;  // where nothing is measured, what was found needs the room

[[nodiscard]] std::string times(double multiple) {
    return shared::multiple(multiple, " ") + "x";
}

[[nodiscard]] std::string point(const Limit& limit, const Sheet& sheet) {
    if (limit.status == LimitStatus::missing) {
        return "?";
    }
    if (limit.status == LimitStatus::above_range) {
        return "above";
    }
    if (std::isfinite(limit.at)) {
        return times(limit.at);
    }
    const std::string_view at_most = sheet.sign("≤", "<=");
    const std::string_view at_least = sheet.sign("≥", ">=");
    return std::isfinite(limit.high)                   ? std::string{at_most} + times(limit.high)
           : std::isfinite(limit.low) && limit.low > 0 ? std::string{at_least} + times(limit.low)
                                                       : "?";
}

[[nodiscard]] std::string interval(const Limit& limit) {
    if (!std::isfinite(limit.at) || !std::isfinite(limit.low)) {
        return "";
    }
    return std::isfinite(limit.high) ? fmt::format("{} to {}",
                                                   shared::multiple(limit.low, " "),
                                                   shared::multiple(limit.high, " "))
                                     : fmt::format("{} or more", shared::multiple(limit.low, " "));
}

// ───━━●━━: thin up to the interval, thick within it, a dot at the best estimate.
void strip(Row& row, const Limit& limit, const Sheet& sheet, std::size_t cells, bool first) {
    const auto cell = [&](double multiple) {
        return static_cast<std::size_t>(
            std::lround(shared::on_axis(multiple) * static_cast<double>(cells - 1)));
    };
    const std::size_t low = cell(std::isfinite(limit.low) ? limit.low : 1);
    const std::size_t high = cell(limit.high);
    const bool dot = std::isfinite(limit.at) && limit.status == LimitStatus::measured;
    std::string stem;
    std::string range;
    for (std::size_t i = 0; i <= high && i < cells; ++i) {
        if (dot && i == cell(limit.at)) {
            range += sheet.sign("●", "o");
        } else if (i < low) {
            stem += sheet.sign("─", "-");
        } else {
            range += sheet.sign("━", "=");
        }
    }
    row.add(stem, Ink::cyan).add(range, first ? Ink::red : Ink::bold);
}

void one(Sheet& sheet, const Audit& audit, const Limit& limit) {
    const bool first = limit.axis == Axis::load && limit.id == audit.load_line.first_limit;
    const bool known = limit.status != LimitStatus::missing;
    const Ink ink = !known ? Ink::dim : first ? Ink::red : Ink::plain;
    const std::string axis =
        limit.axis == Axis::load ? "" : fmt::format(" [{}]", to_text(limit.axis));
    Row row;
    row.to(2).add(sheet.safe(limit.name, 20 - axis.size()) + axis, ink);
    row.ending(strip_starts - 2, point(limit, sheet), ink).to(strip_starts);
    if (!known) {
        const std::string needs = limit.missing_input.empty()
                                      ? "not measured"
                                      : "needs " + sheet.safe(limit.missing_input);
        row.add(needs, Ink::dim);
    } else if (sheet.width() < 60) {
        row.add(interval(limit));
    } else {
        strip(row, limit, sheet, sheet.width() - strip_starts - 5, first);
    }
    sheet.put(row);
}

void heading(Sheet& sheet) {
    Row row;
    row.add("Limits", Ink::bold);
    if (sheet.width() >= 60) {
        const std::size_t cells = sheet.width() - strip_starts - 6;
        row.to(strip_starts).add("1x");
        row.to(strip_starts + cells / 3).add("10x");
        row.to(strip_starts + cells * 2 / 3).add("100x").to(strip_starts + cells).add("1000x");
    }
    sheet.put(row);
}

}  // namespace

void limits(Sheet& sheet, const Audit& audit) {
    std::vector<std::size_t> measured;
    std::vector<std::size_t> missing;
    const auto take = [&](Axis axis, bool wanted_missing, std::vector<std::size_t>& out) {
        for (const std::size_t i : shared::limits_in_order(audit, axis)) {
            if ((audit.limits[i].status == LimitStatus::missing) == wanted_missing) {
                out.push_back(i);
            }
        }
    };
    for (const Axis axis : {Axis::load, Axis::data, Axis::team}) {
        take(axis, false, measured);
    }
    // Of what is missing the axes with few limits first: the many of load would hide them.
    for (const Axis axis : {Axis::data, Axis::team, Axis::load}) {
        take(axis, true, missing);
    }
    heading(sheet);
    if (measured.empty() && missing.empty()) {
        sheet.put(Row{}.to(2).add("none was looked for: see the gaps", Ink::dim));
        return;
    }
    const std::size_t all = measured.size() + missing.size();
    measured.resize(std::min(measured.size(), missing.empty() ? most_rows : most_measured));
    const std::size_t room = measured.empty() ? most_missing : most_rows - measured.size();
    missing.resize(std::min(missing.size(), room));
    for (const auto& part : {measured, missing}) {
        for (const std::size_t i : part) {
            one(sheet, audit, audit.limits[i]);
        }
    }
    const std::size_t shown = measured.size() + missing.size();
    if (shown < all) {
        sheet.put(Row{}.to(2).add(
            fmt::format("and {} more in the HTML and JSON reports", all - shown), Ink::dim));
    }
}

}  // namespace plimsoll::reports::terminal
