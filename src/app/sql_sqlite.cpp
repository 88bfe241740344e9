// The store in one file: SQLite, what a team of one machine needs.
#include "app/sql.hpp"
#include "core/error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>

namespace plimsoll::app {
namespace {

constexpr int wait_for_writers_ms = 60'000;

struct Close {
    void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

[[nodiscard]] Error refused(sqlite3* database, const std::string& path) {
    const int code = sqlite3_errcode(database);
    const bool foreign = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
    return Error{{.status = foreign ? Status::untrusted : Status::unwritable,
                  .what = "the store cannot be used",
                  .where = path,
                  .why = sqlite3_errmsg(database),
                  .remedy = foreign ? "name a store that plimsoll made, or a file that is not there"
                                    : "name a file in a folder that may be written to"}};
}

[[nodiscard]] Statement prepare(sqlite3* database,
                                const std::string& text,
                                const std::string& path) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(
            database, text.data(), static_cast<int>(text.size()), &statement, nullptr) !=
        SQLITE_OK) {
        throw refused(database, path);
    }
    return Statement{statement};
}

void bind(sqlite3_stmt* statement, std::size_t number, const SqlValue& value) {
    const int at = sqlite3_bind_parameter_index(statement, fmt::format("${}", number).c_str());
    if (at == 0) {
        return;  // the statement does not use it
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        sqlite3_bind_int64(statement, at, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        sqlite3_bind_double(statement, at, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        sqlite3_bind_text64(
            statement, at, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
        sqlite3_bind_null(statement, at);
    }
}

[[nodiscard]] SqlRow row_of(sqlite3_stmt* statement) {
    SqlRow row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
            row.emplace_back();
            continue;
        }
        const unsigned char* text = sqlite3_column_text(statement, i);
        const int size = sqlite3_column_bytes(statement, i);
        row.emplace_back(
            std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)));
    }
    return row;
}

[[nodiscard]] SqlRows run(sqlite3* database,
                          const std::string& path,
                          const std::string& text,
                          std::span<const SqlValue> values) {
    const Statement statement = prepare(database, text, path);
    for (std::size_t i = 0; i < values.size(); ++i) {
        bind(statement.get(), i + 1, values[i]);
    }
    SqlRows rows;
    int step = 0;
    while ((step = sqlite3_step(statement.get())) == SQLITE_ROW) {
        rows.push_back(row_of(statement.get()));
    }
    if (step != SQLITE_DONE) {
        throw refused(database, path);
    }
    return rows;
}

}  // namespace

Sql open_sqlite(const std::string& path) {
    sqlite3* handle = nullptr;
    const int opened =
        sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const std::shared_ptr<sqlite3> database{Database{handle}};
    if (opened != SQLITE_OK) {
        throw refused(database.get(), path);
    }
    sqlite3_busy_timeout(database.get(), wait_for_writers_ms);
    Sql sql{.run =
                [database, path](const std::string& text, std::span<const SqlValue> values) {
                    return run(database.get(), path, text, values);
                },
            .begin_writing = {"begin immediate"},
            .name = path};
    (void)sql.run("pragma journal_mode = wal", {});
    (void)sql.run("pragma synchronous = full", {});
    (void)sql.run("pragma foreign_keys = on", {});
    return sql;
}

}  // namespace plimsoll::app
