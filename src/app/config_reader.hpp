// The sections of plimsoll.toml, one after the other, into Settings.
#pragma once

#include "core/settings.hpp"

#include <toml++/toml.h>

#include <string>

namespace plimsoll::app {

// `name` is for messages. Throws Error (usage) with file:line for a key that is not known or a
// value that cannot be.
[[nodiscard]] Settings settings_from(const toml::table& root, const std::string& name);

}  // namespace plimsoll::app
