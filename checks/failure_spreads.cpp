// Would one service that fails or hangs take more with it than what uses it?
//
// Law: every single service is failed once over the calls that traces show (model/failure_spread).
// When it answers with errors, a request is lost with the measured probability that they pass on.
// When it hangs, its callers hang too where nothing ends their waiting, or where their threads are
// used up before it ends (Little). Latent when, on what is proven alone, a hang takes half of all
// requests and a fifth more than use the service: those beyond are the blast radius. Blind spots:
// threads are taken for one pool a service; callers for which traces show no time-out count for the
// upper end alone; what no trace shows is not lost.
#include "checks/calls/played.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "model/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace plimsoll::checks {
namespace {

constexpr Threshold least_requests{.id = "failure-spreads.requests",
                                   .value = 100,
                                   .unit = "requests",
                                   .reason = "a share of one in a hundred is then one request"};
constexpr Threshold wide_share{.id = "failure-spreads.wide",
                               .value = 0.5,
                               .unit = "ratio",
                               .reason = "half of the requests is more than any one service owns"};
constexpr Threshold beyond_use{.id = "failure-spreads.beyond-use",
                               .value = 0.2,
                               .unit = "ratio",
                               .reason = "a service that all requests use takes all of them by its "
                                         "own; a fifth beyond is contagion"};
constexpr std::array thresholds{least_requests, wide_share, beyond_use};

[[nodiscard]] Cell text(std::string value) {
    return {.text = std::move(value), .value = std::nullopt};
}
[[nodiscard]] Cell share_cell(const Estimate& share) {
    const double low = 100 * share.low;
    const double high = 100 * share.high;
    return {.text = high - low < 0.5 ? fmt::format("{:.0f} %", high)
                                     : fmt::format("{:.0f} to {:.0f} %", low, high),
            .value = share.has_point() ? 100 * share.at : high};
}

[[nodiscard]] std::vector<std::size_t> worst_first(const Played& played) {
    std::vector<std::size_t> order(played.services.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return std::pair{played.beyond(a), played.spreads[a].hangs.high} >
               std::pair{played.beyond(b), played.spreads[b].hangs.high};
    });
    return order;
}

[[nodiscard]] Exhibit spread_exhibit(const Played& played, const std::vector<std::size_t>& order) {
    Exhibit exhibit;
    exhibit.key = "failure-spreads.services";
    exhibit.form = Form::table;
    exhibit.title = "What each service takes with it when it fails";
    exhibit.caption = "Played through over the requests in the traces. A range: from what is "
                      "proven to what is possible.";
    exhibit.columns = {{.name = "service", .unit = "", .numeric = false},
                       {.name = "requests that use it", .unit = "%", .numeric = true},
                       {.name = "lost when it fails", .unit = "%", .numeric = true},
                       {.name = "lost when it hangs", .unit = "%", .numeric = true}};
    for (const std::size_t service : order) {
        if (exhibit.rows.size() == 30) {
            exhibit.left_out = fmt::format("{} more services", order.size() - 30);
            break;
        }
        const model::Spread& spread = played.spreads[service];
        Row row;
        row.cells = {text(played.services[service]),
                     share_cell(Estimate::exactly(spread.uses)),
                     share_cell(spread.fails),
                     share_cell(spread.hangs)};
        row.share = std::clamp(spread.hangs.at, 0.0, 1.0);
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

[[nodiscard]] Exhibit edge_exhibit(const Played& played) {
    Exhibit exhibit;
    exhibit.key = "failure-spreads.calls";
    exhibit.form = Form::table;
    exhibit.title = "What ends the waiting, call by call";
    exhibit.caption = "Threads used up: at the latest, for sampled traces show too few calls.";
    exhibit.columns = {{.name = "caller", .unit = "", .numeric = false},
                       {.name = "callee", .unit = "", .numeric = false},
                       {.name = "failure passes on", .unit = "%", .numeric = true},
                       {.name = "threads used up in", .unit = "", .numeric = false},
                       {.name = "what ends the waiting", .unit = "", .numeric = false}};
    for (const PlayedEdge& edge : played.edges) {
        if (exhibit.rows.size() == 40) {
            exhibit.left_out = fmt::format("{} more calls", played.edges.size() - 40);
            break;
        }
        Row row;
        row.cells = {text(edge.who.first),
                     text(edge.who.second),
                     share_cell(edge.passing.share),
                     text(edge.exhausted_s ? seconds_text(*edge.exhausted_s) : "not known"),
                     text(edge.waiting.why)};
        exhibit.rows.push_back(std::move(row));
    }
    return exhibit;
}

[[nodiscard]] Remedy timeout_remedy(const Played& played, const std::string& worst) {
    std::string callers;
    for (const PlayedEdge& edge : played.edges) {
        if (edge.who.second == worst && edge.waiting.waits != model::Waits::bounded) {
            callers += (callers.empty() ? "" : ", ") + edge.who.first;
        }
    }
    return {
        .id = "failure-spreads.isolate." + worst,
        .rung = Rung::configure,
        .title = "End the waiting for " + worst,
        .action = fmt::format(
            "give the calls to {} from {} a time-out of three times its p99, and a pool of "
            "their own of at most a quarter of the caller's threads",
            worst,
            callers.empty() ? "its callers" : callers),
        .effort = "2 days",
        .reach = "the clients of " + worst,
        .undo = "remove the settings",
        .effects = {},
        .clears = {std::string{to_text(Sign::blast_radius)}},
        .verify =
            "stop " + worst + " in staging: requests that do not use it are answered as before",
        .model =
            "failures played through over observed calls: a bounded wait does not hang its caller"};
}

void put_measures(Finding& finding, const Played& played, std::size_t worst) {
    const model::Spread& spread = played.spreads[worst];
    const auto measure =
        [&](std::string id, std::string name, const Estimate& value, std::string formula) {
            finding.measures.push_back({.id = std::move(id),
                                        .name = std::move(name),
                                        .value = value,
                                        .unit = "1",
                                        .samples = played.requests,
                                        .formula = std::move(formula),
                                        .origins = played.origins});
        };
    measure("uses",
            "requests that use " + played.services[worst],
            Estimate::exactly(spread.uses),
            "requests with it / requests");
    measure("lost-when-it-fails",
            "requests lost when it answers with errors",
            spread.fails,
            "1 - product over calls of (1 - P(passes on) x P(callee fails))");
    measure("lost-when-it-hangs",
            "requests lost when it hangs",
            spread.hangs,
            "the same, with every caller down whose waiting nothing ends");
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding finding;
    const Played played = play_failures(evidence, settings);
    if (played.requests < settings.value_of(least_requests) || played.services.empty()) {
        finding.says = fmt::format(
            "Not assessed: {:.0f} whole traces with calls between services, and {:.0f} are needed.",
            played.services.empty() ? 0 : played.requests,
            settings.value_of(least_requests));
        finding.gaps.push_back(traces_gap());
        return finding;
    }
    const std::vector<std::size_t> order = worst_first(played);
    const std::size_t worst = order.front();
    const model::Spread& spread = played.spreads[worst];
    const auto contagious = [&](double lost, double uses) {
        return lost >= settings.value_of(wide_share) &&
               lost - uses >= settings.value_of(beyond_use);
    };
    const bool maybe = std::ranges::any_of(played.spreads, [&](const model::Spread& one) {
        return contagious(one.hangs.high, one.uses);
    });
    finding.outcome = contagious(spread.hangs.low, spread.uses) ? Outcome::latent
                      : maybe                                   ? Outcome::insufficient
                                                                : Outcome::absent;
    finding.exhibits = {spread_exhibit(played, order), edge_exhibit(played)};
    finding.seen_at = played.origins;
    put_measures(finding, played, worst);
    if (finding.outcome == Outcome::latent) {
        finding.says = fmt::format(
            "No incident was played, but if {} hangs, {:.0f} to {:.0f} % of requests are lost, "
            "though {:.0f} % use it: nothing ends the waiting of its callers.",
            played.services[worst],
            100 * spread.hangs.low,
            100 * spread.hangs.high,
            100 * spread.uses);
        finding.score =
            model::severity(spread.hangs.low - spread.uses, {.ten = 0.05, .fifty = 0.35});
        finding.remedies.push_back(timeout_remedy(played, played.services[worst]));
    } else if (finding.outcome == Outcome::absent) {
        finding.says = fmt::format("Of {} services played through, none takes half of the requests "
                                   "and a fifth beyond those that use it.",
                                   played.services.size());
    } else {
        finding.says = "It depends on time-outs that no trace shows whether a hanging service "
                       "takes requests that do not use it.";
        finding.gaps.push_back({.id = "failure-spreads.timeouts",
                                .missing = "the time-outs of the calls in the table",
                                .would_add = "what a hanging service takes with it",
                                .how = "services.csv: caller,callee,kind,critical,timeout_ms (none "
                                       "where there is none)"});
    }
    finding.confidence = finding.outcome == Outcome::insufficient ? Confidence::none
                         : played.requests >= 10'000              ? Confidence::medium
                                                                  : Confidence::low;
    finding.confidence_why =
        fmt::format("played through over {:.0f} traced requests; not an incident", played.requests);
    return finding;
}

}  // namespace

extern constinit const Check failure_spreads{
    .id = "failure-spreads",
    .asks = "Would one service that fails or hangs take more with it than what uses it?",
    .why = "A caller that waits without end hangs with its callee, and with it every request it "
           "serves. Blind spots: "
           "threads are taken for one pool a service; what no trace shows is not lost.",
    .sign = Sign::blast_radius,
    .needs = {Kind::calls},
    .thresholds = thresholds,
    .claims = "000-50 000-53 001-53",
    .missing = {.what = "traces of requests through the services (OTLP, Jaeger, Zipkin)",
                .would_add = "what each service takes with it when it fails or hangs",
                .how = "plimsoll how otlp"},
    .run = run,
};

}  // namespace plimsoll::checks
