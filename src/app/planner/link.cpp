#include "app/planner/link.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <algorithm>
#include <stdexcept>

namespace plimsoll::app::planner {

struct Link::Connection {
    pqxx::connection link;
    explicit Connection(const std::string& text) : link{text} {
        // PGDATESTYLE and PGTZ of the environment are libpq's to send, and cannot be kept from it.
        pqxx::nontransaction plain{link};
        plain.exec("set datestyle = 'ISO, YMD'; set timezone = 'UTC'");
    }
};

Link::Link(const std::string& connection) : connection_{std::make_unique<Connection>(connection)} {}
Link::~Link() = default;

void Link::run(const std::string& sql) {
    pqxx::nontransaction plain{connection_->link};
    plain.exec(sql);
}

std::optional<std::string> Link::attempt(const std::string& sql) {
    try {
        run(sql);
        return std::nullopt;
    } catch (const pqxx::broken_connection&) {
        throw;
    } catch (const std::exception& error) {
        return one_line(error.what());
    }
}

std::vector<std::vector<std::string>> Link::rows(const std::string& sql) {
    pqxx::nontransaction plain{connection_->link};
    std::vector<std::vector<std::string>> out;
    for (const pqxx::row& row : plain.exec(sql)) {
        std::vector<std::string>& cells = out.emplace_back();
        for (const pqxx::field& field : row) {
            cells.emplace_back(field.c_str(), field.size());
        }
    }
    return out;
}

std::string Link::explain(const std::string& statement) {
    // A statement could end itself and begin another: in a read-only transaction that is never
    // committed, of a database without data, nothing comes of it; more than one result is refused
    // all the same.
    pqxx::work work{connection_->link};
    const pqxx::result result = work.exec("explain (format json) " + statement);
    if (result.size() != 1 || result.columns() != 1) {
        throw std::runtime_error{"it is not one statement"};
    }
    return result[0][0].c_str();
}

std::string Link::explain_generic(const std::string& statement) {
    pqxx::work work{connection_->link};
    work.exec("prepare plimsoll as " + statement);
    const pqxx::result types =
        work.exec("select coalesce(array_length(parameter_types, 1), 0) from pg_prepared_statements"
                  " where name = 'plimsoll'");
    std::string arguments;
    for (int left = types[0][0].as<int>(); left > 0; --left) {
        arguments += arguments.empty() ? "(null" : ", null";
    }
    arguments += arguments.empty() ? "" : ")";
    std::string plan;
    std::exception_ptr failed;
    try {
        plan = work.exec("explain (format json) execute plimsoll" + arguments)[0][0].c_str();
    } catch (const std::exception&) {
        failed = std::current_exception();
    }
    work.abort();  // a prepared statement outlives its transaction
    run("deallocate all");
    if (failed) {
        std::rethrow_exception(failed);
    }
    return plan;
}

int Link::server() const {
    return connection_->link.server_version();
}

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::string as_literal(std::string_view text) {
    std::string out = text.find('\\') == std::string_view::npos ? "'" : "E'";
    for (const char c : text) {
        out += c == '\'' || c == '\\' ? std::string{c, c} : std::string{c};
    }
    return out + "'";
}

std::string named(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' ? std::string{"\"\""} : std::string{c};
    }
    return out + "\"";
}

}  // namespace plimsoll::app::planner
