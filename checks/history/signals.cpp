#include "checks/history/signals.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

// Larger is worse, unless `good_is_high`. A band is left only when the whole interval has left it.
[[nodiscard]] Band band_of(const Estimate& value, double clear, double red, bool good_is_high) {
    if (!value.has_point()) {
        return Band::unknown;
    }
    if (good_is_high) {
        return value.low >= clear ? Band::clear : value.high < red ? Band::leaking : Band::mixed;
    }
    return value.high <= clear ? Band::clear : value.low > red ? Band::leaking : Band::mixed;
}

}  // namespace

Signal leak_signal(const Boundaries& found, const Settings& settings) {
    const bool declared = found.recent.declared();
    return {.measure = leak_measure(found),
            .band = band_of(found.leak.ratio,
                            settings.value_of(declared ? leak_clear : folder_leak_clear),
                            settings.value_of(declared ? leak_red : folder_leak_red),
                            false),
            .of_folders = true};
}

Signal spread_signal(const Boundaries& found, const Settings& settings) {
    const auto three = static_cast<std::uint64_t>(
        std::ranges::count_if(found.touched, [](std::uint32_t modules) { return modules >= 3; }));
    const Estimate share = share_of(three, found.touched.size());
    return {.measure = {.id = "spread",
                        .name = "change sets that touch three modules or more",
                        .value = share,
                        .unit = "share",
                        .samples = found.sets(),
                        .formula = fmt::format("{} of {}", three, found.touched.size()),
                        .origins = {found.origin}},
            .band = band_of(
                share, settings.value_of(spread_clear), settings.value_of(spread_red), false)};
}

Signal schema_signal(const Boundaries& found, const Settings& settings) {
    constexpr std::uint64_t least = 20;
    std::uint64_t schema = 0;
    std::uint64_t crossing = 0;
    for (std::size_t i = 0; i < found.recent.sets.size(); ++i) {
        if (found.recent.sets[i].schema) {
            ++schema;
            crossing += found.touched[i] > 1 ? 1 : 0;
        }
    }
    const Estimate share = share_of(crossing, schema);
    return {.measure = {.id = "schema",
                        .name = "schema changes that cross modules",
                        .value = share,
                        .unit = "share",
                        .samples = static_cast<double>(schema),
                        .formula = fmt::format(
                            "{} of {} change sets with migrations or SQL", crossing, schema),
                        .origins = {found.origin}},
            .band = schema < least ? Band::unknown
                                   : band_of(share,
                                             settings.value_of(schema_clear),
                                             settings.value_of(schema_red),
                                             false)};
}

std::vector<Signal> group_signals(const Groups& groups,
                                  const Boundaries& found,
                                  const Settings& settings) {
    const auto signal = [&](std::string id, std::string name, const Estimate& value, Band band) {
        return Signal{.measure = {.id = std::move(id),
                                  .name = std::move(name),
                                  .value = value,
                                  .unit = "ratio",
                                  .samples = found.sets(),
                                  .formula = fmt::format(
                                      "{} files, {} communities of 5 or more, Louvain Q {:.2f}",
                                      groups.files,
                                      groups.clusters.size(),
                                      groups.modularity),
                                  .origins = {found.origin}},
                      .band = band,
                      .of_folders = true};
    };
    return {
        signal("modularity",
               "modularity of the modules over that of the best division found",
               groups.ratio,
               band_of(groups.ratio, settings.value_of(q_clear), settings.value_of(q_red), true)),
        signal(
            "agreement",
            "agreement of the modules with what changes together (adjusted mutual information)",
            groups.agreement,
            band_of(
                groups.agreement, settings.value_of(ami_clear), settings.value_of(ami_red), true))};
}

bool folders_are_layers(const Groups& groups,
                        const std::vector<Signal>& signals,
                        const Boundaries& found,
                        const Settings& settings) {
    const bool across = std::ranges::any_of(signals, [](const Signal& signal) {
        return signal.of_folders && signal.measure.id != "leak" && signal.band == Band::leaking;
    });
    return !found.recent.declared() && across &&
           groups.modularity >= settings.value_of(clusters_exist);
}

std::size_t count(const std::vector<Signal>& signals, Band band) {
    return static_cast<std::size_t>(std::ranges::count(signals, band, &Signal::band));
}

}  // namespace plimsoll::checks
