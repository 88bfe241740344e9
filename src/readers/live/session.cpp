#include "readers/live/session.hpp"

#include "core/error.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
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
    if (contains(why, "SSL") || contains(why, "sslmode") || contains(why, "certificate")) {
        return "check sslmode, sslrootcert, sslcert and sslkey in the connection string; they are "
               "libpq's own";
    }
    if (contains(why, "does not exist")) {
        return "check the names of the role and the database at the end of the connection string";
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
                                : std::optional{as_utf8({field.c_str(), field.size()})});
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

// Ends a connection that says nothing for too long: the statement under way then fails as lost.
class Watchdog {
public:
    Watchdog(int socket, std::int64_t patience_ms)
        : thread_{[this, socket, patience_ms] {
              std::unique_lock lock{mutex_};
              if (!done_.wait_for(
                      lock, std::chrono::milliseconds{patience_ms}, [this] { return answered_; })) {
                  (void)shutdown(socket, SHUT_RDWR);
              }
          }} {}
    ~Watchdog() {
        {
            const std::scoped_lock lock{mutex_};
            answered_ = true;
        }
        done_.notify_one();
        thread_.join();
    }
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable done_;
    bool answered_ = false;
    std::thread thread_;  // the last: it uses the others
};

// Bytes of the character that begins at `at`, 0 when it is none: overlong forms, surrogates and
// what lies beyond Unicode are none.
[[nodiscard]] std::size_t character_at(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(at);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return follows(at + 1) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const bool second =
            follows(at + 1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        return second && follows(at + 2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool second =
            follows(at + 1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return second && follows(at + 2) && follows(at + 3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string as_utf8(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character_at(text, at);
        if (length == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
            ++at;
        } else {
            out += text.substr(at, length);
            at += length;
        }
    }
    return out;
}

struct Session::Connection {
    pqxx::connection link;
    explicit Connection(const std::string& text) : link{text} {}
};

Session::Session(const std::string& connection, const SessionLimits& limits)
    : patience_ms_{limits.statement_timeout_ms + limits.silence_ms},
      secrets_{secrets_of(connection)},
      prologue_{fmt::format("set local statement_timeout = {}; set local lock_timeout = {};"
                            " set local search_path = pg_catalog; set local datestyle = 'ISO, YMD';"
                            " set local intervalstyle = 'postgres'; set local timezone = 'UTC';"
                            " set local extra_float_digits = 1; set local client_encoding = ",
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
    const std::string as_they_are = prologue_ + "'SQL_ASCII'";
    prologue_ += "'UTF8'";
    // Where there is no encoding the server would refuse to send what is no UTF-8.
    const Rows encoding = read("select current_setting('server_encoding') as is");
    if (encoding.ok() && !encoding.rows.empty() && encoding.rows[0][0] == "SQL_ASCII") {
        prologue_ = as_they_are;
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
        const Watchdog watchdog{connection_->link.sock(), patience_ms_};
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
