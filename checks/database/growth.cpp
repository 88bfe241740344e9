#include "checks/database/growth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll::checks::database {
namespace {

constexpr double week_s = 7 * 86'400.0;
constexpr double least_s = 86'400;    // a day's batches are in it
constexpr double least_rows = 1'000;  // of a smaller table a few rows are growth

// Rows inserted less rows deleted a week over the rows there are, since the counters were reset.
[[nodiscard]] std::optional<double> by_counters(const DatabaseCapture& capture,
                                                const std::string& table) {
    const DbSnapshot& last = capture.snapshots.back();
    const auto found = last.tables.find(table);
    if (found == last.tables.end() || !last.totals.reset || *last.totals.reset >= last.at) {
        return std::nullopt;
    }
    const double seconds = static_cast<double>((last.at - *last.totals.reset).count()) / 1e6;
    const auto rows = static_cast<double>(found->second.live);
    const auto net = static_cast<double>(found->second.inserted - found->second.deleted);
    if (seconds < least_s || rows < least_rows || net <= 0 || net > rows) {
        return std::nullopt;  // more than there is: restored or copied since then
    }
    return net / rows * week_s / seconds;
}

[[nodiscard]] std::optional<double> by_captures(const Database& database,
                                                const DatabaseCapture& capture,
                                                const std::string& table) {
    const std::vector<const DatabaseCapture*> all = database.series(capture.identity);
    const DatabaseCapture& early = *all.front();
    const double seconds = static_cast<double>((capture.started - early.started).count()) / 1e6;
    if (early.snapshots.empty() || seconds < least_s) {
        return std::nullopt;
    }
    const auto then = early.snapshots.back().tables.find(table);
    const auto now = capture.snapshots.back().tables.find(table);
    if (then == early.snapshots.back().tables.end() ||
        now == capture.snapshots.back().tables.end() ||
        static_cast<double>(then->second.live) < least_rows ||
        now->second.live <= then->second.live) {
        return std::nullopt;
    }
    return std::log(static_cast<double>(now->second.live) /
                    static_cast<double>(then->second.live)) *
           week_s / seconds;
}

}  // namespace

std::map<std::string, Estimate> growth_a_week(const Database& database) {
    std::map<std::string, Estimate> out;
    for (const DatabaseCapture* capture : database.latest()) {
        if (capture->snapshots.empty()) {
            continue;
        }
        for (const auto& [key, table] : capture->tables) {
            const std::optional<double> seen = by_captures(database, *capture, key);
            const std::optional<double> counted = by_counters(*capture, key);
            if (!seen && !counted) {
                continue;
            }
            const double one = seen.value_or(*(counted ? counted : seen));
            const double other = counted.value_or(one);
            const Estimate rate{
                .at = one, .low = std::min(one, other), .high = std::max(one, other)};
            const auto [found, fresh] = out.try_emplace(table.name, rate);
            if (!fresh && rate.high > found->second.high) {
                found->second = rate;
            }
        }
    }
    return out;
}

std::optional<Estimate> fastest(const std::map<std::string, Estimate>& growth,
                                const std::set<std::string>& tables) {
    std::optional<Estimate> out;
    for (const std::string& table : tables) {
        const auto found = growth.find(table);
        if (found != growth.end() && (!out || found->second.high > out->high)) {
            out = found->second;
        }
    }
    return out;
}

Estimate weeks_until(const Estimate& multiple, const Estimate& a_week) {
    const auto in_proportion = [](double times, double rate) {
        return times <= 1 ? 0.0 : std::log(times) / rate;
    };
    Estimate out{.at = multiple.has_point() ? in_proportion(multiple.at, a_week.at)
                                            : std::numeric_limits<double>::quiet_NaN(),
                 .low = in_proportion(multiple.low, a_week.high)};
    out.high =
        std::isinf(multiple.high) ? multiple.high : std::max(0.0, multiple.high - 1) / a_week.low;
    return out;
}

}  // namespace plimsoll::checks::database
