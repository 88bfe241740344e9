#include "readers/live/session.hpp"

#include "core/error.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <utility>

namespace plimsoll::readers::live {
namespace {

[[nodiscard]] bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// libpq's messages are in the words of the user's locale; what does not match still gets a way out.
[[nodiscard]] std::string remedy_for(std::string_view why) {
    if (contains(why, "password authentication failed") || contains(why, "no password supplied")) {
        return "check user and password; PGPASSWORD, PGPASSFILE and ~/.pgpass are read as by psql";
    }
    if (contains(why, "does not exist")) {
        return "check the names of the role and the database at the end of the connection string";
    }
    if (contains(why, "SSL") || contains(why, "sslmode") || contains(why, "certificate")) {
        return "check sslmode, sslrootcert, sslcert and sslkey in the connection string; they are "
               "libpq's own";
    }
    if (contains(why, "pg_hba.conf")) {
        return "let this host in: pg_hba.conf of the server needs a line for the role and the "
               "address";
    }
    if (contains(why, "too many clients") || contains(why, "remaining connection slots")) {
        return "all connections are taken, which is an answer in itself: try again, or through the "
               "pooler";
    }
    if (contains(why, "URI") || contains(why, "connection string") || contains(why, "option")) {
        return "write postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full";
    }
    return "try the same string with psql; check host, port and firewall";
}

[[nodiscard]] Error no_connection(const std::string& connection, std::string why) {
    std::string remedy = remedy_for(why);
    return Error{{.status = Status::unreadable,
                  .what = "cannot connect to the database",
                  .where = shown(connection),
                  .why = std::move(why),
                  .remedy = std::move(remedy)}};
}

[[nodiscard]] Rows rows_of(const pqxx::result& result) {
    Rows out;
    for (pqxx::row::size_type i = 0; i < result.columns(); ++i) {
        out.columns.emplace(result.column_name(i), i);
    }
    for (const pqxx::row& row : result) {
        std::vector<std::optional<std::string>>& cells = out.rows.emplace_back();
        for (const pqxx::field& field : row) {
            cells.push_back(field.is_null()
                                ? std::nullopt
                                : std::optional{std::string{field.c_str(), field.size()}});
        }
    }
    return out;
}

[[nodiscard]] Failure failure_of(const std::string& state) noexcept {
    return state == "57014"              ? Failure::too_slow  // query_canceled: the time-out
           : state == "55P03"            ? Failure::locked    // lock_not_available
           : state == "42501"            ? Failure::denied
           : state.substr(0, 3) == "57P" ? Failure::lost  // the server shuts down or ended us
                                         : Failure::refused;
}

}  // namespace

struct Session::Connection {
    pqxx::connection link;
    explicit Connection(const std::string& text) : link{text} {}
};

Session::Session(const std::string& connection, const SessionLimits& limits)
    : secrets_{secrets_of(connection)},
      prologue_{fmt::format("set local statement_timeout = {}; set local lock_timeout = {};"
                            " set local search_path = pg_catalog; set local datestyle = 'ISO, YMD';"
                            " set local intervalstyle = 'postgres'; set local timezone = 'UTC';"
                            " set local extra_float_digits = 1; set local client_encoding = 'UTF8'",
                            limits.statement_timeout_ms,
                            limits.lock_timeout_ms)} {
    const auto connect = [&](bool options) {
        connection_ = std::make_unique<Connection>(with_parameters(connection, limits, options));
    };
    try {
        try {
            connect(true);
        } catch (const std::exception& error) {
            // PgBouncer: "unsupported startup parameter: options".
            if (!contains(error.what(), "startup parameter")) {
                throw;
            }
            connect(false);
            pooled_ = true;
        }
    } catch (const std::exception& error) {
        throw no_connection(connection, scrub(error.what(), secrets_));
    }
}

Session::~Session() = default;

Rows Session::read(const std::string& sql) {
    Rows out;
    const auto fail = [&](Failure failure, const std::string& why) {
        lost_ = lost_ || failure == Failure::lost;
        out.failure = failure;
        out.why = scrub(why, secrets_);
    };
    if (lost_) {
        fail(Failure::lost, "the connection was lost before");
        return out;
    }
    try {
        pqxx::read_transaction transaction{connection_->link};
        transaction.exec(prologue_);
        out = rows_of(transaction.exec(sql));
        transaction.commit();
    } catch (const pqxx::broken_connection& error) {
        fail(Failure::lost, error.what());
    } catch (const pqxx::insufficient_privilege& error) {  // has no SQLSTATE in libpqxx 6.4
        fail(Failure::denied, error.what());
    } catch (const pqxx::sql_error& error) {
        fail(failure_of(error.sqlstate()), error.what());
    } catch (const std::exception& error) {
        fail(connection_->link.is_open() ? Failure::refused : Failure::lost, error.what());
    }
    return out;
}

}  // namespace plimsoll::readers::live
