// Limit: at what multiple of today's load does background work fall behind?
//
// Law: what works on a queue may be busy all the time, as nobody waits for it; it falls behind when
// more comes than is done. So consumers over those busy is the multiple, the peak at the low end
// and the mean at the high one (a night may catch up). A queue whose depth or age only rises over
// the capture falls behind today. Blind spots: batches that arrive at once; consumers that wait for
// others look busy; a queue that nobody gauges.
#include "checks/load/samples.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace plimsoll::checks {
namespace {

constexpr std::size_t least_samples = 20;

// Every value of the last quarter lies above every one of the first: no passing batch does that.
[[nodiscard]] bool only_rises(const Samples& samples) {
    if (samples.values.size() < least_samples) {
        return false;
    }
    const auto quarter = static_cast<std::ptrdiff_t>(samples.values.size() / 4);
    const double before =
        *std::max_element(samples.values.begin(), samples.values.begin() + quarter);
    const double after = *std::min_element(samples.values.end() - quarter, samples.values.end());
    return after > before && after >= 2 * std::max(1.0, before);
}

[[nodiscard]] Limit behind(const Samples& samples, std::string_view what) {
    Limit limit{.id = "background-queue." + samples.name,
                .name = "queue " + samples.name,
                .basis = fmt::format("its {} only rose in the capture", what),
                .axis = Axis::load,
                .grade = Grade::C,
                .formula = "a backlog that only grows: at most 1"};
    limit.place(Estimate::at_most(1));
    limit.hard = Estimate::at_most(1);
    limit.inputs = {{.id = std::string{what},
                     .name = fmt::format("{} at the end", what),
                     .value = Estimate::exactly(samples.values.back()),
                     .unit = what == "age" ? "s" : "jobs",
                     .samples = static_cast<double>(samples.values.size()),
                     .formula = {},
                     .origins = {samples.origin}}};
    return limit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    std::set<std::string> queues;
    for (const auto& [suffix, what] : {std::pair{".depth", "depth"}, std::pair{".age_s", "age"}}) {
        for (const Samples& samples : gauges_named(evidence, settings, "queue.", suffix)) {
            if (only_rises(samples) && queues.insert(samples.name).second) {
                finding.limits.push_back(behind(samples, what));
            }
        }
    }
    for (const auto& [gauge, series] : evidence.gauges.series) {
        if (!gauge.starts_with("queue.") || gauge.rfind('.') <= 6) {
            continue;
        }
        const std::string name = gauge.substr(6, gauge.rfind('.') - 6);
        if (!queues.insert(name).second) {
            continue;
        }
        std::optional<Samples> consumers =
            gauge_named(evidence, settings, "workers." + name + ".busy");
        if (consumers) {
            consumers->name = name;
            const auto told = settings.workers.find(name);
            if (consumers->limit <= 0 && told != settings.workers.end()) {
                consumers->limit = told->second.slots();
            }
        }
        const UsedUp words{.check = "background-queue",
                           .noun = "queue " + name,
                           .unit = "consumers",
                           .what = "consumers at work"};
        const std::optional<Limit> limit = consumers ? used_up(*consumers, words) : std::nullopt;
        finding.limits.push_back(
            limit ? *limit
                  : Limit{.id = "background-queue." + name,
                          .name = "queue " + name,
                          .missing_input = "its consumers at work: workers." + name +
                                           ".busy with their number as limit in gauges.csv"});
    }
    conclude(finding, settings, "sampled consumers of queues");
    if (finding.says.empty()) {
        finding.says = "Not assessed: no queue with its consumers is in the gauges.";
        finding.gaps.push_back(
            {.id = "background-queue",
             .missing = "the depth of each queue and its consumers at work",
             .would_add = "the multiple at which background work falls behind",
             .how = "gauges.csv: queue.NAME.depth, and workers.NAME.busy with the number of "
                    "consumers as limit; where there is no queue: [answers] background-queue = "
                    "\"no\" in plimsoll.toml"});
    }
    return finding;
}

}  // namespace

extern constinit const Check background_queue{
    .id = "background-queue",
    .asks = "At what multiple of today's load does background work fall behind?",
    .why = "A queue hides overload until the morning. It falls behind when more comes than its "
           "consumers do. Blind "
           "spots: batches, consumers that wait for others.",
    .limit = Axis::load,
    .needs = {Kind::gauges},
    .claims = "001-23 004-12",
    .missing = {.what = "queues and their consumers",
                .would_add = "the multiple at which background work falls behind",
                .how = "gauges.csv: queue.NAME.depth, workers.NAME.busy; where there is none: "
                       "[answers] background-queue = \"no\""},
    .run = run,
};

}  // namespace plimsoll::checks
