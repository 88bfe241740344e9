// MergeBack: modules or services that change together so often that they are one.
//
// Law: of the change sets that touch either of two, the share that touches both is J, with Wilson's
// 90 % interval; their degree is 2J / (1 + J), which is shared sets over the average of both
// (Gall 1998). A pair belongs together when even the low end is over the limit: 30 % between
// services (catalogue 001-64). Blind spots: repositories of their own never meet in one change set;
// a contract is changed on both sides on purpose.
#pragma once

#include "checks/history/boundaries.hpp"
#include "core/exhibit.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::checks {

inline constexpr Threshold merge_degree{
    .id = "history.merge-back",
    .value = 0.3,
    .unit = "share of changes",
    .reason = "catalogue 001-64: change coupling between services over 30 %"};

struct Together {
    std::uint32_t a = 0;  // into ChangeSets::modules
    std::uint32_t b = 0;
    std::uint32_t shared = 0;  // change sets that touch both
    std::uint32_t either = 0;  // ... one of them at least
    Estimate degree;           // 0..1, 90 %
};

// Shared over the average of the two, with its interval.
[[nodiscard]] Together together_of(std::uint32_t a,
                                   std::uint32_t b,
                                   std::uint32_t sets_of_a,
                                   std::uint32_t sets_of_b,
                                   std::uint32_t shared);

// Pairs whose low end is over the limit, strongest first; of modules that `counts` marks (all when
// it is empty).
[[nodiscard]] std::vector<Together> belong_together(const Boundaries& found,
                                                    const Settings& settings,
                                                    const std::vector<bool>& counts = {});

[[nodiscard]] Exhibit together_table(const std::vector<Together>& pairs, const Boundaries& found);
// At most three, strongest first.
[[nodiscard]] std::vector<Remedy> merge_back_remedies(const std::vector<Together>& pairs,
                                                      const Boundaries& found);

}  // namespace plimsoll::checks
