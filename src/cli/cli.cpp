#include "cli/cli.hpp"

#include "app/config.hpp"
#include "app/output.hpp"
#include "cli/collect_command.hpp"
#include "cli/commands.hpp"
#include "cli/completion_command.hpp"
#include "cli/gate_command.hpp"
#include "cli/history_command.hpp"
#include "cli/init_command.hpp"
#include "cli/ready_commands.hpp"
#include "cli/shard_command.hpp"
#include "cli/terminal.hpp"
#include "cli/whatif_command.hpp"
#include "core/report.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <functional>

namespace plimsoll::cli {
namespace {

constexpr const char* examples = R"(Examples:
  plimsoll audit postgresql.log.zst repo/ ci/          everything in one line, a verdict and what to do
  plimsoll audit evidence/ --html report.html          the page for a stakeholder
  plimsoll inspect postgresql.log --format json        what was read, before anything is judged
  plimsoll collect postgresql://me@db/shop -o shop.json  statistics of a live server, read-only
  plimsoll digest *.log -o host1.pld                   evidence that travels; no literal of a query in it
  plimsoll merge host1.pld host2.pld -o all.pld        any order, any grouping: the same bytes
  plimsoll diff spring.json autumn.json                what moved, and whether it is real
  plimsoll whatif evidence/ --pool 40 --cache 60s      the load line after changes you have in mind
  plimsoll gate ci/ --baseline git:auto                fail on real regressions, and only on those
  plimsoll explain connection-pool                     the page of a check
  plimsoll doctor                                      what can be read, and how to get it

Exit status: 0 done, 1 a gate failed, 2 usage or configuration, 3 an input is missing or unreadable,
4 read but not to be trusted or evidence missing where required, 5 output not writable, 70 internal error,
130 interrupted. Results go to standard output, the rest to standard error. No network, no telemetry.)";

void add_read_flags(CLI::App& command, ReadFlags& flags, const char* what) {
    command.add_option("PATH", flags.paths, what)->required();
    command.add_option(
        "--config", flags.config, "plimsoll.toml (default: beside the inputs, or upward)");
    command.add_option(
        "--log-prefix", flags.log_prefix, "log_line_prefix, when it cannot be inferred");
    command.add_option("--unit", flags.unit, "unit of histogram files, which do not say it")
        ->check(CLI::IsMember({"ns", "us", "ms", "s"}));
    command.add_option("--log-timezone", flags.timezone, "offset of a log's zone, as +01:00");
    command.add_option("--threads", flags.threads, "threads for one log (default: one a core)");
    command.add_flag("--no-cache", flags.no_cache, "do not remember git walks between runs");
    command.add_flag("--low-memory", flags.low_memory, "less memory for more time");
    command
        .add_option(
            "--interval", flags.interval_s, "seconds between two snapshots of a live database")
        ->check(CLI::Range(0.0, 86400.0));
    command.add_flag("--keep-literals",
                     flags.keep_literals,
                     "keep values of queries; by default they are taken out");
}

// Everything the parser fills, for as long as a command runs.
struct Flags {
    AuditFlags audit;
    InspectFlags inspect;
    DigestFlags digest;
    DigestFlags merge;
    GateFlags gate;
    BaselineFlags baseline;
    ConfigFlags config;
    std::string shell;
    std::string ci_platform;
    ShardFlags shard;
    HistoryFlags history;
    CollectFlags collect;
    ReportFlags report;
    DiffFlags diff;
    WhatIfFlags whatif;
    InitFlags init;
    ExplainFlags explain;
    ExplainFlags doctor;
    std::string provider;
    std::string schema;
};

class CommandLine {
public:
    explicit CommandLine(const char* built_from)
        : app_{"plimsoll: how much more load will this back end take, and is it time to rebuild "
               "it?"} {
        app_.name("plimsoll");
        app_.set_version_flag("--version",
                              fmt::format("plimsoll {} ({})", PLIMSOLL_VERSION, built_from));
        app_.footer(examples);
        app_.require_subcommand(0, 1);
        audit();
        inspect();
        digest();
        gate();
        shard();
        history();
        collect();
        report();
        diff();
        whatif();
        init();
        explain();
        ready(built_from);  // the last: it walks all the others
    }

    [[nodiscard]] Status run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::Success& asked) {  // --help, --version
            (void)app_.exit(asked);
            return Status::done;
        } catch (const CLI::ParseError& error) {
            throw usage(error, argc, argv);
        }
        if (!flags_.ci_platform.empty()) {  // set below `init`, whose own callback comes after it
            return run_ci_init(flags_.ci_platform);
        }
        if (!command_) {
            print(app_.help());
            return argc > 1 ? Status::usage : Status::done;
        }
        return command_();
    }

private:
    CLI::App& add(const char* name, const char* does, std::function<Status()> command) {
        CLI::App& sub = *app_.add_subcommand(name, does);
        sub.callback([this, command = std::move(command)] { command_ = command; });
        return sub;
    }
    void audit() {
        CLI::App& sub = add("audit", "Read the evidence, judge it, say what to do", [this] {
            return run_audit(flags_.audit);
        });
        add_read_flags(
            sub,
            flags_.audit.read,
            "files, folders, archives, git repositories, connection strings; - is standard input");
        sub.add_option("--format", flags_.audit.format, "what to print: " + formats())
            ->capture_default_str();
        for (const Report* report : all_reports()) {
            sub.add_option_function<std::string>(
                fmt::format("--{}", report->id),
                [this, report](const std::string& path) {
                    flags_.audit.files[std::string{report->id}] = path;
                },
                fmt::format("also write FILE: {}", report->writes));
        }
        sub.add_option("--system", flags_.audit.system, "name of the system, for the report");
        sub.add_option("--since",
                       flags_.audit.since,
                       "the JSON of an earlier audit: what moved since, and is it real?");
        sub.add_option(
            "--store", flags_.audit.store, "keep the audit over time: a file, or postgresql://...");
        sub.add_flag("--share",
                     flags_.audit.share,
                     "for outsiders: names of hosts, users and people become keyed hashes");
        colour(sub, flags_.audit.colour);
    }
    void inspect() {
        CLI::App& sub = add("inspect",
                            "Show what was read from a source, before anything is judged",
                            [this] { return run_inspect(flags_.inspect); });
        add_read_flags(sub, flags_.inspect.read, "as for audit");
        sub.add_option("--format", flags_.inspect.format, "text or json; csv with --compat")
            ->check(CLI::IsMember({"text", "json", "csv"}));
        sub.add_option("--project", flags_.inspect.project, "scales for plans: 10,100");
        sub.add_option("--growth",
                       flags_.inspect.growth,
                       "how tables grow: orders=denser,events=longer,products=static");
        sub.add_option(
               "--compat", flags_.inspect.compat, "code-maat: its analyses of git history, as CSV")
            ->check(CLI::IsMember({"code-maat"}));
        code_maat(sub, flags_.inspect.code_maat);
    }
    // EXPLAIN at any size, over a throw-away server that holds the captured schema and no data.
    static void planner(CLI::App& sub, InspectFlags& flags) {
        const char* group = "the planner in the loop";
        sub.add_option(
               "--capture", flags.capture, "what plimsoll collect wrote (or give it as a PATH)")
            ->group(group);
        sub.add_option("--pg-bindir",
                       flags.programs,
                       "folder of initdb and postgres, or auto: found by itself")
            ->group(group);
        sub.add_option("--statements", flags.statements, "SQL to plan; :scale stands for the scale")
            ->group(group);
        sub.add_option(
               "--change", flags.change, "SQL that changes the schema: its effect is predicted")
            ->group(group);
        sub.add_option("--budget-ms", flags.budget_ms, "the most a statement may take")
            ->group(group);
        sub.add_flag("--no-cliffs", flags.no_cliffs, "do not look for changes of plan in between")
            ->group(group);
    }
    // code-maat's own option names, so that its command lines can be kept.
    static void code_maat(CLI::App& sub, app::CodeMaatOptions& options) {
        const char* group = "code-maat";
        sub.add_option(
               "-a,--analysis",
               options.analysis,
               "coupling, soc, revisions, age, communication, entity-ownership, main-dev ... "
               "(a wrong name lists all)")
            ->group(group);
        sub.add_option("-c,--version-control",
                       options.version_control,
                       "git or git2: either format is told by its content")
            ->check(CLI::IsMember({"git", "git2"}))
            ->group(group);
        sub.add_option("-g,--group", options.group, "file of lines \"path => name\"")->group(group);
        sub.add_option("-d,--age-time-now", options.age_time_now, "YYYY-MM-DD")->group(group);
        sub.add_option("-r,--rows", options.rows, "at most so many rows")->group(group);
        sub.add_option("-n,--min-revs", options.min_revs)->group(group);
        sub.add_option("-m,--min-shared-revs", options.min_shared_revs)->group(group);
        sub.add_option("-i,--min-coupling", options.min_coupling)->group(group);
        sub.add_option("-x,--max-coupling", options.max_coupling)->group(group);
        sub.add_option("-s,--max-changeset-size", options.max_changeset_size)->group(group);
        sub.add_option("-t,--temporal-period", options.temporal_period, "days")->group(group);
        sub.add_flag("--verbose-results", options.verbose_results)->group(group);
    }
    void digest() {
        CLI::App& one = add("digest",
                            "Write the evidence of sources as a small file that merges",
                            [this] { return run_digest(flags_.digest); });
        add_read_flags(one, flags_.digest.read, "as for audit");
        shard_or_paths(one, flags_.digest);
        one.add_option("--index",
                       flags_.digest.index,
                       "of the shard (default: SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX)");
        CLI::App& all = add("merge",
                            "Merge digests; any order and grouping gives the same bytes",
                            [this] { return run_merge(flags_.merge); });
        add_read_flags(all, flags_.merge.read, "digests");
        shard_or_paths(all, flags_.merge);
    }
    // Either PATH... and -o, or a manifest that knows both.
    static void shard_or_paths(CLI::App& sub, DigestFlags& flags) {
        sub.add_option("-o,--output", flags.output, "the digest to write");
        sub.add_option("--manifest", flags.manifest, "of shards, instead of PATH")
            ->excludes("PATH");
        sub.get_option("PATH")->required(false);
    }
    void history() {
        HistoryFlags& flags = flags_.history;
        CLI::App& sub = *app_.add_subcommand("history", "A system over time; fleet, rescore, thin");
        sub.add_option("SYSTEM", flags.system, "when the store holds more than one");
        history_flags(sub, flags);
        // The parent's callback runs after that of a command below it.
        sub.callback([this, &sub] {
            if (sub.get_subcommands().empty()) {
                command_ = [this] { return run_history(flags_.history); };
            }
        });
        history_below(sub, "fleet", "Rank systems: who needs a person first", run_history_fleet);
        history_below(sub, "rescore", "Judge kept evidence by today's rules", run_history_rescore);
        history_below(sub, "thin", "Keep fewer documents; figures stay", run_history_thin);
    }
    void history_below(CLI::App& parent,
                       const char* name,
                       const char* does,
                       Status (*work)(const HistoryFlags&)) {
        CLI::App& one = *parent.add_subcommand(name, does);
        history_flags(one, flags_.history);
        one.callback([this, work] { command_ = [this, work] { return work(flags_.history); }; });
    }
    static void history_flags(CLI::App& sub, HistoryFlags& flags) {
        sub.add_option("--store", flags.store, "a file, or postgresql://...");
        sub.add_option("--format", flags.format, "text, json or html")
            ->check(CLI::IsMember({"text", "json", "html"}));
        sub.add_option("-o,--output", flags.output, "write to this file");
        sub.add_option("--config", flags.config, "plimsoll.toml, for rescore");
        colour(sub, flags.colour);
    }
    void shard() {
        CLI::App& sub = *app_.add_subcommand("shard", "Spread reading over machines");
        sub.require_subcommand(1);
        CLI::App& plan = *sub.add_subcommand("plan", "Weigh sources by size, write a manifest");
        plan.add_option("LIST", flags_.shard.list, "file of paths, one a line; - is standard input")
            ->required();
        plan.add_option("-n,--shards", flags_.shard.count, "how many")
            ->required()
            ->check(CLI::Range(1, 100'000));
        plan.add_option("-o,--output", flags_.shard.manifest, "the manifest")->required();
        plan.add_option("--digests", flags_.shard.folder, "folder of the digests");
        plan.callback([this] { command_ = [this] { return run_shard_plan(flags_.shard); }; });
        CLI::App& status = *sub.add_subcommand(
            "status", "Print the indices of missing shards, 7,12-14; status 4 when there are any");
        status.add_option("MANIFEST", flags_.shard.manifest)->required();
        status.callback([this] { command_ = [this] { return run_shard_status(flags_.shard); }; });
    }
    void gate() {
        CLI::App& sub =
            add("gate",
                "Fail when what was measured became worse than a baseline, or than a budget",
                [this] { return run_gate(flags_.gate); });
        add_read_flags(sub, flags_.gate.read, "as for audit; a digest is the fastest");
        add_gate_options(sub, flags_.gate);
        add_baseline_options(
            add("baseline",
                "Show a baseline, accept a row of the gate for a time, drop what expired",
                [this] { return run_baseline(flags_.baseline); }),
            flags_.baseline);
        add_config_options(add("config",
                               "Show every setting in force and where it was set",
                               [this] { return run_config(flags_.config); }),
                           flags_.config);
    }
    void ready(const char* built_from) {
        add_ci_init(app_, flags_.ci_platform);
        CLI::App& shell = add("completion", "Print the completions for a shell", [this] {
            print(completion(app_, flags_.shell));
            return Status::done;
        });
        shell.add_option("SHELL", flags_.shell, "bash, zsh or fish")->required();
        const std::string version = fmt::format("plimsoll {} ({})", PLIMSOLL_VERSION, built_from);
        add("man", "Print the manual page: plimsoll man | man -l -", [this, version] {
            print(manual(app_, version));
            return Status::done;
        });
    }
    void collect() {
        add_collect_options(add("collect",
                                "Capture the statistics of a live PostgreSQL, read-only",
                                [this] { return run_collect(flags_.collect); }),
                            flags_.collect);
    }
    void report() {
        CLI::App& sub = add("report", "Render the JSON of an audit again, in any format", [this] {
            return run_report(flags_.report);
        });
        sub.add_option("AUDIT", flags_.report.audit, "what `audit --json` wrote")->required();
        sub.add_option("--format", flags_.report.format, formats())->capture_default_str();
        sub.add_option("-o,--output", flags_.report.output, "write to this file");
        colour(sub, flags_.report.colour);
    }
    void diff() {
        CLI::App& sub = add("diff",
                            "What moved between two audits, and whether the move is real",
                            [this] { return run_diff(flags_.diff); });
        sub.add_option("EARLIER", flags_.diff.earlier, "what `audit --json` wrote")->required();
        sub.add_option("LATER", flags_.diff.later, "the same, later")->required();
        sub.add_option("--format", flags_.diff.format, "text or json")
            ->check(CLI::IsMember({"text", "json"}));
    }
    void whatif() {
        CLI::App& sub =
            add("whatif",
                "The load line after changes you have in mind, by the ladder's arithmetic",
                [this] { return run_whatif(flags_.whatif); });
        add_read_flags(sub, flags_.whatif.read, "as for audit");
        app::Changes& changes = flags_.whatif.changes;
        sub.add_option(
               "--add-index", changes.indexes, "TABLE, TABLE(COLUMNS), or all that plans ask for")
            ->allow_extra_args(false);
        sub.add_option("--pool", changes.pools, "slots of every connection pool, or NAME=SLOTS")
            ->allow_extra_args(false);
        sub.add_option("--cache", changes.cache, "age of a shared cache: 60s, 5m, 1h");
        sub.add_option("--replicas", changes.replicas, "read replicas")->check(CLI::Range(1, 100));
        sub.add_option("--split", changes.splits, "an application that gets a database of its own")
            ->allow_extra_args(false);
        sub.add_option("--format", flags_.whatif.format, "text or json")
            ->check(CLI::IsMember({"text", "json"}));
    }
    void init() {
        CLI::App& sub = add("init",
                            "Ask what no log can show and begin plimsoll.toml; overwrites nothing",
                            [this] { return run_init(flags_.init); });
        sub.add_option("FOLDER", flags_.init.folder, "where the files go")->capture_default_str();
        sub.add_option("--by", flags_.init.by, "who answers (default: $USER)");
        sub.add_flag("--no-questions", flags_.init.no_questions, "leave every answer unknown");
    }
    void explain() {
        CLI::App& page = add("explain",
                             "Explain a check, a sign, a question, or a figure of an audit",
                             [this] { return run_explain(flags_.explain); });
        page.add_option("ID",
                        flags_.explain.id,
                        "connection-pool, p99-climbs, limits.0.at, E3, thresholds ...")
            ->required();
        page.add_option(
            "--audit", flags_.explain.audit, "the JSON of the audit that has the figure");
        page.add_option("--config", flags_.explain.config, "plimsoll.toml");
        CLI::App& how = add("how", "Print the export script of a provider of evidence", [this] {
            return run_how(flags_.provider);
        });
        how.add_option("PROVIDER", flags_.provider, "github, prometheus, otlp ...")->required();
        CLI::App& schema = add("schema", "Print the JSON Schema of what is written", [this] {
            return run_schema(flags_.schema);
        });
        schema.add_option("NAME", flags_.schema, "audit, diff, gate, baseline, config")->required();
        CLI::App& gaps = add("doctor", "Say what is missing and the exact way to get it", [this] {
            return run_doctor(flags_.doctor);
        });
        gaps.add_option(
            "--audit", flags_.doctor.audit, "the JSON of an audit; without it, for every check");
    }
    static void colour(CLI::App& sub, std::string& value) {
        sub.add_option("--color", value, "auto, always or never")
            ->check(CLI::IsMember({"auto", "always", "never"}));
    }
    [[nodiscard]] static std::string formats() {
        std::string out;
        for (const Report* report : all_reports()) {
            out += (out.empty() ? "" : ", ") + std::string{report->id};
        }
        return out;
    }
    // CLI11 does not say "did you mean"; we do, for commands and for options.
    [[nodiscard]] Error usage(const CLI::ParseError& error, int argc, char** argv) const {
        std::string remedy = "plimsoll --help";
        std::vector<std::string> names;
        for (const CLI::App* sub : app_.get_subcommands({})) {
            names.push_back(sub->get_name());
            for (const CLI::Option* option : sub->get_options()) {
                for (const std::string& name : option->get_lnames()) {
                    names.push_back("--" + name);
                }
            }
        }
        const std::vector<std::string_view> known{names.begin(), names.end()};
        for (int i = 1; i < argc; ++i) {
            const std::string typed =
                std::string{argv[i]}.substr(0, std::string{argv[i]}.find('='));
            const bool is_known = std::find(known.begin(), known.end(), typed) != known.end();
            if (!is_known && (i == 1 || typed.starts_with("--")) &&
                !app::nearest(typed, known).empty()) {
                remedy = fmt::format("did you mean {}?", app::nearest(typed, known));
                break;
            }
        }
        return Error{{.status = Status::usage,
                      .what = "the command line cannot be understood",
                      .where = {},
                      .why = error.what(),
                      .remedy = remedy}};
    }

    CLI::App app_;
    Flags flags_;
    std::function<Status()> command_;
};

void interrupted(int /*signal*/) {
    app::abandon_writing();
    _exit(static_cast<int>(Status::interrupted));
}

}  // namespace

Status run(int argc, char** argv, const char* built_from) noexcept {
    try {
        (void)std::signal(SIGINT, interrupted);
        (void)std::signal(SIGTERM, interrupted);
        (void)std::signal(SIGPIPE, SIG_IGN);
        return CommandLine{built_from}.run(argc, argv);
    } catch (const Error& error) {
        print_error(error.parts());
        return error.parts().status;
    } catch (const std::exception& error) {
        print_error({.status = Status::internal,
                     .what = "an internal error",
                     .where = {},
                     .why = error.what(),
                     .remedy = "please report it with the command line"});
        return Status::internal;
    }
}

}  // namespace plimsoll::cli
