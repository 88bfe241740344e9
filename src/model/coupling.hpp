// Coupling: which things change together, exactly, in memory that grows with the input and not with
// the pairs.
//
// shared(a,b): sets that hold both; average = (sets of a + sets of b) / 2; degree = 100 shared /
// average (Gall, Hajek and Jazayeri 1998; the thresholds are code-maat's). For each a, its sets are
// walked with one counter for every b > a: work is the sum over sets of size squared, which a
// largest set size bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plimsoll::model {

// Sets of things, one after another: the things of set i end at ends[i], and are distinct.
struct SetsView {
    std::span<const std::uint32_t> ends;
    std::span<const std::uint32_t> things;

    [[nodiscard]] std::size_t size() const noexcept { return ends.size(); }
    [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t set) const noexcept {
        const std::uint32_t from = set == 0 ? 0 : ends[set - 1];
        return things.subspan(from, ends[set] - from);
    }
};

struct CouplingRules {
    double min_average = 5;  // average number of sets of the two
    std::uint32_t min_shared = 5;
    double min_degree = 30;  // percent
};

struct Coupled {
    std::uint32_t a = 0;
    std::uint32_t b = 0;  // > a
    std::uint32_t shared = 0;
    std::uint32_t sets_of_a = 0;
    std::uint32_t sets_of_b = 0;
    [[nodiscard]] double average() const noexcept {
        return (double{1} * sets_of_a + sets_of_b) / 2;
    }
    [[nodiscard]] double degree() const noexcept { return 100.0 * shared / average(); }
    friend bool operator==(const Coupled&, const Coupled&) = default;
};

// Pairs that meet the rules: degree falling, then shared falling, then a and b rising. `things` is
// the number of things; every number in the sets is below it.
[[nodiscard]] std::vector<Coupled> coupled_pairs(const SetsView& sets,
                                                 std::size_t things,
                                                 const CouplingRules& rules = {});

// Sets that hold each thing, as the same shape: the sets of thing t end at ends[t].
struct Inverted {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> sets;
};
[[nodiscard]] Inverted invert(const SetsView& sets, std::size_t things);

}  // namespace plimsoll::model
