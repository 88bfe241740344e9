// Real servers for tests, each in a folder of its own, reached by a socket in it, gone at the end.
#pragma once

#include "support/run_program.hpp"

#include <string>

namespace plimsoll::test {

// MariaDB. Not running where it is not installed: ask running() first.
class MariaDbServer {
public:
    MariaDbServer();
    ~MariaDbServer();
    MariaDbServer(const MariaDbServer&) = delete;
    MariaDbServer& operator=(const MariaDbServer&) = delete;
    [[nodiscard]] bool running() const noexcept { return running_; }
    // What the client prints for a script; `options` as "-t" or "-B". Database "shop" is there.
    [[nodiscard]] std::string ask(const std::string& script, const std::string& options = {}) const;

private:
    TemporaryFolder folder_;
    bool running_ = false;
};

// PostgreSQL with auto_explain at hand, logging to log().
class LoggingPostgres {
public:
    LoggingPostgres();
    ~LoggingPostgres();
    LoggingPostgres(const LoggingPostgres&) = delete;
    LoggingPostgres& operator=(const LoggingPostgres&) = delete;
    [[nodiscard]] bool running() const noexcept { return running_; }
    // What psql prints; `options` as "-At".
    [[nodiscard]] std::string ask(const std::string& script, const std::string& options = {}) const;
    [[nodiscard]] std::string log() const;

private:
    TemporaryFolder folder_;
    std::string binaries_;
    bool running_ = false;
};

}  // namespace plimsoll::test
