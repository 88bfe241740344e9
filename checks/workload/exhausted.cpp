#include "checks/workload/exhausted.hpp"

#include "model/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr std::int64_t minute_us = 60'000'000;

struct Bin {
    double requests = 0;
    double busy_sum = 0;
    double samples = 0;
};

// How far apart the counts of requests are: the usual distance of the minutes that have any, for an
// hour's count stands at the instant at which the hour began.
[[nodiscard]] std::int64_t distance_of(const std::set<std::int64_t>& minutes) {
    std::vector<double> gaps;
    for (auto at = minutes.begin(); at != minutes.end() && std::next(at) != minutes.end(); ++at) {
        gaps.push_back(static_cast<double>(*std::next(at) - *at));
    }
    return std::max<std::int64_t>(1, std::llround(model::median(std::move(gaps)).value_or(1)));
}

}  // namespace

std::optional<model::Exhaustion> exhausted(const GaugeSeries& gauge,
                                           const Latency& latency,
                                           const std::string& service,
                                           double capacity,
                                           const Zone& zone) {
    std::set<std::int64_t> minutes;
    for (const auto& [id, route] : latency.routes) {
        if (id.service == service) {
            for (const auto& [at, bucket] : route.histograms) {
                minutes.insert(micros(at) / minute_us);
            }
        }
    }
    if (minutes.empty()) {
        return std::nullopt;
    }
    const std::int64_t width = std::max(minute_us * distance_of(minutes), latency.width_us);
    const std::int64_t first = *minutes.begin() * minute_us;
    std::map<std::int64_t, Bin> bins;
    for (const auto& [id, route] : latency.routes) {
        if (id.service == service) {
            for (const auto& [at, bucket] : route.histograms) {
                bins[(micros(at) - first) / width].requests += bucket.count();
            }
        }
    }
    for (const auto& [at, sample] : gauge.samples) {
        const std::int64_t since = micros(at) - first;
        if (const auto found = bins.find(since / width); since >= 0 && found != bins.end()) {
            found->second.busy_sum += static_cast<double>(sample.value_milli) / 1000;
            found->second.samples += 1;
        }
    }
    std::vector<model::GaugeSample> samples;
    for (const auto& [index, bin] : bins) {
        if (bin.samples > 0 && bin.requests > 0) {
            samples.push_back({.day = zone.day_of(instant(first + index * width)),
                               .rate = bin.requests * 1e6 / static_cast<double>(width),
                               .busy = bin.busy_sum / bin.samples});
        }
    }
    return model::exhaustion_multiple(samples, capacity);
}

}  // namespace plimsoll::checks
