// Exact null laws of rank statistics: what Mann-Whitney's U and Kendall's S do when nothing is
// going on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll::model {

// P(U = u) for u = 0 .. first*second when all orders of the two samples are equally likely and
// there are no ties (Mann and Whitney 1947, their recursion (1)). Time grows as (first*second)^2:
// meant for up to 50 by 50.
[[nodiscard]] std::vector<double> mann_whitney_law(std::size_t first, std::size_t second);

// P(I = i) for the number I of pairs out of order in a random order of a sample with the given
// groups of equal values (a group's own pairs are never out of order): the coefficients of the
// q-multinomial, as the product of Mann-Whitney laws. All groups of size 1 is Kendall's law.
[[nodiscard]] std::vector<double> inversions_law(std::span<const std::size_t> groups);

// Sizes of the groups of equal values, in order of value; they add up to the sample's size.
[[nodiscard]] std::vector<std::size_t> tie_groups(std::span<const double> values);

// Ranks 1 .. n, equal values sharing the mean of theirs, in the order of `values`.
[[nodiscard]] std::vector<double> mid_ranks(std::span<const double> values);

}  // namespace plimsoll::model
