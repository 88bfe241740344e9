#include "model/merge_lane.hpp"

#include "model/special.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace plimsoll::model {

namespace {

constexpr std::size_t exact_states = 1200;  // 12 MB of matrix; beyond it the load is near one

// Time of a batch until it passes: the sum of N gamma-distributed runs, N geometric. The sum of n
// is gamma again, of n times the shape, so that everything below is a mixture over n.
struct BatchTime {
    double shape = 0;  // of one run
    double scale = 0;
    std::vector<double> runs;  // P(N = n), n from 1
    double mean = 0;
    double second = 0;  // moments about zero
    double third = 0;

    [[nodiscard]] double variance() const { return second - mean * mean; }
};

BatchTime batch_time(const MergeLane& lane) {
    BatchTime time;
    const double cv = std::max(lane.service_cv, 0.01);  // below, a gamma law is a point anyway
    time.shape = 1 / (cv * cv);
    time.scale = lane.mean_service * cv * cv;
    double weight = 1 - lane.fail_share;
    double left = 1;
    while (left > 1e-13 && time.runs.size() < 1000) {
        time.runs.push_back(weight);
        left -= weight;
        weight *= lane.fail_share;
        const double a = time.shape * static_cast<double>(time.runs.size());
        const double p = time.runs.back();
        time.mean += p * a * time.scale;
        time.second += p * a * (a + 1) * time.scale * time.scale;
        time.third += p * a * (a + 1) * (a + 2) * std::pow(time.scale, 3);
    }
    return time;
}

// P(j arrivals during a batch's time), j = 0 .. states: a mixture of negative binomials.
std::vector<double> arrivals_during(const BatchTime& time, double rate, std::size_t states) {
    std::vector<double> probability(states + 1, 0.0);
    const double odds = rate * time.scale;
    for (std::size_t n = 0; n < time.runs.size(); ++n) {
        const double a = time.shape * static_cast<double>(n + 1);
        double log_term = -a * std::log1p(odds);  // in logarithms: the first term may underflow
        for (std::size_t j = 0; j <= states; ++j) {
            probability[j] += time.runs[n] * std::exp(log_term);
            const double next = static_cast<double>(j);
            log_term += std::log((a + next) / (next + 1) * odds / (1 + odds));
        }
    }
    return probability;
}

// Stationary law of L' = max(L - batch, 0) + A on 0 .. states, arrivals beyond the edge held there.
std::vector<double> left_waiting(const std::vector<double>& arrivals, std::size_t batch) {
    const std::size_t size = arrivals.size();
    std::vector<std::vector<double>> step(size, std::vector<double>(size, 0.0));
    for (std::size_t from = 0; from < size; ++from) {
        const std::size_t carried = from > batch ? from - batch : 0;
        double left = 1;
        for (std::size_t to = carried; to + 1 < size; ++to) {
            step[from][to] = arrivals[to - carried];
            left -= arrivals[to - carried];
        }
        step[from][size - 1] = std::max(left, 0.0);
    }
    // No subtraction below, hence no cancellation. A jump down is at most `batch` states.
    for (std::size_t n = size - 1; n > 0; --n) {
        const std::size_t lowest = n > batch ? n - batch : 0;
        double down = 0;
        for (std::size_t to = lowest; to < n; ++to) {
            down += step[n][to];
        }
        for (std::size_t from = 0; from < n; ++from) {
            step[from][n] /= down;
            for (std::size_t to = lowest; to < n; ++to) {
                step[from][to] += step[from][n] * step[n][to];
            }
        }
    }
    std::vector<double> law(size, 0.0);
    law[0] = 1;
    double sum = 1;
    for (std::size_t n = 1; n < size; ++n) {
        for (std::size_t from = 0; from < n; ++from) {
            law[n] += law[from] * step[from][n];
        }
        sum += law[n];
    }
    for (double& probability : law) {
        probability /= sum;
    }
    return law;
}

// What is known of the wait: how many wait, and mean and variance of those who do.
struct Wait {
    double share = 0;
    double mean = 0;
    double variance = 0;
};

// Full batches ahead of a change that waits: its position is what the run began with plus the
// change's number among the run's arrivals, which is j with probability P(A > j) / E[A].
Wait moments(const BatchTime& time,
             const std::vector<double>& arrivals,
             const std::vector<double>& law,
             const MergeLane& lane) {
    const double per_run = lane.arrival_rate * time.mean;
    std::vector<double> index;
    double beyond = 1;
    for (const double probability : arrivals) {
        beyond -= probability;
        if (beyond < 1e-12) {
            break;
        }
        index.push_back(beyond / per_run);
    }
    double ahead = 0;
    double ahead_square = 0;
    for (std::size_t i = 0; i < law.size(); ++i) {
        const std::size_t begun_with = i > lane.batch ? i - lane.batch : 0;
        for (std::size_t j = 0; j < index.size(); ++j) {
            const double batches = static_cast<double>((begun_with + j) / lane.batch);
            ahead += law[i] * index[j] * batches;
            ahead_square += law[i] * index[j] * batches * batches;
        }
    }
    const double residual = time.second / (2 * time.mean);
    const double residual_variance = time.third / (3 * time.mean) - residual * residual;
    Wait wait;
    wait.share = per_run / (per_run + law[0]);
    wait.mean = residual + ahead * time.mean;
    wait.variance = residual_variance + ahead * time.variance() +
                    (ahead_square - ahead * ahead) * time.mean * time.mean;
    return wait;
}

// Exponential service, k lanes, batches: with all lanes busy and q waiting the law is ~ r^q, where
// load = k (r + .. + r^batch), and the wait of those who wait is the rest of a run plus, with
// probability r^batch, an exponential time. Other service scales the rest by (1 + cs2)/2, its
// equilibrium mean, and the queue by (1 + batch cs2)/(1 + batch), the ratio of the queue's
// variances in heavy traffic: lambda from arrivals, batch^2 cs2 from each of lambda/batch ends of
// runs.
Wait exponential_wait(const BatchTime& time, const MergeLane& lane) {
    const double lanes = lane.lanes;
    const double load = lane.arrival_rate * time.mean;
    const double ratio = bisect(0, 1, [&](double r) {
        double sum = 0;
        for (std::uint32_t i = 0; i < lane.batch; ++i) {
            sum = r * (1 + sum);
        }
        return lanes * sum - load;
    });
    double term = 1;  // of P(j lanes busy), relative to none busy
    double some_free = 1;
    for (std::uint32_t j = 1; j < lane.lanes; ++j) {
        term *= load / j;
        some_free += term;
    }
    const double all_busy = term * load / lanes / (1 - ratio);
    Wait wait;
    wait.share = all_busy / (all_busy + some_free);
    const double cs2 = time.variance() / (time.mean * time.mean);
    const double full = std::pow(ratio, lane.batch);  // P(another full batch ahead)
    const double gap = time.mean / lanes;             // between ends of runs
    const double residual = gap * (1 + cs2) / 2;
    const double queue = gap / (1 - full) * (1 + lane.batch * cs2) / (1 + lane.batch);
    wait.mean = residual + full * queue;
    wait.variance =
        residual * residual * std::min(1.0, (1 + 2 * cs2) / 3) + full * (2 - full) * queue * queue;
    return wait;
}

Wait wait_of(const BatchTime& time, const MergeLane& lane) {
    const double per_run = lane.arrival_rate * time.mean;
    const double spare = static_cast<double>(lane.batch) * lane.lanes - per_run;
    const double spread = per_run + lane.arrival_rate * lane.arrival_rate * time.variance();
    // the queue's tail falls about as exp(-2 spare/spread * n): 1e-11 after 25 of its lengths
    const double states = 20 + 4.0 * lane.batch + 10 * std::sqrt(spread) + 12.5 * spread / spare;
    if (lane.lanes > 1 || states > static_cast<double>(exact_states)) {
        return exponential_wait(time, lane);
    }
    const std::vector<double> arrivals =
        arrivals_during(time, lane.arrival_rate, static_cast<std::size_t>(states));
    return moments(time, arrivals, left_waiting(arrivals, lane.batch), lane);
}

// P(sojourn <= t); a change that waits has a gamma law with the moments of wait plus n runs.
double sojourn_cdf(const BatchTime& time, const Wait& wait, double t) {
    double probability = 0;
    for (std::size_t n = 0; n < time.runs.size(); ++n) {
        const double shape = time.shape * static_cast<double>(n + 1);
        const double mean = wait.mean + shape * time.scale;
        const double variance = wait.variance + shape * time.scale * time.scale;
        const double at_once = incomplete_gamma(shape, t / time.scale);
        const double queued = incomplete_gamma(mean * mean / variance, t * mean / variance);
        probability += time.runs[n] * ((1 - wait.share) * at_once + wait.share * queued);
    }
    return probability;
}

}  // namespace

std::optional<double> lane_utilisation(const MergeLane& lane) {
    const bool sound = lane.arrival_rate >= 0 && std::isfinite(lane.arrival_rate) &&
                       lane.mean_service > 0 && std::isfinite(lane.mean_service) &&
                       lane.service_cv >= 0 && std::isfinite(lane.service_cv) &&
                       lane.fail_share >= 0 && lane.fail_share < 1 && lane.batch > 0 &&
                       lane.lanes > 0;
    if (!sound) {
        return std::nullopt;
    }
    const double carries = static_cast<double>(lane.batch) * lane.lanes * (1 - lane.fail_share);
    return lane.arrival_rate * lane.mean_service / carries;
}

std::optional<LaneSojourn> lane_sojourn(const MergeLane& lane) {
    const std::optional<double> rho = lane_utilisation(lane);
    if (!rho || *rho >= 1) {
        return std::nullopt;
    }
    const BatchTime time = batch_time(lane);
    const Wait wait = *rho > 0 ? wait_of(time, lane) : Wait{0, 0, 1};
    LaneSojourn sojourn;
    sojourn.waits = wait.share;
    sojourn.mean_wait = wait.share * wait.mean;
    sojourn.mean = sojourn.mean_wait + time.mean;
    double high = sojourn.mean;
    while (sojourn_cdf(time, wait, high) < 0.95) {
        high *= 2;
    }
    sojourn.p95 = bisect(0, high, [&](double t) { return sojourn_cdf(time, wait, t) - 0.95; });
    return sojourn;
}

std::optional<double> lane_growth(const MergeLane& lane, double limit) {
    const std::optional<double> rho = lane_utilisation(lane);
    if (!rho || *rho <= 0) {
        return std::nullopt;
    }
    double low = 0;
    double high = 1 / *rho;
    MergeLane grown = lane;
    grown.arrival_rate = 0;
    if (lane_sojourn(grown)->p95 > limit) {
        return 0;
    }
    for (int step = 0; step < 30; ++step) {  // to a billionth; the model is good to percents
        const double middle = low + (high - low) / 2;
        grown.arrival_rate = lane.arrival_rate * middle;
        const std::optional<LaneSojourn> sojourn = lane_sojourn(grown);
        (sojourn && sojourn->p95 <= limit ? low : high) = middle;
    }
    return low;
}

}  // namespace plimsoll::model
