// Quarters: what history measures, quarter by quarter, over the whole of it.
//
// The module map is today's throughout, so that quarters can be compared; files that are gone keep
// the module that their path gives them.
#pragma once

#include "checks/history/boundaries.hpp"
#include "core/exhibit.hpp"

#include <cstdint>
#include <vector>

namespace plimsoll::checks {

// Quarters since the year 0, and when one begins, in seconds since 1970.
[[nodiscard]] std::int64_t quarter_of(std::int64_t seconds);
[[nodiscard]] std::int64_t begin_of(std::int64_t quarter);

struct Quarter {
    std::int64_t begins = 0;  // seconds since 1970
    std::uint64_t sets = 0;
    std::uint64_t crossing = 0;
    std::uint64_t fixes = 0;
    std::uint64_t authors = 0;
};
// Calendar quarters from the first to the last change set; empty ones are there with zeros. At most
// the last 40.
[[nodiscard]] std::vector<Quarter> quarters(const Boundaries& found);

// Share of changes that cross modules, and of fixes, by quarter, with Wilson's intervals.
[[nodiscard]] Exhibit crossing_by_quarter(const Boundaries& found);

}  // namespace plimsoll::checks
