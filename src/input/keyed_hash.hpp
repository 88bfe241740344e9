// A hash that nobody can repeat without its key: HMAC-SHA-256, cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plimsoll::input {

// The first bytes of it (32 at most) in hexadecimal digits.
[[nodiscard]] std::string keyed_hash(std::string_view key,
                                     std::string_view text,
                                     std::size_t bytes);

}  // namespace plimsoll::input
