#include "readers/live/capture.hpp"

#include "core/error.hpp"
#include "readers/live/fill.hpp"
#include "readers/live/queries.hpp"
#include "readers/live/redaction.hpp"
#include "readers/sql/facts.hpp"
#include "readers/sql/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace plimsoll::readers::live {
namespace {

constexpr std::size_t longest_statement = 4000;  // bytes of a text that are kept

class Collector {
public:
    Collector(const std::string& connection, const CaptureOptions& options)
        : options_{options}, session_{connection, options.limits} {
        out_.source = shown(connection);
        out_.pooled = session_.pooled();
        out_.keeps_values = options.keep_values;
    }

    void server() {
        const Rows rows = session_.read(ask::server());
        if (!rows.ok() || rows.rows.empty()) {
            throw Error{
                {.status = Status::unreadable,
                 .what = "the database does not answer",
                 .where = out_.source,
                 .why = rows.ok() ? "it says nothing about itself" : rows.why,
                 .remedy = rows.failure == Failure::locked || rows.failure == Failure::too_slow
                               ? "its catalogue is locked, or it is too busy to answer in "
                                 "time: try again later, or --statement-timeout 60"
                               : "is it PostgreSQL 12 or later? try: psql CONNECTION -c "
                                 "'show server_version'"}};
        }
        fill(rows, 0, out_);
        refuse_old(out_.server, out_.source);
        versions_.server = static_cast<int>(out_.server);
        Instant now;
        assign(text_at(rows, 0, "now"), now);
        out_.started = now;
        out_.identity = out_.database + "/" + text_at(rows, 0, "oid");
        if (text_at(rows, 0, "monitor") != "t" && text_at(rows, 0, "all_stats") != "t") {
            gap("collect.pg-monitor",
                fmt::format("what other sessions do: the role {} is no member of pg_monitor",
                            out_.role),
                "statements, states and waits of all sessions",
                fmt::format("GRANT pg_monitor TO \"{}\";", out_.role));
        }
        // An identity of the cluster, where the role may ask for it: names and numbers of databases
        // repeat.
        const Rows id =
            session_.read("select system_identifier::text as id from pg_control_system()");
        if (id.ok() && !id.rows.empty()) {
            out_.identity += "@" + text_at(id, 0, "id");
        }
    }

    void catalogue() {
        each("settings", ask::settings(versions_), [&](const Rows& rows, std::size_t i) {
            out_.settings[text_at(rows, i, "name")] = text_at(rows, i, "value");
        });
        each("extensions", ask::extensions(), [&](const Rows& rows, std::size_t i) {
            out_.extensions.push_back(text_at(rows, i, "name") + " " + text_at(rows, i, "version"));
            if (text_at(rows, i, "name") == "pg_stat_statements") {
                versions_.statements = extension_version(text_at(rows, i, "version"));
                versions_.statements_schema = text_at(rows, i, "schema");
                out_.statements = versions_.statements;
            }
        });
        each("types", ask::types(), [&](const Rows& rows, std::size_t i) {
            fill(rows, i, out_.types.emplace_back());
        });
        each("tables", ask::tables(), [&](const Rows& rows, std::size_t i) {
            fill(rows, i, out_.tables[text_at(rows, i, "key")]);
        });
        columns();
        part<DbIndex>("indexes", ask::indexes(), &DbTable::indexes);
        part<DbConstraint>("constraints", ask::constraints(), &DbTable::constraints);
        shy_constraints();
        unreadable_tables();
        if (versions_.statements == 0) {
            gap("collect.pg-stat-statements",
                "the extension pg_stat_statements in this database",
                "what each statement costs: loops of statements, spills, growth of a statement's "
                "time",
                "shared_preload_libraries = 'pg_stat_statements' (restart), then CREATE EXTENSION "
                "pg_stat_statements;");
        }
        if (const auto io = out_.settings.find("track_io_timing");
            io != out_.settings.end() && io->second == "off") {
            gap("collect.io-timing",
                "how long reading blocks takes (track_io_timing is off)",
                "whether the disk is the limit",
                "ALTER SYSTEM SET track_io_timing = on; SELECT pg_reload_conf();");
        }
    }

    // False when it is not whole.
    [[nodiscard]] bool snapshot() {
        DbSnapshot shot;
        const std::size_t gaps = failures_;
        each("totals", ask::totals(versions_), [&](const Rows& rows, std::size_t i) {
            fill(rows, i, shot.totals);
            assign(text_at(rows, i, "at"), shot.at);
        });
        if (shot.at == Instant{}) {
            return false;  // without a time there is no rate
        }
        const auto totals = [&](const Rows& rows, std::size_t i) { fill(rows, i, shot.totals); };
        each("checkpoints", ask::checkpoints(versions_), totals);
        keyed("table counters", ask::table_counters(), shot.tables);
        keyed("table sizes", ask::table_sizes(), shot.tables);
        keyed("index counters", ask::index_counters(), shot.indexes);
        keyed("index sizes", ask::index_sizes(), shot.indexes);
        if (versions_.statements != 0) {
            keyed("statements", ask::statements(versions_), shot.statements);
            clean(shot.statements);
            if (versions_.statements >= 109) {
                each("statements dropped", ask::statements_dropped(versions_), totals);
            }
        }
        each("replicas", ask::replicas(), [&](const Rows& rows, std::size_t i) {
            fill(rows, i, shot.replicas.emplace_back());
        });
        each("slots", ask::slots(versions_), [&](const Rows& rows, std::size_t i) {
            fill(rows, i, shot.slots.emplace_back());
        });
        out_.snapshots.push_back(std::move(shot));
        return failures_ == gaps;
    }

    void sample() {
        each("sessions", ask::sessions(versions_), [&](const Rows& rows, std::size_t i) {
            fill(rows, i, out_.sessions.emplace_back());
        });
        each("lock waits", ask::lock_waits(), [&](const Rows& rows, std::size_t i) {
            out_.lock_waits[text_at(rows, i, "what")] += 1;
        });
    }

    void watch() {
        using Clock = std::chrono::steady_clock;
        const Clock::time_point end =
            Clock::now() + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>{options_.interval_s});
        const auto step = std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>{std::max(0.05, options_.sample_every_s)});
        for (Clock::time_point next = Clock::now(); next < end && !session_.lost(); next += step) {
            std::this_thread::sleep_until(next);
            sample();
        }
        if (!session_.lost()) {
            std::this_thread::sleep_until(end);
        }
    }

    [[nodiscard]] DatabaseCapture finish(bool whole) {
        out_.complete = whole && !session_.lost();
        if (session_.lost()) {
            gap("collect.lost",
                fmt::format("what came after the connection was lost ({})", lost_why_),
                out_.snapshots.size() < 2
                    ? "rates: one snapshot has only totals since the last reset"
                    : "the rest of the capture",
                "plimsoll collect again; what was gathered before is kept");
        }
        std::ranges::sort(out_.gaps);
        return std::move(out_);
    }

    [[nodiscard]] bool lost() const noexcept { return session_.lost(); }

private:
    void gap(std::string id, std::string missing, std::string would_add, std::string how) {
        const bool known =
            std::ranges::any_of(out_.gaps, [&](const DbGap& one) { return one.id == id; });
        if (!known) {
            out_.gaps.push_back({.id = std::move(id),
                                 .missing = std::move(missing),
                                 .would_add = std::move(would_add),
                                 .how = std::move(how)});
        }
    }

    void failed(const std::string& what, const Rows& rows) {
        ++failures_;
        if (rows.failure == Failure::lost) {
            lost_why_ = lost_why_.empty() ? rows.why : lost_why_;
            return;
        }
        std::string id = "collect." + what;
        std::ranges::replace(id, ' ', '-');
        const bool slow = rows.failure == Failure::too_slow || rows.failure == Failure::locked;
        gap(std::move(id),
            slow ? fmt::format("{}: given up after {} ms, so that nothing of yours waits",
                               what,
                               rows.failure == Failure::locked
                                   ? options_.limits.lock_timeout_ms
                                   : options_.limits.statement_timeout_ms)
                 : fmt::format("{}: {}", what, rows.why),
            what,
            slow ? "collect again when the server is less busy, or --statement-timeout 60"
            : rows.failure == Failure::denied
                ? fmt::format("GRANT pg_monitor TO \"{}\";", out_.role)
                : "see the message of the server");
    }

    template <class Use>
    void each(const std::string& what, const std::string& statement, const Use& use) {
        const Rows rows = session_.read(statement);
        if (!rows.ok()) {
            failed(what, rows);
            return;
        }
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            use(rows, i);
        }
    }
    template <class Value>
    void keyed(const std::string& what,
               const std::string& statement,
               std::map<std::string, Value>& into) {
        each(what, statement, [&](const Rows& rows, std::size_t i) {
            fill(rows, i, into[text_at(rows, i, "key")]);
        });
    }
    template <class Part>
    void part(const std::string& what,
              const std::string& statement,
              std::vector<Part> DbTable::*parts) {
        each(what, statement, [&](const Rows& rows, std::size_t i) {
            const auto table = out_.tables.find(text_at(rows, i, "key"));
            if (table != out_.tables.end()) {
                fill(rows, i, (table->second.*parts).emplace_back());
            }
        });
    }

    void columns() {
        const bool keep = options_.keep_values;
        const bool texts = keep || !options_.values_key.empty();
        Rows rows = session_.read(ask::columns(texts, keep));
        if (!rows.ok()) {
            failed("columns", rows);  // the statistics may be locked, or many: what is left?
            rows = session_.read(ask::columns_alone());
        }
        for (std::size_t i = 0; rows.ok() && i < rows.rows.size(); ++i) {
            const auto table = out_.tables.find(text_at(rows, i, "key"));
            if (table == out_.tables.end()) {
                continue;
            }
            DbColumn& column = table->second.columns.emplace_back();
            fill(rows, i, column);
            if (!keep) {
                const std::string category = text_at(rows, i, "category");
                const bool taken = column.redacted;
                redact(column, category.empty() ? 'X' : category.front(), options_.values_key);
                column.redacted = column.redacted || taken;
            }
        }
        if (!keep && texts) {
            out_.settings[key_setting] = key_mark(options_.values_key);
        }
    }

    // The values that a check allows are data as much as rule ("name <> 'Smith'"), and no plan
    // needs them.
    void shy_constraints() {
        if (options_.keep_values) {
            return;
        }
        sql::Normaliser normaliser{sql::Dialect::postgres};
        for (auto& [key, table] : out_.tables) {
            for (DbConstraint& one : table.constraints) {
                if (one.kind == "c") {
                    one.definition = sql::Normaliser::readable(normaliser.canonical(one.definition),
                                                               longest_statement);
                }
            }
        }
    }

    void unreadable_tables() {
        std::size_t hidden = 0;
        std::size_t redacted = 0;
        for (const auto& [key, table] : out_.tables) {
            const bool stored = table.kind == "r" || table.kind == "p" || table.kind == "m";
            hidden += stored && (!table.readable || table.row_security) ? 1 : 0;
            redacted +=
                static_cast<std::size_t>(std::ranges::count_if(table.columns, &DbColumn::redacted));
        }
        if (hidden != 0) {
            gap("collect.column-statistics",
                fmt::format(
                    "statistics of the columns of {} tables, which the role {} may not read",
                    hidden,
                    out_.role),
                "plans at other scales, bloat by width",
                versions_.server >= 140000
                    ? fmt::format("GRANT pg_read_all_data TO \"{}\"; (tables with row security: "
                                  "the owner collects)",
                                  out_.role)
                    : fmt::format("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{}\";",
                                  out_.role));
        }
        if (redacted != 0 && !options_.keep_values) {
            const bool known = !options_.values_key.empty();
            gap("collect.values",
                fmt::format("values of {} columns of texts and the like: {}",
                            redacted,
                            known ? "stand-ins are there in their place, and the key of them is "
                                    "this user's"
                                  : "taken out, they are about people"),
                known ? "plans of ranges and patterns over them; with the key of another user, of "
                        "every condition on them"
                      : "plans of conditions on such a column, where one value is much more common "
                        "than another",
                "plimsoll collect --keep-values; the capture then holds such values");
        }
    }

    // Texts without literals, and only of statements that pg_stat_statements itself has normalised:
    // a utility statement keeps its literals there (ALTER ROLE ... PASSWORD 'x'), and is of no use
    // here.
    static void clean(std::map<std::string, DbStatement>& statements) {
        sql::Normaliser normaliser{sql::Dialect::postgres};
        for (auto one = statements.begin(); one != statements.end();) {
            const std::string canonical{normaliser.canonical(one->second.text)};
            const StatementKind kind = sql::facts_of(canonical, sql::Dialect::postgres).kind;
            const bool normalised = kind == StatementKind::read || kind == StatementKind::write ||
                                    kind == StatementKind::locking_read;
            if (!normalised || normaliser.unfinished()) {
                one = statements.erase(one);
            } else {
                one->second.text = sql::Normaliser::readable(canonical, longest_statement);
                ++one;
            }
        }
    }

    const CaptureOptions& options_;
    Session session_;
    Versions versions_;
    DatabaseCapture out_;
    std::size_t failures_ = 0;
    std::string lost_why_;
};

}  // namespace

void refuse_old(std::int64_t server_version, const std::string& shown_connection) {
    if (server_version < oldest_server) {
        throw Error{
            {.status = Status::unreadable,
             .what = "the server is too old",
             .where = shown_connection,
             .why =
                 server_version < 100000
                     ? fmt::format("it is PostgreSQL {}.{}, and 12 is the oldest that can be read",
                                   server_version / 10000,
                                   server_version / 100 % 100)
                     : fmt::format("it is PostgreSQL {}, and 12 is the oldest that can be read",
                                   server_version / 10000),
             .remedy = "give its slow-query log and plans to plimsoll audit instead"}};
    }
}

DatabaseCapture capture(const std::string& connection,
                        const CaptureOptions& options,
                        const std::function<void(const std::string&)>& progress) {
    const auto say = [&](const char* what) {
        if (progress) {
            progress(shown(connection) + ": " + what);
        }
    };
    Collector collector{connection, options};
    collector.server();
    say("catalogue");
    collector.catalogue();
    say("first snapshot");
    bool whole = collector.snapshot();
    if (!collector.lost()) {
        say("watching sessions");
        collector.watch();
        say("second snapshot");
        whole = collector.snapshot() && whole;
    }
    return collector.finish(whole);
}

}  // namespace plimsoll::readers::live
