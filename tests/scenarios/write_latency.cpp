// latency.csv: hourly percentiles of each route, as a dashboard exports them.
#include "scenarios/files.hpp"
#include "scenarios/world.hpp"

#include <fmt/format.h>

#include <numbers>

namespace plimsoll::scenarios {
namespace {

// Requests an hour: day and night, weekday and weekend, growth, season.
[[nodiscard]] double traffic(const LatencyWorld& world, const Route& route, double week) {
    const double hour = std::fmod(week * 168, 24);
    const double day = std::fmod(week * 7, 7);
    const double daily = 0.55 + 0.45 * std::sin((hour - 8) / 24 * 2 * std::numbers::pi);
    const double weekly = day >= 5 ? 0.6 : 1;
    const double season = 1 + world.season * std::sin(week / 12 * 2 * std::numbers::pi);
    return route.requests * daily * weekly * season * std::pow(route.requests_per_week, week);
}

[[nodiscard]] double level(const Route& route, double week) {
    double p99 = route.p99_ms * std::pow(route.per_week, week);
    if (route.step_week >= 0 && week >= route.step_week) {
        p99 *= route.step;
    }
    if (route.bump_from >= 0 && week >= route.bump_from && week < route.bump_until) {
        p99 *= route.bump;
    }
    return p99;
}

}  // namespace

void write_latency(const World& world, model::Random& random, const std::string& folder) {
    const LatencyWorld& latency = world.latency;
    if (!latency.given) {
        return;
    }
    std::string out = "time,service,route,count,p50_ms,p95_ms,p99_ms\n";
    const int first = weeks_of_record - latency.weeks;
    std::vector<double> noise(latency.routes.size());
    for (int hour = first * 168; hour < weeks_of_record * 168; ++hour) {
        const double week = static_cast<double>(hour - first * 168) / 168;
        double mixed = 0;
        double all = 0;
        for (std::size_t i = 0; i < latency.routes.size(); ++i) {
            const Route& route = latency.routes[i];
            if (hour % 24 == 0) {
                const double kept = latency.memory * noise[i];
                const double fresh = std::sqrt(1 - latency.memory * latency.memory);
                noise[i] = kept + fresh * latency.noise * random.normal();
            }
            const double count =
                std::floor(traffic(latency, route, week) * lognormal(random, 1, 0.05));
            const double p99 = level(route, week) * std::exp(noise[i]) * lognormal(random, 1, 0.06);
            mixed += count * p99;
            all += count;
            if (!latency.one_series) {
                out += fmt::format("{},web-api,{},{:.0f},{:.2f},{:.2f},{:.2f}\n",
                                   time_text(static_cast<double>(start_s + hour * 3600LL)),
                                   route.name,
                                   count,
                                   p99 / 8,
                                   p99 / 2,
                                   p99);
            }
        }
        if (latency.one_series) {
            const double p99 = mixed / all;
            out += fmt::format("{},web-api,,{:.0f},{:.2f},{:.2f},{:.2f}\n",
                               time_text(static_cast<double>(start_s + hour * 3600LL)),
                               all,
                               p99 / 8,
                               p99 / 2,
                               p99);
        }
    }
    save(folder + "/latency.csv", out);
}

}  // namespace plimsoll::scenarios
