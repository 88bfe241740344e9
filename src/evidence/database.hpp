// Database: catalogue and statistics of a live PostgreSQL, as `plimsoll collect` captured them.
//
// Law: nearly every counter of a server counts since its last reset, so a capture holds two
// snapshots an interval apart, and a difference of them is a rate. Captures of days apart stay
// apart, as a series: from them growth is observed, not guessed. A capture's key is the database's
// identity and the time it was begun, so the same capture merged twice is there once. Blind spots:
// what happens between two samples of the sessions; what the role may not see (see `gaps`).
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"
#include "evidence/database_counters.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll {

// A column with what ANALYZE knows of it. `common` and `histogram` are PostgreSQL's array literals;
// they are empty where values were taken out: always for texts, documents and the like, unless the
// user kept them.
struct DbColumn {
    std::string name;
    std::string type;  // as format_type prints it, with its schema unless that is pg_catalog
    bool not_null = false;
    bool analyzed = false;  // there are statistics, and the role may read them
    bool redacted = false;  // there were values, and they were taken out
    double null_frac = 0;
    std::int64_t avg_width = 0;
    double n_distinct = 0;  // as in pg_stats: negative is a share of the rows
    std::optional<double> correlation;
    std::string common;
    std::string frequencies;  // array literal
    std::string histogram;
    friend auto operator<=>(const DbColumn&, const DbColumn&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &DbColumn::name);
        field("type", &DbColumn::type);
        field("not_null", &DbColumn::not_null);
        field("analyzed", &DbColumn::analyzed);
        field("redacted", &DbColumn::redacted);
        field("null_frac", &DbColumn::null_frac);
        field("avg_width", &DbColumn::avg_width);
        field("n_distinct", &DbColumn::n_distinct);
        field("correlation", &DbColumn::correlation);
        field("common", &DbColumn::common);
        field("frequencies", &DbColumn::frequencies);
        field("histogram", &DbColumn::histogram);
    }
};

struct DbIndex {
    std::string name;
    std::string definition;
    std::string method;
    std::vector<std::string> columns;  // keys in order; empty text for an expression
    bool unique = false;
    bool primary = false;
    bool valid = false;
    bool constraint = false;  // stands for a constraint
    bool partial = false;
    bool replica_identity = false;
    std::int64_t pages = 0;
    double rows = 0;
    friend auto operator<=>(const DbIndex&, const DbIndex&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &DbIndex::name);
        field("definition", &DbIndex::definition);
        field("method", &DbIndex::method);
        field("columns", &DbIndex::columns);
        field("unique", &DbIndex::unique);
        field("primary", &DbIndex::primary);
        field("valid", &DbIndex::valid);
        field("constraint", &DbIndex::constraint);
        field("partial", &DbIndex::partial);
        field("replica_identity", &DbIndex::replica_identity);
        field("pages", &DbIndex::pages);
        field("rows", &DbIndex::rows);
    }
};

struct DbConstraint {
    std::string name;
    std::string kind;  // p, u, f, c or x, as in pg_constraint
    std::string definition;
    std::vector<std::string> columns;
    std::string references;  // the other table, of a foreign key
    std::vector<std::string> reference_columns;
    friend auto operator<=>(const DbConstraint&, const DbConstraint&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &DbConstraint::name);
        field("kind", &DbConstraint::kind);
        field("definition", &DbConstraint::definition);
        field("columns", &DbConstraint::columns);
        field("references", &DbConstraint::references);
        field("reference_columns", &DbConstraint::reference_columns);
    }
};

struct DbTable {
    std::string schema;
    std::string name;
    std::string
        kind;  // r table, p partitioned, m materialised view, v view, f foreign, as in pg_class
    std::string partition_of;
    std::string partition_bound;
    std::string partition_key;
    std::string definition;  // of a view
    double rows = -1;        // reltuples: of the last VACUUM or ANALYZE; -1 when there was none
    std::int64_t pages = 0;
    std::int64_t pages_visible = 0;
    bool row_security = false;
    bool readable = false;  // by the role: else pg_stats shows nothing
    std::vector<DbColumn> columns;
    std::vector<DbIndex> indexes;
    std::vector<DbConstraint> constraints;
    friend auto operator<=>(const DbTable&, const DbTable&) = default;
    static constexpr void fields(auto&& field) {
        field("schema", &DbTable::schema);
        field("name", &DbTable::name);
        field("kind", &DbTable::kind);
        field("partition_of", &DbTable::partition_of);
        field("partition_bound", &DbTable::partition_bound);
        field("partition_key", &DbTable::partition_key);
        field("definition", &DbTable::definition);
        field("rows", &DbTable::rows);
        field("pages", &DbTable::pages);
        field("pages_visible", &DbTable::pages_visible);
        field("row_security", &DbTable::row_security);
        field("readable", &DbTable::readable);
        field("columns", &DbTable::columns);
        field("indexes", &DbTable::indexes);
        field("constraints", &DbTable::constraints);
    }
};

// An enumeration or domain of the user's: the statement that makes it.
struct DbType {
    std::string name;
    std::string definition;
    friend auto operator<=>(const DbType&, const DbType&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &DbType::name);
        field("definition", &DbType::definition);
    }
};

struct DbGap {
    std::string id;
    std::string missing;
    std::string would_add;
    std::string how;
    friend auto operator<=>(const DbGap&, const DbGap&) = default;
    static constexpr void fields(auto&& field) {
        field("id", &DbGap::id);
        field("missing", &DbGap::missing);
        field("would_add", &DbGap::would_add);
        field("how", &DbGap::how);
    }
};

// One run of `plimsoll collect`.
struct DatabaseCapture {
    std::string database;     // name
    std::string identity;     // of this database in this cluster: what makes two captures a series
    std::string source;       // the connection, without its secrets
    std::int64_t server = 0;  // 150004
    std::int64_t statements = 0;  // version of pg_stat_statements, 110 is 1.10; 0: there is none
    std::string role;
    bool standby = false;
    bool pooled = false;  // the connection went through a pooler
    bool keeps_values = false;
    bool complete = false;  // both snapshots are whole
    Instant started;
    std::map<std::string, std::string> settings;
    std::map<std::string, DbTable> tables;  // "schema.name"
    std::vector<DbType> types;
    std::vector<std::string> extensions;
    std::vector<DbSnapshot> snapshots;  // two, or one when the connection was lost in between
    std::vector<DbSessions> sessions;   // about one a second
    std::map<std::string, std::int64_t>
        lock_waits;           // "relation public.orders ShareLock": samples that saw it
    std::vector<DbGap> gaps;  // what was not seen, and the grant or setting that would show it
    Origin origin;

    [[nodiscard]] bool has_rates() const noexcept { return snapshots.size() >= 2; }
    [[nodiscard]] double setting(const std::string& name, double otherwise) const;
    friend auto operator<=>(const DatabaseCapture&, const DatabaseCapture&) = default;
    static constexpr void fields(auto&& field) {
        field("database", &DatabaseCapture::database);
        field("identity", &DatabaseCapture::identity);
        field("source", &DatabaseCapture::source);
        field("server", &DatabaseCapture::server);
        field("statements", &DatabaseCapture::statements);
        field("role", &DatabaseCapture::role);
        field("standby", &DatabaseCapture::standby);
        field("pooled", &DatabaseCapture::pooled);
        field("keeps_values", &DatabaseCapture::keeps_values);
        field("complete", &DatabaseCapture::complete);
        field("started", &DatabaseCapture::started);
        field("settings", &DatabaseCapture::settings);
        field("tables", &DatabaseCapture::tables);
        field("types", &DatabaseCapture::types);
        field("extensions", &DatabaseCapture::extensions);
        field("snapshots", &DatabaseCapture::snapshots);
        field("sessions", &DatabaseCapture::sessions);
        field("lock_waits", &DatabaseCapture::lock_waits);
        field("gaps", &DatabaseCapture::gaps);
        field("origin", &DatabaseCapture::origin);
    }
};

struct Database {
    std::map<std::string, DatabaseCapture> captures;  // by identity and start

    [[nodiscard]] bool empty() const noexcept { return captures.empty(); }
    void add(DatabaseCapture capture);
    void merge(const Database& other);
    // The latest capture of each database.
    [[nodiscard]] std::vector<const DatabaseCapture*> latest() const;
    // Rows of each table ("schema.name") in the latest captures, the more where two have one name;
    // tables that were never analysed are left out.
    [[nodiscard]] std::map<std::string, std::int64_t> table_rows() const;
    // All captures of a database, oldest first.
    [[nodiscard]] std::vector<const DatabaseCapture*> series(const std::string& identity) const;
    static constexpr void fields(auto&& field) { field("captures", &Database::captures); }
};

}  // namespace plimsoll
