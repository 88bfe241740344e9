#include "checks/workload/exhausted.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t day_us = 24 * 60 * minute_us;

struct Bin {
    double requests = 0;
    double busy_sum = 0;
    double samples = 0;
};

}  // namespace

std::optional<model::Exhaustion> exhausted(const GaugeSeries& gauge,
                                           const Latency& latency,
                                           const std::string& service,
                                           double capacity) {
    const std::int64_t width = std::max(minute_us, latency.width_us);
    std::map<std::int64_t, Bin> bins;
    for (const auto& [id, route] : latency.routes) {
        if (id.service == service) {
            for (const auto& [at, bucket] : route.histograms) {
                bins[micros(at) / width].requests += bucket.count();
            }
        }
    }
    if (bins.empty()) {
        return std::nullopt;
    }
    for (const auto& [at, sample] : gauge.samples) {
        if (const auto found = bins.find(micros(at) / width); found != bins.end()) {
            found->second.busy_sum += static_cast<double>(sample.value_milli) / 1000;
            found->second.samples += 1;
        }
    }
    std::vector<model::GaugeSample> samples;
    for (const auto& [index, bin] : bins) {
        if (bin.samples > 0 && bin.requests > 0) {
            samples.push_back({.day = index * width / day_us,
                               .rate = bin.requests * 1e6 / static_cast<double>(width),
                               .busy = bin.busy_sum / bin.samples});
        }
    }
    return model::exhaustion_multiple(samples, capacity);
}

}  // namespace plimsoll::checks
