// Criterion E3: does the trouble sit in few places?
//
// Law: what is concentrated can be mended where it sits; what is spread over a dozen tables is the
// shape of the system (catalogue 000-93). Measured as the fewest tables that hold 80 % of the time
// spent in statements; the time of a statement that touches several tables is shared among them.
// Blind spots: only the database is looked at; a log with a threshold shows the slow part only.
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

namespace plimsoll::checks {
namespace {

constexpr Threshold share{.id = "constraints-localised.share",
                          .value = 0.8,
                          .unit = "share of time",
                          .reason = "catalogue 000-93: the tables that make 80 % of slow time"};
constexpr Threshold few{.id = "constraints-localised.few",
                        .value = 3,
                        .unit = "tables",
                        .reason = "three tables are one module's work"};
constexpr Threshold many{.id = "constraints-localised.many",
                         .value = 12,
                         .unit = "tables",
                         .reason = "catalogue 000-93: over a dozen tables"};
constexpr Threshold least_calls{.id = "constraints-localised.least-calls",
                                .value = 1000,
                                .unit = "calls",
                                .reason = "below that a single report decides the shares"};
constexpr std::array thresholds{share, few, many, least_calls};

struct Use {
    std::map<std::string, double> time_us;
    double total_us = 0;
    std::uint64_t calls = 0;
    Origin origin;
};

[[nodiscard]] Use use_of(const Workload& workload) {
    Use use;
    for (const auto& [id, statement] : workload.statements) {
        if (statement.tables.empty()) {
            continue;
        }
        const auto time = static_cast<double>(statement.total.time_us);
        for (const std::string& table : statement.tables) {
            use.time_us[table] += time / static_cast<double>(statement.tables.size());
        }
        use.total_us += time;
        use.calls += statement.total.calls;
        keep_first(use.origin, statement.first_seen);
    }
    return use;
}

[[nodiscard]] double tables_for(const Use& use, double wanted) {
    std::vector<double> times;
    for (const auto& [table, time] : use.time_us) {
        times.push_back(time);
    }
    std::ranges::sort(times, std::greater{});
    double sum = 0;
    double count = 0;
    for (const double time : times) {
        sum += time;
        ++count;
        if (sum >= wanted * use.total_us) {
            break;
        }
    }
    return count;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    const Use use = use_of(evidence.workload);
    Finding finding;
    if (static_cast<double>(use.calls) < settings.value_of(least_calls) || use.total_us <= 0) {
        finding.says = fmt::format(
            "Only {} calls name a table: too few to say where the time goes.", use.calls);
        return finding;
    }
    const double count = tables_for(use, settings.value_of(share));
    finding.level = count <= settings.value_of(few)   ? Level::best
                    : count < settings.value_of(many) ? Level::middle
                                                      : Level::worst;
    finding.outcome = finding.level == Level::worst ? Outcome::absent : Outcome::present;
    finding.confidence = Confidence::medium;
    finding.confidence_why = "from the statement log alone";
    finding.says = fmt::format("{:.0f} of {} tables hold {:.0f} % of the time spent in statements.",
                               count,
                               use.time_us.size(),
                               100 * settings.value_of(share));
    finding.measures.push_back({.id = "tables-with-most-time",
                                .name = "fewest tables that hold most of the time",
                                .value = Estimate::exactly(count),
                                .unit = "tables",
                                .samples = static_cast<double>(use.calls),
                                .origins = {use.origin}});
    finding.seen_at = {use.origin};
    return finding;
}

}  // namespace

extern constinit const Check constraints_localised{
    .id = "constraints-localised",
    .asks = "Does the trouble sit in few places?",
    .why = "What is concentrated can be mended where it sits; what is spread over a dozen tables "
           "is the shape of the "
           "system. Blind spot: only the database is looked at.",
    .criterion = Criterion::constraints_localised,
    .needs = {Kind::workload},
    .thresholds = thresholds,
    .claims = "001-132 000-93",
    .missing = {.what = "a statement log of the database",
                .would_add = "criterion E3",
                .how = "log_min_duration_statement = 0 for an hour of peak load"},
    .run = run,
};

}  // namespace plimsoll::checks
