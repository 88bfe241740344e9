#include "app/inspect_workload.hpp"

#include "core/texts.hpp"
#include "evidence/workload_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

using wire::Json;
using wire::to_json;
using EachPart = std::function<void(Json)>;

[[nodiscard]] std::string hex(std::uint64_t id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out(16, '0');
    for (std::size_t i = out.size(); i-- > 0; id >>= 4U) {
        out[i] = digits[id & 15U];
    }
    return out;
}

[[nodiscard]] std::int64_t quantile(const Histogram& histogram, double q) {
    return std::llround(histogram.quantile(q).at);
}

[[nodiscard]] Json totals(const Workload& workload) {
    Json out = Json::object();
    out["calls"] = workload.statement_messages.calls + workload.execute_messages.calls;
    out["time_us"] = workload.statement_messages.time_us + workload.execute_messages.time_us;
    out["parse_bind_us"] = workload.parse_messages.time_us + workload.bind_messages.time_us;
    out["unattributed_us"] = workload.unattributed.time_us;
    out["unattributed"] = workload.unattributed.calls;
    out["executed"] = workload.statement_messages.calls + workload.execute_messages.calls +
                      workload.untimed_calls;
    out["untimed_calls"] = workload.untimed_calls;
    out["plan_lines"] = workload.plan_messages.calls;
    out["plan_us"] = workload.plan_messages.time_us;
    out["entries"] = workload.entries;
    out["statement"] = to_json(workload.statement_messages);
    out["execute"] = to_json(workload.execute_messages);
    out["parse"] = to_json(workload.parse_messages);
    out["bind"] = to_json(workload.bind_messages);
    return out;
}

// What a cache that keeps an answer so long would have saved.
[[nodiscard]] Json repeats(const Repeats& of) {
    Json out = Json::array();
    for (std::size_t i = 0; i < of.within.size(); ++i) {
        Json one = Json::object();
        one["asked"] = of.asked;
        one["hit_ratio"] =
            of.asked == 0
                ? Json{}
                : Json(static_cast<double>(of.within[i].calls) / static_cast<double>(of.asked));
        one["within_us"] = Repeats::ages_us[i];
        one["calls"] = of.within[i].calls;
        one["time_us"] = of.within[i].time_us;
        out.push_back(std::move(one));
    }
    return out;
}

void n_plus_one(const Workload& workload, const EachPart& use) {
    for (const auto& [id, runs] : workload.runs) {
        Json one = Json::object();
        one["id"] = hex(id);
        one["runs"] = runs.runs;
        one["calls"] = runs.all.calls;
        one["time_us"] = runs.all.time_us;
        one["excess_calls"] = runs.excess;
        one["waited_us"] = runs.waited_us;
        one["p50_length"] = quantile(runs.lengths, 0.5);
        one["p95_length"] = quantile(runs.lengths, 0.95);
        one["applications"] = to_json(runs.applications);
        Json parents = Json::object();
        for (const auto& [parent, count] : runs.parents) {
            parents[parent == 0 ? "" : hex(parent)] = count;
        }
        one["parents"] = std::move(parents);
        one["seen_at"] = to_text(runs.first_seen);
        use(std::move(one));
    }
}

[[nodiscard]] Json errors(const Workload& workload) {
    Json out = Json::object();
    for (const auto& [state, failures] : workload.errors) {
        out[state] = {{"times", failures.times}, {"seen_at", to_text(failures.first_seen)}};
    }
    return out;
}

[[nodiscard]] Json lock_waits(const Workload& workload) {
    Json out = Json::array();
    for (const auto& [edge, waits] : workload.lock_waits) {
        Json one = to_json(edge);
        one["waits"] = waits.waits;
        one["granted"] = waits.granted;
        one["waited_us"] = waits.waited_us;
        one["longest_us"] = waits.longest_us;
        Json statements = Json::object();
        for (const auto& [id, count] : waits.statements) {
            statements[hex(id)] = count;
        }
        one["statements"] = std::move(statements);
        one["seen_at"] = to_text(waits.first_seen);
        out.push_back(std::move(one));
    }
    return out;
}

[[nodiscard]] Json sessions(const Workload& workload) {
    const SessionCounts& of = workload.sessions;
    Json out = Json::object();
    out["opened"] = of.opened;
    out["closed"] = of.closed;
    out["p50_length_us"] = quantile(of.lengths_us, 0.5);
    out["p50_statements"] = quantile(of.statements, 0.5);
    out["applications"] = to_json(of.applications);
    out["peak_open"] = to_json(most_open_sessions(of));
    out["max_connections"] = Json{};
    if (const std::optional<ConnectionLimit> limit = connection_limit(workload)) {
        out["max_connections"] = {{"limit", limit->limit}, {"derived", limit->derived}};
    }
    return out;
}

[[nodiscard]] Json voided(const Workload& workload) {
    Json out = Json::array();
    for (const Voided& each : voided_by_logging(workload)) {
        out.push_back({{"figure", each.figure}, {"why", each.why}});
    }
    return out;
}

// How long applications hold a connection, BEGIN to COMMIT.
[[nodiscard]] Json transactions(const Workload& workload) {
    Json out = Json::object();
    for (const auto& [application, of] : workload.transactions) {
        Json one = Json::object();
        one["count"] = of.lengths_us.count();
        one["held_us"] = of.held_us;
        one["inside_us"] = of.inside_us;
        one["p50_us"] = quantile(of.lengths_us, 0.5);
        one["p95_us"] = quantile(of.lengths_us, 0.95);
        one["p99_us"] = quantile(of.lengths_us, 0.99);
        out[application] = std::move(one);
    }
    return out;
}

[[nodiscard]] Json tables(const Workload& workload) {
    Json out = Json::object();
    for (const auto& [table, use] : table_use(workload)) {
        out[table] = {{"owner", use.owner()},
                      {"readers", to_json(use.readers)},
                      {"writers", to_json(use.writers)}};
    }
    return out;
}

[[nodiscard]] Json interference(const Workload& workload) {
    const std::optional<SlowedByLong> slowed = slowed_by_long(workload);
    if (!slowed) {
        return {};
    }
    return {{"seconds_with", slowed->seconds_with},
            {"seconds_without", slowed->seconds_without},
            {"mean_us_with", slowed->mean_us_with},
            {"mean_us_without", slowed->mean_us_without}};
}

[[nodiscard]] Json periods(const StatementClass& of) {
    Json out = Json::array();
    for (const auto& [begin, histogram] : of.periods.all()) {
        out.push_back({{"at", to_text(begin)},
                       {"calls", histogram.count()},
                       {"p50_us", quantile(histogram, 0.5)},
                       {"p95_us", quantile(histogram, 0.95)},
                       {"p99_us", quantile(histogram, 0.99)}});
    }
    return out;
}

[[nodiscard]] Json statement(std::uint64_t id, const StatementClass& of) {
    const Histogram latency = of.latency();
    Json out = Json::object();
    out["id"] = hex(id);
    out["text"] = of.text;
    out["kind"] = to_text(of.kind);
    out["tables"] = to_json(of.tables);
    out["written"] = to_json(of.written);
    out["applications"] = to_json(of.applications);
    out["users"] = to_json(of.users);
    out["calls"] = of.total.calls;
    out["total_us"] = of.total.time_us;
    out["parse_bind_us"] = of.parse_bind_us;
    out["p50_us"] = quantile(latency, 0.5);
    out["p95_us"] = quantile(latency, 0.95);
    out["p99_us"] = quantile(latency, 0.99);
    out["rows"] = of.rows;
    out["examined"] = of.examined;
    out["lock_us"] = of.lock_us;
    out["temporary_files"] = of.temporary_files;
    out["temporary_bytes"] = of.temporary_bytes;
    out["repeats"] = repeats(of.repeats);
    if (of.periods.all().size() > 1) {
        out["period_us"] = of.periods.width_us();
        out["periods"] = periods(of);
    }
    out["p95_growth"] = to_json(latency_growth(of));
    if (!of.example.empty()) {
        out["example"] = of.example;
    }
    out["seen_at"] = to_text(of.first_seen);
    return out;
}

void statements(const Workload& workload, const EachPart& use) {
    std::vector<std::pair<std::uint64_t, const StatementClass*>> order;
    for (const auto& [id, of] : workload.statements) {
        order.emplace_back(id, &of);
    }
    // The dearest first; equals in order of id, so that the same evidence gives the same bytes.
    std::ranges::stable_sort(
        order, std::greater{}, [](const auto& each) { return each.second->total.time_us; });
    for (const auto& [id, of] : order) {
        use(statement(id, *of));
    }
}

// Average active sessions of an application, and the busiest second.
[[nodiscard]] Json load(const Workload& workload) {
    Json out = Json::object();
    for (const auto& [application, busy] : workload.busy_us) {
        const std::vector<std::int64_t> amounts = busy.amounts();
        const double width = static_cast<double>(busy.width_us());
        Json one = Json::object();
        one["busy_us"] = busy.sum();
        one["mean_active"] = amounts.empty() ? 0
                                             : static_cast<double>(busy.sum()) /
                                                   (width * static_cast<double>(amounts.size()));
        one["peak_active"] =
            amounts.empty() ? 0 : static_cast<double>(*std::ranges::max_element(amounts)) / width;
        out[application] = std::move(one);
    }
    return out;
}

}  // namespace

void inspect_workload(const Workload& workload, wire::JsonStream& out) {
    const auto list = [&](std::string_view key, auto parts) {
        out.open_array(key);
        parts(workload, [&](const Json& one) { out.element(one); });
        out.close();
    };
    out.member("totals", totals(workload));
    out.member("threshold_us", to_json(workload.least_duration_us));
    out.member("inferred_threshold_us", to_json(logging_threshold_us(workload)));
    out.member("voided", voided(workload));
    out.member("span", to_json(workload.span));
    out.member("settings", to_json(workload.settings));
    out.member("errors", errors(workload));
    out.member("applications", load(workload));
    list("n_plus_one", n_plus_one);
    out.member("forgotten_reads", workload.forgotten_reads);
    out.member("sessions", sessions(workload));
    out.member("transactions", transactions(workload));
    out.member("tables", tables(workload));
    out.member("interference", interference(workload));
    out.member("lock_waits", lock_waits(workload));
    out.member("deadlocks", to_json(workload.deadlocks));
    out.member("checkpoints", to_json(workload.checkpoints));
    list("statements", statements);
}

}  // namespace plimsoll::app
