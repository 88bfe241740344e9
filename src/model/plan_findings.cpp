#include "model/plan_findings.hpp"

#include "model/plan_conditions.hpp"
#include "model/plan_kind.hpp"
#include "model/plan_walk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace plimsoll::model {
namespace {

using Kind = PlanFindingKind;
using Index = std::size_t;

const std::vector<Sign> climbs{Sign::p99_climbs};
const std::vector<Sign> bound{Sign::database_bound};
const std::vector<Sign> both{Sign::p99_climbs, Sign::database_bound};

// Rows removed that make a scan large: below it a scan is cheap whatever it throws away.
constexpr double large_removal = 1000;
// A plan that takes less has nothing to gain: what is slow in 0.1 ms is not slow.
constexpr double least_ms = 0.1;
constexpr double page_bytes = 8192;

// pev2's steps: severity 1, 2, 3 above these.
[[nodiscard]] int step(double value, double one, double two, double three) {
    return value > three ? 3 : value > two ? 2 : value > one ? 1 : 0;
}

[[nodiscard]] std::string figure(double value) {
    if (!std::isfinite(value)) {
        return "infinite";
    }
    const double rounded =
        std::abs(value) >= 100 ? std::round(value) : std::round(value * 100) / 100;
    std::string text = std::to_string(rounded);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}
[[nodiscard]] std::string percent(double share) {
    return figure(std::round(share * 1000) / 10) + " %";
}

class Search {
public:
    explicit Search(const Plan& plan) : plan_{plan}, children_{children_of(plan)} {
        const WalkResult today = walk(plan, {}, 1, Side::likely);
        weights_ = today.before;
        for (const double weight : weights_) {
            all_ += weight;
        }
    }

    std::vector<PlanFinding> run() {
        for (Index i = 0; i < plan_.nodes.size(); ++i) {
            at_ = i;
            node_ = &plan_.nodes[i];
            kind_ = kind_of(*node_);
            time_and_estimate();
            scans();
            joins();
            memory();
            reading();
            rest();
        }
        whole_plan();
        std::ranges::stable_sort(out_, [](const PlanFinding& a, const PlanFinding& b) {
            return std::pair{-a.severity, -a.share} < std::pair{-b.severity, -b.share};
        });
        return std::move(out_);
    }
    [[nodiscard]] double share(Index i) const { return all_ > 0 ? weights_[i] / all_ : 0; }

private:
    void say(Kind kind,
             int severity,
             double value,
             std::string says,
             const std::vector<Sign>& signs,
             std::string_view limit = {}) {
        if (severity > 0) {
            out_.push_back({.kind = kind,
                            .node = at_,
                            .severity = severity,
                            .value = value,
                            .share = share(at_),
                            .says = std::move(says),
                            .signs = signs,
                            .limit = limit});
        }
    }
    [[nodiscard]] std::string name() const {
        std::string text = node_->type;
        if (!node_->relation.empty()) {
            text += " on " + node_->relation;
        }
        if (!node_->index.empty()) {
            text += " using " + node_->index;
        }
        return text;
    }
    [[nodiscard]] double number(std::string_view key) const {
        return number_in(*node_, key).value_or(0);
    }
    [[nodiscard]] Index input(Index i, Index which) const {
        for (const Index child : children_[i]) {
            if (!is_init_plan(plan_.nodes[child]) && !is_sub_plan(plan_.nodes[child]) &&
                which-- == 0) {
                return child;
            }
        }
        return plan_.nodes.size();
    }

    void time_and_estimate() {
        const double part = share(at_);
        const bool measured = node_->exclusive_ms.has_value();
        const bool worth = !measured || plan_.total_ms.value_or(all_) >= least_ms;
        if (worth && plan_.nodes.size() > 1) {
            say(measured ? Kind::slow_node : Kind::costly_node,
                step(part, 0.1, 0.4, 0.9),
                part,
                name() + " takes " + percent(part) + (measured ? " of the time" : " of the cost"),
                {});
        }
        if (!node_->rows || node_->loops <= 0 || node_->rows_estimated <= 0) {
            return;
        }
        // MySQL and MariaDB estimate what a scan reads, PostgreSQL what passes its filter.
        const double removed =
            plan_.product == "postgresql" ? 0 : node_->rows_removed.value_or(0) / node_->loops;
        const double actual = rows_a_loop(*node_) + removed;
        const bool never_asked = kind_ == NodeKind::bitmap_combine || stopped_early();
        const double high = std::max(actual, node_->rows_estimated);
        const double low = std::min(actual, node_->rows_estimated);
        // Nothing where one was expected is no error; PostgreSQL never estimates less than one row.
        const double factor = low > 0     ? high / low
                              : high > 10 ? std::numeric_limits<double>::infinity()
                                          : 1;
        if (!never_asked) {
            say(Kind::row_misestimate,
                step(factor, 10, 100, 1000),
                factor,
                name() + " was expected to give " + figure(node_->rows_estimated) +
                    " rows a loop and gave " + figure(actual),
                climbs);
        }
    }

    // Below a LIMIT that was reached, fewer rows than estimated are no error.
    [[nodiscard]] bool stopped_early() const {
        for (std::int32_t up = node_->parent; up >= 0;
             up = plan_.nodes[static_cast<Index>(up)].parent) {
            const NodeKind kind = kind_of(plan_.nodes[static_cast<Index>(up)]);
            const std::string_view join = text_in(plan_.nodes[static_cast<Index>(up)], "Join Type");
            if (kind == NodeKind::limit || join == "Semi" || join == "Anti" ||
                kind == NodeKind::merge_join) {
                return true;
            }
            if (is_blocking(kind)) {
                return false;
            }
        }
        return false;
    }

    void scans() {
        const double removed = node_->rows_removed.value_or(0);
        const double kept = node_->rows.value_or(0);
        if (removed <= 0) {
            return;
        }
        const double part = removed / (removed + kept);
        const std::string text =
            name() + " read " + figure(removed + kept) + " rows to keep " + figure(kept);
        say(Kind::rows_removed, step(part, 0.5, 0.9, 2), part, text, bound, "table growth");
        const bool large = removed / std::max(node_->loops, 1.0) >= large_removal ||
                           removed >= 100 * large_removal;
        if (kind_ == NodeKind::table_scan && large && part > 0.5) {
            say(Kind::slow_scan,
                part > 0.9 ? 3 : 2,
                removed,
                text + ": no index serves the condition " + node_->filter,
                both,
                "table growth");
        }
        if (kind_ == NodeKind::index_scan && removed >= large_removal && part > 0.5) {
            const bool ordered = text_in(*node_, "Index Cond").empty() && stopped_early();
            say(ordered ? Kind::wrong_index_for_order : Kind::inefficient_index,
                part > 0.9 ? 3 : 2,
                removed,
                text + (ordered ? ": the index gives the order, none the rows"
                                : ": the index does not cover the condition"),
                climbs,
                "table growth");
        }
    }

    void joins() {
        if (kind_ == NodeKind::nested_loop) {
            const Index inner = input(at_, 1);
            const Index outer = input(at_, 0);
            if (inner < plan_.nodes.size() && plan_.nodes[inner].loops > 0) {
                const double loops = plan_.nodes[inner].loops;
                const double expected = std::max(plan_.nodes[outer].rows_estimated, 1.0);
                const bool many = loops >= 100 && loops > 10 * expected;
                say(Kind::inefficient_nested_loop,
                    many ? step(loops / expected, 10, 100, 1000) : 0,
                    loops / expected,
                    "the inner side of a nested loop ran " + figure(loops) + " times, " +
                        figure(expected) + " were expected",
                    both,
                    "table growth");
            }
        }
        const std::string_view filter = text_in(*node_, "Join Filter");
        const double removed = number("Rows Removed by Join Filter") * std::max(node_->loops, 1.0);
        if (filter.find(" OR ") != std::string_view::npos && removed >= large_removal) {
            say(Kind::late_or_filter,
                2,
                removed,
                "an OR over two tables is checked after joining: " + figure(removed) +
                    " pairs were thrown away",
                bound,
                "table growth");
        }
        for (const Index child : children_[at_]) {
            const PlanNode& sub = plan_.nodes[child];
            if (is_sub_plan(sub) && sub.loops >= 100) {
                say(Kind::rescanned_subplan,
                    sub.loops >= 10'000 ? 3 : 2,
                    sub.loops,
                    sub.name + " ran " + figure(sub.loops) + " times, once for each row of " +
                        name(),
                    both,
                    "table growth");
            } else if (is_hashed_sub_plan(*node_, sub)) {
                const double used = hashed_subplan_kb(sub) / hash_mem_kb(plan_);
                say(Kind::hashed_subplan,
                    step(used, 0.01, 0.1, 0.5),
                    used,
                    sub.name + " is kept in a hash table that may grow " +
                        figure(1 / std::max(used, 1e-9)) +
                        " times before it no longer fits and every row searches it",
                    both,
                    "work_mem");
            }
        }
    }

    void memory() {
        const std::string_view method = text_in(*node_, "Sort Method");
        if (method.starts_with("external") || text_in(*node_, "Sort Space Type") == "Disk") {
            say(Kind::disk_sort,
                share(at_) > 0.1 ? 3 : 2,
                number("Sort Space Used"),
                name() + " did not fit into work_mem and wrote " +
                    figure(number("Sort Space Used")) + " kB to disk",
                bound,
                "work_mem");
        }
        if (const double batches = number("Hash Batches"); batches > 1) {
            say(Kind::hash_batches,
                batches > number("Original Hash Batches") ? 3 : 2,
                batches,
                name() + " was cut in " + figure(batches) +
                    " batches because it did not fit into memory",
                bound,
                "work_mem");
        }
        if (number("HashAgg Batches") > 1 || number("Disk Usage") > 0) {
            say(Kind::hash_aggregate_spill,
                2,
                number("Disk Usage"),
                name() + " wrote " + figure(number("Disk Usage")) + " kB to disk in " +
                    figure(number("HashAgg Batches")) + " batches",
                bound,
                "work_mem");
        }
        if (const double lossy = number("Lossy Heap Blocks"); lossy > 0) {
            const double part = lossy / (lossy + number("Exact Heap Blocks"));
            say(Kind::lossy_bitmap,
                step(part, 0, 0.5, 0.9),
                part,
                name() + ": the bitmap did not fit into work_mem, " + figure(lossy) +
                    " pages were checked row by row",
                bound,
                "work_mem");
        }
        if (number("Cache Overflows") > 0) {
            say(Kind::memoize_overflow,
                2,
                number("Cache Overflows"),
                name() + " overflowed its memory",
                bound,
                "work_mem");
        }
    }

    void reading() {
        if (const double fetches = number("Heap Fetches"); fetches > 0) {
            const double rows = node_->rows.value_or(0) + node_->rows_removed.value_or(0);
            const double part = fetches / std::max(rows, fetches);
            say(Kind::heap_fetches,
                step(part, 0, 0.4, 0.9),
                part,
                name() + " had to look into the table for " + percent(part) +
                    " of its rows: the visibility map is behind (VACUUM)",
                bound,
                "vacuum");
        }
        const double hit = number("Shared Hit Blocks");
        const double read = number("Shared Read Blocks");
        if (children_[at_].empty() && read > 100 && read > hit) {
            say(Kind::cache_misses,
                read > 9 * hit ? 2 : 1,
                read / (hit + read),
                name() + " read " + percent(read / (hit + read)) +
                    " of its pages from outside the cache",
                bound,
                "memory");
        }
        const double rows = node_->rows.value_or(0) + node_->rows_removed.value_or(0);
        const double bytes = (hit + read) * page_bytes;
        const double expected = rows * (node_->width + 24);
        if (kind_ == NodeKind::table_scan && rows > 0 && hit + read > 1000 && node_->width > 0 &&
            bytes > 20 * expected) {
            say(Kind::read_inefficiency,
                2,
                bytes / rows,
                name() + " read " + figure(bytes / rows) +
                    " bytes a row: bloat, or rows far wider than what is asked for",
                bound,
                "bloat");
        }
    }

    void rest() {
        if (kind_ == NodeKind::limit) {
            const Index child = input(at_, 0);
            if (child < plan_.nodes.size() && node_->rows && plan_.nodes[child].rows) {
                const double skipped = *plan_.nodes[child].rows - *node_->rows;
                const double part = skipped / std::max(*plan_.nodes[child].rows, 1.0);
                say(Kind::large_offset,
                    skipped >= large_removal && part > 0.9 ? (skipped >= 10 * large_removal ? 3 : 2)
                                                           : 0,
                    skipped,
                    "OFFSET threw away " + figure(skipped) + " rows to give " +
                        figure(*node_->rows),
                    climbs,
                    "page depth");
            }
        }
        const double planned = number("Workers Planned");
        if (planned > number("Workers Launched") && node_->loops > 0) {
            say(Kind::workers_not_launched,
                number("Workers Launched") == 0 ? 2 : 1,
                planned - number("Workers Launched"),
                figure(planned) + " workers were planned and " +
                    figure(number("Workers Launched")) + " launched",
                bound,
                "max_parallel_workers");
        }
        if (node_->filter.find("->>") != std::string::npos ||
            node_->filter.find("@>") != std::string::npos) {
            say(Kind::json_filter,
                kind_ == NodeKind::table_scan ? 2 : 1,
                node_->rows_removed.value_or(0),
                name() + " looks into JSON for every row: no index serves " + node_->filter,
                bound,
                "table growth");
        }
        if (node_->type == "LockRows") {
            say(Kind::lock_rows,
                1,
                node_->rows.value_or(0),
                "rows are locked as they are read: " + figure(node_->rows.value_or(0)),
                bound,
                "contention");
        }
        if (text_in(*node_, "Disabled") == "true" ||
            (node_->cost_startup >= 1e10 && children_[at_].empty())) {
            say(Kind::disabled_node,
                1,
                0,
                name() + " was switched off, and used for want of another way",
                {});
        }
    }

    void whole_plan() {
        at_ = 0;
        const double run = plan_.total_ms.value_or(0);
        if (run <= 0) {
            return;
        }
        const double planning = plan_.planning_ms.value_or(0);
        const double part = planning / (planning + run);
        if (planning >= 1) {  // ms: below it planning is not worth a prepared statement
            say(Kind::slow_planning,
                step(part, 0.1, 0.4, 0.9),
                part,
                "planning took " + percent(part) + " of the time",
                climbs);
        }
        const double triggers = plan_.triggers_ms / run;
        say(Kind::slow_triggers,
            step(triggers, 0.1, 0.4, 0.9),
            triggers,
            "triggers took " + percent(triggers) + " of the time",
            {Sign::entangled, Sign::database_bound});
        const double jit = plan_.jit_ms / run;
        say(Kind::jit_share,
            step(jit, 0.1, 0.4, 0.9),
            jit,
            "just-in-time compilation took " + percent(jit) + " of the time",
            climbs,
            "jit_above_cost");
    }

    const Plan& plan_;
    std::vector<std::vector<Index>> children_;
    std::vector<double> weights_;
    double all_ = 0;
    Index at_ = 0;
    const PlanNode* node_ = nullptr;
    NodeKind kind_ = NodeKind::pass;
    std::vector<PlanFinding> out_;
};

}  // namespace

std::vector<PlanFinding> findings_of(const Plan& plan) {
    if (plan.nodes.empty()) {
        return {};
    }
    return Search{plan}.run();
}

double share_of(const Plan& plan, std::size_t node) {
    return node < plan.nodes.size() ? Search{plan}.share(node) : 0;
}

std::vector<double> shares_of(const Plan& plan) {
    const Search search{plan};
    std::vector<double> out(plan.nodes.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = search.share(i);
    }
    return out;
}

}  // namespace plimsoll::model
