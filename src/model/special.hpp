// Special functions that the statistics of this folder rest on; the standard library lacks them.
//
// Normal, Student, binomial, beta and gamma probabilities. Relative error is
// about 1e-12 for counts to some thousands and 1e-8 at a million (differences of large logarithms).
// Nothing here calls std::lgamma, which writes a global (signgam) and so is not thread-safe.
#pragma once

#include <cstdint>

namespace plimsoll::model {

// P(Z <= z) and P(Z > z) for a standard normal Z, by erfc.
[[nodiscard]] double normal_cdf(double z) noexcept;
[[nodiscard]] double normal_sf(double z) noexcept;

// The z with P(Z <= z) = p, for 0 < p < 1; -inf for p <= 0, +inf for p >= 1.
// Acklam's rational approximation (2003) and one step of Halley's method.
[[nodiscard]] double normal_quantile(double p) noexcept;

// ln Gamma(x) for x > 0 (Lanczos 1964, g = 7, nine terms).
[[nodiscard]] double log_gamma(double x) noexcept;

// I_x(a, b), the regularised incomplete beta function, a, b > 0; x is clamped to [0, 1].
// Continued fraction by Lentz's method (Abramowitz and Stegun 26.5.8).
[[nodiscard]] double incomplete_beta(double a, double b, double x) noexcept;

// P(a, x), the regularised lower incomplete gamma function, a > 0, x >= 0: the distribution
// function of a gamma variable of shape a and scale 1. Series for x < a + 1, else continued
// fraction (Abramowitz and Stegun 6.5.29, 6.5.31).
[[nodiscard]] double incomplete_gamma(double a, double x) noexcept;

// P(T > t) for Student's t with `degrees` > 0 degrees of freedom.
[[nodiscard]] double student_sf(double t, double degrees) noexcept;

// P(X >= successes) and P(X <= successes) for X binomial(trials, p), exact (26.5.24).
[[nodiscard]] double binomial_at_least(std::uint64_t successes,
                                       std::uint64_t trials,
                                       double p) noexcept;
[[nodiscard]] double binomial_at_most(std::uint64_t successes,
                                      std::uint64_t trials,
                                      double p) noexcept;

// The x in [low, high] where `rising` turns from negative to not negative; 100 halvings.
// `rising` must not decrease. Returns `high` when it is negative throughout.
template <typename Function>
[[nodiscard]] double bisect(double low, double high, const Function& rising) {
    for (int step = 0; step < 100; ++step) {
        const double middle = low + (high - low) / 2;
        (rising(middle) < 0 ? low : high) = middle;
    }
    return low + (high - low) / 2;
}

}  // namespace plimsoll::model
