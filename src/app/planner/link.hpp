// Link: a connection to the scratch database; the thin layer over libpqxx.
#pragma once

#include "wire/json.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app::planner {

class Link {
public:
    explicit Link(const std::string& connection);  // throws std::exception
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void run(const std::string& sql);  // throws std::exception
    // The server's message, on one line, when it refuses; nothing when it was done.
    [[nodiscard]] std::optional<std::string> attempt(const std::string& sql);
    [[nodiscard]] std::vector<std::vector<std::string>> rows(const std::string& sql);
    // EXPLAIN (FORMAT JSON): never ANALYZE. Throws std::exception with the server's message.
    [[nodiscard]] std::string explain(const std::string& statement);
    // The same of a statement with $1 ... whose values nobody knows.
    [[nodiscard]] std::string explain_generic(const std::string& statement);
    [[nodiscard]] int server() const;

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

[[nodiscard]] std::string one_line(std::string text);
// As a literal.
[[nodiscard]] std::string as_literal(std::string_view text);
// As a name.
[[nodiscard]] std::string named(std::string_view text);

}  // namespace plimsoll::app::planner
