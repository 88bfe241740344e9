// Leak: how often change sets cross module boundaries, over how often they would if modules meant
// nothing.
//
// crossing share = sets that touch two or more modules / sets. Expected: each of the k files of a
// set drawn independently from the modules by their share p of all touches, mean of 1 - sum p^k.
// Leak = crossing / expected: 0, boundaries hold; 1, the map says nothing about what changes
// together. With labels shuffled over the touches it is 1 but for sampling error. It grows with the
// fineness of the map, so leaks of two maps are never compared. Intervals: bootstrap of blocks of
// neighbouring sets, because changes come in bursts.
#pragma once

#include "core/estimate.hpp"
#include "model/coupling.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::model {

struct Leak {
    std::size_t sets = 0;
    std::size_t crossing = 0;
    double expected = 0;           // crossing sets, if modules meant nothing
    double effective_modules = 0;  // 1 / sum p^2
    double largest_share = 0;      // of all touches, of the busiest module
    Estimate ratio;                // 90 % interval; no point where nothing is expected to cross
    [[nodiscard]] double crossing_share() const noexcept {
        return sets == 0 ? 0 : static_cast<double>(crossing) / static_cast<double>(sets);
    }
};

// `module_of` gives each thing's module, below `modules`.
[[nodiscard]] Leak leak(const SetsView& sets,
                        std::span<const std::uint32_t> module_of,
                        std::size_t modules,
                        std::size_t draws = 200);

// The number of modules that each set touches.
[[nodiscard]] std::vector<std::uint32_t> modules_touched(const SetsView& sets,
                                                         std::span<const std::uint32_t> module_of,
                                                         std::size_t modules);

}  // namespace plimsoll::model
