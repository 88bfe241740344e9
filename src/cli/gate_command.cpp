#include "cli/gate_command.hpp"

#include "app/audit.hpp"
#include "app/baseline.hpp"
#include "app/config.hpp"
#include "app/gate.hpp"
#include "app/gate_migration.hpp"
#include "app/gate_snapshot.hpp"
#include "app/output.hpp"
#include "cli/environment.hpp"
#include "cli/named.hpp"
#include "cli/reading.hpp"
#include "cli/terminal.hpp"
#include "core/gate.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::cli {
namespace {

using app::SettingForm;

// A format and the file that it goes to; standard output when that is empty.
struct Output {
    const GateReport* report = nullptr;
    std::string path;
};

[[nodiscard]] const GateReport& report_named(std::string_view id) {
    return named(all_gate_reports(), id, "there is no such format of a gate");
}

// At most one to standard output, and text there when all others go to files.
[[nodiscard]] std::vector<Output> outputs_of(const app::GateConfig& config) {
    std::vector<Output> out;
    std::size_t on_stdout = 0;
    for (const std::string& format : app::list_of(config, "format")) {
        const std::size_t equals = format.find('=');
        const Output output{.report = &report_named(format.substr(0, equals)),
                            .path = equals == std::string::npos ? "" : format.substr(equals + 1)};
        if (equals != std::string::npos && output.path.empty()) {
            throw Error{{.status = Status::usage,
                         .what = "an output of the gate has no file",
                         .where = "--format " + format,
                         .why = "nothing follows the '='",
                         .remedy = "write --format sarif=gate.sarif"}};
        }
        on_stdout += output.path.empty() ? 1 : 0;
        out.push_back(output);
    }
    if (on_stdout > 1) {
        throw Error{
            {.status = Status::usage,
             .what = "two formats want standard output",
             .where = fmt::format("--format {}", fmt::join(app::list_of(config, "format"), ",")),
             .why = "only one can be read there",
             .remedy = "write the others to files: --format sarif=gate.sarif"}};
    }
    if (on_stdout == 0) {
        out.push_back({.report = &report_named("text"), .path = {}});
    }
    return out;
}

// The summary is added to, not replaced: other steps write there as well. The platform aborts an
// upload of more than a mebibyte, so what is there already counts.
void add_summary(const std::string& path, const std::string& text) {
    constexpr std::streamoff most = 1024 * 1024;
    std::ofstream out{path, std::ios::binary | std::ios::app | std::ios::ate};
    const std::streamoff before = out ? static_cast<std::streamoff>(out.tellp()) : 0;
    if (out && before + static_cast<std::streamoff>(text.size()) > most) {
        print_warning("the step summary is full, the verdict is not added to it");
        return;
    }
    if (!out || !(out << text << std::flush)) {
        throw Error{{.status = Status::unwritable,
                     .what = "cannot add to the step summary",
                     .where = path,
                     .why = "it cannot be opened for appending",
                     .remedy = "--summary off, or name a file"}};
    }
}

void write_outputs(const GateResult& result,
                   const app::GateConfig& config,
                   const GateFlags& flags) {
    const GateStyle plain{.colour = false, .comment_id = app::text_of(config, "comment-id")};
    std::string machine;  // the format on standard output when it is not for people
    for (const Output& output : outputs_of(config)) {
        if (!output.path.empty()) {
            app::write_file(output.path, output.report->write(result, plain));
            continue;
        }
        GateStyle style = plain;
        style.colour = style_of_stdout(flags.colour).colour;
        machine =
            output.report->id == "text" || output.report->id == "github" ? "" : output.report->id;
        print(output.report->write(result, style));
    }
    if (const std::string comment = app::text_of(config, "comment-file"); !comment.empty()) {
        app::write_file(comment, report_named("md").write(result, plain));
    }
    const std::string summary = app::text_of(config, "summary");
    const std::string summary_file = summary == "auto"  ? environment("GITHUB_STEP_SUMMARY")
                                     : summary == "off" ? ""
                                                        : summary;
    if (!summary_file.empty()) {
        add_summary(summary_file, report_named("md").write(result, plain));
    }
    const std::string annotations = app::text_of(config, "annotations");
    if (annotations == "on" || (annotations == "auto" && environment("GITHUB_ACTIONS") == "true")) {
        const std::string commands = report_named("github").write(result, plain);
        machine.empty() ? print(commands) : print_commands(commands);
    }
}

[[nodiscard]] app::MigrationRequest migration_of(const app::GateConfig& config) {
    app::MigrationRequest out{.programs = app::text_of(config, "pg-bindir"),
                              .search_path = environment("PATH"),
                              .progress = show_progress};
    for (const std::string& file : app::list_of(config, "migration")) {
        out.files.push_back({.name = file, .text = slurp(file)});
    }
    return out;
}

// Only a state that holds is remembered: a baseline that a failed gate overwrote would hide what it
// found.
void write_baseline(const std::string& path,
                    Snapshot snapshot,
                    const app::FoundBaseline& before,
                    const GateResult& result) {
    if (result.verdict != GateVerdict::passed) {
        print_warning(fmt::format("{} is not written: the gate did not pass (--baseline none "
                                  "--write-baseline FILE writes it all the same)",
                                  path));
        return;
    }
    snapshot.accepted = before.snapshot.accepted;
    const app::WrittenBaseline written = app::write_baseline(std::move(snapshot));
    app::write_file(path, written.text);
    if (written.samples_left_out + written.series_left_out > 0) {
        print_warning(
            fmt::format("{} keeps the latest samples: {} older ones and {} series are left out",
                        path,
                        written.samples_left_out,
                        written.series_left_out));
    }
}

}  // namespace

void add_gate_options(CLI::App& command, GateFlags& flags) {
    for (const app::GateSetting& setting : app::gate_settings()) {
        const std::string name{setting.name};
        const std::string standard = setting.standard.empty() || setting.form == SettingForm::flag
                                         ? std::string{}
                                         : fmt::format(" (default: {})", setting.standard);
        const std::string does = std::string{setting.does} + standard;
        const auto keep = [&flags, name](std::vector<std::string> values) {
            flags.set[name] = {.values = std::move(values), .origin = "command line"};
        };
        CLI::Option* option = nullptr;
        if (setting.form == SettingForm::flag) {
            option = command.add_flag_callback(
                "--" + name, [keep] { keep({"yes"}); }, does);
        } else if (setting.form == SettingForm::list || setting.form == SettingForm::pairs) {
            option = command.add_option_function<std::vector<std::string>>("--" + name, keep, does)
                         ->allow_extra_args(false)
                         ->take_all();
        } else {
            option = command.add_option_function<std::string>(
                "--" + name, [keep](const std::string& value) { keep({value}); }, does);
        }
        option->group("Gate");
        if (setting.form == SettingForm::word) {
            std::vector<std::string> words;
            std::string_view left = setting.words;
            while (!left.empty()) {
                const std::size_t end = std::min(left.find(' '), left.size());
                words.emplace_back(left.substr(0, end));
                left.remove_prefix(std::min(end + 1, left.size()));
            }
            option->check(CLI::IsMember(words));
        }
    }
    command
        .add_option(
            "--system", flags.system, "name of the system; a baseline of another is refused")
        ->envname(app::variable_of("system"));
    command.add_option("--color", flags.colour, "auto, always or never")
        ->envname(app::variable_of("color"))
        ->check(CLI::IsMember({"auto", "always", "never"}));
}

Status run_gate(const GateFlags& flags) {
    Settings settings = app::load_config(flags.read.config, flags.read.paths);
    settings.now = now();
    if (!flags.system.empty()) {
        settings.system_name = flags.system;
    }
    const app::Environment variables = plimsoll_variables();
    for (const std::string& unknown : app::unknown_variables(variables, reading_options())) {
        print_warning(unknown);
    }
    const app::GateConfig config = app::effective(
        app::gate_config_of(settings.path), app::gate_config_of(variables), flags.set);
    const app::GateOptions options = app::options_of(config);
    (void)outputs_of(config);  // a wrong format is said before the work, not after
    const app::MigrationRequest migration = migration_of(config);
    const app::FoundBaseline baseline = app::find_baseline(app::text_of(config, "baseline"));
    const app::ReadResult read = read_sources(flags.read, settings, true);
    const Audit audit = app::audit(read, settings, PLIMSOLL_VERSION);
    const Snapshot snapshot = app::snapshot_of(audit, read.evidence, settings);
    std::optional<app::MigrationOutlook> outlook;
    if (!migration.files.empty()) {
        outlook = app::outlook_of(migration, audit, read.evidence, settings);
        clear_progress();
    }
    const GateResult result = app::gate({.snapshot = snapshot,
                                         .audit = audit,
                                         .settings = settings,
                                         .migration = outlook ? &*outlook : nullptr},
                                        baseline,
                                        options);
    write_outputs(result, config, flags);
    const Status trusted = conclude(read);
    if (const std::string path = app::text_of(config, "write-baseline"); !path.empty()) {
        if (trusted == Status::done) {
            write_baseline(path, snapshot, baseline, result);
        } else {
            print_warning(path + " is not written: a source could not be trusted");
        }
    }
    // A definite failure comes first; then what could not be trusted; soft never fails.
    const Status verdict = app::status_of(result);
    return verdict == Status::done && !options.soft ? trusted : verdict;
}

}  // namespace plimsoll::cli
