// Sql: one connection to the store, SQLite or PostgreSQL, as a function from a statement to rows.
//
// The statements are the same for both: placeholders $1, $2 ..., text, integers and doubles only,
// standard SQL that both know. What differs is here: opening, waiting for other writers, and how a
// transaction that writes begins.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace plimsoll::app {

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;
using SqlRow = std::vector<std::optional<std::string>>;  // nothing: null
using SqlRows = std::vector<SqlRow>;

// Doubles that are not finite have no place in a figure's column: they are null.
[[nodiscard]] SqlValue sql_number(double value);

struct Sql {
    // Throws Error (unwritable) with the server's own message; the connection stays usable unless
    // it is gone.
    std::function<SqlRows(const std::string& statement, std::span<const SqlValue> values)> run;
    // Takes the one writer's place before anything is read: statements, one after the other.
    std::vector<std::string> begin_writing;
    std::string name;  // for messages: never a password
};

// The file is made when it is not there; WAL, so that a reader never waits and a kill at any
// instant leaves the last committed state. Writers wait for each other up to a minute.
[[nodiscard]] Sql open_sqlite(const std::string& path);
// A connection string of libpq; the password by libpq's own means (PGPASSWORD, ~/.pgpass).
[[nodiscard]] Sql open_postgres(const std::string& connection);

// The one for this name.
[[nodiscard]] Sql open_sql(const std::string& name);

}  // namespace plimsoll::app
