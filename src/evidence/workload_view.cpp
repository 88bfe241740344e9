#include "evidence/workload_view.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace plimsoll {
namespace {

// An indexed read takes a tenth of this; of a hundred calls one would be shorter.
constexpr std::int64_t certainly_shown_us = 1'000;
constexpr std::uint64_t fewest_calls = 100;
constexpr std::uint64_t fewest_seconds = 30;

[[nodiscard]] std::uint64_t timed_calls(const Workload& workload) {
    return workload.statement_messages.calls + workload.execute_messages.calls;
}

// A rate of less than one, or of more than one where it is "every Nth".
[[nodiscard]] std::string sampling(const Workload& workload) {
    for (const char* name : {"log_statement_sample_rate",
                             "log_transaction_sample_rate",
                             "log_min_duration_sample",
                             "log_slow_rate_limit"}) {
        const auto set = workload.settings.find(name);
        const bool off =
            set == workload.settings.end() || set->second == "1" || set->second == "-1" ||
            set->second.empty() ||
            (name == std::string_view{"log_transaction_sample_rate"} && set->second == "0");
        if (!off) {
            return set->first + " = " + set->second;
        }
    }
    return {};
}

[[nodiscard]] std::int64_t at_window(const Windows& windows, std::int64_t block, std::size_t i) {
    const auto found = windows.blocks().find(block);
    return found == windows.blocks().end() ? 0 : found->second[i];
}

}  // namespace

std::optional<std::int64_t> logging_threshold_us(const Workload& workload) {
    const bool few = timed_calls(workload) < fewest_calls;
    if (few || workload.least_duration_us.value_or(0) < certainly_shown_us) {
        return std::nullopt;
    }
    return workload.least_duration_us;
}

std::vector<Voided> voided_by_logging(const Workload& workload) {
    std::vector<Voided> out;
    const auto add = [&](const std::string& why, std::initializer_list<const char*> figures) {
        for (const char* figure : figures) {
            out.push_back({.figure = figure, .why = why});
        }
    };
    if (const std::optional<std::int64_t> threshold = logging_threshold_us(workload)) {
        add("no statement shorter than " + std::to_string(*threshold) + " us is in the log",
            {"calls",
             "n_plus_one",
             "repeats",
             "p50_us",
             "applications.mean_active",
             "transactions",
             "interference",
             "tables"});
    }
    if (const std::string rate = sampling(workload); !rate.empty()) {
        add("the log is a sample: " + rate,
            {"calls",
             "total_us",
             "n_plus_one",
             "repeats",
             "applications.mean_active",
             "transactions"});
    }
    if (workload.hidden_parameters != 0) {
        add("the parameters of " + std::to_string(workload.hidden_parameters) +
                " calls are not in the log, or are cut",
            {"repeats"});
    }
    if (workload.untimed_calls != 0) {
        add(std::to_string(workload.untimed_calls) + " statements have no duration in the log",
            {"total_us", "applications.mean_active"});
    }
    if (workload.unattributed.calls != 0) {
        add(std::to_string(workload.unattributed.calls) + " durations have no text in the log",
            {"statements.calls", "statements.total_us"});
    }
    return out;
}

std::optional<std::int64_t> most_open_sessions(const SessionCounts& sessions) {
    if (sessions.opened == 0 || sessions.opening.width_us() != sessions.closing.width_us()) {
        return std::nullopt;
    }
    std::map<std::int64_t, bool> blocks;
    for (const Windows* windows : {&sessions.opening, &sessions.closing}) {
        for (const auto& [block, amounts] : windows->blocks()) {
            blocks[block] = true;
        }
    }
    std::int64_t open = 0;
    std::int64_t least = 0;  // below zero: so many were open before the log began
    std::int64_t most = 0;
    for (const auto& [block, seen] : blocks) {
        for (std::size_t i = 0; i < Windows::block_size; ++i) {
            open += at_window(sessions.opening, block, i) - at_window(sessions.closing, block, i);
            least = std::min(least, open);
            most = std::max(most, open);
        }
    }
    return most - least;
}

std::optional<ConnectionLimit> connection_limit(const Workload& workload) {
    if (const auto set = workload.settings.find("max_connections");
        set != workload.settings.end()) {
        std::int64_t value = 0;
        for (const char c : set->second.substr(0, 9)) {
            value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : value;
        }
        return value == 0 ? std::nullopt : std::optional{ConnectionLimit{.limit = value}};
    }
    const std::optional<std::int64_t> most = most_open_sessions(workload.sessions);
    if (!most || !workload.errors.contains("53300") || workload.sessions.closed == 0) {
        return std::nullopt;
    }
    return ConnectionLimit{.limit = *most, .derived = true};
}

std::string TableUse::owner() const {
    const auto most = std::ranges::max_element(
        writers, {}, [](const auto& writer) { return writer.second.calls; });
    return most == writers.end() ? std::string{} : most->first;
}

std::map<std::string, TableUse> table_use(const Workload& workload) {
    std::map<std::string, TableUse> out;
    for (const auto& [id, statement] : workload.statements) {
        for (const std::string& table : statement.tables) {
            const bool writes = statement.written.contains(table);
            auto& users = writes ? out[table].writers : out[table].readers;
            for (const auto& [application, tally] : statement.applications) {
                users[application].merge(tally);
            }
        }
    }
    return out;
}

std::optional<SlowedByLong> slowed_by_long(const Workload& workload) {
    const bool one_width = workload.short_calls.width_us() == workload.short_us.width_us() &&
                           workload.short_calls.width_us() == workload.long_busy_us.width_us();
    if (!one_width) {
        return std::nullopt;
    }
    SlowedByLong out;
    std::int64_t calls_with = 0;
    std::int64_t calls_without = 0;
    std::int64_t us_with = 0;
    std::int64_t us_without = 0;
    for (const auto& [block, calls] : workload.short_calls.blocks()) {
        for (std::size_t i = 0; i < calls.size(); ++i) {
            if (calls[i] == 0) {
                continue;
            }
            const bool with = at_window(workload.long_busy_us, block, i) != 0;
            ++(with ? out.seconds_with : out.seconds_without);
            (with ? calls_with : calls_without) += calls[i];
            (with ? us_with : us_without) += at_window(workload.short_us, block, i);
        }
    }
    if (out.seconds_with < fewest_seconds || out.seconds_without < fewest_seconds) {
        return std::nullopt;
    }
    out.mean_us_with = static_cast<double>(us_with) / static_cast<double>(calls_with);
    out.mean_us_without = static_cast<double>(us_without) / static_cast<double>(calls_without);
    return out;
}

std::optional<Estimate> latency_growth(const StatementClass& statement) {
    const auto third = static_cast<std::ptrdiff_t>(statement.periods.all().size() / 3);
    if (third == 0) {
        return std::nullopt;
    }
    Histogram first;
    Histogram last;
    auto at = statement.periods.all().begin();
    auto back = statement.periods.all().rbegin();
    for (std::ptrdiff_t i = 0; i < third; ++i, ++at, ++back) {
        first.merge(at->second);
        last.merge(back->second);
    }
    if (first.count() < fewest_calls || last.count() < fewest_calls) {
        return std::nullopt;
    }
    const Estimate from = first.quantile(0.95);
    const Estimate to = last.quantile(0.95);
    if (from.low <= 0 || from.at <= 0) {
        return std::nullopt;
    }
    return Estimate{.at = to.at / from.at, .low = to.low / from.high, .high = to.high / from.low};
}

}  // namespace plimsoll
