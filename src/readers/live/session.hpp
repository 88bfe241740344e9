// Session: one connection to a PostgreSQL that can only read.
//
// Law: read-only by construction. Every statement runs in a read-only transaction of its own, which
// sets its own time-outs, search path and formats with SET LOCAL; so nothing is left behind in a
// session that a pooler hands to somebody else, a silent reconnect loses nothing, and no object of
// the user's can stand in for a catalogue. The time-outs also go into the connection's options; a
// pooler that refuses those gets none. A server that does not answer at all (frozen, or a network
// that swallows everything) is given up by a clock of our own, some seconds after the time-out that
// it should have kept. A database without an encoding (SQL_ASCII) may hold any bytes: what is no
// UTF-8 of them is written as \xNN. Passwords: libpq finds them (URL, PGPASSWORD, ~/.pgpass,
// service files); every message that leaves here is scrubbed of what the URL held.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::live {

struct SessionLimits {
    std::int64_t statement_timeout_ms = 10'000;
    std::int64_t lock_timeout_ms = 500;
    std::int64_t connect_timeout_s = 10;
    std::int64_t silence_ms = 10'000;  // beyond the time-out of a statement, until it is given up
};

enum class Failure : std::uint8_t { none, too_slow, locked, denied, refused, lost };

struct Rows {
    std::map<std::string, std::size_t> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
    Failure failure = Failure::none;
    std::string why;  // scrubbed; empty without a failure
    [[nodiscard]] bool ok() const noexcept { return failure == Failure::none; }
};

class Session {
public:
    // Throws Error (unreadable) when there is no connection, or none that can be read from.
    Session(const std::string& connection, const SessionLimits& limits);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // One statement. A failure is an answer too; after `lost` every further one is lost as well.
    [[nodiscard]] Rows read(const std::string& sql);
    [[nodiscard]] bool lost() const noexcept { return lost_; }
    [[nodiscard]] bool pooled() const noexcept { return pooled_; }

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
    std::int64_t patience_ms_;
    std::vector<std::string> secrets_;
    std::string prologue_;
    bool lost_ = false;
    bool pooled_ = false;
};

// The text with every byte that is no part of UTF-8 as \xNN.
[[nodiscard]] std::string as_utf8(std::string_view text);

// What must not be shown of a connection string: its passwords, as written and as decoded.
[[nodiscard]] std::vector<std::string> secrets_of(const std::string& connection);
// The message without any of them, without the password of any URL in it, on one line.
[[nodiscard]] std::string scrub(std::string message, const std::vector<std::string>& secrets);
// The connection with the parameters that the user did not set himself.
[[nodiscard]] std::string with_parameters(std::string connection,
                                          const SessionLimits& limits,
                                          bool options);
// The connection as it may be shown: without passwords and parameters.
[[nodiscard]] std::string shown(const std::string& connection);

}  // namespace plimsoll::readers::live
