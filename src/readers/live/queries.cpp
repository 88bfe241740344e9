#include "readers/live/queries.hpp"

#include <fmt/format.h>

#include <charconv>

namespace plimsoll::readers::live {
namespace {

// Tables of the user's, in any schema but the server's own.
constexpr const char* ours =
    " n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' ";
constexpr const char* microseconds = "(extract(epoch from {}) * 1000000)::bigint";

[[nodiscard]] std::string as_micros(const std::string& instant) {
    return fmt::format(fmt::runtime(microseconds), instant);
}

}  // namespace

int extension_version(const std::string& text) noexcept {
    int major = 0;
    int minor = 0;
    const char* end = text.data() + text.size();
    const auto [dot, error] = std::from_chars(text.data(), end, major);
    if (error != std::errc{} || major < 0 || major > 99) {
        return 0;
    }
    if (dot != end && *dot == '.') {
        (void)std::from_chars(dot + 1, end, minor);
    }
    return major * 100 + (minor >= 0 && minor < 100 ? minor : 0);
}

namespace ask {

std::string server() {
    return "select current_setting('server_version_num')::bigint as server, current_database() as "
           "database,"
           " current_user as role, pg_is_in_recovery() as standby,"
           " (select oid from pg_database where datname = current_database())::text as oid,"
           " pg_has_role(current_user, 'pg_monitor', 'usage') as monitor,"
           " pg_has_role(current_user, 'pg_read_all_stats', 'usage') as all_stats, " +
           as_micros("clock_timestamp()") + " as now";
}

// Sizes in bytes and times in milliseconds, whatever unit the setting has. Only names that judge or
// plan: others may hold secrets (primary_conninfo, archive_command).
std::string settings(const Versions& versions) {
    // No setting since 16, and of another provider it never told: by it a planner decides whether
    // an index on a text serves a prefix.
    const std::string collation =
        versions.server >= 150000
            ? "case when d.datlocprovider::text = 'c' or (d.datlocprovider::text = 'b' and "
              "d.datcollate = 'C') then d.datcollate else 'provider ' || d.datlocprovider::text end"
            : "d.datcollate";
    return "select 'lc_collate' as name, " + collation +
           "::text as value from pg_database d where d.datname = current_database() union all"
           " select name, case"
           " when unit = 'B' then setting when unit = 'kB' then (setting::numeric * 1024)::text"
           " when unit = '8kB' then (setting::numeric * 8192)::text"
           " when unit = 'MB' then (setting::numeric * 1048576)::text"
           " when unit = 's' then (setting::numeric * 1000)::text"
           " when unit = 'min' then (setting::numeric * 60000)::text"
           " else setting end as value from pg_settings where name ~ "
           "'^(enable_|autovacuum|jit|cpu_|geqo|track_"
           "|max_parallel|parallel_|min_parallel_|pg_stat_statements\\.)' or name in "
           "('max_connections',"
           " 'superuser_reserved_connections', 'reserved_connections', 'shared_buffers', "
           "'effective_cache_size',"
           " 'work_mem', 'hash_mem_multiplier', 'maintenance_work_mem', 'random_page_cost', "
           "'seq_page_cost',"
           " 'effective_io_concurrency', 'default_statistics_target', 'cursor_tuple_fraction',"
           " 'constraint_exclusion', 'from_collapse_limit', 'join_collapse_limit', "
           "'plan_cache_mode',"
           " 'recursive_worktable_factor', 'log_min_duration_statement', 'log_lock_waits', "
           "'log_temp_files',"
           " 'deadlock_timeout', 'lock_timeout', 'statement_timeout', "
           "'idle_in_transaction_session_timeout',"
           " 'compute_query_id', 'max_wal_size', 'wal_level', 'synchronous_commit', "
           "'checkpoint_timeout',"
           " 'vacuum_failsafe_age', 'temp_file_limit', 'max_wal_senders', 'max_replication_slots',"
           " 'max_slot_wal_keep_size', 'old_snapshot_threshold', 'block_size', 'server_encoding')";
}

std::string extensions() {
    return "select e.extname as name, e.extversion as version, quote_ident(n.nspname) as schema"
           " from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by 1";
}

std::string types() {
    return std::string{"select quote_ident(n.nspname) || '.' || quote_ident(t.typname) as name, "
                       "case t.typtype when 'e'"
                       " then 'CREATE TYPE ' || quote_ident(n.nspname) || '.' || "
                       "quote_ident(t.typname) || ' AS ENUM (' ||"
                       " (select string_agg(quote_literal(l.enumlabel), ', ' order by "
                       "l.enumsortorder) from pg_enum l"
                       " where l.enumtypid = t.oid) || ')' else 'CREATE DOMAIN ' || "
                       "quote_ident(n.nspname) || '.' ||"
                       " quote_ident(t.typname) || ' AS ' || format_type(t.typbasetype, "
                       "t.typtypmod) end as definition"
                       " from pg_type t join pg_namespace n on n.oid = t.typnamespace where "
                       "t.typtype in ('e', 'd') and"} +
           ours +
           "and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and "
           "d.objid = t.oid"
           " and d.deptype = 'e') order by t.typtype desc, t.oid";
}

std::string tables() {
    return std::string{
               "select n.nspname || '.' || c.relname as key, n.nspname as schema, c.relname as "
               "name,"
               " c.relkind::text as kind, coalesce((select pn.nspname || '.' || pc.relname from "
               "pg_inherits i"
               " join pg_class pc on pc.oid = i.inhparent join pg_namespace pn on pn.oid = "
               "pc.relnamespace"
               " where i.inhrelid = c.oid and c.relispartition), '') as partition_of,"
               " coalesce(pg_get_expr(c.relpartbound, c.oid), '') as partition_bound,"
               " case c.relkind when 'p' then pg_get_partkeydef(c.oid) else '' end as "
               "partition_key,"
               " case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) else '' end as "
               "definition,"
               " c.reltuples::float8 as rows, c.relpages::bigint as pages, c.relallvisible::bigint "
               "as pages_visible,"
               " c.relrowsecurity as row_security, has_table_privilege(c.oid, 'select') as readable"
               " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
               " where c.relkind in ('r', 'p', 'm', 'v', 'f') and"} +
           ours +
           "and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and "
           "d.objid = c.oid"
           " and d.deptype = 'e') order by 1 limit 20000";
}

// Values of numbers, times and truth values tell sizes and spans; what becomes of the others is
// said in redaction.hpp. What nobody needs stays on the server.
namespace {

constexpr const char* column_facts =
    "select n.nspname || '.' || c.relname as key, a.attname as name,"
    " case when tn.nspname = 'pg_catalog' then format_type(a.atttypid, a.atttypmod) else"
    " quote_ident(tn.nspname) || '.' || (case when t.typcategory = 'A' then "
    "quote_ident(ltrim(t.typname, '_'))"
    " || '[]' else quote_ident(t.typname) end) end as type, a.attnotnull as not_null";
constexpr const char* column_tables =
    " from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on "
    "a.attrelid = c.oid"
    " and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid"
    " join pg_namespace tn on tn.oid = t.typnamespace";
constexpr const char* column_order =
    " where c.relkind in ('r', 'p', 'm', 'v', 'f') and{}order by 1, a.attnum";

}  // namespace

std::string columns(bool texts, bool bounds) {
    const std::string plain = "(bt.typcategory in ('N', 'D', 'B') and bt.typname <> 'money')";
    return column_facts +
           fmt::format(
               ", s.attname is not null as analyzed,"
               " not {0} and coalesce(s.most_common_vals, s.histogram_bounds) is not null as "
               "redacted,"
               " bt.typcategory::text as category,"
               " coalesce(s.null_frac, 0)::float8 as null_frac, coalesce(s.avg_width, 0)::bigint "
               "as "
               "avg_width,"
               " coalesce(s.n_distinct, 0)::float8 as n_distinct, s.correlation::float8 as "
               "correlation,"
               " case when {0} then coalesce(s.most_common_vals::text, '') else '' end as common,"
               " coalesce(s.most_common_freqs::text, '') as frequencies,"
               " case when {1} then coalesce(s.histogram_bounds::text, '') else '' end as "
               "histogram",
               texts ? "true" : plain,
               bounds ? "true" : plain) +
           column_tables +
           " join pg_type bt on bt.oid = case when t.typtype = 'd' then t.typbasetype else t.oid "
           "end"
           " left join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and "
           "s.attname = a.attname"
           " and s.inherited = (c.relkind = 'p')" +
           fmt::format(fmt::runtime(column_order), ours);
}

std::string columns_alone() {
    return std::string{column_facts} + column_tables +
           fmt::format(fmt::runtime(column_order), ours);
}

std::string indexes() {
    return std::string{
               "select n.nspname || '.' || c.relname as key, ic.relname as name,"
               " pg_get_indexdef(i.indexrelid) as definition, am.amname as method,"
               " (select coalesce(json_agg(coalesce(a.attname, '') order by k.ord), '[]')::text"
               " from unnest(i.indkey::int2[]) with ordinality k(num, ord)"
               " left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num and "
               "k.num > 0"
               " where k.ord <= i.indnkeyatts) as columns,"
               " i.indisunique as unique, i.indisprimary as primary, i.indisvalid as valid,"
               " exists (select from pg_constraint x where x.conindid = i.indexrelid and x.contype "
               "in ('p', 'u', 'x'))"
               " as constraint, i.indpred is not null as partial, i.indisreplident as "
               "replica_identity,"
               " ic.relpages::bigint as pages, ic.reltuples::float8 as rows"
               " from pg_index i join pg_class ic on ic.oid = i.indexrelid join pg_class c on "
               "c.oid = i.indrelid"
               " join pg_am am on am.oid = ic.relam join pg_namespace n on n.oid = c.relnamespace"
               " where c.relkind in ('r', 'p', 'm') and"} +
           ours + "order by 1, 2";
}

std::string constraints() {
    return std::string{"select n.nspname || '.' || c.relname as key, x.conname as name, "
                       "x.contype::text as kind,"
                       " pg_get_constraintdef(x.oid) as definition,"
                       " (select coalesce(json_agg(a.attname order by k.ord), '[]')::text from "
                       "unnest(x.conkey) with"
                       " ordinality k(num, ord) join pg_attribute a on a.attrelid = x.conrelid and "
                       "a.attnum = k.num) as columns,"
                       " coalesce(fn.nspname || '.' || fc.relname, '') as references,"
                       " (select coalesce(json_agg(a.attname order by k.ord), '[]')::text from "
                       "unnest(x.confkey) with"
                       " ordinality k(num, ord) join pg_attribute a on a.attrelid = x.confrelid "
                       "and a.attnum = k.num)"
                       " as reference_columns"
                       " from pg_constraint x join pg_class c on c.oid = x.conrelid"
                       " join pg_namespace n on n.oid = c.relnamespace left join pg_class fc on "
                       "fc.oid = x.confrelid"
                       " left join pg_namespace fn on fn.oid = fc.relnamespace"
                       " where x.contype in ('p', 'u', 'f', 'c', 'x') and x.conparentid = 0 and"} +
           ours + "order by 1, 2";
}

std::string totals(const Versions& versions) {
    const bool times = versions.server >= 140000;
    return "select d.xact_commit as commits, d.xact_rollback as rollbacks, d.blks_read as "
           "blocks_read,"
           " d.blks_hit as blocks_hit, d.temp_files, d.temp_bytes, d.deadlocks,"
           " (d.blk_read_time * 1000)::bigint as read_us," +
           std::string{
               times ? " (d.active_time * 1000)::bigint as active_us,"
                       " (d.idle_in_transaction_time * 1000)::bigint as idle_in_transaction_us,"
                     : ""} +
           " pg_database_size(d.datid) as bytes, " + as_micros("d.stats_reset") +
           " as reset, (select max(age(datfrozenxid)) from pg_database)::bigint as frozen_age,"
           " (select max(mxid_age(datminmxid)) from pg_database)::bigint as multixact_age," +
           (versions.server >= 130000 ? " pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
                                      : " txid_snapshot_xmax(txid_current_snapshot())") +
           " as next_xid,"
           " case when pg_is_in_recovery() then 0 else pg_wal_lsn_diff(pg_current_wal_lsn(), "
           "'0/0')::bigint end"
           " as wal_bytes,"
           " case when pg_is_in_recovery() and pg_last_wal_receive_lsn() is distinct from "
           "pg_last_wal_replay_lsn()"
           " then " +
           as_micros("clock_timestamp() - pg_last_xact_replay_timestamp()") +
           " end as standby_lag_us,"
           " greatest((select max(age(backend_xmin)) from pg_stat_activity where pid <> "
           "pg_backend_pid()),"
           " (select max(greatest(age(xmin), age(catalog_xmin))) from pg_replication_slots),"
           " (select max(age(transaction)) from pg_prepared_xacts), 0)::bigint as "
           "oldest_snapshot_age, " +
           as_micros("clock_timestamp()") +
           " as at from pg_stat_database d where d.datname = current_database()";
}

std::string checkpoints(const Versions& versions) {
    return versions.server >= 170000
               ? "select num_timed as checkpoints_timed, num_requested as checkpoints_forced from"
                 " pg_stat_checkpointer"
               : "select checkpoints_timed, checkpoints_req as checkpoints_forced from "
                 "pg_stat_bgwriter";
}

std::string statements_dropped(const Versions& versions) {
    return versions.statements >= 109 ? "select dealloc as statements_dropped from " +
                                            versions.statements_schema + ".pg_stat_statements_info"
                                      : std::string{};
}

std::string table_counters() {
    return std::string{
               "select n.nspname || '.' || c.relname as key, coalesce(s.seq_scan, 0) as seq_scan,"
               " coalesce(s.seq_tup_read, 0) as seq_tup_read, coalesce(s.idx_scan, 0) as idx_scan,"
               " coalesce(s.idx_tup_fetch, 0) as idx_tup_fetch, coalesce(s.n_tup_ins, 0) as "
               "inserted,"
               " coalesce(s.n_tup_upd, 0) as updated, coalesce(s.n_tup_del, 0) as deleted,"
               " coalesce(s.n_tup_hot_upd, 0) as hot_updated, coalesce(s.n_live_tup, 0) as live,"
               " coalesce(s.n_dead_tup, 0) as dead, coalesce(s.n_mod_since_analyze, 0) as "
               "modified_since_analyze, "} +
           as_micros("greatest(s.last_vacuum, s.last_autovacuum)") + " as last_vacuum, " +
           as_micros("greatest(s.last_analyze, s.last_autoanalyze)") +
           " as last_analyze, coalesce(io.heap_blks_read, 0) + coalesce(io.idx_blks_read, 0) +"
           " coalesce(io.toast_blks_read, 0) as blocks_read, coalesce(io.heap_blks_hit, 0) +"
           " coalesce(io.idx_blks_hit, 0) + coalesce(io.toast_blks_hit, 0) as blocks_hit,"
           " c.relpages::bigint * current_setting('block_size')::bigint as bytes, 0::bigint as "
           "index_bytes,"
           " case when c.relfrozenxid::text = '0' then 0 else age(c.relfrozenxid) end::bigint as "
           "frozen_age"
           " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
           " left join pg_stat_all_tables s on s.relid = c.oid left join pg_statio_all_tables io "
           "on io.relid = c.oid"
           " where c.relkind in ('r', 'm') and" +
           ours + "order by 1 limit 20000";
}

// Apart from the counters: the size functions wait for a table that somebody has locked, and are
// then given up.
std::string table_sizes() {
    return std::string{
               "select n.nspname || '.' || c.relname as key, pg_relation_size(c.oid) as bytes,"
               " pg_indexes_size(c.oid) as index_bytes from pg_class c"
               " join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and"} +
           ours + "limit 20000";
}

std::string index_counters() {
    return std::string{"select n.nspname || '.' || s.indexrelname as key, s.idx_scan as scans,"
                       " s.idx_tup_read as rows_read,"
                       " c.relpages::bigint * current_setting('block_size')::bigint as bytes"
                       " from pg_stat_all_indexes s join pg_class c on c.oid = s.indexrelid"
                       " join pg_namespace n on n.oid = c.relnamespace where"} +
           ours + "order by 1 limit 50000";
}

std::string index_sizes() {
    return std::string{
               "select n.nspname || '.' || c.relname as key, pg_relation_size(c.oid) as bytes"
               " from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = "
               "'i' and"} +
           ours + "limit 50000";
}

std::string statements(const Versions& versions) {
    const bool planning = versions.statements >= 108;
    const std::string exec = planning ? "exec_time" : "time";
    const std::string read = versions.statements >= 111 ? "shared_blk_read_time" : "blk_read_time";
    return fmt::format(
        "select queryid::text as key, min(query) as text, sum(calls)::bigint as calls,"
        " (sum(total_{0}) * 1000)::bigint as total_us, (max(max_{0}) * 1000)::bigint as longest_us,"
        " (max(stddev_{0}) * 1000)::bigint as deviation_us, {1} as planning_us, sum(rows)::bigint "
        "as rows,"
        " sum(shared_blks_hit)::bigint as blocks_hit, sum(shared_blks_read)::bigint as blocks_read,"
        " sum(shared_blks_dirtied)::bigint as blocks_dirtied, sum(temp_blks_read)::bigint as "
        "temp_blocks_read,"
        " sum(temp_blks_written)::bigint as temp_blocks_written, (sum({2}) * 1000)::bigint as "
        "read_us,"
        " {3} as wal_bytes from {4}.pg_stat_statements where queryid is not null and dbid ="
        " (select oid from pg_database where datname = current_database()) {5}"
        "group by queryid order by sum(total_{0}) desc limit 2000",
        exec,
        planning ? "(sum(total_plan_time) * 1000)::bigint" : "0::bigint",
        read,
        planning ? "sum(wal_bytes)::bigint" : "0::bigint",
        versions.statements_schema,
        versions.statements >= 109 ? "and toplevel " : "");
}

std::string replicas() {
    return "select coalesce(application_name, '') as name, coalesce(state, '') as state,"
           " coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn() "
           "else"
           " pg_current_wal_lsn() end, replay_lsn), 0)::bigint as lag_bytes, " +
           as_micros("replay_lag") + " as lag_us from pg_stat_replication order by 1 limit 1000";
}

std::string slots(const Versions& versions) {
    return std::string{"select slot_name as name, active, coalesce(pg_wal_lsn_diff(case when "
                       "pg_is_in_recovery()"
                       " then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end, "
                       "restart_lsn), 0)::bigint"
                       " as held_bytes, "} +
           (versions.server >= 130000 ? "coalesce(wal_status, '')" : "''") +
           " as wal_status from pg_replication_slots order by 1 limit 1000";
}

std::string sessions(const Versions& versions) {
    // The time in a lock queue is known since 14; before, the statement's age bounds it from above.
    const std::string waited =
        versions.server >= 140000
            ? "(select max(clock_timestamp() - waitstart) from pg_locks where not granted)"
            : "max(case when wait_event_type = 'Lock' then clock_timestamp() - query_start end)";
    return "select " + as_micros("clock_timestamp()") +
           " as at, count(*) as sessions, count(*) filter (where state = 'active') as active,"
           " count(*) filter (where state like 'idle in transaction%') as idle_in_transaction,"
           " count(*) filter (where state = 'active' and wait_event_type = 'Lock') as waiting_lock,"
           " count(*) filter (where state = 'active' and wait_event_type = 'IO') as waiting_io,"
           " count(*) filter (where state is null) as hidden,"
           " coalesce(" +
           as_micros("max(clock_timestamp() - xact_start)") +
           ", 0) as oldest_transaction_us, coalesce(" +
           as_micros("max(case when state like 'idle in transaction%' then clock_timestamp() - "
                     "state_change end)") +
           ", 0) as oldest_idle_in_transaction_us, coalesce(" + as_micros(waited) +
           ", 0) as longest_lock_wait_us from pg_stat_activity"
           " where pid <> pg_backend_pid() and coalesce(backend_type, 'client backend') = 'client "
           "backend'";
}

std::string lock_waits() {
    return "select l.locktype || ' ' || coalesce(n.nspname || '.' || c.relname, '') || ' ' || "
           "l.mode as what,"
           " count(*) as waiting from pg_locks l left join pg_class c on c.oid = "
           "coalesce(l.relation,"
           " (select h.relation from pg_locks h where h.pid = l.pid and h.granted and h.locktype = "
           "'tuple' limit 1))"
           " and (l.database is null or l.database in (0, (select oid from pg_database where "
           "datname ="
           " current_database()))) left join pg_namespace n on n.oid = c.relnamespace"
           " where not l.granted group by 1 limit 200";
}

}  // namespace ask
}  // namespace plimsoll::readers::live
