// The rules of a time zone by its name, as `[system] timezone` and --timezone give it.
//
// Three forms: an offset ("+01:00", "UTC"), a rule as POSIX writes TZ
// ("CET-1CEST,M3.5.0,M10.5.0/3"), and a name of the time zone database ("Europe/Berlin"), read from
// the system's files (RFC 8536). Law: what a file lists holds; after its last change its own rule
// at the end does, to 2100. Blind spots: a name means what the installed database says, so two
// machines may differ; leap seconds do not exist.
#pragma once

#include "core/zone.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::app {

inline constexpr std::string_view zone_folder = "/usr/share/zoneinfo";

// Throws Error (usage) that names `where` when it is none of the three.
[[nodiscard]] Zone zone_named(std::string_view text,
                              const std::string& where,
                              std::string_view folder = zone_folder);

// The parts. Nothing when the text or the bytes are not of that form.
[[nodiscard]] std::optional<Zone> zone_of_offset(std::string_view text);
[[nodiscard]] std::optional<Zone> zone_of_rule(std::string_view rule);
[[nodiscard]] std::optional<Zone> zone_of_file(std::string_view bytes);

}  // namespace plimsoll::app
