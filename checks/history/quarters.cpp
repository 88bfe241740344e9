#include "checks/history/quarters.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace plimsoll::checks {
namespace {

[[nodiscard]] SeriesPoint point(const Quarter& quarter, std::uint64_t count) {
    const Estimate share = share_of(count, quarter.sets);
    return {.at = instant(quarter.begins * 1'000'000),
            .value = share.at,
            .low = share.low,
            .high = share.high};
}

}  // namespace

std::int64_t quarter_of(std::int64_t seconds) {
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds{std::chrono::seconds{seconds}})};
    return std::int64_t{4} * static_cast<int>(date.year()) +
           (static_cast<unsigned>(date.month()) - 1) / 3;
}

std::int64_t begin_of(std::int64_t quarter) {
    const std::chrono::year_month_day first{
        std::chrono::year{static_cast<int>(quarter / 4)},
        std::chrono::month{static_cast<unsigned>(quarter % 4) * 3 + 1},
        std::chrono::day{1}};
    return std::chrono::sys_seconds{std::chrono::sys_days{first}}.time_since_epoch().count();
}

std::vector<Quarter> quarters(const Boundaries& found) {
    constexpr std::int64_t most = 40;
    std::vector<Quarter> out;
    const ChangeSets& all = found.all;
    if (all.sets.empty()) {
        return out;
    }
    const std::int64_t last = quarter_of(all.sets.back().at);
    const std::int64_t first = std::max(quarter_of(all.sets.front().at), last - most + 1);
    for (std::int64_t quarter = first; quarter <= last; ++quarter) {
        out.push_back({.begins = begin_of(quarter)});
    }
    const std::vector<std::uint32_t> touched =
        model::modules_touched({all.ends, all.touches}, all.module_of, all.modules.size());
    std::vector<std::set<std::uint32_t>> authors(out.size());
    for (std::size_t i = 0; i < all.sets.size(); ++i) {
        const std::int64_t at = quarter_of(all.sets[i].at) - first;
        if (at >= 0) {
            const auto index = static_cast<std::size_t>(at);
            Quarter& quarter = out[index];
            ++quarter.sets;
            quarter.crossing += touched[i] > 1 ? 1 : 0;
            quarter.fixes += all.sets[i].fix ? 1 : 0;
            authors[index].insert(all.sets[i].author);
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].authors = authors[i].size();
    }
    return out;
}

Exhibit crossing_by_quarter(const Boundaries& found) {
    constexpr std::uint64_t least = 20;  // change sets in a quarter that is shown
    Exhibit out;
    out.key = "history.crossing-by-quarter";
    out.form = Form::series;
    out.title = "Changes that cross modules, and fixes, quarter by quarter";
    out.caption = "With today's module map (" + found.recent.map_text() +
                  "). Only the course means anything: levels depend on the map and on how messages "
                  "are written.";
    out.unit = "share";
    Line crossing{.name = "cross modules", .points = {}};
    Line fixes{.name = "fixes", .points = {}};
    for (const Quarter& quarter : quarters(found)) {
        if (quarter.sets >= least) {
            crossing.points.push_back(point(quarter, quarter.crossing));
            fixes.points.push_back(point(quarter, quarter.fixes));
        }
    }
    out.lines = {crossing, fixes};
    return out;
}

}  // namespace plimsoll::checks
