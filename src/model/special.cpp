#include "model/special.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace plimsoll::model {

namespace {

constexpr double tiny = 1e-300;
constexpr double precise = 1e-15;
constexpr int most_terms = 100'000;  // the fractions need about sqrt(max(a, b)) terms

template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) noexcept {
    double sum = 0;
    for (const double coefficient : coefficients) {
        sum = sum * x + coefficient;
    }
    return sum;
}

// Acklam's central and lower-tail rational approximations, relative error 1.15e-9.
double acklam(double p) noexcept {
    static constexpr std::array<double, 6> a{-3.969683028665376e+01,
                                             2.209460984245205e+02,
                                             -2.759285104469687e+02,
                                             1.383577518672690e+02,
                                             -3.066479806614716e+01,
                                             2.506628277459239e+00};
    static constexpr std::array<double, 6> b{-5.447609879822406e+01,
                                             1.615858368580409e+02,
                                             -1.556989798598866e+02,
                                             6.680131188771972e+01,
                                             -1.328068155288572e+01,
                                             1.0};
    static constexpr std::array<double, 6> c{-7.784894002430293e-03,
                                             -3.223964580411365e-01,
                                             -2.400758277161838e+00,
                                             -2.549732539343734e+00,
                                             4.374664141464968e+00,
                                             2.938163982698783e+00};
    static constexpr std::array<double, 5> d{7.784695709041462e-03,
                                             3.224671290700398e-01,
                                             2.445134137142996e+00,
                                             3.754408661907416e+00,
                                             1.0};
    if (p < 0.02425) {
        const double q = std::sqrt(-2 * std::log(p));
        return polynomial(c, q) / polynomial(d, q);
    }
    const double q = p - 0.5;
    return q * polynomial(a, q * q) / polynomial(b, q * q);
}

// Keeps Lentz's method from dividing by zero.
double away_from_zero(double x) noexcept {
    return std::abs(x) < tiny ? tiny : x;
}

double beta_fraction(double a, double b, double x) noexcept {
    double c = 1;
    double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
    double h = d;
    for (int i = 1; i < most_terms; ++i) {
        const double m = i;
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        h *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        h *= d * c;
        if (std::abs(d * c - 1) < precise) {
            break;
        }
    }
    return h;
}

double gamma_series(double a, double x) noexcept {
    double term = 1 / a;
    double sum = term;
    for (int i = 1; i < most_terms && term > sum * precise; ++i) {
        term *= x / (a + i);
        sum += term;
    }
    return sum * std::exp(a * std::log(x) - x - log_gamma(a));
}

double gamma_fraction(double a, double x) noexcept {
    double b = x + 1 - a;
    double c = 1 / tiny;
    double d = 1 / away_from_zero(b);
    double h = d;
    for (int i = 1; i < most_terms; ++i) {
        const double an = -i * (i - a);
        b += 2;
        d = 1 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        h *= d * c;
        if (std::abs(d * c - 1) < precise) {
            break;
        }
    }
    return h * std::exp(a * std::log(x) - x - log_gamma(a));
}

}  // namespace

double normal_cdf(double z) noexcept {
    return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

double normal_sf(double z) noexcept {
    return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

double normal_quantile(double p) noexcept {
    if (!(p > 0) || !(p < 1)) {
        const double infinite = std::numeric_limits<double>::infinity();
        return p >= 1 ? infinite : -infinite;
    }
    if (p > 0.5) {  // the lower half is the accurate one
        return -normal_quantile(1 - p);
    }
    const double z = acklam(p);
    const double error = normal_cdf(z) - p;
    const double step =
        error * std::sqrt(2 * std::numbers::pi) * std::exp(z * z / 2);  // error / density
    return z - step / (1 + z * step / 2);
}

double log_gamma(double x) noexcept {
    static constexpr std::array<double, 9> lanczos{0.99999999999980993,
                                                   676.5203681218851,
                                                   -1259.1392167224028,
                                                   771.32342877765313,
                                                   -176.61502916214059,
                                                   12.507343278686905,
                                                   -0.13857109526572012,
                                                   9.9843695780195716e-06,
                                                   1.5056327351493116e-07};
    if (x < 0.5) {  // reflection
        return std::log(std::numbers::pi / std::sin(std::numbers::pi * x)) - log_gamma(1 - x);
    }
    const double shifted = x - 1;
    double sum = lanczos[0];
    for (std::size_t i = 1; i < lanczos.size(); ++i) {
        sum += lanczos[i] / (shifted + static_cast<double>(i));
    }
    const double t = shifted + 7.5;
    return 0.5 * std::log(2 * std::numbers::pi) + (shifted + 0.5) * std::log(t) - t + std::log(sum);
}

double incomplete_beta(double a, double b, double x) noexcept {
    if (!(x > 0)) {
        return 0;
    }
    if (x >= 1) {
        return 1;
    }
    const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                  b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) {
        return front * beta_fraction(a, b, x) / a;
    }
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double incomplete_gamma(double a, double x) noexcept {
    if (!(x > 0)) {
        return 0;
    }
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double student_sf(double t, double degrees) noexcept {
    const double tail = 0.5 * incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
    return t >= 0 ? tail : 1 - tail;
}

double binomial_at_least(std::uint64_t successes, std::uint64_t trials, double p) noexcept {
    if (successes == 0) {
        return 1;
    }
    if (successes > trials) {
        return 0;
    }
    const double k = static_cast<double>(successes);
    return incomplete_beta(k, static_cast<double>(trials - successes) + 1, p);
}

double binomial_at_most(std::uint64_t successes, std::uint64_t trials, double p) noexcept {
    if (successes >= trials) {
        return 1;
    }
    const double k = static_cast<double>(successes);
    return incomplete_beta(static_cast<double>(trials - successes), k + 1, 1 - p);
}

}  // namespace plimsoll::model
