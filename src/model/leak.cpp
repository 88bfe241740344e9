#include "model/leak.hpp"

#include "model/random.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::model {
namespace {

// What a stretch of sets adds up to: all that the ratio needs.
struct Sums {
    std::vector<std::uint64_t> touches;  // by module
    std::vector<std::uint64_t> of_size;  // sets with k touches
    std::uint64_t sets = 0;
    std::uint64_t crossing = 0;

    Sums(std::size_t modules, std::size_t largest) : touches(modules), of_size(largest + 1) {}
    void add(const Sums& other) {
        for (std::size_t i = 0; i < touches.size(); ++i) {
            touches[i] += other.touches[i];
        }
        for (std::size_t i = 0; i < of_size.size(); ++i) {
            of_size[i] += other.of_size[i];
        }
        sets += other.sets;
        crossing += other.crossing;
    }
};

// Sets that would cross if modules meant nothing.
[[nodiscard]] double expected_crossings(const Sums& sums) {
    std::uint64_t all = 0;
    for (const std::uint64_t count : sums.touches) {
        all += count;
    }
    if (all == 0) {
        return 0;
    }
    std::vector<double> share;
    for (const std::uint64_t count : sums.touches) {
        if (count != 0) {
            share.push_back(static_cast<double>(count) / static_cast<double>(all));
        }
    }
    std::vector<double> power(share.size(), 1);
    double expected = 0;
    for (std::size_t k = 1; k < sums.of_size.size(); ++k) {
        double alone = 0;
        for (std::size_t i = 0; i < share.size(); ++i) {
            power[i] *= share[i];
            alone += power[i];
        }
        expected += static_cast<double>(sums.of_size[k]) * (1 - alone);
    }
    return expected;
}

[[nodiscard]] std::vector<Sums> sums_of_blocks(const SetsView& sets,
                                               std::span<const std::uint32_t> module_of,
                                               std::size_t modules) {
    constexpr std::size_t most_blocks = 200;
    std::size_t largest = 0;
    for (std::size_t set = 0; set < sets.size(); ++set) {
        largest = std::max(largest, sets[set].size());
    }
    const std::size_t blocks = std::min(most_blocks, sets.size());
    std::vector<Sums> out(blocks, Sums{modules, largest});
    const std::vector<std::uint32_t> touched = modules_touched(sets, module_of, modules);
    for (std::size_t set = 0; set < sets.size(); ++set) {
        Sums& block = out[set * blocks / sets.size()];
        for (const std::uint32_t thing : sets[set]) {
            ++block.touches[module_of[thing]];
        }
        ++block.of_size[sets[set].size()];
        ++block.sets;
        block.crossing += touched[set] > 1 ? 1 : 0;
    }
    return out;
}

// The 5th and 95th percentile of the ratio over sets of blocks drawn with repetition.
[[nodiscard]] Estimate with_interval(double at,
                                     const std::vector<Sums>& blocks,
                                     const Sums& all,
                                     std::size_t draws) {
    constexpr std::uint64_t seed = 20'261'121;
    Random random{seed};
    std::vector<double> ratios;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        Sums sums{all.touches.size(), all.of_size.size() - 1};
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            sums.add(blocks[random.below(blocks.size())]);
        }
        const double expected = expected_crossings(sums);
        if (expected > 0) {
            ratios.push_back(static_cast<double>(sums.crossing) / expected);
        }
    }
    std::ranges::sort(ratios);
    if (ratios.size() < 20) {
        return {.at = at};
    }
    const std::size_t tail = ratios.size() / 20;
    return {.at = at,
            .low = std::min(at, ratios[tail]),
            .high = std::max(at, ratios[ratios.size() - 1 - tail])};
}

}  // namespace

std::vector<std::uint32_t> modules_touched(const SetsView& sets,
                                           std::span<const std::uint32_t> module_of,
                                           std::size_t modules) {
    std::vector<std::uint32_t> out(sets.size());
    std::vector<std::size_t> last_seen(modules, sets.size());
    for (std::size_t set = 0; set < sets.size(); ++set) {
        for (const std::uint32_t thing : sets[set]) {
            if (last_seen[module_of[thing]] != set) {
                last_seen[module_of[thing]] = set;
                ++out[set];
            }
        }
    }
    return out;
}

Leak leak(const SetsView& sets,
          std::span<const std::uint32_t> module_of,
          std::size_t modules,
          std::size_t draws) {
    Leak out;
    out.sets = sets.size();
    if (sets.size() == 0) {
        return out;
    }
    const std::vector<Sums> blocks = sums_of_blocks(sets, module_of, modules);
    Sums all{modules, blocks.front().of_size.size() - 1};
    for (const Sums& block : blocks) {
        all.add(block);
    }
    out.crossing = all.crossing;
    out.expected = expected_crossings(all);
    double squares = 0;
    for (const std::uint64_t count : all.touches) {
        const double share = static_cast<double>(count) / static_cast<double>(sets.things.size());
        squares += share * share;
        out.largest_share = std::max(out.largest_share, share);
    }
    out.effective_modules = squares > 0 ? 1 / squares : 0;
    if (out.expected > 0) {
        out.ratio =
            with_interval(static_cast<double>(all.crossing) / out.expected, blocks, all, draws);
    }
    return out;
}

}  // namespace plimsoll::model
