// The commands: each takes its options and does its work; a thrown Error carries the exit status.
#pragma once

#include "app/code_maat_rows.hpp"
#include "core/error.hpp"

#include <map>
#include <string>
#include <vector>

namespace plimsoll::cli {

struct ReadFlags {
    std::vector<std::string> paths;
    std::string config;
    std::string log_prefix;
    std::string unit;
    std::string timezone;
    unsigned threads = 0;  // 0: one for each core
    bool keep_literals = false;
    bool no_cache = false;
    bool low_memory = false;
    std::string find_renames;  // percent_of_likeness() of it; empty: not asked for
    double interval_s = 60;
};

struct AuditFlags {
    ReadFlags read;
    std::string format = "text";
    std::map<std::string, std::string> files;  // report id, path
    std::string colour = "auto";
    std::string system;
    std::string zone;      // whose days and weeks count; empty: as the configuration says
    std::string since;     // the JSON of an earlier audit
    std::string store;     // where audits are kept over time: a file, or postgresql://...
    bool share = false;    // for outsiders: without names of hosts, users and people
    std::string programs;  // --pg-bindir: the planner in the loop; empty: without it
    std::string change;    // file: a change of the schema, whose data line is asked for
};

[[nodiscard]] Status run_audit(const AuditFlags& flags);

struct InspectFlags {
    ReadFlags read;
    std::string format = "text";
    std::string project;  // scales at which plans are projected: "10,100"
    std::string growth;   // how tables grow: "orders=denser,products=static"
    // The planner in the loop, over a capture of a database.
    std::string capture;
    std::string programs;    // --pg-bindir; empty: without it
    std::string statements;  // file
    std::string change;      // file
    double budget_ms = 0;
    bool no_cliffs = false;
    std::string compat;  // "code-maat": its analyses, as CSV
    app::CodeMaatOptions code_maat;
};
[[nodiscard]] Status run_inspect(const InspectFlags& flags);

struct DigestFlags {
    ReadFlags read;
    std::string output;
    std::string manifest;  // of shards (cli/shard_command.hpp), instead of paths and output
    std::string index;
};
// `digest` reads sources; `merge` reads digests only. Both write one digest.
[[nodiscard]] Status run_digest(const DigestFlags& flags);
[[nodiscard]] Status run_merge(const DigestFlags& flags);

struct ReportFlags {
    std::string audit;
    std::string format = "text";
    std::string output;
    std::string colour = "auto";
};
[[nodiscard]] Status run_report(const ReportFlags& flags);

struct DiffFlags {
    std::string earlier;
    std::string later;
    std::string format = "text";
};
// What moved between two audits, and whether it is real.
[[nodiscard]] Status run_diff(const DiffFlags& flags);

struct ExplainFlags {
    std::string id;
    std::string audit;
    std::string config;
};
[[nodiscard]] Status run_explain(const ExplainFlags& flags);
// The export script of a CI provider.
[[nodiscard]] Status run_how(const std::string& provider);
// The JSON Schema of what is written.
[[nodiscard]] Status run_schema(const std::string& name);
[[nodiscard]] Status run_doctor(const ExplainFlags& flags);

}  // namespace plimsoll::cli
