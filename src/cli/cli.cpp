#include "cli/cli.hpp"

#include "app/collect.hpp"
#include "app/output.hpp"
#include "cli/collect_command.hpp"
#include "cli/commands.hpp"
#include "cli/completion_command.hpp"
#include "cli/gate_command.hpp"
#include "cli/init_command.hpp"
#include "cli/nested_commands.hpp"
#include "cli/options.hpp"
#include "cli/ready_commands.hpp"
#include "cli/terminal.hpp"
#include "cli/usage.hpp"
#include "cli/whatif_command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  plimsoll gate shop.json --migration 42_orders.sql    how a migration moves the load line, before it is run
  plimsoll explain connection-pool                     the page of a check
  plimsoll doctor                                      what can be read, and how to get it

Exit status: 0 done, 1 a gate failed, 2 usage or configuration, 3 an input is missing or unreadable,
4 read but not to be trusted or evidence missing where required, 5 output not writable, 70 internal error,
130 interrupted. Results go to standard output, the rest to standard error. No network, no telemetry.
Environment: options of gate and those of reading may be set as PLIMSOLL_NAME (PLIMSOLL_FAIL_ON=amber); the command
line wins, plimsoll.toml loses. `plimsoll config` shows what is in force and where it was set.)";

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

// What is in the arguments is what `ps` shows to everybody on the machine.
void hide_passwords(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument{argv[i]};
        if (!argument.starts_with("postgresql://") && !argument.starts_with("postgres://")) {
            continue;
        }
        for (const std::string& secret : app::secrets_in(std::string{argument})) {
            for (std::size_t at = argument.find(secret); at != std::string_view::npos;
                 at = argument.find(secret, at + 1)) {
                std::fill_n(argv[i] + at, secret.size(), '*');
            }
        }
    }
}

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
        judge();
        spread();
        gate();
        add_history_commands(app_, flags_.history, command_);
        again();
        ask();
        ready(built_from);  // the last: it walks all the others
    }

    [[nodiscard]] Status run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
            hide_passwords(argc, argv);
        } catch (const CLI::Success& asked) {  // --help, --version
            (void)app_.exit(asked);
            return Status::done;
        } catch (const CLI::ParseError& error) {
            throw usage_error(app_, {argv + std::min(argc, 1), argv + argc}, error.what());
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
    CLI::App& add(const char* name, const char* does, Command command) {
        CLI::App& sub = *app_.add_subcommand(name, does);
        sub.callback([this, command = std::move(command)] { command_ = command; });
        return sub;
    }
    // One command: its options fill `flags`, its work takes them.
    template <class Flags>
    void add(const char* name,
             const char* does,
             Flags& flags,
             void (*options)(CLI::App&, Flags&),
             Status (*work)(const Flags&)) {
        options(add(name, does, [&flags, work] { return work(flags); }), flags);
    }

    void judge() {
        add("audit",
            "Read the evidence, judge it, say what to do",
            flags_.audit,
            add_audit_options,
            run_audit);
        add("inspect",
            "Show what was read from a source, before anything is judged",
            flags_.inspect,
            add_inspect_options,
            run_inspect);
    }
    void spread() {
        add("digest",
            "Write the evidence of sources as a small file that merges",
            flags_.digest,
            add_digest_options,
            run_digest);
        add("merge",
            "Merge digests; any order and grouping gives the same bytes",
            flags_.merge,
            add_merge_options,
            run_merge);
    }
    void gate() {
        CLI::App& sub =
            add("gate",
                "Fail when what was measured became worse than a baseline, or than a budget",
                [this] { return run_gate(flags_.gate); });
        add_read_options(sub, flags_.gate.read, "as for audit; a digest is the fastest");
        add_gate_options(sub, flags_.gate);
        add("baseline",
            "Show a baseline, accept a row of the gate for a time, drop what expired",
            flags_.baseline,
            add_baseline_options,
            run_baseline);
        add("config",
            "Show every setting in force and where it was set",
            flags_.config,
            add_config_options,
            run_config);
        add_shard_commands(app_, flags_.shard, command_);
    }
    void again() {
        add("collect",
            "Capture the statistics of a live PostgreSQL, read-only",
            flags_.collect,
            add_collect_options,
            run_collect);
        add("report",
            "Render the JSON of an audit again, in any format",
            flags_.report,
            add_report_options,
            run_report);
        add("diff",
            "What moved between two audits, and whether the move is real",
            flags_.diff,
            add_diff_options,
            run_diff);
        add("whatif",
            "The load line after changes you have in mind, by the ladder's arithmetic",
            flags_.whatif,
            add_whatif_options,
            run_whatif);
        add("init",
            "Ask what no log can show and begin plimsoll.toml; overwrites nothing",
            flags_.init,
            add_init_options,
            run_init);
    }
    void ask() {
        add("explain",
            "Explain a check, a sign, a question, or a figure of an audit",
            flags_.explain,
            add_explain_options,
            run_explain);
        CLI::App& how = add("how", "Print the export script of a provider of evidence", [this] {
            return run_how(flags_.provider);
        });
        how.add_option("PROVIDER", flags_.provider, "github, prometheus, otlp ...")->required();
        CLI::App& schema = add("schema", "Print the JSON Schema of what is written", [this] {
            return run_schema(flags_.schema);
        });
        schema.add_option("NAME", flags_.schema, "audit, diff, gate, baseline, config")->required();
        add("doctor",
            "Say what is missing and the exact way to get it",
            flags_.doctor,
            add_doctor_options,
            run_doctor);
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

    CLI::App app_;
    Flags flags_;
    Command command_;
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
