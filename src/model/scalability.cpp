#include "model/scalability.hpp"

#include "model/quantile.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

namespace plimsoll::model {
namespace {

struct Law {
    double a = 0;  // n/x = a + b (n-1) + c n (n-1), in which l = 1/a, s = b/a, k = c/a
    double b = 0;
    double c = 0;
    [[nodiscard]] double x(double n) const { return n / (a + b * (n - 1) + c * n * (n - 1)); }
    [[nodiscard]] double n_most() const {
        return c > 0 && a > b ? std::sqrt((a - b) / c) : std::numeric_limits<double>::infinity();
    }
    [[nodiscard]] double most() const {
        const double n = n_most();
        if (std::isfinite(n)) {
            return x(std::max(n, 1.0));
        }
        return b > 0 ? 1 / b : std::numeric_limits<double>::infinity();  // Amdahl's end
    }
};

using Row = std::array<double, 3>;

// Least squares of 1 = (a + b (n-1) + c n (n-1)) x/n over the columns that are used: relative
// errors.
[[nodiscard]] std::optional<Row> solve(std::span<const LoadPointN> steps,
                                       const std::array<bool, 3>& used) {
    std::array<Row, 3> matrix{};
    Row right{};
    for (const LoadPointN& step : steps) {
        const double weight = step.x / step.n;
        const Row row{weight,
                      used[1] ? weight * (step.n - 1) : 0,
                      used[2] ? weight * step.n * (step.n - 1) : 0};
        for (std::size_t i = 0; i < 3; ++i) {
            right[i] += row[i];
            for (std::size_t j = 0; j < 3; ++j) {
                matrix[i][j] += row[i] * row[j];
            }
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        if (!used[i]) {
            matrix[i] = {};
            matrix[i][i] = 1;
            right[i] = 0;
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {  // Gauss and Jordan; scaled, so that its pivots compare
        if (!(std::abs(matrix[i][i]) > 0)) {
            return std::nullopt;
        }
        for (std::size_t j = 0; j < 3; ++j) {
            const double factor = i == j ? 0 : matrix[j][i] / matrix[i][i];
            for (std::size_t k = 0; k < 3; ++k) {
                matrix[j][k] -= factor * matrix[i][k];
            }
            right[j] -= factor * right[i];
        }
    }
    return Row{right[0] / matrix[0][0], right[1] / matrix[1][1], right[2] / matrix[2][2]};
}

// With b and c from 0 up: of the four choices of what is not 0 the best that is allowed.
[[nodiscard]] std::optional<Law> fit(std::span<const LoadPointN> steps) {
    std::optional<Law> best;
    double least = std::numeric_limits<double>::infinity();
    for (const std::array<bool, 3>& used : {std::array{true, true, true},
                                            std::array{true, true, false},
                                            std::array{true, false, true},
                                            std::array{true, false, false}}) {
        const std::optional<Row> row = solve(steps, used);
        if (!row || !((*row)[0] > 0) || (*row)[1] < 0 || (*row)[2] < 0) {
            continue;
        }
        const Law law{(*row)[0], (*row)[1], (*row)[2]};
        double squares = 0;
        for (const LoadPointN& step : steps) {
            squares += std::pow(step.x / law.x(step.n) - 1, 2);
        }
        if (squares < least) {
            least = squares;
            best = law;
        }
    }
    return best;
}

}  // namespace

std::optional<Scalability> scalability(std::span<const LoadPointN> steps,
                                       const ScalabilityRules& rules) {
    std::set<double> levels;
    std::vector<LoadPointN> kept;
    for (const LoadPointN& step : steps) {
        if (step.n > 0 && step.x > 0 && std::isfinite(step.n) && std::isfinite(step.x)) {
            levels.insert(step.n);
            kept.push_back(step);
        }
    }
    const std::optional<Law> law = levels.size() >= rules.least_steps ? fit(kept) : std::nullopt;
    if (!law) {
        return std::nullopt;
    }
    Scalability out{.alone = 1 / law->a,
                    .contention = law->b / law->a,
                    .coherence = law->c / law->a,
                    .n_at_most = law->n_most()};
    std::vector<double> errors;
    for (const LoadPointN& step : kept) {
        out.best_seen = std::max(out.best_seen, step.x);
        errors.push_back(step.x / law->x(step.n));
    }
    const double most = law->most();
    out.most = {.at = std::numeric_limits<double>::quiet_NaN(), .low = out.best_seen};
    if (!(out.best_seen >= rules.least_reach * most)) {
        return out;
    }
    // Three parameters are fitted, so few steps are left to tell the noise by: Student's t in place
    // of the normal (Cornish and Fisher's first term).
    const double freedom = std::max(1.0, static_cast<double>(kept.size()) - 3);
    double squares = 0;
    for (const double error : errors) {
        squares += (error - 1) * (error - 1);
    }
    constexpr double z = 1.645;
    const double wider = 1 + (z * z + 1) / (4 * freedom);
    const double deviation = wider * std::sqrt(squares / freedom);
    Random random{rules.seed};
    std::vector<double> drawn;
    for (std::size_t draw = 0; draw < rules.draws; ++draw) {
        std::vector<LoadPointN> again = kept;
        for (LoadPointN& step : again) {
            step.x = law->x(step.n) * std::exp(deviation * random.normal());
        }
        if (const std::optional<Law> one = fit(again)) {
            drawn.push_back(one->most());
        }
    }
    std::ranges::sort(drawn);
    if (drawn.size() * 2 < rules.draws) {
        return std::nullopt;
    }
    // 5 % of these draws on either side covers 84 % of simulated ladders, 2.5 % covers 90 %.
    constexpr double tail = 0.025;
    out.most.at = most;
    out.most.low = std::min(most, *quantile_interpolated(drawn, tail));
    out.most.high = std::max(most, *quantile_interpolated(drawn, 1 - tail));
    return out;
}

}  // namespace plimsoll::model
