#include "fleet/figures.hpp"

#include "shared/figures.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace plimsoll::reports::fleet {

std::string line_in_words(const Estimate& line, std::string_view times) {
    const auto multiple = [](double value) { return shared::multiple(value, " "); };
    if (line.has_point()) {
        const bool open = !std::isfinite(line.high);
        return fmt::format("{}{} ({}{})",
                           multiple(line.at),
                           times,
                           line.low > 0 ? multiple(line.low) : "0",
                           open ? " or more" : " to " + multiple(line.high));
    }
    if (std::isfinite(line.high)) {
        return line.low > 0
                   ? fmt::format("{} to {}{}", multiple(line.low), multiple(line.high), times)
                   : fmt::format("{}{} or less", multiple(line.high), times);
    }
    return line.low > 0 ? fmt::format("{}{} or more", multiple(line.low), times)
                        : std::string{shared::not_known};
}

std::string_view need_word(Need need) noexcept {
    static constexpr std::array<std::string_view, 7> words{
        "overloaded", "got worse", "rebuild", "below target", "stale", "blind", "holds"};
    const auto at = static_cast<std::size_t>(need);
    return at < words.size() ? words[at] : words.back();
}

}  // namespace plimsoll::reports::fleet
