#include "app/planner/ddl.hpp"

#include "app/planner/link.hpp"

#include <fmt/format.h>

#include <set>

namespace plimsoll::app::planner {
namespace {

[[nodiscard]] std::string full(const DbTable& table) {
    return named(table.schema) + "." + named(table.name);
}
[[nodiscard]] std::string full(const DatabaseCapture& capture, const std::string& key) {
    const auto found = capture.tables.find(key);
    return found == capture.tables.end() ? named(key) : full(found->second);
}

[[nodiscard]] std::string columns_of(const DbTable& table) {
    std::string out;
    for (const DbColumn& column : table.columns) {
        out += fmt::format("{}{} {}{}",
                           out.empty() ? "" : ", ",
                           named(column.name),
                           column.type,
                           column.not_null ? " not null" : "");
    }
    return out;
}

void add_tables(const DatabaseCapture& capture, std::vector<Definition>& out) {
    // Parents before partitions, whatever the depth.
    std::set<std::string> made;
    bool more = true;
    while (more) {
        more = false;
        for (const auto& [key, table] : capture.tables) {
            if (table.kind == "v" || made.contains(key) ||
                (!table.partition_of.empty() && capture.tables.contains(table.partition_of) &&
                 !made.contains(table.partition_of))) {
                continue;
            }
            std::string sql = "create table " + full(table);
            sql += table.partition_of.empty()
                       ? " (" + columns_of(table) + ")"
                       : " partition of " + full(capture, table.partition_of) + " " +
                             table.partition_bound;
            sql += table.partition_key.empty() ? "" : " partition by " + table.partition_key;
            out.push_back({.sql = std::move(sql), .what = "the table " + key});
            more = made.insert(key).second;
        }
    }
}

void add_constraints(const DatabaseCapture& capture,
                     std::string_view kinds,
                     std::vector<Definition>& out) {
    for (const auto& [key, table] : capture.tables) {
        for (const DbConstraint& one : table.constraints) {
            // Of a check whose literals were taken out nothing is left that could be made.
            const bool whole = one.kind != "c" || one.definition.find('$') == std::string::npos;
            if (whole && kinds.find(one.kind) != std::string_view::npos) {
                out.push_back({.sql = fmt::format("alter table {} add constraint {} {}",
                                                  full(table),
                                                  named(one.name),
                                                  one.definition),
                               .what = "the constraint " + one.name + " of " + key});
            }
        }
    }
}

}  // namespace

std::vector<Definition> ddl_of(const DatabaseCapture& capture) {
    std::vector<Definition> out;
    std::set<std::string> schemas;
    for (const auto& [key, table] : capture.tables) {
        schemas.insert(table.schema);
    }
    for (const DbType& type : capture.types) {
        schemas.insert(type.name.substr(0, type.name.find('.')));
    }
    for (const std::string& schema : schemas) {
        out.push_back({.sql = "create schema if not exists " +
                              (schema.starts_with('"') ? schema : named(schema)),
                       .what = "the schema " + schema});
    }
    for (const std::string& extension : capture.extensions) {
        const std::string name = extension.substr(0, extension.find(' '));
        if (name != "plpgsql" && name != "pg_stat_statements") {
            out.push_back({.sql = "create extension if not exists " + named(name),
                           .what = "the extension " + name});
        }
    }
    for (const DbType& type : capture.types) {
        out.push_back({.sql = type.definition, .what = "the type " + type.name});
    }
    add_tables(capture, out);
    add_constraints(capture, "pux", out);
    for (const auto& [key, table] : capture.tables) {
        for (const DbIndex& index : table.indexes) {
            if (!index.constraint && index.valid) {
                out.push_back(
                    {.sql = index.definition, .what = "the index " + index.name + " of " + key});
            }
        }
    }
    add_constraints(capture, "c", out);
    add_constraints(capture, "f", out);
    for (const auto& [key, table] : capture.tables) {
        if (table.kind == "v") {
            out.push_back({.sql = "create view " + full(table) + " as " + table.definition,
                           .what = "the view " + key});
        }
    }
    return out;
}

// Slots of pg_statistic: 1 most common values, 2 histogram, 3 correlation; operators are those of
// the type's default b-tree, as ANALYZE takes them.
std::string statistics_insert(const std::string& values) {
    return "with v(s, t, a, null_frac, width, n_distinct, frequencies, common, histogram, back, "
           "correlation, inherited)"
           " as (values " +
           values +
           "), typed as (select v.*, c.oid as rel, a.attnum, a.attcollation as coll,"
           " case when t.typtype = 'd' then t.typbasetype else t.oid end as type,"
           // Operators of enumerations, arrays and ranges are those of all of their kind.
           " (select case when b.typtype = 'e' then 'anyenum'::regtype when b.typcategory = 'A' "
           "then"
           " 'anyarray'::regtype when b.typtype = 'r' then 'anyrange'::regtype end from pg_type b"
           " where b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end) as kind"
           " from v join pg_namespace n on n.nspname = v.s join pg_class c on c.relnamespace = "
           "n.oid and c.relname = v.t"
           " join pg_attribute a on a.attrelid = c.oid and a.attname = v.a join pg_type t on t.oid "
           "= a.atttypid),"
           " op as (select typed.*,"
           " (select p.amopopr from pg_opclass o join pg_amop p on p.amopfamily = o.opcfamily and "
           "p.amoplefttype ="
           " o.opcintype and p.amoprighttype = o.opcintype join pg_am m on m.oid = o.opcmethod and "
           "m.amname = 'btree'"
           " where o.opcdefault and p.amopstrategy = 3 and (o.opcintype in (typed.type, "
           "typed.kind) or exists "
           "(select from pg_cast k"
           " where k.castsource = typed.type and k.casttarget = o.opcintype and k.castmethod = 'b' "
           "and k.castcontext ="
           " 'i')) order by o.opcintype <> typed.type limit 1) as eq,"
           " (select p.amopopr from pg_opclass o join pg_amop p on p.amopfamily = o.opcfamily and "
           "p.amoplefttype ="
           " o.opcintype and p.amoprighttype = o.opcintype join pg_am m on m.oid = o.opcmethod and "
           "m.amname = 'btree'"
           " where o.opcdefault and p.amopstrategy = 1 and (o.opcintype in (typed.type, "
           "typed.kind) or exists "
           "(select from pg_cast k"
           " where k.castsource = typed.type and k.casttarget = o.opcintype and k.castmethod = 'b' "
           "and k.castcontext ="
           " 'i')) order by o.opcintype <> typed.type limit 1) as lt from typed)"
           " insert into pg_statistic select rel, attnum, inherited, null_frac, width, n_distinct,"
           " case when common is null or eq is null then 0 else 1 end,"
           " case when histogram is null or lt is null then 0 else 2 end,"
           " case when correlation is null or lt is null then 0 else 3 end, 0, 0,"
           " case when common is null then 0 else coalesce(eq, 0) end,"
           " case when histogram is null then 0 else coalesce(lt, 0) end,"
           " case when correlation is null then 0 else coalesce(lt, 0) end, 0, 0,"
           " case when common is null then 0 else coll end, case when histogram is null then 0 "
           "else coll end,"
           " case when correlation is null then 0 else coll end, 0, 0,"
           " case when common is not null then frequencies end, null, correlation, null, null,"
           " array_in(common::cstring, type, -1), array_in(histogram::cstring, type, -1), null, "
           "null, null from op";
}

std::vector<std::string> stretch_back_updates(const Scaled& now) {
    std::vector<std::string> out;
    for (const ScaledColumn& one : now.columns) {
        if (one.stretch_back == 1 || one.histogram.empty()) {
            continue;
        }
        const std::size_t dot = one.table.find('.');
        // Arithmetic in the type's own terms; a date gives whole days.
        out.push_back(
            fmt::format("with s as (select st.starelid, st.staattnum, a.atttypid, "
                        "st.stavalues2::text as bounds from pg_statistic st"
                        " join pg_attribute a on a.attrelid = st.starelid and a.attnum = "
                        "st.staattnum join pg_class c on c.oid ="
                        " st.starelid join pg_namespace n on n.oid = c.relnamespace where "
                        "n.nspname = {} and c.relname = {} and"
                        " a.attname = {}), x as (select s.starelid, s.staattnum, s.atttypid, "
                        "u.bound::timestamp as bound, u.ord"
                        " from s, unnest(s.bounds::text[]) with ordinality u(bound, ord)),"
                        " m as (select *, max(bound) over () as last from x),"
                        " y as (select starelid, staattnum, atttypid, array_agg((last - (last - "
                        "bound) * {}::float8) order by ord)"
                        "::text as bounds from m group by 1, 2, 3)"
                        " update pg_statistic st set stavalues2 = array_in(y.bounds::cstring, "
                        "y.atttypid, -1) from y"
                        " where st.starelid = y.starelid and st.staattnum = y.staattnum",
                        as_literal(one.table.substr(0, dot)),
                        as_literal(one.table.substr(dot + 1)),
                        as_literal(one.name),
                        one.stretch_back));
    }
    return out;
}

std::string new_indexes_query(const DatabaseCapture& capture) {
    std::string known = "''";
    for (const auto& [key, table] : capture.tables) {
        for (const DbIndex& index : table.indexes) {
            known += "," + as_literal(table.schema + "." + index.name);
        }
    }
    return "select i.indexrelid::text, pg_relation_filepath(i.indexrelid), greatest(c.reltuples, "
           "0)::text,"
           " coalesce((select sum(coalesce(s.stawidth, case when a.attlen > 0 then a.attlen else "
           "16 end)) from"
           " pg_attribute a left join lateral (select k from unnest(i.indkey::int2[]) with "
           "ordinality u(k, ord) where"
           " u.ord = a.attnum) key on true left join pg_statistic s on s.starelid = i.indrelid and "
           "s.staattnum = key.k"
           " where a.attrelid = i.indexrelid), 8)::text,"
           " coalesce((select max(case when s.stadistinct < 0 then -s.stadistinct when "
           "s.stadistinct > 0 then"
           " s.stadistinct / greatest(c.reltuples, 1) else 1 end) from unnest(i.indkey::int2[]) "
           "u(k) join pg_statistic s"
           " on s.starelid = i.indrelid and s.staattnum = u.k), 1)::text,"
           " coalesce(pg_get_expr(i.indpred, i.indrelid), ''), n.nspname, c.relname"
           " from pg_index i join pg_class ic on ic.oid = i.indexrelid join pg_class c on c.oid = "
           "i.indrelid"
           " join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and "
           "i.indexrelid >= 16384"
           " and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'"
           " and n.nspname || '.' || ic.relname not in (" +
           known + ")";
}

}  // namespace plimsoll::app::planner
