// Record: one message of a PostgreSQL server, whatever format it was written in: views into the
// block.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace plimsoll::readers::postgres {

// What begins a message, in the server's order of gravity, and what is attached to one.
enum class Severity : std::uint8_t {
    none,
    debug,
    info,
    notice,
    warning,
    log,
    error,
    fatal,
    panic,
    detail,
    hint,
    query,
    context,
    statement,
    location,
    backtrace
};
[[nodiscard]] constexpr bool is_attached(Severity severity) noexcept {
    return severity >= Severity::detail;
}

struct Record {
    // Member by member: at once, as one would write it, is a `rep stos`, which takes as long as it
    // takes to read a short line.
    Record() noexcept {}  // NOLINT(modernize-use-equals-default)
    std::int64_t at_us = 0;
    std::uint64_t session = 0;  // the process, or a hash of its session id
    std::uint64_t process = 0;
    std::string_view user;
    std::string_view database;
    std::string_view application;
    std::string_view state;  // SQLSTATE; empty when the format does not give it
    Severity severity = Severity::none;
    std::string_view message;
    std::string_view detail;
    std::string_view context;
    std::string_view statement;
    std::uint32_t line = 0;  // within the block
    bool has_time = false;
    // A line feed of the message is written as "\n\t" (stderr), and not yet taken back.
    bool tabbed = false;
};

// "LOG", "ERROR" ...; none when it is no severity in English.
[[nodiscard]] Severity severity_of(std::string_view word) noexcept;

}  // namespace plimsoll::readers::postgres
