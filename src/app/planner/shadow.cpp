#include "app/planner/shadow.hpp"

#include "app/planner/ddl.hpp"
#include "app/planner/link.hpp"
#include "core/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace plimsoll::app::planner {
namespace {

constexpr std::int64_t block = 8192;
constexpr std::int64_t blocks_of_a_segment = 131072;  // 1 GB: PostgreSQL cuts its files there

// Settings that a plan depends on; those with a size are bytes in a capture.
constexpr std::array in_bytes{"work_mem",
                              "effective_cache_size",
                              "min_parallel_table_scan_size",
                              "min_parallel_index_scan_size"};
constexpr std::array plain{"hash_mem_multiplier",
                           "random_page_cost",
                           "seq_page_cost",
                           "max_parallel_workers_per_gather",
                           "max_parallel_workers",
                           "parallel_leader_participation",
                           "default_statistics_target",
                           "cursor_tuple_fraction",
                           "constraint_exclusion",
                           "from_collapse_limit",
                           "join_collapse_limit",
                           "effective_io_concurrency",
                           "jit"};
constexpr std::array prefixes{"enable_",
                              "cpu_",
                              "jit_above",
                              "jit_inline",
                              "jit_optimize",
                              "geqo",
                              "parallel_setup",
                              "parallel_tuple"};

[[nodiscard]] std::vector<std::string> settings_of(const DatabaseCapture& capture) {
    std::vector<std::string> out{"set allow_system_table_mods = on",
                                 "set plan_cache_mode = force_generic_plan"};
    for (const auto& [name, value] : capture.settings) {
        const bool bytes = std::ranges::find(in_bytes, name) != in_bytes.end();
        const bool known = bytes || std::ranges::find(plain, name) != plain.end() ||
                           std::ranges::any_of(prefixes, [&name = name](std::string_view start) {
                               return name.starts_with(start);
                           });
        if (known) {
            out.push_back(fmt::format("set {} = {}", name, as_literal(value + (bytes ? "B" : ""))));
        }
    }
    return out;
}

void take(const wire::Json& plan, int parent, std::vector<Node>& nodes) {
    Node node{.parent = parent,
              .type = plan.value("Node Type", ""),
              .relation = plan.value("Relation Name", ""),
              .index = plan.value("Index Name", ""),
              .rows = plan.value("Plan Rows", 0.0),
              .cost = plan.value("Total Cost", 0.0)};
    for (const char* part : {"Strategy", "Join Type", "Command", "Operation"}) {
        const std::string word = plan.value(part, "");
        if (!word.empty() && word != "Plain" && word != "Inner" && word != "Sorted") {
            node.type = word + " " + node.type;
        }
    }
    for (const auto& [name, value] : plan.items()) {
        node.hashed_subplan = node.hashed_subplan ||
                              (value.is_string() && value.get<std::string>().find(
                                                        "hashed SubPlan") != std::string::npos);
    }
    const int self = static_cast<int>(nodes.size());
    nodes.push_back(std::move(node));
    if (const auto inner = plan.find("Plans"); inner != plan.end()) {
        for (const wire::Json& one : *inner) {
            take(one, self, nodes);
        }
    }
}

struct Message {
    std::string text;
    std::size_t line = 1;  // of the statement
};

// "ERROR:  no such column LINE 2: select ^ HINT:  ..." without the piece between LINE and HINT.
[[nodiscard]] Message message_of(const std::string& server) {
    Message out{.text = server};
    const std::size_t at = server.find(" LINE ");
    if (at == std::string::npos) {
        return out;
    }
    const std::size_t digits = at + 6;
    std::size_t end = digits;
    while (end < server.size() && server[end] >= '0' && server[end] <= '9') {
        ++end;
    }
    if (end == digits || end - digits > 6 || server.substr(end, 1) != ":") {
        return out;
    }
    out.line = std::max<std::size_t>(1, std::stoul(server.substr(digits, end - digits)));
    const std::size_t caret = server.rfind('^');
    const std::size_t rest = caret == std::string::npos || caret < end ? server.size() : caret + 1;
    out.text = server.substr(0, at) + server.substr(rest);
    return out;
}

}  // namespace

std::string Explained::shape() const {
    // Nodes come in preorder, so a node's text is whole before that of the next one that is not
    // below it.
    std::vector<std::string> texts(nodes.size());
    for (std::size_t i = nodes.size(); i-- > 0;) {
        const Node& node = nodes[i];
        std::string own = node.type + (node.hashed_subplan ? " hashed" : "") +
                          (node.relation.empty() ? "" : " " + node.relation) +
                          (node.index.empty() ? "" : " " + node.index);
        texts[i] = texts[i].empty() ? std::move(own) : own + "(" + texts[i] + ")";
        if (node.parent >= 0) {  // backwards: what comes earlier goes in front
            std::string& inside = texts[static_cast<std::size_t>(node.parent)];
            inside = inside.empty() ? texts[i] : texts[i] + ", " + inside;
        }
    }
    return texts.empty() ? std::string{} : texts.front();
}

Shadow::Shadow(const ScratchCluster& cluster,
               const DatabaseCapture& capture,
               std::map<std::string, Growth> growth,
               std::string name)
    : cluster_{cluster}, capture_{capture}, growth_{std::move(growth)}, name_{std::move(name)} {
    try {
        make_database();
        link_ = std::make_unique<Link>(cluster.connection(name_));
    } catch (const std::exception& error) {
        throw Error{{.status = Status::internal,
                     .what = "cannot make a scratch database",
                     .where = cluster.folder(),
                     .why = error.what(),
                     .remedy = "try another installation with --pg-bindir"}};
    }
    make_schema();
    for (const std::string& setting : settings_of(capture_)) {
        make(setting, {});
    }
    scale(1);
}

Shadow::~Shadow() = default;

// In the order of texts that the captured database has: only in that of bytes does an index serve
// `like 'a%'`. A locale that is not installed here gives way to any other that is not of bytes.
void Shadow::make_database() {
    Link first{cluster_.connection("postgres")};
    const std::string create = "create database " + named(name_) + " template template0";
    const auto told = capture_.settings.find("lc_collate");
    const std::string name = told == capture_.settings.end() ? "C" : told->second;
    if (name == "C" || name == "POSIX") {
        first.run(create);
        return;
    }
    const std::string locale = as_literal(name);
    for (const std::string& order : {" lc_collate " + locale + " lc_ctype " + locale,
                                     std::string{" locale_provider icu icu_locale 'und'"},
                                     std::string{" lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"}}) {
        if (!first.attempt(create + order)) {
            return;
        }
    }
    first.run(create);
    notes_.push_back(fmt::format("the order of texts is that of bytes here, that of {} there: a "
                                 "condition like 'a%' may be planned by an index that cannot serve",
                                 name));
}

void Shadow::make(const std::string& sql, const std::string& what) {
    if (const std::optional<std::string> why = link_->attempt(sql); why && !what.empty()) {
        notes_.push_back(what + " is left out of the scratch database: " + *why);
    }
}

void Shadow::make_schema() {
    for (const Definition& one : ddl_of(capture_)) {
        make(one.sql, one.what);
    }
    if (!capture_.settings.contains("work_mem")) {
        notes_.push_back("the server's settings are not in the capture: planned by the defaults of "
                         "PostgreSQL, which may give other plans");
    }
    if (link_->server() / 10000 != capture_.server / 10000) {
        notes_.push_back(fmt::format("planned by PostgreSQL {}, the captured server is {}",
                                     link_->server() / 10000,
                                     capture_.server / 10000));
    }
}

// Holes: a file of this size that occupies nothing.
void Shadow::stretch(const std::string& path, std::int64_t pages) const {
    for (std::int64_t segment = 0;; ++segment) {
        const std::int64_t here =
            std::clamp<std::int64_t>(pages - segment * blocks_of_a_segment, 0, blocks_of_a_segment);
        const std::string file =
            cluster_.data() + "/" + path + (segment == 0 ? "" : fmt::format(".{}", segment));
        if (here == 0 && segment > 0) {
            if (unlink(file.c_str()) != 0) {
                return;  // there is none: all smaller ones are done
            }
            continue;
        }
        const int descriptor =
            open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
        const bool done =
            descriptor >= 0 && ftruncate(descriptor, here * block) == 0 &&
            (geteuid() != 0 || fchown(descriptor, cluster_.user(), cluster_.group()) == 0);
        if (descriptor >= 0) {
            (void)close(descriptor);
        }
        if (!done) {
            throw Error{
                {.status = Status::internal,
                 .what = "cannot give a scratch table its size",
                 .where = file,
                 .why = "the file system refuses a file with holes of this size",
                 .remedy = "set TMPDIR to another file system, or ask for a smaller scale"}};
        }
    }
}

void Shadow::write_sizes(const Scaled& now) {
    std::string values;
    for (const ScaledRelation& one : now.relations) {
        values += fmt::format("{}({},{},{}::float4,{}::int4,{}::int4)",
                              values.empty() ? "" : ",",
                              as_literal(one.schema),
                              as_literal(one.name),
                              one.rows,
                              std::min<std::int64_t>(one.pages, 2147483647),
                              std::min<std::int64_t>(one.pages_visible, 2147483647));
    }
    if (values.empty()) {
        return;
    }
    const std::vector<std::vector<std::string>> rows =
        link_->rows(fmt::format("with v(s, n, tuples, pages, visible) as (values {}) update "
                                "pg_class c set reltuples = v.tuples, relpages ="
                                " v.pages, relallvisible = v.visible from v, pg_namespace n where "
                                "n.oid = c.relnamespace and n.nspname = v.s"
                                " and c.relname = v.n and c.relkind in ('r', 'm', 'i')"
                                " returning pg_relation_filepath(c.oid), c.relpages::text",
                                values));
    for (const std::vector<std::string>& row : rows) {
        stretch(row[0], std::stoll(row[1]));
    }
}

void Shadow::write_statistics(const Scaled& now) {
    link_->run("delete from pg_statistic where starelid >= 16384");
    std::map<std::string, std::string> values;  // by table
    const auto array = [](const std::string& text) {
        return text.empty() ? std::string{"null"} : as_literal(text);
    };
    for (const ScaledColumn& one : now.columns) {
        const std::size_t dot = one.table.find('.');
        std::string& of_table = values[one.table];
        of_table += fmt::format(
            "{}({},{},{}::float4,{}::int4,{}::float4,{}::float4[],{},{}::float8,{}::float4[],{})",
            of_table.empty() ? "" : ",",
            as_literal(one.table.substr(0, dot)),
            as_literal(one.table.substr(dot + 1)) + "," + as_literal(one.name),
            one.null_frac,
            one.avg_width,
            one.n_distinct,
            array(one.common.empty() ? std::string{} : one.frequencies),
            array(one.common) + "," + array(one.histogram),
            one.stretch_back,
            one.correlation ? fmt::format("'{{{}}}'", *one.correlation) : std::string{"null"},
            one.inherited ? "true" : "false");
    }
    lost_.clear();
    std::string all;
    for (const auto& [table, of_table] : values) {
        if (!changed_) {
            all += (all.empty() ? "" : ",") + of_table;
        } else if (link_->attempt(statistics_insert(of_table))) {
            lost_.insert(table);  // a column has another type now, and its values are none of it
        }
    }
    if (!all.empty()) {
        link_->run(statistics_insert(all));
    }
    for (const std::string& sql : stretch_back_updates(now)) {
        make(sql, "the span of a column of instants");
    }
}

void Shadow::scale(double factor) {
    const Scaled now = scaled(capture_, growth_, factor);
    scale_ = factor;
    write_sizes(now);
    write_statistics(now);
    if (changed_) {
        size_new_indexes();
    }
}

// Indexes that a change brought: their size by the statistics of their columns.
void Shadow::size_new_indexes() {
    for (const std::vector<std::string>& row : link_->rows(new_indexes_query(capture_))) {
        double rows = std::stod(row[2]);
        const double values = std::max(1.0, std::stod(row[4]) * rows);  // distinct
        const double a_value = std::max(1.0, rows / values);
        if (!row[5].empty()) {  // a partial index holds the rows that its predicate selects
            const Explained selected = explain(
                {.text = fmt::format(
                     "select 1 from only {}.{} where {}", named(row[6]), named(row[7]), row[5])});
            rows = selected.ok() && !selected.nodes.empty() ? selected.nodes.front().rows : rows;
        }
        const std::int64_t pages = index_pages(rows, std::stod(row[3]), a_value);
        link_->run(fmt::format("update pg_class set reltuples = {}, relpages = {} where oid = {}",
                               rows,
                               pages,
                               row[0]));
        stretch(row[1], pages);
    }
}

// A change may read a table whole, and a terabyte of holes takes minutes: nothing is lost by
// shrinking what holds nothing. A b-tree keeps its first page, which says that it has no root.
void Shadow::empty_files() {
    for (const std::vector<std::string>& row :
         link_->rows("select pg_relation_filepath(oid), relkind = 'i' from pg_class where oid >= "
                     "16384 and relkind in ('r', 'm', 'i') and pg_relation_filepath(oid) is not "
                     "null and pg_relation_size(oid) > 8192")) {
        stretch(row[0], row[1] == "t" ? 1 : 0);
    }
}

std::optional<Refusal> Shadow::attempt(const std::string& sql) {
    empty_files();
    std::optional<Refusal> out;
    try {
        Link session{cluster_.connection(name_)};
        session.run("set statement_timeout = '60s'");
        std::size_t last = 1;
        for (const Asked& one : statements_in(sql)) {
            last = one.line;
            if (const std::optional<std::string> why = session.attempt(one.text)) {
                const Message message = message_of(*why);
                out = Refusal{.statement = one.text.substr(0, 120),
                              .why = message.text,
                              .line = one.line + message.line - 1};
                break;
            }
        }
        if (!out && session.rows("select now() = statement_timestamp()")[0][0] == "f") {
            out = Refusal{.statement = "commit",
                          .why = "it begins a transaction and does not commit: nothing of it lasts",
                          .line = last};
        }
    } catch (const std::exception& error) {
        out = Refusal{.statement = {}, .why = one_line(error.what()), .line = 1};
    }
    changed_ = true;
    if (!out) {
        scale(scale_);
    }
    return out;
}

void Shadow::change(const std::string& sql) {
    if (const std::optional<Refusal> refusal = attempt(sql)) {
        throw Error{{.status = Status::usage,
                     .what = "the change cannot be made",
                     .where = fmt::format("line {}: {}", refusal->line, refusal->statement),
                     .why = refusal->why,
                     .remedy = "is the capture older than the schema that the change expects?"}};
    }
}

Explained explained(const std::string& json) {
    Explained out;
    const wire::Json document = wire::parse(json);
    const wire::Json& plan = document.at(0).at("Plan");
    take(plan, -1, out.nodes);
    out.cost = plan.at("Total Cost").get<double>();
    out.startup_cost = plan.value("Startup Cost", 0.0);
    return out;
}

void Shadow::scale_page_costs(double factor) {
    if (!page_costs_) {
        const std::vector<std::vector<std::string>> now = link_->rows(
            "select current_setting('seq_page_cost'), current_setting('random_page_cost')");
        page_costs_ = {std::stod(now[0][0]), std::stod(now[0][1])};
    }
    link_->run(fmt::format("set seq_page_cost = {}", (*page_costs_)[0] * factor));
    link_->run(fmt::format("set random_page_cost = {}", (*page_costs_)[1] * factor));
}

Explained Shadow::explain(const Asked& asked) {
    try {
        const std::string text = at_scale(asked.text, scale_);
        return explained(asked.generic ? link_->explain_generic(text) : link_->explain(text));
    } catch (const std::exception& error) {
        Explained out;
        out.refused = one_line(error.what());
        return out;
    }
}

}  // namespace plimsoll::app::planner
