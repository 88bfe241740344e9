// Are the people gone who knew the files that keep changing?
//
// Law: a file is lost when the author of most of its change sets has been silent for a year. Only
// hotspots count (the tenth of live files that changed most): nobody needs to know what nobody
// changes. Half of them lost is the threshold. A small truck factor alone is no alarm: 65 % of
// well-known systems have one of 2 or less (Avelino 2016). Blind spots: authorship is not
// knowledge; a mass move or reformatting by one person hands him all files; pairs and reviews leave
// no trace.
#include "checks/history/boundaries.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/coupling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

constexpr Threshold silent_days{
    .id = "knowledge-lost.silent",
    .value = 365,
    .unit = "days",
    .reason = "who has not committed for a year has left the code, if not the company"};
constexpr Threshold lost_share{
    .id = "knowledge-lost.share",
    .value = 0.5,
    .unit = "share",
    .reason = "below half, somebody who knows sits beside somebody who does not"};
constexpr std::array thresholds{least_sets, largest_set, silent_days, lost_share};

struct HotFile {
    std::uint32_t file = 0;
    std::uint64_t changes = 0;
    std::uint32_t author = 0;
    bool lost = false;
};

// Live files with their main author, most changed first; the busiest tenth, ten at least.
[[nodiscard]] std::vector<HotFile> hot_files(const ChangeSets& all,
                                             const History& history,
                                             std::int64_t silent) {
    std::vector<std::int64_t> last(history.authors.size());
    for (const ChangeSet& set : all.sets) {
        last[set.author] = set.at;  // they come in order of time
    }
    const model::Inverted sets_of = model::invert({all.ends, all.touches}, all.files.size());
    const model::SetsView by_file{sets_of.ends, sets_of.sets};
    std::vector<std::uint64_t> count(history.authors.size());
    std::vector<HotFile> out;
    for (std::uint32_t file = 0; file < all.files.size(); ++file) {
        const auto live =
            std::ranges::lower_bound(history.live, all.files[file], {}, &LiveFile::path);
        if (by_file[file].empty() || (!history.live.empty() && (live == history.live.end() ||
                                                                live->path != all.files[file]))) {
            continue;
        }
        HotFile hot{.file = file, .changes = by_file[file].size()};
        for (const std::uint32_t set : by_file[file]) {
            ++count[all.sets[set].author];
        }
        std::uint64_t most = 0;
        for (const std::uint32_t set : by_file[file]) {
            const std::uint32_t author = all.sets[set].author;
            // Of authors with as many changes the first by name.
            if (count[author] > most || (count[author] == most && author < hot.author)) {
                hot.author = author;
                most = count[author];
            }
        }
        for (const std::uint32_t set : by_file[file]) {
            count[all.sets[set].author] = 0;
        }
        hot.lost = all.sets.back().at - last[hot.author] > silent;
        out.push_back(hot);
    }
    std::ranges::stable_sort(out, std::greater{}, &HotFile::changes);
    out.resize(std::min(out.size(), std::max<std::size_t>(10, out.size() / 10)));
    return out;
}

[[nodiscard]] Exhibit table(const std::vector<HotFile>& files,
                            const ChangeSets& all,
                            const History& history) {
    constexpr std::size_t most = 15;
    Exhibit out;
    out.key = "history.lost-hotspots";
    out.title = "Files that keep changing and whose main author is gone";
    out.caption = "Of the tenth of the live files that changed most.";
    out.columns = {{"file", "", false}, {"changes", "", true}, {"main author", "", false}};
    for (const HotFile& hot : files) {
        if (hot.lost && out.rows.size() < most) {
            out.rows.push_back(
                {.cells = {{all.files[hot.file], {}},
                           {fmt::to_string(hot.changes), static_cast<double>(hot.changes)},
                           {history.authors[hot.author], {}}},
                 .depth = 0,
                 .share = {},
                 .note = {}});
        }
    }
    return out;
}

Finding run(const Evidence& evidence, const Settings& settings, const Boundaries& found) {
    Finding finding;
    finding.seen_at = {found.origin};
    if (static_cast<double>(found.all.sets.size()) < settings.value_of(least_sets)) {
        finding.says = fmt::format("Not judged: {} change sets, {:.0f} are needed.",
                                   found.all.sets.size(),
                                   settings.value_of(least_sets));
        return finding;
    }
    const auto silent = static_cast<std::int64_t>(settings.value_of(silent_days) * 86'400);
    const std::vector<HotFile> files = hot_files(found.all, evidence.history, silent);
    const auto lost = static_cast<std::uint64_t>(std::ranges::count(files, true, &HotFile::lost));
    const Estimate share = share_of(lost, files.size());
    finding.outcome =
        share.at >= settings.value_of(lost_share) ? Outcome::present : Outcome::absent;
    finding.says = fmt::format(
        "{} of the {} files that change most belong to authors who have been silent for {:.0f} "
        "days{}.",
        lost,
        files.size(),
        settings.value_of(silent_days),
        finding.outcome == Outcome::present ? ": reasoning about them is degraded" : "");
    finding.confidence = Confidence::low;
    finding.confidence_why = "authorship stands in for knowledge";
    finding.measures = {{.id = "lost-hotspots",
                         .name = "hotspots whose main author is gone",
                         .value = share,
                         .unit = "share",
                         .samples = static_cast<double>(files.size()),
                         .formula = fmt::format(
                             "{} of {}; {} change sets", lost, files.size(), found.all.sets.size()),
                         .origins = {found.origin}}};
    if (lost != 0) {
        finding.exhibits = {table(files, found.all, evidence.history)};
    }
    return finding;
}

}  // namespace

extern constinit const Check knowledge_lost{
    .id = "knowledge-lost",
    .asks = "Are the people gone who knew the files that keep changing?",
    .why = "Evolving needs somebody who knows why the code is as it is. Counted on hotspots only; "
           "blind to knowledge "
           "that reviews and pairs spread.",
    .needs = {Kind::history},
    .thresholds = thresholds,
    .claims = "",
    .missing = {.what = "git history of the system's code",
                .would_add = "whether anybody is left who knows the hotspots",
                .how = "plimsoll audit path/to/repository"},
    .run = on_its_own<run>,
    .run_on_boundaries = run};

}  // namespace plimsoll::checks
