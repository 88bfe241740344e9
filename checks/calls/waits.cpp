#include "checks/calls/waits.hpp"

#include "model/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr double alike = 0.06;  // two buckets of a histogram
constexpr double least_late_s = 0.5;

[[nodiscard]] double longest_in(const Histogram& histogram) {
    const std::map<std::uint16_t, std::uint64_t> buckets = histogram.buckets();
    return buckets.empty() ? 0
                           : static_cast<double>(Histogram::lowest(
                                 static_cast<std::uint16_t>(buckets.rbegin()->first + 1))) /
                                 1e6;
}

}  // namespace

std::optional<double> ceiling_s(const CallEdge& edge) {
    const double longest = longest_in(edge.failed_us);
    std::uint64_t near = 0;
    for (const auto& [bucket, count] : edge.failed_us.buckets()) {
        const double low = static_cast<double>(Histogram::lowest(bucket)) / 1e6;
        near += low >= longest * (1 - alike) ? count : 0;
    }
    const bool together = near >= least_alike && near * 2 >= edge.failed_us.count();
    // Succeeding just below the time-out happens; above it, it is none.
    const bool above = longest_in(edge.latency_us) > longest * (1 + alike);
    // A refused connection fails alike as well, and at once.
    const bool late = edge.timeouts >= least_alike || longest >= least_late_s;
    return together && !above && late ? std::optional{longest} : std::nullopt;
}

Waiting waiting_of(const CallEdge& edge) {
    Waiting out;
    out.longest_s = std::max(longest_in(edge.latency_us), longest_in(edge.failed_us));
    if (edge.no_timeout) {
        out.waits = model::Waits::endless;
        out.why = "it is said to have no time-out";
    } else if (edge.timeout_us) {
        out.timeout_s = static_cast<double>(*edge.timeout_us) / 1e6;
        out.why = "it is said to have a time-out of " + seconds_text(*out.timeout_s);
    } else if (const std::optional<double> ceiling = ceiling_s(edge)) {
        out.timeout_s = ceiling;
        out.why = "failed calls end together at " + seconds_text(*ceiling);
    } else if (out.longest_s >= endless_s) {
        out.waits = model::Waits::endless;
        out.why =
            "calls of up to " + seconds_text(out.longest_s) + " were seen, and none was cut off";
    } else {
        out.why = "no call came to where a time-out would show";
    }
    if (out.timeout_s) {
        out.waits = *out.timeout_s >= endless_s ? model::Waits::endless : model::Waits::bounded;
    }
    return out;
}

PassesOn passes_on(const CallEdge& edge) {
    PassesOn out{.lost = edge.lost};
    if (edge.critical) {
        out.share = Estimate::exactly(*edge.critical ? 1 : 0);
        out.said = true;
        return out;
    }
    std::uint64_t passed = 0;
    for (const auto& [at, minute] : edge.minutes) {
        if (minute.failed != 0) {
            ++out.minutes;
            passed += minute.passed_on * 2 >= minute.failed ? 1 : 0;
        }
    }
    if (out.minutes != 0) {
        const model::ShareInterval range = model::wilson(passed, out.minutes, 0.9);
        out.share = {.at = static_cast<double>(passed) / static_cast<double>(out.minutes),
                     .low = range.low,
                     .high = range.high};
    }
    return out;
}

std::optional<double> threads_of(const std::string& service,
                                 const Settings& settings,
                                 const Gauges& gauges) {
    const auto told = settings.workers.find(service);
    if (told != settings.workers.end() && told->second.slots() > 0) {
        return told->second.slots();
    }
    const auto gauge = gauges.series.find("workers." + service + ".busy");
    std::int64_t limit = 0;
    if (gauge != gauges.series.end()) {
        for (const auto& [at, sample] : gauge->second.samples) {
            limit = std::max(limit, sample.limit_milli.value_or(0));
        }
    }
    return limit > 0 ? std::optional{static_cast<double>(limit) / 1000} : std::nullopt;
}

std::optional<double> peak_rate(const CallEdge& edge) {
    if (edge.per_second_milli.value_or(0) > 0) {
        return static_cast<double>(*edge.per_second_milli) / 1000;
    }
    std::uint64_t most = 0;
    for (const auto& [at, minute] : edge.minutes) {
        most = std::max(most, minute.calls);
    }
    return most > 0 ? std::optional{static_cast<double>(most) / 60} : std::nullopt;
}

Gap traces_gap() {
    return {.id = "traces",
            .missing = "traces of requests through the services (OTLP, Jaeger, Zipkin)",
            .would_add = "what each service takes with it when it hangs, how deep requests wait, "
                         "retries, shared threads",
            .how = "plimsoll how otlp"};
}

std::string seconds_text(double seconds) {
    if (seconds < 1) {
        return fmt::format("{:.0f} ms", 1000 * seconds);
    }
    return seconds < 120 ? fmt::format("{:.3g} s", seconds)
                         : fmt::format("{:.0f} min", seconds / 60);
}

}  // namespace plimsoll::checks
