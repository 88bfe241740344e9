#include "cli/collect_command.hpp"

#include "app/collect.hpp"
#include "app/output.hpp"
#include "app/values_key.hpp"
#include "cli/config_folder.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace plimsoll::cli {

void add_collect_options(CLI::App& command, CollectFlags& flags) {
    command
        .add_option("CONNECTION",
                    flags.connection,
                    "postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full; the password from "
                    "PGPASSWORD or "
                    "~/.pgpass")
        ->required();
    command
        .add_option("-o,--output",
                    flags.output,
                    "the capture to write (JSON; stand-ins in place of values)")
        ->required();
    command.add_option("--interval", flags.interval_s, "seconds between the two snapshots")
        ->check(CLI::Range(0.0, 86400.0))
        ->capture_default_str();
    command
        .add_option("--statement-timeout",
                    flags.statement_timeout_s,
                    "seconds until a statement of ours is given up")
        ->check(CLI::Range(0.001, 3600.0))
        ->capture_default_str();
    command.add_flag("--keep-values",
                     flags.keep_values,
                     "keep the values in the statistics; they may be about people");
}

Status run_collect(const CollectFlags& flags) {
    if (!flags.connection.starts_with("postgresql://") &&
        !flags.connection.starts_with("postgres://")) {
        throw Error{
            {.status = Status::usage,
             .what = "this is no connection string",
             .where = {},
             .why = "it does not begin with postgresql://",
             .remedy = "write plimsoll collect postgresql://USER@HOST:PORT/DATABASE -o FILE"}};
    }
    readers::live::CaptureOptions options{.interval_s = flags.interval_s,
                                          .keep_values = flags.keep_values};
    if (!flags.keep_values) {
        options.values_key = app::values_key(config_folder(), true);
    }
    options.limits.statement_timeout_ms =
        static_cast<std::int64_t>(flags.statement_timeout_s * 1000);
    const DatabaseCapture capture =
        readers::live::capture(flags.connection, options, show_progress);
    clear_progress();
    app::write_file(flags.output, app::capture_text(capture));
    print(fmt::format(
        "{}: PostgreSQL {}.{}, {} tables, {} statements, {} samples of sessions -> {}\n",
        capture.source,
        capture.server / 10000,
        capture.server % 10000,
        capture.tables.size(),
        capture.snapshots.empty() ? 0 : capture.snapshots.back().statements.size(),
        capture.sessions.size(),
        flags.output));
    for (const DbGap& gap : capture.gaps) {
        print_warning(fmt::format(
            "not seen: {}\n  would add: {}\n  how: {}", gap.missing, gap.would_add, gap.how));
    }
    return capture.complete ? Status::done : Status::untrusted;
}

}  // namespace plimsoll::cli
