// Signs: the findings about each of the five, put together.
//
// A deciding check may say present or absent; a supporting one can only make an absent or
// unassessed sign latent. Two or more signs are structural, unless one cause explains half or more
// of both: then they count once.
#pragma once

#include "core/audit.hpp"
#include "core/check.hpp"

#include <span>
#include <string>
#include <vector>

namespace plimsoll::verdict {

[[nodiscard]] std::vector<SignVerdict> signs(std::span<const Check* const> checks,
                                             std::span<const Finding> findings);

// How many signs are present with confidence medium or higher, and how many of those are
// independent.
struct SignCount {
    int present = 0;
    int independent = 0;
    std::string common_cause;  // the first cause that joins two; empty when none does
};
[[nodiscard]] SignCount count_signs(std::span<const Check* const> checks,
                                    std::span<const Finding> findings,
                                    std::span<const SignVerdict> signs);

}  // namespace plimsoll::verdict
