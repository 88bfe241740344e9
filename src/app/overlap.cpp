#include "app/overlap.hpp"

#include "core/windows.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace plimsoll::app {
namespace {

// Keeps those whose hash is lowest.
template <class Seconds>
void keep_lowest(Seconds& seconds, std::size_t most) {
    using Second = typename Seconds::value_type;
    const auto last = seconds.begin() + static_cast<std::ptrdiff_t>(most);
    std::ranges::nth_element(seconds, last, {}, &Second::hash);
    seconds.erase(last, seconds.end());
}

// SplitMix64's finaliser: neighbouring seconds land far apart.
[[nodiscard]] constexpr std::uint64_t scattered(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

}  // namespace

Overlaps::Log Overlaps::log_of(std::string_view name, const Workload& workload) {
    Log log{.name = std::string{name},
            .width_us = workload.short_calls.width_us(),
            .first = std::numeric_limits<std::int64_t>::max(),
            .last = std::numeric_limits<std::int64_t>::min(),
            .highest = std::numeric_limits<std::uint64_t>::max(),
            .seconds = {}};
    if (workload.short_us.width_us() != log.width_us) {
        return log;
    }
    bool dropped = false;
    const auto size = static_cast<std::int64_t>(Windows::block_size);
    for (const auto& [block, calls] : workload.short_calls.blocks()) {
        const auto times = workload.short_us.blocks().find(block);
        for (std::size_t i = 0; i < Windows::block_size; ++i) {
            if (calls[i] == 0) {
                continue;
            }
            const std::int64_t window = (block * size) + static_cast<std::int64_t>(i);
            log.first = std::min(log.first, window);
            log.last = std::max(log.last, window);
            log.seconds.push_back(
                {.hash = scattered(static_cast<std::uint64_t>(window)),
                 .window = window,
                 .calls = calls[i],
                 .time_us = times == workload.short_us.blocks().end() ? 0 : times->second[i]});
            if (log.seconds.size() == 4 * most_seconds) {
                keep_lowest(log.seconds, most_seconds);
                dropped = true;
            }
        }
    }
    if (log.seconds.size() > most_seconds) {
        keep_lowest(log.seconds, most_seconds);
        dropped = true;
    }
    std::ranges::sort(log.seconds, {}, &Second::hash);
    if (dropped) {
        log.highest = log.seconds.back().hash;
    }
    log.seconds.shrink_to_fit();
    return log;
}

// The seconds that both would have kept and that are whole in both: how many agree?
std::optional<Overlap> Overlaps::compare(const Log& before, const Log& now) {
    if (before.width_us != now.width_us) {
        return std::nullopt;
    }
    // The first and the last second of a log may be cut, unless both begin or end there.
    const std::int64_t first =
        std::max(before.first, now.first) + (before.first == now.first ? 0 : 1);
    const std::int64_t last = std::min(before.last, now.last) - (before.last == now.last ? 0 : 1);
    const std::uint64_t highest = std::min(before.highest, now.highest);
    Overlap found{.with = before.name};
    std::int64_t from = std::numeric_limits<std::int64_t>::max();
    std::int64_t to = std::numeric_limits<std::int64_t>::min();
    const auto both = [&](const Second& second) {
        return second.hash <= highest && second.window >= first && second.window <= last;
    };
    auto other = before.seconds.begin();
    std::uint64_t of_now = 0;
    for (const Second& second : now.seconds) {
        if (!both(second)) {
            continue;
        }
        ++of_now;
        while (other != before.seconds.end() && other->hash < second.hash) {
            ++other;
        }
        if (other != before.seconds.end() && other->window == second.window &&
            other->calls == second.calls && other->time_us == second.time_us) {
            ++found.seconds;
            from = std::min(from, second.window);
            to = std::max(to, second.window);
        }
    }
    const auto of_before = static_cast<std::uint64_t>(std::ranges::count_if(before.seconds, both));
    found.looked_at = std::max(of_now, of_before);
    if (found.seconds < fewest_seconds ||
        static_cast<double>(found.seconds) < least_share * static_cast<double>(found.looked_at)) {
        return std::nullopt;
    }
    found.from = instant(from * now.width_us);
    found.to = instant((to + 1) * now.width_us);
    return found;
}

std::optional<Overlap> Overlaps::find_or_add(std::string_view name, const Workload& workload) {
    Log now = log_of(name, workload);
    if (now.seconds.empty()) {
        return std::nullopt;
    }
    for (const Log& before : logs_) {
        if (std::optional<Overlap> found = compare(before, now)) {
            return found;
        }
    }
    logs_.push_back(std::move(now));
    return std::nullopt;
}

}  // namespace plimsoll::app
