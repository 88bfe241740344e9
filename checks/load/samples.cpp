#include "checks/load/samples.hpp"

#include "core/figure_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace plimsoll::checks {

std::vector<Stretch> not_the_days_load(const Settings& settings, const Events& events) {
    std::vector<Stretch> out;
    for (const Mask& mask : settings.masks) {
        out.push_back({.from = mask.from, .until = mask.until});
    }
    for (const Event& event : events.events) {
        const bool other = event.kind == EventKind::backfill || event.kind == EventKind::batch ||
                           event.kind == EventKind::outage;
        if (other && event.until) {
            out.push_back({.from = event.at, .until = *event.until});
        }
    }
    return out;
}

bool within(const std::vector<Stretch>& stretches, Instant at) noexcept {
    return std::ranges::any_of(stretches, [&](const Stretch& stretch) {
        return stretch.from <= at && at < stretch.until;
    });
}

Samples samples_of(const GaugeSeries& series, const std::vector<Stretch>& masks) {
    Samples out;
    out.origin = series.first_seen;
    for (const auto& [at, sample] : series.samples) {
        if (within(masks, at)) {
            ++out.masked;
            continue;
        }
        out.values.push_back(static_cast<double>(sample.value_milli) / 1000);
        std::optional<double> limit;
        if (sample.limit_milli) {
            limit = static_cast<double>(*sample.limit_milli) / 1000;
            out.limit = std::max(out.limit, *limit);
        }
        out.limits.push_back(limit);
    }
    return out;
}

std::vector<Samples> gauges_named(const Evidence& evidence,
                                  const Settings& settings,
                                  std::string_view prefix,
                                  std::string_view suffix) {
    const std::vector<Stretch> masks = not_the_days_load(settings, evidence.events);
    std::vector<Samples> out;
    for (const auto& [gauge, series] : evidence.gauges.series) {
        if (gauge.size() <= prefix.size() + suffix.size() || !gauge.starts_with(prefix) ||
            !gauge.ends_with(suffix)) {
            continue;
        }
        Samples samples = samples_of(series, masks);
        samples.name = gauge.substr(prefix.size(), gauge.size() - prefix.size() - suffix.size());
        if (!samples.values.empty()) {
            out.push_back(std::move(samples));
        }
    }
    return out;
}

double instances_of(const Gauges& gauges, std::string_view prefix, std::string_view name) {
    const auto found = gauges.series.find(fmt::format("{}{}.instances", prefix, name));
    double most = 1;
    if (found != gauges.series.end()) {
        for (const auto& [at, sample] : found->second.samples) {
            most = std::max(most, static_cast<double>(sample.value_milli) / 1000);
        }
    }
    return most;
}

std::optional<Samples> gauge_named(const Evidence& evidence,
                                   const Settings& settings,
                                   const std::string& name) {
    const auto found = evidence.gauges.series.find(name);
    if (found == evidence.gauges.series.end()) {
        return std::nullopt;
    }
    Samples samples = samples_of(found->second, not_the_days_load(settings, evidence.events));
    samples.name = name;
    return samples.values.empty() ? std::nullopt : std::optional{std::move(samples)};
}

std::vector<double> in_use(const Windows& busy_us, const std::vector<Stretch>& masks) {
    const auto width = static_cast<double>(busy_us.width_us());
    std::vector<double> out;
    if (masks.empty()) {
        for (const std::int64_t amount : busy_us.amounts()) {
            out.push_back(static_cast<double>(amount) / width);
        }
        return out;
    }
    // Windows that the masks leave, gaps in the evidence left out as in amounts().
    std::map<std::int64_t, Windows::Block> kept = busy_us.blocks();
    const auto size = static_cast<std::int64_t>(Windows::block_size);
    std::erase_if(kept, [&](const auto& block) {
        const Instant from = instant(block.first * size * busy_us.width_us());
        const Instant last = instant((block.first + 1) * size * busy_us.width_us() - 1);
        return within(masks, from) && within(masks, last);
    });
    for (const std::int64_t amount :
         Windows::from_blocks(busy_us.width_us(), std::move(kept)).amounts()) {
        out.push_back(static_cast<double>(amount) / width);
    }
    return out;
}

std::string masked_text(std::size_t masked) {
    return masked == 0
               ? std::string{}
               : fmt::format("; {} samples of a batch, back-fill or outage left out", masked);
}

Measure peak_measure(const model::Headroom& room,
                     std::string name,
                     std::string unit,
                     const Origin& origin) {
    return {.id = "use-at-peak",
            .name = std::move(name),
            .value = room.peak,
            .unit = std::move(unit),
            .samples = static_cast<double>(room.windows),
            .formula = "99th percentile of the samples",
            .origins = {origin}};
}

std::optional<Limit> used_up(const Samples& samples, const UsedUp& words) {
    if (samples.limit <= 0) {
        return std::nullopt;
    }
    const std::optional<model::Headroom> room = model::headroom(samples.values, samples.limit);
    if (!room) {
        return std::nullopt;
    }
    Limit limit{
        .id = words.check + (samples.name.empty() ? "" : "." + samples.name),
        .name = words.noun,
        .basis = fmt::format("{} of {} {} at peak",
                             figure_text(room->peak.at),
                             figure_text(samples.limit),
                             words.unit),
        .axis = Axis::load,
        .grade = Grade::B,
        .formula = fmt::format("limit / use: {:.4g} / {:.4g}; at the latest on the mean, {:.4g}",
                               samples.limit,
                               room->peak.at,
                               room->mean)};
    limit.place(room->full);
    limit.hard = room->full;
    limit.inputs = {
        peak_measure(
            *room, words.what + ", 99th percentile of samples", words.unit, samples.origin),
        {.id = "limit",
         .name = "what it can take",
         .value = Estimate::exactly(samples.limit),
         .unit = words.unit,
         .samples = 0,
         .formula = {},
         .origins = {samples.origin}}};
    return limit;
}

void conclude(Finding& finding, const Settings& settings, std::string_view from) {
    const auto placed = [](const Limit& limit) { return limit.status == LimitStatus::measured; };
    const Limit* first = nullptr;
    double low = std::numeric_limits<double>::infinity();
    for (const Limit& limit : finding.limits) {
        if (!placed(limit)) {
            low = 0;
            continue;
        }
        low = std::min(low, limit.low);
        if (first == nullptr || limit.high < first->high) {
            first = &limit;
        }
    }
    if (first == nullptr) {
        return;
    }
    finding.outcome = first->high < settings.target ? Outcome::present
                      : low >= settings.target      ? Outcome::absent
                                                    : Outcome::insufficient;
    finding.confidence = first->grade <= Grade::B ? Confidence::medium : Confidence::low;
    finding.confidence_why = std::string{from};
    const std::string range = std::isinf(first->high) ? fmt::format("at least {:.2g}", first->low)
                              : first->low <= 0
                                  ? fmt::format("at most {:.2g}", first->high)
                                  : fmt::format("{:.2g} to {:.2g}", first->low, first->high);
    finding.says = fmt::format(
        "The {} gives way at {} times today's load: {}.", first->name, range, first->basis);
    for (const Limit& limit : finding.limits) {
        for (const Measure& input : limit.inputs) {
            finding.measures.push_back(input);
            finding.measures.back().id += "." + limit.id;
            finding.seen_at.insert(
                finding.seen_at.end(), input.origins.begin(), input.origins.end());
        }
    }
}

}  // namespace plimsoll::checks
