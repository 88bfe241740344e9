// Do retries multiply the load when something fails?
//
// Law: a retry is the same call by the same parent, after the one before failed. Retries on two
// levels multiply: three attempts each are nine calls at the bottom. One in ten calls may be a
// retry (the budget of the SRE book, chapter 21), three attempts are its most for one request.
// Blind spots: where nothing failed, no retry is seen, which is no answer; retries below the traced
// client (TCP, drivers) do not show.
#include "checks/calls/waits.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr Threshold most_attempts{.id = "retry-amplification.attempts",
                                  .value = 3,
                                  .unit = "attempts",
                                  .reason = "the SRE book's limit for one request, chapter 21"};
constexpr Threshold budget{.id = "retry-amplification.budget",
                           .value = 0.1,
                           .unit = "ratio",
                           .reason = "the SRE book's retry budget: one in ten"};
constexpr Threshold least_failures{.id = "retry-amplification.failures",
                                   .value = 20,
                                   .unit = "calls",
                                   .reason = "fewer failed calls show too few occasions to retry"};
constexpr std::array thresholds{most_attempts, budget, least_failures};

// The way through a request on which retries multiply most.
struct Product {
    std::uint64_t attempts = 1;
    int levels = 0;
    std::string path;
};

class Walk {
public:
    Walk(const Calls& calls, const CallShape& shape) : calls_{calls} {
        for (const ServicePair& who : shape.edges) {
            callees_[who.first].push_back(who);
        }
    }
    [[nodiscard]] Product from(const std::string& service) {
        const auto [known, fresh] = known_.try_emplace(service, Product{.path = service});
        if (!fresh) {
            return known->second;  // of a ring: what is known so far
        }
        Product best{.path = service};
        for (const ServicePair& who : callees_[service]) {
            const auto edge = calls_.edges.find(who);
            const std::uint64_t attempts =
                edge == calls_.edges.end() ? 1
                                           : std::max<std::uint64_t>(1, edge->second.most_attempts);
            const Product below = from(who.second);
            if (attempts * below.attempts > best.attempts) {
                best = {.attempts = std::min<std::uint64_t>(attempts * below.attempts, 1'000'000),
                        .levels = below.levels + (attempts > 1 ? 1 : 0),
                        .path = service + " > " + below.path};
            }
        }
        known_[service] = best;
        return best;
    }

private:
    const Calls& calls_;
    std::map<std::string, std::vector<ServicePair>> callees_;
    std::map<std::string, Product> known_;
};

[[nodiscard]] Product worst_product(const Calls& calls) {
    Product worst;
    for (const auto& [shape, count] : calls.shapes) {
        const Product one = Walk{calls, shape}.from(shape.entry.service);
        if (one.attempts > worst.attempts) {
            worst = one;
        }
    }
    return worst;
}

// Retries as a share of first attempts, of a call.
[[nodiscard]] double share_of(const CallEdge& edge) noexcept {
    const std::uint64_t first = edge.calls - std::min(edge.calls, edge.retries);
    return first == 0 ? 0 : static_cast<double>(edge.retries) / static_cast<double>(first);
}

[[nodiscard]] Exhibit exhibit_of(
    const std::vector<std::pair<ServicePair, const CallEdge*>>& retried) {
    Exhibit exhibit;
    exhibit.key = "retry-amplification.calls";
    exhibit.form = Form::table;
    exhibit.title = "Calls that are retried";
    exhibit.caption =
        "Of the calls in the traces; the same call again under one parent after it failed.";
    exhibit.columns = {{.name = "caller", .unit = "", .numeric = false},
                       {.name = "callee", .unit = "", .numeric = false},
                       {.name = "calls", .unit = "", .numeric = true},
                       {.name = "retries", .unit = "", .numeric = true},
                       {.name = "most attempts", .unit = "", .numeric = true}};
    for (const auto& [who, edge] : retried) {
        if (exhibit.rows.size() == 30) {
            exhibit.left_out = fmt::format("{} more calls", retried.size() - 30);
            break;
        }
        Row row;
        row.cells = {{.text = who.first, .value = {}}, {.text = who.second, .value = {}}};
        for (const std::uint64_t number :
             {edge->calls, edge->retries, std::uint64_t{edge->most_attempts}}) {
            row.cells.push_back(
                {.text = std::to_string(number), .value = static_cast<double>(number)});
        }
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    std::uint64_t errors = 0;
    std::vector<std::pair<ServicePair, const CallEdge*>> retried;
    bool over = false;
    for (const auto& [who, edge] : evidence.calls.edges) {
        errors += edge.errors;
        if (edge.retries != 0) {
            retried.emplace_back(who, &edge);
            over = over || share_of(edge) > settings.value_of(budget) ||
                   edge.most_attempts > settings.value_of(most_attempts);
        }
    }
    if (static_cast<double>(errors) < settings.value_of(least_failures)) {
        finding.says = fmt::format(
            "Not assessed: {} failed calls in the traces, too few to show what is retried.",
            errors);
        if (evidence.calls.traces == 0) {
            finding.gaps.push_back(traces_gap());
        } else {
            finding.gaps.push_back({.id = "retry-amplification",
                                    .missing = "traces of an hour in which calls failed",
                                    .would_add = "how far retries multiply the load then",
                                    .how = "plimsoll how otlp"});
        }
        return finding;
    }
    std::ranges::stable_sort(
        retried, std::greater{}, [](const auto& one) { return one.second->retries; });
    const Product worst = worst_product(evidence.calls);
    finding.outcome = over || worst.levels >= 2 ? Outcome::present : Outcome::absent;
    finding.confidence = Confidence::medium;
    finding.confidence_why = fmt::format("{} failed calls seen", errors);
    finding.measures.push_back({.id = "amplification",
                                .name = "calls at the end of a request for one at its beginning",
                                .value = {.at = static_cast<double>(worst.attempts),
                                          .low = static_cast<double>(worst.attempts)},
                                .unit = "calls",
                                .samples = static_cast<double>(errors),
                                .formula = "product of the most attempts seen along " + worst.path,
                                .origins = {}});
    if (retried.empty()) {
        finding.says = fmt::format("Of {} failed calls none was retried.", errors);
        return finding;
    }
    const auto& [who, edge] = retried.front();
    finding.seen_at = {edge->first_seen};
    finding.measures.front().origins = finding.seen_at;
    finding.exhibits.push_back(exhibit_of(retried));
    finding.says =
        worst.levels >= 2
            ? fmt::format(
                  "Retries multiply on {} levels: one request becomes up to {} calls along {}.",
                  worst.levels,
                  worst.attempts,
                  worst.path)
            : fmt::format("{} to {} is retried up to {} times, {:.1f} % of its calls are retries.",
                          who.first,
                          who.second,
                          edge->most_attempts - 1,
                          100 * share_of(*edge));
    if (finding.outcome == Outcome::present) {
        finding.remedies.push_back(
            {.id = "retry-amplification.budget",
             .rung = Rung::configure,
             .title = "Retry on one level only, with a budget",
             .action =
                 fmt::format("keep the retries nearest to the user, take those of {} to {} out; at "
                             "most one in ten calls, with exponential backoff and jitter",
                             who.first,
                             who.second),
             .effort = "1 day",
             .reach = "the clients in the table",
             .undo = "restore the setting",
             .effects = {},
             .clears = {},
             .verify = "plimsoll audit with traces of the next failure: most attempts at most 2, "
                       "one level",
             .model = "attempts on n levels multiply"});
    }
    return finding;
}

}  // namespace

extern constinit const Check retry_amplification{
    .id = "retry-amplification",
    .asks = "Do retries multiply the load when something fails?",
    .why = "Retries arrive when the callee is least able to serve them, and on two levels they "
           "multiply. Blind spots: "
           "where nothing failed no retry is seen; those below the traced client do not show.",
    .sign = Sign::blast_radius,
    .needs = {Kind::calls},
    .thresholds = thresholds,
    .claims = "000-55 002-45",
    .missing = {.what = "traces (OTLP, Jaeger, Zipkin) of an hour in which calls failed",
                .would_add = "how far retries multiply the load",
                .how = "plimsoll how otlp"},
    .run = run,
};

}  // namespace plimsoll::checks
