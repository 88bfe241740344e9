// Does what the plans read still fit into memory when there is more data? (signs 1 and 5, data
// axis)
//
// Law: a statement is as fast as its plan says only while what it reads is in memory; beyond, each
// page costs a read from disk, ten to a hundred times dearer, and the projections of plan-growth no
// longer hold. What is read today (model/working_set.hpp) grows with its tables; the multiple at
// which it passes the share of memory that caches data is a limit of its own. Blind spots: what
// statements without a plan read, so that the limit is an upper bound; the operating system's cache
// of a host that does other work; access that keeps to a hot corner of a table.
#include "checks/plans/statements.hpp"
#include "core/check.hpp"
#include "model/working_set.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace plimsoll::checks {
namespace {

constexpr Threshold cached{
    "plan-memory.cached",
    0.75,
    "share",
    "of the host's memory that holds data, PostgreSQL's own advice for effective_cache_size"};
constexpr std::array thresholds{cached};
constexpr double gib = 1024.0 * 1024 * 1024;
constexpr double most_scale = 10'000;

struct Sizes {
    std::map<std::string, Estimate> tables;
    std::set<std::string> unknown;  // nobody told how they grow
    double low = 0;
    double at = 0;
    double high = 0;
};

[[nodiscard]] Sizes sizes_at(const std::vector<plans::PlannedStatement>& statements,
                             const model::GrowthFacts& facts,
                             double scale) {
    Sizes out;
    for (const plans::PlannedStatement& one : statements) {
        for (const auto& [table, bytes] : model::working_set(*one.plan, facts, scale)) {
            // Statements that read one table read the same pages: the largest, not the sum.
            Estimate& all =
                out.tables.try_emplace(table, Estimate{.at = 0, .low = 0, .high = 0}).first->second;
            all.low = std::max(all.low, bytes.low);
            all.at = std::max(all.at, bytes.at);
            all.high = std::max(all.high, bytes.high);
        }
    }
    for (const auto& [table, bytes] : out.tables) {
        const auto known = facts.tables.find(table);
        if (known == facts.tables.end() || known->second.growth == TableGrowth::unknown) {
            out.unknown.insert(table);
        }
        out.low += bytes.low;
        out.at += bytes.at;
        out.high += bytes.high;
    }
    return out;
}

// The multiple at which `part` of the working set passes the memory.
template <class Part>
[[nodiscard]] double crossing(const std::vector<plans::PlannedStatement>& statements,
                              const model::GrowthFacts& facts,
                              double memory,
                              Part part) {
    if (part(sizes_at(statements, facts, 1)) >= memory) {
        return 1;
    }
    double low = 0;  // decades
    double high = std::log10(most_scale);
    if (part(sizes_at(statements, facts, most_scale)) < memory) {
        return std::numeric_limits<double>::infinity();
    }
    for (int step = 0; step < 12; ++step) {
        const double middle = (low + high) / 2;
        const bool over = part(sizes_at(statements, facts, std::pow(10.0, middle))) >= memory;
        (over ? high : low) = middle;
    }
    return std::pow(10.0, high);
}

[[nodiscard]] Exhibit table_of(const Sizes& now, const Sizes& then, double target) {
    Exhibit out{.id = {}, .key = "plan-memory", .form = Form::table};
    out.title = "What the plans read of each table";
    out.caption =
        "Whole scans to every page touched, indexes included. What has no plan is not here.";
    out.columns = {{"table", "", false},
                   {"today", "MiB", true},
                   {fmt::format("at {:g}x", target), "MiB", true}};
    for (const auto& [table, bytes] : now.tables) {
        const auto grown = then.tables.find(table);
        const double after = grown == then.tables.end() ? bytes.high : grown->second.high;
        Row row;
        row.cells = {{table, std::nullopt},
                     {fmt::format("{:.1f} to {:.1f}", bytes.low / 1048576, bytes.high / 1048576),
                      bytes.high / 1048576},
                     {fmt::format("{:.1f}", after / 1048576), after / 1048576}};
        out.rows.push_back(std::move(row));
    }
    return out;
}

[[nodiscard]] Limit limit_of(const std::vector<plans::PlannedStatement>& statements,
                             const model::GrowthFacts& facts,
                             const Sizes& now,
                             const Settings& settings) {
    Limit limit{.id = "data-memory",
                .name = "memory for the data that is read",
                .axis = Axis::data,
                .grade = Grade::C};
    limit.formula = "smallest multiple of the data at which what the plans read passes the cache";
    if (!settings.memory_bytes || !now.unknown.empty()) {
        limit.missing_input =
            !settings.memory_bytes
                ? std::string{"the memory of the database host: [host] memory = \"64GiB\""}
                : fmt::format("how these tables grow: {}", fmt::join(now.unknown, ", "));
        return limit;
    }
    const double memory = *settings.memory_bytes * settings.value_of(cached);
    const double most = crossing(statements, facts, memory, [](const Sizes& s) { return s.low; });
    const double least = crossing(statements, facts, memory, [](const Sizes& s) { return s.high; });
    limit.basis = fmt::format("{:.2f} GiB read, {:.2f} GiB of cache", now.high / gib, memory / gib);
    if (!std::isfinite(least) && !std::isfinite(most)) {
        limit.status = LimitStatus::above_range;
        return limit;
    }
    const double point = crossing(statements, facts, memory, [](const Sizes& s) { return s.at; });
    // Statements without a plan read more: only the upper bound is certain.
    limit.place({.at = std::isfinite(point) ? point : least, .low = 0, .high = most});
    return limit;
}

[[nodiscard]] Finding run(const Evidence& evidence, const Settings& settings) {
    Finding out;
    const std::vector<plans::PlannedStatement> statements = plans::largest_statements(evidence);
    const model::GrowthFacts facts = plans::growth_facts(evidence, settings);
    const Sizes now = sizes_at(statements, facts, 1);
    const Sizes then = sizes_at(statements, facts, settings.target);
    for (const plans::PlannedStatement& one : statements) {
        out.seen_at.push_back(one.plan->origin);
    }
    if (now.high <= 0) {
        out.says = "The plans show no pages: neither BUFFERS nor a scan of a whole table.";
        out.gaps.push_back({"plan-memory.buffers",
                            "plans with BUFFERS",
                            "whether the data that is read outgrows the memory",
                            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ..."});
        return out;
    }
    out.exhibits.push_back(table_of(now, then, settings.target));
    out.measures.push_back({.id = "read-today",
                            .name = "data that the plans read",
                            .value = {.at = now.at, .low = now.low, .high = now.high},
                            .unit = "bytes",
                            .samples = static_cast<double>(statements.size()),
                            .formula = {},
                            .origins = out.seen_at});
    Limit limit = limit_of(statements, facts, now, settings);
    out.says = fmt::format("The plans read {:.2f} GiB today and {:.2f} GiB at {:g}x the data",
                           now.high / gib,
                           then.high / gib,
                           settings.target);
    out.confidence_why = "only statements with a plan; what others read comes on top";
    if (limit.status == LimitStatus::missing) {
        out.says += ": whether memory holds it is not known.";
        out.gaps.push_back(
            {"plan-memory.host",
             limit.missing_input,
             "the multiple of data that memory still holds",
             "in plimsoll.toml: [host] memory = \"64GiB\"; [tables] NAME = { grows = "
             "\"denser\" }"});
    } else {
        const double memory = *settings.memory_bytes * settings.value_of(cached);
        const bool outgrown = then.low >= memory;
        out.outcome = outgrown ? Outcome::latent : Outcome::insufficient;
        out.confidence = outgrown ? Confidence::medium : Confidence::none;
        out.says += outgrown ? ": more than memory holds; reads from disk will decide its times."
                             : ": memory holds that; what has no plan is not counted.";
    }
    out.limits.push_back(std::move(limit));
    return out;
}

}  // namespace

extern constinit const Check plan_memory{
    .id = "plan-memory",
    .asks = "Does the data that is read still fit into memory when there is more of it?",
    .why = "A warm plan says nothing of the day on which its pages no longer fit. Blind spot: "
           "statements without a plan.",
    .sign = Sign::p99_climbs,
    .decides = false,
    .limit = Axis::data,
    .needs = {Kind::plans},
    .thresholds = thresholds,
    .missing = {"plans with BUFFERS of the slow statements",
                "the limit of memory as the data grows",
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ... > plan.json"},
    .run = run,
};

}  // namespace plimsoll::checks
