#include "app/baseline.hpp"
#include "app/config.hpp"
#include "app/config_show.hpp"
#include "app/gate.hpp"
#include "app/output.hpp"
#include "cli/environment.hpp"
#include "cli/gate_command.hpp"
#include "cli/reading.hpp"
#include "cli/terminal.hpp"
#include "wire/json.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

namespace plimsoll::cli {
namespace {

[[nodiscard]] Error usage(std::string what,
                          std::string where,
                          std::string why,
                          std::string remedy) {
    return Error{{.status = Status::usage,
                  .what = std::move(what),
                  .where = std::move(where),
                  .why = std::move(why),
                  .remedy = std::move(remedy)}};
}

[[nodiscard]] bool is_over(const Accepted& accepted) {
    return accepted.expires && now() >= *accepted.expires;
}

// The ids that a gate may have rows of, as far as the baseline knows them.
[[nodiscard]] std::vector<std::string_view> known_ids(const Snapshot& snapshot) {
    std::vector<std::string_view> out{"load-line"};
    for (const KnownLimit& one : snapshot.limits) {
        out.push_back(one.id);
    }
    for (const KnownFinding& one : snapshot.findings) {
        out.push_back(one.id);
    }
    for (const Series& one : snapshot.series) {
        out.push_back(one.id);
    }
    return out;
}

void accept(const BaselineFlags& flags, Snapshot& snapshot) {
    const std::string where = "baseline accept " + flags.id;
    if (flags.id.empty()) {
        throw usage("nothing is named to accept",
                    where,
                    "the id is missing",
                    "plimsoll gate prints the ids");
    }
    if (flags.reason.empty()) {
        throw usage("an acceptance needs a reason",
                    where,
                    "--reason is missing",
                    "--reason \"why it is fine\"");
    }
    const std::optional<Instant> expires = parse_instant(flags.expires);
    if (!expires || *expires <= now()) {
        throw usage("an acceptance needs a day on which it ends",
                    where,
                    flags.expires.empty() ? "--expires is missing"
                    : expires             ? flags.expires + " is over already"
                                          : flags.expires + " is no date",
                    "--expires 2027-03-31");
    }
    const std::vector<std::string_view> known = known_ids(snapshot);
    if (std::ranges::find(known, flags.id) == known.end()) {
        const std::string near = app::nearest(flags.id, known);
        print_warning(fmt::format("the baseline does not know \"{}\" yet{}",
                                  flags.id,
                                  near.empty() ? "" : "; did you mean \"" + near + "\"?"));
    }
    std::erase_if(snapshot.accepted, [&](const Accepted& one) { return one.id == flags.id; });
    snapshot.accepted.push_back(
        {.id = flags.id, .reason = flags.reason, .expires = expires, .by = flags.by});
    std::ranges::sort(snapshot.accepted, {}, &Accepted::id);
}

[[nodiscard]] std::string shown(const Snapshot& snapshot, const std::string& name) {
    std::string out = fmt::format("{}\n", name);
    const auto line = [&](std::string_view what, const std::string& value) {
        out += fmt::format("  {:<14} {}\n", what, value);
    };
    line("system", snapshot.system.empty() ? "not named" : snapshot.system);
    line("written by",
         fmt::format("plimsoll {}, rules {}", snapshot.tool_version, snapshot.rules_version));
    if (snapshot.span.from && snapshot.span.to) {
        line("evidence", to_date(*snapshot.span.from) + " to " + to_date(*snapshot.span.to));
    }
    line("kinds", fmt::format("{}", fmt::join(snapshot.kinds_supplied, ", ")));
    const LoadLine& load = snapshot.load_line;
    line("load line",
         load.measured == 0 ? "not known"
                            : fmt::format("{} ({:.2g} to {:.2g}), {} limits measured",
                                          app::shown(load.at, "x"),
                                          load.low,
                                          load.high,
                                          load.measured));
    std::size_t samples = 0;
    for (const Series& series : snapshot.series) {
        samples += series.values.size();
    }
    line("series", fmt::format("{} with {} samples", snapshot.series.size(), samples));
    line("findings", fmt::format("{}", snapshot.findings.size()));
    for (const Accepted& one : snapshot.accepted) {
        line("accepted",
             fmt::format("{}{}{}: {}{}",
                         one.id,
                         one.expires ? " until " + to_date(*one.expires) : "",
                         one.by.empty() ? "" : " by " + one.by,
                         one.reason,
                         is_over(one) ? " (over)" : ""));
    }
    return out;
}

// What is in force by one configuration; throws what cannot be used.
void show_config(const std::string& config,
                 const std::vector<std::string>& paths,
                 const std::string& format,
                 const app::Environment& variables) {
    const Settings settings = app::load_config(config, paths);
    const app::GateConfig gate =
        app::effective(app::gate_config_of(settings.path), app::gate_config_of(variables), {});
    (void)app::options_of(gate);  // a value that cannot be used is said here, not at the gate
    std::vector<app::ShownSetting> all = app::effective_settings(settings, gate);
    for (const std::string& option : reading_options()) {
        const auto set = variables.find(app::variable_of(option));
        if (set != variables.end() && !set->second.empty()) {
            all.push_back({.id = "--" + option,
                           .value = set->second,
                           .origin = "environment " + set->first,
                           .reason = {}});
        }
    }
    print_text(format == "json" ? wire::dump(wire::to_json(all))
                                : app::settings_text(all, settings.path));
}

}  // namespace

void add_baseline_options(CLI::App& command, BaselineFlags& flags) {
    command.add_option("ACTION", flags.action, "show, accept, or prune (remove what has expired)")
        ->required()
        ->check(CLI::IsMember({"show", "accept", "prune"}));
    command.add_option("ID", flags.id, "what is accepted: the id of a row of the gate");
    command.add_option("--file", flags.file, "the baseline (default: plimsoll-baseline.json)");
    command.add_option("--reason", flags.reason, "why it is accepted");
    command.add_option("--expires", flags.expires, "the day on which it fails again: 2027-03-31");
    command.add_option("--by", flags.by, "who accepts it");
    command.add_option("--format", flags.format, "of show: text or json")
        ->check(CLI::IsMember({"text", "json"}));
}

Status run_baseline(const BaselineFlags& flags) {
    const std::string path = flags.file.empty() ? std::string{app::baseline_file_name} : flags.file;
    Snapshot snapshot = app::parse_baseline(slurp(path), path);
    if (flags.action == "show") {
        print_text(flags.format == "json" ? wire::dump(wire::to_json(snapshot))
                                          : shown(snapshot, path));
        return Status::done;
    }
    if (flags.action == "accept") {
        accept(flags, snapshot);
    } else {
        const std::size_t gone = std::erase_if(snapshot.accepted, is_over);
        print(fmt::format("{} removed, {} left\n", gone, snapshot.accepted.size()));
    }
    app::write_file(path, app::write_baseline(std::move(snapshot)).text);
    return Status::done;
}

void add_config_options(CLI::App& command, ConfigFlags& flags) {
    command.add_option(
        "PATH", flags.paths, "inputs beside or above which plimsoll.toml lies (default: here)");
    command.add_option("--config", flags.config, "plimsoll.toml")
        ->envname(app::variable_of("config"));
    command.add_option("--format", flags.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
}

Status run_config(const ConfigFlags& flags) {
    const app::Environment variables = plimsoll_variables();
    for (const std::string& unknown : app::unknown_variables(variables, reading_options())) {
        print_warning(unknown);
    }
    // Files that are configurations themselves: each is checked, as a hook before a commit needs
    // it.
    std::vector<std::string> files;
    std::ranges::copy_if(flags.paths, std::back_inserter(files), [](const std::string& path) {
        return path.ends_with(".toml");
    });
    if (files.empty() || !flags.config.empty()) {
        show_config(flags.config,
                    flags.paths.empty() ? std::vector<std::string>{"."} : flags.paths,
                    flags.format,
                    variables);
    }
    for (const std::string& file : files) {
        show_config(file, {}, flags.format, variables);
    }
    return Status::done;
}

}  // namespace plimsoll::cli
