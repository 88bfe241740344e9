#include "checks/history/aftermath.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr std::size_t remembered = 3;  // latest changes of a file that a fix is laid to

// The last few non-fix changes of a file, newest last.
struct Latest {
    std::array<std::uint32_t, remembered> sets{};
    std::size_t count = 0;
    void add(std::uint32_t set) {
        if (count == remembered) {
            std::shift_left(sets.begin(), sets.end(), 1);
            --count;
        }
        sets[count++] = set;
    }
};

// Area under the curve by counts of each size: ties count half. Interval by Hanley and McNeil
// (1982).
[[nodiscard]] Estimate area(const std::vector<std::uint64_t>& yes,
                            const std::vector<std::uint64_t>& no) {
    double below = 0;
    double wins = 0;
    double positives = 0;
    for (std::size_t size = 0; size < yes.size(); ++size) {
        wins += static_cast<double>(yes[size]) * (below + static_cast<double>(no[size]) / 2);
        below += static_cast<double>(no[size]);
        positives += static_cast<double>(yes[size]);
    }
    constexpr double least = 10;
    if (positives < least || below < least) {
        return {};
    }
    const double a = wins / (positives * below);
    const double q1 = a / (2 - a);
    const double q2 = 2 * a * a / (1 + a);
    const double variance =
        (a * (1 - a) + (positives - 1) * (q1 - a * a) + (below - 1) * (q2 - a * a)) /
        (positives * below);
    const double half = 1.645 * std::sqrt(std::max(0.0, variance));
    return {.at = a, .low = std::max(0.0, a - half), .high = std::min(1.0, a + half)};
}

}  // namespace

std::vector<bool> followed_by_fix(const ChangeSets& changes) {
    std::vector<bool> out(changes.sets.size());
    std::vector<Latest> latest(changes.files.size());
    for (std::uint32_t set = 0; set < changes.sets.size(); ++set) {
        for (const std::uint32_t file : changes.files_of(set)) {
            if (!changes.sets[set].fix) {
                latest[file].add(set);
                continue;
            }
            for (std::size_t i = 0; i < latest[file].count; ++i) {
                const std::uint32_t earlier = latest[file].sets[i];
                if (changes.sets[set].at - changes.sets[earlier].at <= fortnight) {
                    out[earlier] = true;
                }
            }
        }
    }
    return out;
}

Aftermath measure_aftermath(const Boundaries& found) {
    Aftermath out;
    const ChangeSets& changes = found.recent;
    const std::vector<bool> followed = followed_by_fix(changes);
    std::size_t largest = 0;
    for (std::size_t set = 0; set < changes.sets.size(); ++set) {
        largest = std::max(largest, changes.files_of(set).size());
    }
    std::vector<std::uint64_t> yes(largest + 1);
    std::vector<std::uint64_t> no(largest + 1);
    std::array<std::uint64_t, 2> alike{};
    std::array<std::uint64_t, 2> alike_followed{};
    for (std::size_t set = 0; set < changes.sets.size(); ++set) {
        if (changes.sets[set].fix) {
            continue;
        }
        const std::size_t size = changes.files_of(set).size();
        ++out.changes;
        out.followed += followed[set] ? 1 : 0;
        ++(followed[set] ? yes : no)[size];
        if (size >= 2 && size <= 4) {
            const std::size_t across = found.touched[set] > 1 ? 1 : 0;
            ++alike[across];
            alike_followed[across] += followed[set] ? 1 : 0;
        }
    }
    out.foretold = area(yes, no);
    out.within = share_of(alike_followed[0], alike[0]);
    out.crossing = share_of(alike_followed[1], alike[1]);
    return out;
}

}  // namespace plimsoll::checks
