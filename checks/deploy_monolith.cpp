// Does every change set off every job, whatever it touched?
//
// Law: a change that touches one module needs that module's jobs. The index of a change is the
// share of the pipeline's job groups that ran; its median over one-module changes is the monolith
// index. What path filters would have saved is no guess but a replay: job time of runs whose change
// touched only documentation. A module is a top-level folder, or what plimsoll.toml maps. Blind
// spots: a job may skip within itself; commits that are not in the history (squashed, force-pushed)
// are left out and counted.

#include "checks/ci/delivery.hpp"
#include "checks/ci/lane.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "evidence/glob.hpp"
#include "model/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace plimsoll::checks {
namespace {

constexpr Threshold index_line{
    "deploy-monolith.index", 0.8, "share", "four in five jobs run for a change of one module"};
constexpr Threshold least_changes{
    "deploy-monolith.least-changes", 20, "changes", "below 20 one refactoring moves the median"};
constexpr std::array thresholds{index_line, least_changes};

// As plimsoll.toml maps it, the first glob that fits; else the top-level folder.
[[nodiscard]] std::string_view module_of(std::string_view path, const Settings& settings) {
    for (const auto& [glob, module] : settings.modules) {
        if (glob_matches(glob, path)) {
            return module;
        }
    }
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view{"(root)"} : path.substr(0, slash);
}

[[nodiscard]] bool is_documentation(std::string_view path) {
    return path.ends_with(".md") || path.ends_with(".rst") || path.ends_with(".txt") ||
           path.ends_with(".adoc") || path.starts_with("docs/") || path.starts_with("doc/");
}

struct Change {
    std::set<std::string_view> modules;
    bool documentation = true;
};

[[nodiscard]] std::optional<Change> change_of(const std::string& sha,
                                              const History& history,
                                              const Settings& settings) {
    const std::optional<CommitId> id = parse_commit_id(sha);
    if (!id || sha.size() < 40) {
        return std::nullopt;
    }
    const auto found = std::ranges::lower_bound(history.ids, *id);
    if (found == history.ids.end() || *found != *id) {
        return std::nullopt;
    }
    Change out;
    for (const std::uint32_t path :
         history.touched(static_cast<std::size_t>(found - history.ids.begin()))) {
        out.modules.insert(module_of(history.paths[path], settings));
        out.documentation = out.documentation && is_documentation(history.paths[path]);
    }
    return out.modules.empty() ? std::nullopt : std::optional{out};
}

struct Replay {
    std::vector<double> indexes;  // of one-module changes
    std::set<std::string_view> modules;
    std::size_t unknown = 0;  // changes that the history does not hold
    std::size_t documentation = 0;
    double work_hours = 0;   // of all runs joined
    double saved_hours = 0;  // of documentation-only changes
    std::vector<Origin> origins;
};

[[nodiscard]] Replay replay(const ci::Timed& timed,
                            const Evidence& evidence,
                            const Settings& settings) {
    Replay out;
    const std::string branch = ci::main_branch(evidence.pipelines);
    std::map<std::string_view, std::set<std::string>> groups;  // of each pipeline
    for (const ci::RunTimes& run : timed.runs) {
        for (const Job* job : run.jobs) {
            groups[run.pipeline].insert(job_group(job->name));
        }
    }
    for (const ci::RunTimes& run : timed.runs) {
        if (!ci::on_main(run, branch) || run.run == nullptr || run.result != RunResult::success) {
            continue;
        }
        const std::optional<Change> change = change_of(run.run->sha, evidence.history, settings);
        if (!change) {
            ++out.unknown;
            continue;
        }
        const double hours = static_cast<double>(run.work_us) / 3.6e9;
        out.work_hours += hours;
        if (change->documentation) {
            ++out.documentation;
            out.saved_hours += hours;
        }
        if (change->modules.size() == 1) {
            std::set<std::string> ran;
            for (const Job* job : run.jobs) {
                ran.insert(job_group(job->name));
            }
            out.modules.insert(*change->modules.begin());
            out.indexes.push_back(static_cast<double>(ran.size()) /
                                  static_cast<double>(groups[run.pipeline].size()));
            out.origins = {out.origins.empty() ? run.jobs.front()->origin : out.origins.front(),
                           run.jobs.front()->origin};
        }
    }
    return out;
}

[[nodiscard]] Remedy filters(const Replay& seen) {
    Remedy out{.id = "deploy-monolith.filters", .rung = Rung::pipeline};
    out.title = "Run a module's jobs only for changes of that module";
    out.action = "GitHub: on.push.paths and one workflow a module; GitLab: rules:changes; or a "
                 "build graph (affected only)";
    out.effort = "1 week";
    out.reach = "the pipeline";
    out.undo = "remove the filters";
    out.clears = {"deploys-drag"};
    out.verify = "plimsoll audit NEW-EXPORT REPOSITORY: the monolith index";
    out.model = fmt::format(
        "replay of history: {:.1f} of {:.1f} job hours were spent on changes of documentation only",
        seen.saved_hours,
        seen.work_hours);
    return out;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const ci::Timed timed = ci::timed(evidence.pipelines);
    const Replay seen = replay(timed, evidence, settings);
    const auto changes = static_cast<double>(seen.indexes.size());
    Finding out;
    if (changes < settings.value_of(least_changes) || seen.modules.size() < 2) {
        out.says = fmt::format("{:.0f} runs of changes to one of {} modules are too few to say "
                               "whether jobs are picked by "
                               "change; {} runs are of commits that the history does not hold.",
                               changes,
                               seen.modules.size(),
                               seen.unknown);
        out.gaps = {
            {"deploy-monolith.join",
             "runs and the git history of the same repository",
             "whether every change runs everything",
             "git clone --filter=blob:none URL; plimsoll audit runs.ndjson jobs.ndjson CLONE"}};
        return out;
    }
    const Estimate index = ci::median_of(seen.indexes);
    const auto whole = static_cast<std::uint64_t>(std::ranges::count_if(
        seen.indexes, [&](double value) { return value >= settings.value_of(index_line); }));
    const model::ShareInterval share = model::wilson(whole, seen.indexes.size(), 0.9);
    out.outcome = share.low > 0.5    ? Outcome::present
                  : share.high < 0.5 ? Outcome::absent
                                     : Outcome::insufficient;
    out.says = fmt::format("A change to one module runs {:.0f} % of the pipeline's jobs (median of "
                           "{:.0f} changes in {} modules); "
                           "{:.1f} of {:.1f} job hours went to changes of documentation only.",
                           index.at * 100,
                           changes,
                           seen.modules.size(),
                           seen.saved_hours,
                           seen.work_hours);
    out.measures = {{.id = "index",
                     .name = "jobs that a one-module change runs, median",
                     .value = index,
                     .unit = "share",
                     .samples = changes,
                     .formula = {},
                     .origins = seen.origins},
                    {.id = "saved",
                     .name = "job time that path filters would have saved on documentation",
                     .value = Estimate::exactly(seen.saved_hours),
                     .unit = "hours",
                     .samples = static_cast<double>(seen.documentation)}};
    out.confidence = changes >= 100 ? Confidence::high : Confidence::medium;
    out.confidence_why = fmt::format(
        "{:.0f} changes joined by commit, {} not in the history", changes, seen.unknown);
    out.seen_at = seen.origins;
    if (out.outcome == Outcome::present) {
        out.remedies = {filters(seen)};
    }
    return out;
}

}  // namespace

extern constinit const Check deploy_monolith{
    .id = "deploy-monolith",
    .asks = "Does every change set off every job, whatever it touched?",
    .why = "When one module's change builds, tests and restarts everything, the pipeline grows "
           "with the system. "
           "Blind spot: jobs that skip within themselves.",
    .sign = Sign::deploys_drag,
    .needs = {Kind::pipelines, Kind::history},
    .thresholds = thresholds,
    .claims = "000-35",
    .missing = {"CI runs and the git history of the same repository",
                "whether every change runs everything",
                "git clone --filter=blob:none URL; plimsoll audit runs.ndjson jobs.ndjson CLONE"},
    .run = run,
};

}  // namespace plimsoll::checks
