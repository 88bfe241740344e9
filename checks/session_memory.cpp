// Limit: at what multiple of today's load does a host run out of memory?
//
// Law: memory is a base and a part for each session, limit >= base + sessions x bytes. How large
// the base is one level does not show; without it limit / use is a lower bound (as if all of it
// grew), and there is no upper one. Where the host's busy threads were sampled beside it, memory
// against threads in use gives the slope (least squares, 90 %), and with it both ends. Blind spots:
// a cache fills memory whatever the load; a leak grows with time and not with sessions, which is
// said and bounds nothing; sessions that are kept without being active.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll::checks {
namespace {

constexpr std::size_t least_pairs = 30;

struct Slope {
    double base = 0;
    double low = 0;  // bytes for one thread in use
    double at = 0;
    double high = 0;
    double peak = 0;  // threads in use
};

// Least squares of memory on threads in use, sampled in the same seconds.
[[nodiscard]] std::optional<Slope> slope_of(const Gauges& gauges, const std::string& name) {
    const auto memory = gauges.series.find("memory." + name);
    const auto busy = gauges.series.find("workers." + name + ".busy");
    if (memory == gauges.series.end() || busy == gauges.series.end()) {
        return std::nullopt;
    }
    std::vector<std::pair<double, double>> pairs;
    for (const auto& [at, sample] : memory->second.samples) {
        const auto beside = busy->second.samples.find(at);
        if (beside != busy->second.samples.end()) {
            pairs.emplace_back(static_cast<double>(beside->second.value_milli) / 1000,
                               static_cast<double>(sample.value_milli) / 1000);
        }
    }
    if (pairs.size() < least_pairs) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(pairs.size());
    double mx = 0;
    double my = 0;
    Slope out;
    for (const auto& [x, y] : pairs) {
        mx += x / n;
        my += y / n;
        out.peak = std::max(out.peak, x);
    }
    double sxx = 0;
    double sxy = 0;
    double syy = 0;
    for (const auto& [x, y] : pairs) {
        sxx += (x - mx) * (x - mx);
        sxy += (x - mx) * (y - my);
        syy += (y - my) * (y - my);
    }
    if (sxx <= 0) {
        return std::nullopt;
    }
    out.at = sxy / sxx;
    const double rest = std::max(0.0, syy - out.at * sxy);
    const double half = 1.645 * std::sqrt(rest / (n - 2) / sxx);
    out.low = out.at - half;
    out.high = out.at + half;
    out.base = my - out.at * mx;
    // Without a slope that is surely above 0 memory was not seen to grow with the load at all.
    return out.low > 0 ? std::optional{out} : std::nullopt;
}

[[nodiscard]] Limit place(const Samples& memory,
                          const model::Headroom& room,
                          const Gauges& gauges) {
    const double infinite = std::numeric_limits<double>::infinity();
    Limit limit{
        .id = "session-memory." + memory.name,
        .name = "memory of " + memory.name,
        .basis = fmt::format("{:.2f} of {:.2f} GB at peak", room.peak.at / 1e9, memory.limit / 1e9),
        .axis = Axis::load,
        .grade = Grade::B};
    const double least = memory.limit / room.peak.high;
    if (const std::optional<Slope> slope = slope_of(gauges, memory.name)) {
        const auto multiple = [&](double bytes) {
            return 1 + (memory.limit - room.peak.at) / (bytes * slope->peak);
        };
        limit.place({.at = std::max(least, multiple(slope->at)),
                     .low = std::max(least, multiple(slope->high)),
                     .high = std::max(least, multiple(slope->low))});
        limit.formula = fmt::format(
            "1 + (limit - use) / (bytes per thread x threads) = 1 + {:.3g} / ({:.3g} x {:.3g})",
            memory.limit - room.peak.at,
            slope->at,
            slope->peak);
    } else {
        limit.place({.low = least, .high = room.saturated ? 1 : infinite});
        limit.formula = fmt::format(
            "limit / use = {:.3g} / {:.3g}, as if all of it grew with the load: at least this",
            memory.limit,
            room.peak.high);
    }
    limit.hard = {.at = limit.at, .low = limit.low, .high = limit.high};
    limit.inputs = {
        peak_measure(room, "memory in use, 99th percentile of samples", "bytes", memory.origin),
        {.id = "limit",
         .name = "memory there is",
         .value = Estimate::exactly(memory.limit),
         .unit = "bytes",
         .samples = 0,
         .formula = {},
         .origins = {memory.origin}}};
    return limit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    for (Samples& memory : gauges_named(evidence, settings, "memory.", "")) {
        if (memory.limit <= 0 && memory.name == "db" && settings.memory_bytes) {
            memory.limit = *settings.memory_bytes;
        }
        const std::optional<model::Headroom> room = model::headroom(memory.values, memory.limit);
        if (!room) {
            finding.limits.push_back(
                {.id = "session-memory." + memory.name,
                 .name = "memory of " + memory.name,
                 .missing_input = "how much there is: the limit column of memory." + memory.name +
                                  " in gauges.csv"});
            continue;
        }
        finding.limits.push_back(place(memory, *room, evidence.gauges));
    }
    conclude(finding,
             settings,
             "sampled memory; how much of it grows with the load is bounded, not known");
    if (finding.says.empty()) {
        finding.says = "Not assessed: no gauge of memory with what there is.";
        finding.gaps.push_back(
            {.id = "session-memory",
             .missing = "memory in use of each kind of host, and what there is",
             .would_add = "the multiple at which sessions fill the memory",
             .how = "gauges.csv: memory.NAME in bytes with its limit; workers.NAME.busy beside it "
                    "shows how much a session takes"});
    }
    return finding;
}

}  // namespace

extern constinit const Check session_memory{
    .id = "session-memory",
    .asks = "At what multiple of today's load does a host run out of memory?",
    .why = "Sessions and requests each hold memory; what holds them is killed when it is used up. "
           "Blind spots: "
           "caches fill memory whatever the load, a leak grows with time.",
    .limit = Axis::load,
    .needs = {Kind::gauges},
    .claims = "001-12",
    .missing = {.what = "memory in use and what there is",
                .would_add = "the multiple at which sessions fill the memory",
                .how = "gauges.csv: memory.NAME in bytes, with its limit"},
    .run = run,
};

}  // namespace plimsoll::checks
