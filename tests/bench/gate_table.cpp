// Rules of other tools beside ours: 40 series watched by one gate, baselines of 50 runs, log-normal
// durations with 5 % outliers, several seeds; mean over the seeds, and of our row the worst seed as
// well. A rule is better than ours only when it has both fewer gates falsely red and more changes
// caught. Simulated; compiled and run by gate_bench.sh: GATES of each column and seed, SEEDS.
#include "model/ci_durations.hpp"
#include "model/multiplicity.hpp"
#include "model/quantile.hpp"
#include "model/ranktest.hpp"
#include "model/regression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace plimsoll::model;
using plimsoll::model::testing::ci_durations;

namespace {

constexpr std::size_t many = 40;
constexpr std::size_t rules = 10;
const std::array<const char*, rules> names{"one run against the one before, 150 %",
                                           "one run against the one before, 200 %",
                                           "one run against the baseline's median, +10 %",
                                           "one run, t prediction interval 0.99",
                                           "median against median, +10 %",
                                           "p95 against p95, +10 %",
                                           "Mann-Whitney 0.01",
                                           "Mann-Whitney 0.01 and ratio 1.10",
                                           "Holm 0.05 and ratio 1.10",
                                           "plimsoll"};

double p95(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return *quantile_interpolated(values, 0.95);
}

// Welch's interval for one new run, t of 49 degrees at 0.99: 2.405.
bool above_prediction(const std::vector<double>& current, const std::vector<double>& baseline) {
    const double n = static_cast<double>(baseline.size());
    double mean = 0;
    for (const double value : baseline) {
        mean += value / n;
    }
    double square = 0;
    for (const double value : baseline) {
        square += (value - mean) * (value - mean);
    }
    return current.back() > mean + 2.405 * std::sqrt(square / (n - 1)) * std::sqrt(1 + 1 / n);
}

using Reds = std::array<std::vector<bool>, rules>;

Reds judged(const std::vector<SeriesPair>& series) {
    Reds red;
    std::vector<double> p;
    std::vector<double> ratio;
    for (const SeriesPair& pair : series) {
        const std::vector<double>& b = pair.current.values;
        const std::vector<double>& a = pair.baseline.values;
        const double before = *median(a);
        p.push_back(mann_whitney(b, a).p_greater);
        ratio.push_back(*hodges_lehmann_ratio(b, a));
        const std::array<bool, 8> simple{b.back() > 1.5 * a.back(),
                                         b.back() > 2 * a.back(),
                                         b.back() > 1.1 * before,
                                         above_prediction(b, a),
                                         *median(b) > 1.1 * before,
                                         p95(b) > 1.1 * p95(a),
                                         p.back() < 0.01,
                                         p.back() < 0.01 && ratio.back() >= 1.1};
        for (std::size_t rule = 0; rule < simple.size(); ++rule) {
            red[rule].push_back(simple[rule]);
        }
    }
    const std::vector<double> adjusted = holm(p);
    const std::vector<Regression> ours = regressions(series);
    for (std::size_t i = 0; i < series.size(); ++i) {
        red[8].push_back(adjusted[i] < 0.05 && ratio[i] >= 1.1);
        red[9].push_back(ours[i].shift == Shift::worse);
    }
    return red;
}

struct Column {
    const char* name;
    std::size_t current;
    double ratio;
    double memory;
};
constexpr std::array<Column, 5> columns{{{"false", 10, 1, 0},
                                         {"false AR.5", 10, 1, 0.5},
                                         {"+50% 10", 10, 1.5, 0},
                                         {"+30% 20", 20, 1.3, 0},
                                         {"false 20", 20, 1, 0}}};

// In percent of gates: red without a change, or red where the change is.
using Table = std::array<std::array<double, columns.size()>, rules>;

Table table_of(std::uint64_t seed, int gates) {
    Table table{};
    for (std::size_t c = 0; c < columns.size(); ++c) {
        Random random(seed + c);
        for (int gate = 0; gate < gates; ++gate) {
            std::vector<SeriesPair> series;
            for (std::size_t i = 0; i < many; ++i) {
                const double ratio = i == 0 ? columns[c].ratio : 1;
                series.push_back({.current = {ci_durations(
                                      random, columns[c].current, ratio, columns[c].memory)},
                                  .baseline = {ci_durations(random, 50, 1, columns[c].memory)}});
            }
            const Reds red = judged(series);
            for (std::size_t rule = 0; rule < rules; ++rule) {
                const bool hit =
                    columns[c].ratio > 1
                        ? red[rule][0]
                        : std::find(red[rule].begin(), red[rule].end(), true) != red[rule].end();
                table[rule][c] += hit ? 100.0 / gates : 0;
            }
        }
    }
    return table;
}

// False alarms, with memory, +50 % of 10, +30 % of 20, as the issue asks them.
bool meets(const std::array<double, columns.size()>& row) {
    return row[0] <= 5 && row[1] <= 10 && row[2] >= 90 && row[3] >= 85;
}

}  // namespace

int main(int argc, char** argv) {
    const int gates = argc > 1 ? std::atoi(argv[1]) : 500;
    const int seeds = argc > 2 ? std::atoi(argv[2]) : 5;
    Table mean{};
    std::array<double, columns.size()> worst{};
    for (int seed = 0; seed < seeds; ++seed) {
        const Table one = table_of(2026 + 100 * static_cast<std::uint64_t>(seed), gates);
        for (std::size_t rule = 0; rule < rules; ++rule) {
            for (std::size_t c = 0; c < columns.size(); ++c) {
                mean[rule][c] += one[rule][c] / seeds;
            }
        }
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const double ours = one[rules - 1][c];
            const bool worse = columns[c].ratio > 1 ? ours < worst[c] : ours > worst[c];
            worst[c] = seed == 0 || worse ? ours : worst[c];
        }
    }
    std::printf(
        "%d gates of 40 series for each of %d seeds, baseline 50, in %%; false: red without "
        "a change\n%-46s",
        gates,
        seeds,
        "rule");
    for (const Column& column : columns) {
        std::printf(" %10s", column.name);
    }
    const auto print = [](const char* name, const std::array<double, columns.size()>& row) {
        std::printf("\n%-46s", name);
        for (const double value : row) {
            std::printf(" %10.1f", value);
        }
    };
    bool beaten = false;
    for (std::size_t rule = 0; rule < rules; ++rule) {
        print(names[rule], mean[rule]);
        beaten = beaten || (rule + 1 < rules && meets(mean[rule]));
    }
    print("plimsoll, the worst seed", worst);
    const bool holds = meets(mean[rules - 1]);
    std::printf(
        "\nasked: false <= 5, with memory <= 10, caught >= 90 and >= 85: %s; the worst seed: "
        "%s; by another rule: %s\n",
        holds ? "holds" : "DOES NOT HOLD",
        meets(worst) ? "holds" : "does not hold",
        beaten ? "yes" : "no");
    return holds && !beaten ? 0 : 1;
}
