#include "cli/options.hpp"

#include "app/gate_environment.hpp"
#include "core/report.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace plimsoll::cli {
namespace {

// "text, json, html ..."
[[nodiscard]] std::string formats() {
    std::string out;
    for (const Report* report : all_reports()) {
        out += (out.empty() ? "" : ", ") + std::string{report->id};
    }
    return out;
}

// An option that PLIMSOLL_NAME sets as well.
CLI::Option* also_by_environment(CLI::Option* option) {
    return option->envname(app::variable_of(option->get_lnames().front()));
}

// Of the words behind --find-renames=.
[[nodiscard]] std::string likeness(const std::string& text) {
    return percent_of_likeness(text)
               ? ""
               : fmt::format("--find-renames={} is no share of likeness: give a percentage from {} "
                             "to 100, such as 60 or 60%",
                             text,
                             least_likeness);
}

// Either PATH... and -o, or a manifest that knows both.
void shard_or_paths(CLI::App& command, DigestFlags& flags) {
    command.add_option("-o,--output", flags.output, "the digest to write");
    command.add_option("--manifest", flags.manifest, "of shards, instead of PATH")
        ->excludes("PATH");
    command.get_option("PATH")->required(false);
}

}  // namespace

std::optional<std::uint32_t> percent_of_likeness(std::string_view text) {
    constexpr std::uint32_t as_git = 50;
    if (text == "true") {  // what CLI11 makes of a flag without a value
        return as_git;
    }
    if (text.ends_with('%')) {
        text.remove_suffix(1);
    }
    std::uint32_t percent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
    return error == std::errc{} && end == text.data() + text.size() && percent >= least_likeness &&
                   percent <= 100
               ? std::optional{percent}
               : std::nullopt;
}

void add_read_options(CLI::App& command, ReadFlags& flags, const char* what) {
    command.add_option("PATH", flags.paths, what)->required();
    also_by_environment(command.add_option(
        "--config", flags.config, "plimsoll.toml (default: beside the inputs, or upward)"));
    also_by_environment(command.add_option(
        "--log-prefix", flags.log_prefix, "log_line_prefix, when it cannot be inferred"));
    also_by_environment(
        command.add_option("--unit", flags.unit, "unit of histogram files, which do not say it"))
        ->check(CLI::IsMember({"ns", "us", "ms", "s"}));
    also_by_environment(
        command.add_option("--log-timezone", flags.timezone, "offset of a log's zone, as +01:00"));
    also_by_environment(command.add_option(
        "--threads", flags.threads, "threads for one log (default: one a core)"));
    also_by_environment(
        command.add_flag("--no-cache", flags.no_cache, "do not remember git walks between runs"));
    also_by_environment(
        command.add_flag("--low-memory", flags.low_memory, "less memory for more time"));
    also_by_environment(
        command.add_flag("--find-renames",
                         flags.find_renames,
                         "in git, follow files that were edited as they moved, from "
                         "--find-renames=PERCENT likeness (50 when not said); slower"))
        ->check(likeness);
    also_by_environment(command.add_option("--interval",
                                           flags.interval_s,
                                           "seconds between two snapshots of a live database"))
        ->check(CLI::Range(0.0, 86400.0));
    command.add_flag("--keep-literals",
                     flags.keep_literals,
                     "keep values of queries; by default they are taken out");
}

void add_colour_option(CLI::App& command, std::string& value) {
    also_by_environment(command.add_option("--color", value, "auto, always or never"))
        ->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_audit_options(CLI::App& command, AuditFlags& flags) {
    add_read_options(
        command,
        flags.read,
        "files, folders, archives, git repositories, connection strings; - is standard input; the "
        "files of a rotated log count as one log");
    command.add_option("--format", flags.format, "what to print: " + formats())
        ->capture_default_str();
    for (const Report* report : all_reports()) {
        command.add_option_function<std::string>(
            fmt::format("--{}", report->id),
            [&flags, report](const std::string& path) {
                flags.files[std::string{report->id}] = path;
            },
            fmt::format("also write FILE: {}", report->writes));
    }
    also_by_environment(
        command.add_option("--system", flags.system, "name of the system, for the report"));
    also_by_environment(command.add_option(
        "--timezone",
        flags.zone,
        "whose days and weeks count: Europe/Berlin, +01:00 (default: [system] timezone, or UTC)"));
    command.add_option(
        "--since", flags.since, "the JSON of an earlier audit: what moved since, and is it real?");
    command.add_option(
        "--store", flags.store, "keep the audit over time: a file, or postgresql://...");
    command.add_flag("--share",
                     flags.share,
                     "for outsiders: names of hosts, users and people become keyed hashes");
    command.add_option("--pg-bindir",
                       flags.programs,
                       "the planner in the loop, for the data axis: folder of initdb and postgres, "
                       "or auto; needs a capture");
    command.add_option("--change",
                       flags.change,
                       "with it: SQL that changes the schema; the data axis is that after it");
    add_colour_option(command, flags.colour);
}

void add_digest_options(CLI::App& command, DigestFlags& flags) {
    add_read_options(command, flags.read);
    shard_or_paths(command, flags);
    command.add_option("--index",
                       flags.index,
                       "of the shard (default: SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX)");
}

void add_merge_options(CLI::App& command, DigestFlags& flags) {
    add_read_options(command, flags.read, "digests");
    shard_or_paths(command, flags);
}

void add_report_options(CLI::App& command, ReportFlags& flags) {
    command.add_option("AUDIT", flags.audit, "what `audit --json` wrote")->required();
    command.add_option("--format", flags.format, formats())->capture_default_str();
    command.add_option("-o,--output", flags.output, "write to this file");
    add_colour_option(command, flags.colour);
}

void add_diff_options(CLI::App& command, DiffFlags& flags) {
    command.add_option("EARLIER", flags.earlier, "what `audit --json` wrote")->required();
    command.add_option("LATER", flags.later, "the same, later")->required();
    command.add_option("--format", flags.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
}

void add_whatif_options(CLI::App& command, WhatIfFlags& flags) {
    add_read_options(command, flags.read);
    app::Changes& changes = flags.changes;
    command
        .add_option(
            "--add-index", changes.indexes, "TABLE, TABLE(COLUMNS), or all that plans ask for")
        ->allow_extra_args(false);
    command.add_option("--pool", changes.pools, "slots of every connection pool, or NAME=SLOTS")
        ->allow_extra_args(false);
    command.add_option("--cache", changes.cache, "age of a shared cache: 60s, 5m, 1h");
    command.add_option("--replicas", changes.replicas, "read replicas")->check(CLI::Range(1, 100));
    command.add_option("--split", changes.splits, "an application that gets a database of its own")
        ->allow_extra_args(false);
    command.add_option("--format", flags.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
}

void add_init_options(CLI::App& command, InitFlags& flags) {
    command.add_option("FOLDER", flags.folder, "where the files go")->capture_default_str();
    command.add_option("--by", flags.by, "who answers (default: $USER)");
    command.add_flag("--no-questions", flags.no_questions, "leave every answer unknown");
}

void add_explain_options(CLI::App& command, ExplainFlags& flags) {
    command
        .add_option("ID", flags.id, "connection-pool, p99-climbs, limits.0.at, E3, thresholds ...")
        ->required();
    command.add_option("--audit", flags.audit, "the JSON of the audit that has the figure");
    command.add_option("--config", flags.config, "plimsoll.toml");
}

void add_doctor_options(CLI::App& command, ExplainFlags& flags) {
    command.add_option("--audit", flags.audit, "the JSON of an audit; without it, for every check");
}

}  // namespace plimsoll::cli
