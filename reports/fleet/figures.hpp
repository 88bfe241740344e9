// What the reports of a fleet and of a history share: a load line in words, and where it stands.
#pragma once

#include "core/fleet.hpp"

#include <string>

namespace plimsoll::reports::fleet {

// "4.1× (3.4 to 5.0)", "5.0× or less", "not known".
[[nodiscard]] std::string line_in_words(const Estimate& line, std::string_view times);

// "overloaded", "got worse", ...: for people.
[[nodiscard]] std::string_view need_word(Need need) noexcept;

}  // namespace plimsoll::reports::fleet
