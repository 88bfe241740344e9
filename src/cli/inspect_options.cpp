// The options of `inspect`: its own, the planner's and code-maat's.
#include "cli/options.hpp"

#include <CLI/CLI.hpp>

namespace plimsoll::cli {
namespace {

// EXPLAIN at any size, over a throw-away server that holds the captured schema and no data.
void planner(CLI::App& command, InspectFlags& flags) {
    const char* group = "the planner in the loop";
    command
        .add_option(
            "--capture", flags.capture, "what plimsoll collect wrote (or give it as a PATH)")
        ->group(group);
    command
        .add_option("--pg-bindir",
                    flags.programs,
                    "folder of initdb and postgres, or auto: found by itself")
        ->group(group);
    command
        .add_option("--statements", flags.statements, "SQL to plan; :scale stands for the scale")
        ->group(group);
    command
        .add_option(
            "--change", flags.change, "SQL that changes the schema: its effect is predicted")
        ->group(group);
    command.add_option("--budget-ms", flags.budget_ms, "the most a statement may take")
        ->group(group);
    command.add_flag("--no-cliffs", flags.no_cliffs, "do not look for changes of plan in between")
        ->group(group);
}

// code-maat's own option names, so that its command lines can be kept.
void code_maat(CLI::App& command, app::CodeMaatOptions& options) {
    const char* group = "code-maat";
    command
        .add_option("-a,--analysis",
                    options.analysis,
                    "coupling, soc, revisions, age, communication, entity-ownership, main-dev ... "
                    "(a wrong name lists all)")
        ->group(group);
    command
        .add_option("-c,--version-control",
                    options.version_control,
                    "git or git2: either format is told by its content")
        ->check(CLI::IsMember({"git", "git2"}))
        ->group(group);
    command.add_option("-g,--group", options.group, "file of lines \"path => name\"")->group(group);
    command.add_option("-d,--age-time-now", options.age_time_now, "YYYY-MM-DD")->group(group);
    command.add_option("-r,--rows", options.rows, "at most so many rows")->group(group);
    command.add_option("-n,--min-revs", options.min_revs)->group(group);
    command.add_option("-m,--min-shared-revs", options.min_shared_revs)->group(group);
    command.add_option("-i,--min-coupling", options.min_coupling)->group(group);
    command.add_option("-x,--max-coupling", options.max_coupling)->group(group);
    command.add_option("-s,--max-changeset-size", options.max_changeset_size)->group(group);
    command.add_option("-t,--temporal-period", options.temporal_period, "days")->group(group);
    command.add_flag("--verbose-results", options.verbose_results)->group(group);
}

}  // namespace

void add_inspect_options(CLI::App& command, InspectFlags& flags) {
    add_read_options(command, flags.read);
    command.add_option("--format", flags.format, "text or json; csv with --compat")
        ->check(CLI::IsMember({"text", "json", "csv"}));
    command.add_option("--project", flags.project, "scales for plans: 10,100");
    command.add_option(
        "--growth", flags.growth, "how tables grow: orders=denser,events=longer,products=static");
    command.add_option("--compat", flags.compat, "code-maat: its analyses of git history, as CSV")
        ->check(CLI::IsMember({"code-maat"}));
    planner(command, flags);
    code_maat(command, flags.code_maat);
    command.get_option("PATH")->required(false);  // --capture serves as well
}

}  // namespace plimsoll::cli
