// Do long statements slow the short ones down while they run?
//
// Law: the mean time of short calls in seconds in which statements of over a second were running,
// over their mean in seconds without. From 1.5 on, two kinds of work compete in one database
// (catalogue 000-98): a replica or a store of its own for the long ones gives the ratio back. Blind
// spots: both may follow from the same hour of the day, so seconds are compared within the log's
// own span only; a log of minutes has few of either kind; short calls that a threshold cut off are
// not there.
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold ratio_limit{
    .id = "analytics-interferes.ratio",
    .value = 1.5,
    .unit = "ratio",
    .reason = "catalogue 000-98: half as long again is what users notice"};
constexpr Threshold least_seconds{.id = "analytics-interferes.least",
                                  .value = 60,
                                  .unit = "windows",
                                  .reason = "a minute of each kind: below it one pause decides"};
constexpr std::array thresholds{ratio_limit, least_seconds};

struct Side {
    std::vector<double> logs;  // of the mean time of short calls in a window
    void add(double calls, double us) {
        if (calls > 0 && us > 0) {
            logs.push_back(std::log(us / calls));
        }
    }
    [[nodiscard]] double mean() const {
        double sum = 0;
        for (const double value : logs) {
            sum += value;
        }
        return sum / static_cast<double>(logs.size());
    }
    // Squared standard error of the mean.
    [[nodiscard]] double error2() const {
        const double middle = mean();
        double sum = 0;
        for (const double value : logs) {
            sum += (value - middle) * (value - middle);
        }
        const auto n = static_cast<double>(logs.size());
        return sum / (n - 1) / n;
    }
};

[[nodiscard]] std::int64_t amount_at(const Windows& windows, std::int64_t block, std::size_t slot) {
    const auto found = windows.blocks().find(block);
    return found == windows.blocks().end() ? 0 : found->second[slot];
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Workload& workload = evidence.workload;
    Finding finding;
    Side during;
    Side outside;
    const bool aligned = workload.short_calls.width_us() == workload.short_us.width_us() &&
                         (workload.long_busy_us.empty() ||
                          workload.long_busy_us.width_us() == workload.short_calls.width_us());
    for (const auto& [block, calls] : workload.short_calls.blocks()) {
        for (std::size_t i = 0; aligned && i < calls.size(); ++i) {
            const bool busy =
                amount_at(workload.long_busy_us, block, i) * 2 > workload.long_busy_us.width_us();
            const bool idle = amount_at(workload.long_busy_us, block, i) == 0;
            if (busy || idle) {
                (busy ? during : outside)
                    .add(static_cast<double>(calls[i]),
                         static_cast<double>(amount_at(workload.short_us, block, i)));
            }
        }
    }
    const double least = settings.value_of(least_seconds);
    if (static_cast<double>(during.logs.size()) < least ||
        static_cast<double>(outside.logs.size()) < least) {
        finding.says = fmt::format(
            "Not assessed: {} seconds with statements of over a second and {} without; {:.0f} of "
            "each are needed.",
            during.logs.size(),
            outside.logs.size(),
            least);
        finding.gaps.push_back(
            {.id = "analytics-interferes",
             .missing = "a log that covers reports and quiet times",
             .would_add = "whether long statements slow the short ones",
             .how = "a whole day of the log with log_min_duration_statement = 0"});
        return finding;
    }
    const double half = 1.645 * std::sqrt(during.error2() + outside.error2());
    const double log_ratio = during.mean() - outside.mean();
    const Estimate ratio{.at = std::exp(log_ratio),
                         .low = std::exp(log_ratio - half),
                         .high = std::exp(log_ratio + half)};
    const double limit = settings.value_of(ratio_limit);
    finding.outcome = ratio.low > limit    ? Outcome::present
                      : ratio.high < limit ? Outcome::absent
                                           : Outcome::insufficient;
    finding.confidence = Confidence::medium;
    finding.confidence_why = fmt::format(
        "{} windows with long statements, {} without", during.logs.size(), outside.logs.size());
    finding.says = fmt::format("Short calls take {:.2f} times as long ({:.2f} to {:.2f}) while "
                               "statements of over a second run.",
                               ratio.at,
                               ratio.low,
                               ratio.high);
    finding.measures.push_back({.id = "ratio",
                                .name = "time of short calls during long ones over without",
                                .value = ratio,
                                .unit = "ratio",
                                .samples = static_cast<double>(during.logs.size()),
                                .formula = "geometric means of seconds, 90 %",
                                .origins = {}});
    if (!workload.statements.empty()) {
        finding.seen_at = {
            {.source = workload.statements.begin()->second.first_seen.source, .line = 0}};
        finding.measures.back().origins = finding.seen_at;
    }
    return finding;
}

}  // namespace

extern constinit const Check analytics_interferes{
    .id = "analytics-interferes",
    .asks = "Do long statements slow the short ones down while they run?",
    .why = "One database for transactions and reports lets the one queue behind the other. Blind "
           "spot: both may follow "
           "from the same hour of the day.",
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "000-97 000-98",
    .missing = {.what = "a statement log",
                .would_add = "whether reports slow the transactions",
                .how = "a whole day of the log with log_min_duration_statement = 0"},
    .run = run,
};

}  // namespace plimsoll::checks
