// The key of a session: its process in the low half, and in the high half something of its session
// id, where there is one, so that a process number that is used again begins a new session.
#pragma once

#include "readers/sql/hash.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace plimsoll::readers::postgres {

[[nodiscard]] inline std::uint64_t session_key(std::uint64_t process) noexcept {
    return process & 0xFFFF'FFFFU;
}

// `id` as %c prints it: the start and the process in hexadecimal, "69c3f0a1.1a04".
[[nodiscard]] inline std::uint64_t session_key(std::string_view id) noexcept {
    const std::size_t dot = id.find('.');
    std::uint64_t process = 0;
    if (dot != std::string_view::npos) {
        std::from_chars(id.data() + dot + 1, id.data() + id.size(), process, 16);
    }
    return session_key(process) | (sql::hash_of(id) & 0xFFFF'FFFF'0000'0000U);
}

}  // namespace plimsoll::readers::postgres
