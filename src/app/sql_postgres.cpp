// The store of a team: PostgreSQL. The same statements as SQLite, one connection, no superuser.
#include "app/sql.hpp"
#include "core/error.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <memory>

namespace plimsoll::app {
namespace {

// What libpq says may hold the connection string; a password never leaves.
[[nodiscard]] std::string without_password(std::string text) {
    const std::size_t scheme = text.find("://");
    const std::size_t at = text.find('@', scheme == std::string::npos ? 0 : scheme);
    const std::size_t colon = text.find(':', scheme == std::string::npos ? 0 : scheme + 3);
    if (scheme != std::string::npos && at != std::string::npos && colon < at) {
        text.erase(colon, at - colon);
    }
    const std::size_t word = text.find("password=");
    return word == std::string::npos ? text : text.substr(0, word) + "password=...";
}

[[nodiscard]] Error refused(const std::string& name, const std::string& why) {
    return Error{{.status = Status::unwritable,
                  .what = "the store cannot be used",
                  .where = name,
                  .why = without_password(why.substr(0, why.find_last_not_of("\n ") + 1)),
                  .remedy = "check the connection with psql; the user needs CREATE on one schema "
                            "the first time, INSERT, SELECT, UPDATE and DELETE afterwards"}};
}

[[nodiscard]] std::optional<std::string> text_of(const SqlValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return fmt::format("{}", *real);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        // The server takes neither invalid UTF-8 nor a zero byte.
        std::string clean =
            wire::Json(*text).dump(-1, ' ', false, wire::Json::error_handler_t::replace);
        clean = wire::parse(clean).get<std::string>();
        std::erase(clean, '\0');
        return clean;
    }
    return std::nullopt;
}

[[nodiscard]] pqxx::result execute(pqxx::nontransaction& session,
                                   const std::string& statement,
                                   std::span<const SqlValue> values) {
    if (values.empty()) {
        return session.exec(statement);
    }
    std::vector<std::optional<std::string>> texts;
    for (const SqlValue& value : values) {
        texts.push_back(text_of(value));
    }
#if defined(PQXX_VERSION_MAJOR) && PQXX_VERSION_MAJOR >= 7
    pqxx::params parameters;
    parameters.append_multi(texts);
    return session.exec_params(statement, parameters);
#else
    std::vector<const char*> pointers;  // libpqxx 6 knows no std::optional: null is a null pointer
    for (const std::optional<std::string>& text : texts) {
        pointers.push_back(text ? text->c_str() : nullptr);
    }
    return session.exec_params(statement, pqxx::prepare::make_dynamic_params(pointers));
#endif
}

[[nodiscard]] SqlRows rows_of(const pqxx::result& result) {
    SqlRows rows;
    for (const auto& found : result) {
        SqlRow row;
        for (const auto& field : found) {
            row.push_back(field.is_null() ? std::nullopt
                                          : std::optional<std::string>{field.c_str()});
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

struct Session {
    explicit Session(const std::string& name) : connection{name}, work{connection} {}
    pqxx::connection connection;
    pqxx::nontransaction work;
};

}  // namespace

Sql open_postgres(const std::string& connection) {
    const std::string name = without_password(connection);
    std::shared_ptr<Session> session;
    try {
        session = std::make_shared<Session>(connection);
    } catch (const std::exception& error) {
        throw refused(name, error.what());
    }
    Sql sql{.run =
                [session, name](const std::string& statement, std::span<const SqlValue> values) {
                    try {
                        return rows_of(execute(session->work, statement, values));
                    } catch (const std::exception& error) {
                        throw refused(name, error.what());
                    }
                },
            // One writer at a time, also while there is no table yet: the lock is the number of our
            // name.
            .begin_writing = {"begin", "select pg_advisory_xact_lock(hashtext('plimsoll'))"},
            .name = name};
    (void)sql.run("set client_min_messages = warning", {});
    return sql;
}

}  // namespace plimsoll::app
