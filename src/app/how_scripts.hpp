// The export scripts behind `plimsoll how`, by the file that holds them.
#pragma once

#include <span>
#include <string_view>

namespace plimsoll::app {

struct HowScript {
    std::string_view provider;
    std::string_view text;
};

// Latency, gauges, traces, incidents.
[[nodiscard]] std::span<const HowScript> latency_scripts() noexcept;

}  // namespace plimsoll::app
