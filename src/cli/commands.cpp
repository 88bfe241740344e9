#include "cli/commands.hpp"

#include "app/audit.hpp"
#include "app/compare.hpp"
#include "app/compat_code_maat.hpp"
#include "app/config.hpp"
#include "app/digest.hpp"
#include "app/explain.hpp"
#include "app/how.hpp"
#include "app/inspect.hpp"
#include "app/output.hpp"
#include "app/planner/data_line.hpp"
#include "app/planner/report.hpp"
#include "app/redact.hpp"
#include "app/schema.hpp"
#include "app/store.hpp"
#include "app/values_key.hpp"
#include "app/zone_rules.hpp"
#include "cli/config_folder.hpp"
#include "cli/named.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/reading.hpp"
#include "cli/shard_command.hpp"
#include "cli/terminal.hpp"
#include "core/report.hpp"
#include "input/sources.hpp"
#include "wire/container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

namespace plimsoll::cli {
namespace {

// Where git walks are remembered between runs; empty when the user has no home.
[[nodiscard]] std::string cache_folder() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
        return std::string{cache} + "/plimsoll";
    }
    const char* home = std::getenv("HOME");
    return home == nullptr || *home != '/' ? std::string{} : std::string{home} + "/.cache/plimsoll";
}

[[nodiscard]] const Report& report_named(std::string_view id) {
    return named(all_reports(), id, "there is no such format");
}

[[nodiscard]] app::planner::PlannerRequest planner_request(const InspectFlags& flags,
                                                           const app::PlanQuestions& questions) {
    const char* path = std::getenv("PATH");
    app::planner::PlannerRequest out{
        .programs = flags.programs,
        .search_path = path == nullptr ? "" : path,
        .statements = flags.statements.empty() ? "" : slurp(flags.statements),
        .change = flags.change.empty() ? "" : slurp(flags.change),
        .values_key = app::values_key(config_folder(), false),
        .scales = questions.scales,
        .cliffs = !flags.no_cliffs,
        .progress = show_progress};
    if (flags.budget_ms > 0) {
        out.budget_ms = flags.budget_ms;
    }
    for (const auto& [table, facts] : questions.tables) {
        if (facts.growth != TableGrowth::unknown) {
            out.growth[table] = facts.growth;
        }
    }
    return out;
}

// The planner in the loop of an audit: what it says of the data axis becomes part of plan-growth.
[[nodiscard]] app::Amendment planner_amendment(const AuditFlags& flags,
                                               const Settings& settings,
                                               const Evidence& evidence) {
    const app::PlanQuestions questions = app::plan_questions(settings);
    const char* path = std::getenv("PATH");
    app::planner::PlannerRequest request{.programs = flags.programs,
                                         .search_path = path == nullptr ? "" : path,
                                         .statements = {},
                                         .change = flags.change.empty() ? "" : slurp(flags.change),
                                         .values_key = app::values_key(config_folder(), false),
                                         .budget_ms = questions.budget_ms,
                                         .cliffs = false,
                                         .progress = show_progress};
    for (const auto& [table, facts] : questions.tables) {
        if (facts.growth != TableGrowth::unknown) {
            request.growth[table] = facts.growth;
        }
    }
    app::planner::DataLine line = app::planner::data_line(evidence, settings, request);
    clear_progress();
    for (const std::string& note : line.notes) {
        print_warning(note);
    }
    return {.check = "plan-growth",
            .amend = [line = std::move(line), target = settings.target](Finding& finding) {
                app::planner::put_data_line(line, target, finding);
            }};
}

// The name that the reports carry: given, or the folder's.
[[nodiscard]] std::string system_name(const AuditFlags& flags, const Settings& settings) {
    if (!flags.system.empty() || !settings.system_name.empty()) {
        return flags.system.empty() ? settings.system_name : flags.system;
    }
    std::error_code error;
    if (flags.share) {
        return "the system";  // a folder's name is nobody else's business
    }
    const std::filesystem::path first =
        std::filesystem::weakly_canonical(flags.read.paths.front(), error);
    return first.filename().string();
}

// A merge without one of its digests would look whole: none is written. (A source that was not
// whole when its digest was made is another matter: the digest says so, and so does what is made of
// it.)
void refuse_broken_digests(const app::ReadResult& result) {
    const auto broken = [](const Input& input) {
        return input.in_part && input.reader == "plimsoll-digest";
    };
    if (std::ranges::any_of(result.evidence.inputs, broken)) {
        throw result.errors.front();
    }
}

// PATH... or a manifest; and where the digest goes, unless the manifest says so.
void must_say_what(const DigestFlags& flags, bool needs_output) {
    const bool no_sources = flags.read.paths.empty() && flags.manifest.empty();
    if (no_sources || (needs_output && flags.output.empty())) {
        throw Error{{.status = Status::usage,
                     .what = "the command line cannot be understood",
                     .where = {},
                     .why = no_sources ? "neither PATH nor --manifest is given" : "-o is not given",
                     .remedy = "plimsoll digest PATH... -o FILE, or plimsoll digest --manifest M"}};
    }
}

}  // namespace

Instant now() {
    if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
        return instant(std::strtoll(epoch, nullptr, 10) * 1'000'000);
    }
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

app::ReadResult read_sources(const ReadFlags& flags,
                             const Settings& settings,
                             bool hash,
                             bool may_be_nothing) {
    Progress progress{input::bytes_on_disk(flags.paths)};
    app::ReadRequest request{
        .paths = flags.paths,
        .may_be_nothing = may_be_nothing,
        .hash = hash,
        .on_source = [&](const std::string& source) { progress.source(source); },
        .on_bytes = [&](std::size_t bytes) { progress.bytes(bytes); }};
    request.options = {.log_prefix = flags.log_prefix,
                       .latency_unit = flags.unit,
                       .log_timezone = flags.timezone,
                       .keep_literals = flags.keep_literals,
                       .threads = flags.threads != 0
                                      ? flags.threads
                                      : std::max(1U, std::thread::hardware_concurrency())};
    request.options.cache_folder = flags.no_cache ? std::string{} : cache_folder();
    request.options.low_memory = flags.low_memory;
    request.options.find_renames = percent_of_likeness(flags.find_renames).value_or(0);
    request.options.interval_s = flags.interval_s;
    app::ReadResult result = app::read(request, settings);
    progress.finish();
    return result;
}

Status conclude(const app::ReadResult& result) {
    for (const std::string& warning : result.warnings) {
        print_warning(warning);
    }
    Status status = Status::done;
    for (const Error& error : result.errors) {
        print_error(error.parts());
        status = std::max(status, error.parts().status);
    }
    return status;
}

Status run_audit(const AuditFlags& flags) {
    const Report& on_stdout = report_named(flags.format);
    Settings settings = app::load_config(flags.read.config, flags.read.paths);
    settings.now = now();
    settings.system_name = system_name(flags, settings);
    if (!flags.zone.empty()) {
        settings.zone = app::zone_named(flags.zone, "--timezone");
    }
    // Opened and read first: what is wrong with them is said before the work, not after.
    std::optional<app::Store> store;
    if (!flags.store.empty()) {
        store.emplace(flags.store);
    }
    std::optional<Audit> earlier;
    if (!flags.since.empty()) {
        earlier = app::parse_audit(slurp(flags.since), flags.since);
    }
    const app::ReadResult result = read_sources(flags.read, settings, true);
    std::optional<app::Amendment> planned;
    if (!flags.programs.empty()) {
        planned = planner_amendment(flags, settings, result.evidence);
    } else if (!flags.change.empty()) {
        throw Error{{.status = Status::usage,
                     .what = "the change cannot be planned",
                     .where = "--change " + flags.change,
                     .why = "its effect is asked of a planner, and none was given",
                     .remedy = "--pg-bindir auto, and a capture by plimsoll collect among the "
                               "inputs"}};
    }
    Audit audit = app::audit(result, settings, PLIMSOLL_VERSION, planned ? &*planned : nullptr);
    if (store && !earlier) {
        earlier = store->latest(audit.system, audit.audited_at.value_or(Instant{}));
    }
    if (earlier) {
        audit.since_last = app::compare(*earlier, audit);
    }
    if (store) {
        store->put(audit, app::pack(result.evidence));
    }
    if (flags.share) {
        audit = app::redact(audit, result.evidence, settings);
    }
    for (const auto& [id, path] : flags.files) {
        app::write_file(path, report_named(id).write(audit, {}));
    }
    print(on_stdout.write(audit, style_of_stdout(flags.colour)));
    return conclude(result);
}

Status run_inspect(const InspectFlags& flags) {
    Settings settings = app::load_config(flags.read.config, flags.read.paths);
    settings.now = now();
    if (!flags.compat.empty()) {
        print(app::compat_code_maat(flags.read.paths, flags.code_maat, settings));
        return Status::done;
    }
    app::PlanQuestions questions = app::plan_questions(settings);
    app::add_growth(flags.growth, questions);
    app::add_scales(flags.project, questions);
    ReadFlags sources = flags.read;
    if (!flags.capture.empty()) {
        sources.paths.push_back(flags.capture);
    }
    if (sources.paths.empty()) {
        throw Error{{.status = Status::usage,
                     .what = "there is nothing to inspect",
                     .where = {},
                     .why = "neither PATH nor --capture is given",
                     .remedy = "plimsoll inspect PATH..."}};
    }
    const app::ReadResult result = read_sources(sources, settings, false);
    std::optional<wire::Json> planned;
    if (!flags.programs.empty()) {
        planned = app::planner::inspect_planner(result.evidence, planner_request(flags, questions));
        clear_progress();
    }
    if (flags.format == "json") {
        app::inspect_json(result.evidence, settings, questions, planned, print);
    } else {
        print_text(app::inspect_text(result.evidence, settings, questions) +
                   (planned ? app::planner::planner_text(*planned) : std::string{}));
    }
    return conclude(result);
}

Status run_digest(const DigestFlags& asked) {
    DigestFlags flags = asked;
    must_say_what(flags, flags.manifest.empty());
    if (!flags.manifest.empty()) {
        const ShardWork work = work_of_shard(flags.manifest, flags.index);
        flags.read.paths = work.sources;
        flags.output = work.output;
    }
    const Settings settings = app::load_config(flags.read.config, flags.read.paths);
    if (flags.read.paths.empty()) {  // more shards than sources: the empty digest changes nothing
        app::write_file(flags.output, app::pack(Evidence{}));
        return Status::done;
    }
    const app::ReadResult result =
        read_sources(flags.read, settings, true, !flags.manifest.empty());
    app::write_file(flags.output, app::pack(result.evidence));
    return conclude(result);
}

Status run_merge(const DigestFlags& asked) {
    DigestFlags flags = asked;
    must_say_what(flags, true);
    if (!flags.manifest.empty()) {
        flags.read.paths = digests_of(flags.manifest);
    }
    input::for_each_source(flags.read.paths, [](input::Stream& stream, bool) {
        if (!stream.sample().head.starts_with(wire::container_magic)) {
            throw Error{{.status = Status::untrusted,
                         .what = "this is not a digest",
                         .where = stream.name(),
                         .why = "it does not begin as a digest does",
                         .remedy = "plimsoll digest PATH... -o FILE makes one"}};
        }
    });
    const app::ReadResult result = read_sources(flags.read, Settings{}, true);
    refuse_broken_digests(result);
    app::write_file(flags.output, app::pack(result.evidence));
    return conclude(result);
}

Status run_report(const ReportFlags& flags) {
    const Report& report = report_named(flags.format);
    const Audit audit = app::parse_audit(slurp(flags.audit), flags.audit);
    if (flags.output.empty()) {
        print(report.write(audit, style_of_stdout(flags.colour)));
    } else {
        app::write_file(flags.output, report.write(audit, {}));
    }
    return Status::done;
}

Status run_diff(const DiffFlags& flags) {
    const Audit earlier = app::parse_audit(slurp(flags.earlier), flags.earlier);
    const Audit later = app::parse_audit(slurp(flags.later), flags.later);
    const SinceLast since = app::compare(earlier, later);
    print_text(flags.format == "json" ? wire::dump(wire::to_json(since))
                                      : app::to_lines(since, later));
    return Status::done;
}

Status run_explain(const ExplainFlags& flags) {
    std::optional<Audit> audit;
    if (!flags.audit.empty()) {
        audit = app::parse_audit(slurp(flags.audit), flags.audit);
    }
    print_text(
        app::explain(flags.id, audit ? &*audit : nullptr, app::load_config(flags.config, {})));
    return Status::done;
}

Status run_how(const std::string& provider) {
    if (const std::optional<std::string> script = app::how(provider)) {
        print(*script);
        return Status::done;
    }
    const std::vector<std::string_view> known = app::how_providers();
    const std::string near = app::nearest(provider, known);
    throw Error{{.status = Status::usage,
                 .what = "no export is known for this provider",
                 .where = provider,
                 .why = fmt::format("known are: {}", fmt::join(known, ", ")),
                 .remedy = near.empty() ? "our neutral form takes any: plimsoll doctor"
                                        : fmt::format("did you mean {}?", near)}};
}

Status run_schema(const std::string& name) {
    if (const std::optional<std::string> schema = app::schema(name)) {
        print(*schema);
        return Status::done;
    }
    throw Error{{.status = Status::usage,
                 .what = "there is no schema of this name",
                 .where = name,
                 .why = fmt::format("known are: {}", fmt::join(app::schema_names(), ", ")),
                 .remedy = "plimsoll schema audit"}};
}

Status run_doctor(const ExplainFlags& flags) {
    std::optional<Audit> audit;
    if (!flags.audit.empty()) {
        audit = app::parse_audit(slurp(flags.audit), flags.audit);
    }
    print_text(app::doctor(audit ? &*audit : nullptr));
    return Status::done;
}

}  // namespace plimsoll::cli
