#include "model/plan_walk.hpp"

#include "model/plan_kind.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace plimsoll::model {
namespace {

using Index = std::size_t;
constexpr Index none = std::numeric_limits<Index>::max();

// A tree descent is a level deeper every few decades and misses caches more often (measured: 12 % a
// decade).
constexpr double descent_a_decade = 0.12;
// A scan of N times the data leaves the processor's caches (measured: 10 % a decade).
constexpr double scan_a_decade = 1.1;
// Work at random places of a structure that grows (measured: 1.3 a decade, at most 1.8).
constexpr double random_a_decade = 1.3;
constexpr double random_at_most = 1.8;
constexpr double sort_spill = 1.3;  // measured when a sort first passes work_mem
constexpr double hash_spill = 1.5;  // measured when a hash table first does
// A page by OFFSET within this share of all rows is taken for a page that people ask for by its
// number: a walk through all pages is seen so near the start one time in ten.
constexpr double shallow_page = 0.1;
// One comparison of a plain SubPlan that fell out of its hash table (measured: about 40 ns a row).
constexpr double rescan_ms_a_row = 40e-6;

[[nodiscard]] double decades(double growth) {
    return growth > 1 ? std::log10(growth) : 0;
}
[[nodiscard]] double scan_cost(double growth) {
    return growth * std::pow(scan_a_decade, decades(growth));
}
[[nodiscard]] double random_cost(double growth) {
    return std::min(random_at_most, std::pow(random_a_decade, decades(growth)));
}
[[nodiscard]] double total_rows(const PlanNode& node) {
    return std::max(node.rows.value_or(node.rows_estimated), 0.0);
}

[[nodiscard]] std::optional<double> memory_kb(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    return unit == "GB"   ? value * 1048576
           : unit == "MB" ? value * 1024
           : unit == "B"  ? value / 1024
                          : value;
}

// A heap of the best k of n rows: each row is compared once, and of rows in no order k (1 + ln(n /
// k)) enter the heap, each sifted through its log2 k levels.
[[nodiscard]] double top_n_work(double n, double k) {
    return n + k * (1 + std::log(std::max(n / k, 1.0))) * std::log2(k + 1);
}

class Walk {
public:
    Walk(const Plan& plan, const std::map<std::string, TableFacts>& tables, double scale, Side side)
        : plan_{plan},
          laws_{plan, tables, scale, side},
          side_{side},
          children_{children_of(plan)},
          kinds_(plan.nodes.size()),
          rows_(plan.nodes.size(), 1),
          work_(plan.nodes.size(), 1),
          runs_(plan.nodes.size(), 1),
          stop_(plan.nodes.size(), 1),
          demand_(plan.nodes.size(), 1) {}

    WalkResult run() {
        WalkResult result;
        const Index count = plan_.nodes.size();
        for (Index i = 0; i < count; ++i) {
            kinds_[i] = kind_of(plan_.nodes[i]);
            if (plan_.nodes[i].name.starts_with("CTE ")) {
                ctes_.emplace(plan_.nodes[i].name, i);
            }
        }
        for (Index i = count; i-- > 0;) {
            grow(i);
        }
        for (Index i = 0; i < count; ++i) {
            const std::int32_t parent = plan_.nodes[i].parent;
            if (parent >= 0 &&
                is_hashed_sub_plan(plan_.nodes[static_cast<Index>(parent)], plan_.nodes[i])) {
                work_[static_cast<Index>(parent)] *= random_cost(rows_[i]);
            }
            hand_down(i);
        }
        result.before = weights();
        result.after.resize(count);
        for (Index i = 0; i < count; ++i) {
            result.after[i] =
                result.before[i] * work_[i] * runs_[i] * (is_blocking(kinds_[i]) ? 1 : stop_[i]);
        }
        add_rescans(result);
        result.rows = rows_;
        result.rows_factor = count == 0 ? 1 : rows_[0];
        result.notes = laws_.notes();
        result.notes.insert(notes_.begin(), notes_.end());
        result.unknown_tables = laws_.unknown_tables();
        return result;
    }

private:
    // The ordinary children, without InitPlans and SubPlans.
    [[nodiscard]] Index input(Index i, Index which = 0) const {
        for (const Index child : children_[i]) {
            if (!is_init_plan(plan_.nodes[child]) && !is_sub_plan(plan_.nodes[child]) &&
                which-- == 0) {
                return child;
            }
        }
        return none;
    }
    [[nodiscard]] double rows_in(Index i, Index which = 0) const {
        const Index child = input(i, which);
        return child == none ? 1 : rows_[child];
    }
    [[nodiscard]] double matched(Index i) const {
        const PlanNode& node = plan_.nodes[i];
        const double loops = std::max(node.loops, 1.0);
        const double counted =
            node.rows ? (*node.rows + node.rows_removed.value_or(0)) / loops : node.rows_estimated;
        return is_cut_short(i) ? std::max(counted, node.rows_estimated) : counted;
    }
    // What a filter keeps of a loop's rows.
    [[nodiscard]] double kept(Index i) const {
        const PlanNode& node = plan_.nodes[i];
        return is_cut_short(i) ? std::max(rows_a_loop(node), node.rows_estimated)
                               : rows_a_loop(node);
    }
    // Below a LIMIT that streams, a count is of what was read until it had enough: how many rows a
    // value has, only the planner's estimate can tell.
    [[nodiscard]] bool is_cut_short(Index i) const {
        for (std::int32_t up = plan_.nodes[i].parent; up >= 0;
             up = plan_.nodes[static_cast<Index>(up)].parent) {
            const NodeKind kind = kinds_[static_cast<Index>(up)];
            if (kind == NodeKind::limit || is_blocking(kind)) {
                return kind == NodeKind::limit;
            }
        }
        return false;
    }

    // Rows and work of one run, from the leaves up.
    void grow(Index i) {
        const PlanNode& node = plan_.nodes[i];
        const double in = rows_in(i);
        rows_[i] = in;
        work_[i] = in;
        switch (kinds_[i]) {
            case NodeKind::table_scan:
                grow_table_scan(i);
                break;
            case NodeKind::index_scan:
            case NodeKind::bitmap_heap:
            case NodeKind::bitmap_index:
                grow_index_scan(i);
                break;
            case NodeKind::bitmap_combine:
            case NodeKind::append:
                grow_append(i);
                break;
            case NodeKind::limit:
                grow_limit(i);
                break;
            case NodeKind::sort:
                work_[i] = sort_work(i, in);
                break;
            case NodeKind::incremental_sort:
                work_[i] = scan_cost(in);
                break;
            case NodeKind::group_all:
                rows_[i] = 1;
                work_[i] = scan_cost(in);
                break;
            case NodeKind::group_hashed:
            case NodeKind::group_sorted:
                grow_groups(i, in);
                break;
            case NodeKind::hash:
                work_[i] = in * random_cost(in) * hash_factor(i);
                break;
            case NodeKind::hash_join:
            case NodeKind::merge_join:
                grow_join(i);
                break;
            case NodeKind::nested_loop:
                grow_nested_loop(i);
                break;
            case NodeKind::modify:
                rows_[i] = std::max(1.0, in);
                break;
            case NodeKind::gather:
                work_[i] = std::max(1.0, in);
                break;
            case NodeKind::cte_scan:
                grow_cte_scan(i);
                break;
            case NodeKind::materialize:
            case NodeKind::memoize:
                break;
            case NodeKind::pass:
                if (!node.relation.empty()) {
                    grow_table_scan(i);
                }
                break;
        }
    }

    void grow_table_scan(Index i) {
        const PlanNode& node = plan_.nodes[i];
        const double table = laws_.of_table(node.relation);
        rows_[i] = node.filter.empty()
                       ? table
                       : laws_.of_condition(node.relation, node.filter, kept(i), {});
        work_[i] = scan_cost(table);
    }

    void grow_index_scan(Index i) {
        const PlanNode& node = plan_.nodes[i];
        const std::string_view relation = relation_of(plan_, i);
        std::string_view condition = text_in(node, "Index Cond");
        condition = condition.empty() ? text_in(node, "Recheck Cond") : condition;
        const bool by_row_id = node.type.starts_with("Tid");
        const bool one_row =
            node.type.starts_with("Single-row") || node.type.starts_with("Constant row");
        const double table = laws_.of_table(relation);
        const Index maps = input(i);
        const bool united = kinds_[i] == NodeKind::bitmap_heap && maps != none &&
                            plan_.nodes[maps].type == "BitmapOr";
        double found = by_row_id || one_row ? 1
                       : united             ? rows_[maps]  // each part by its own rows
                       : condition.empty()
                           ? table
                           : laws_.of_condition(relation, condition, matched(i), node.index);
        work_[i] = found <= 1.01       ? 1 + descent_a_decade * decades(table)
                   : jumps_in_table(i) ? found * random_cost(found)
                                       : scan_cost(found);
        if (!node.filter.empty()) {
            const double passing = laws_.of_condition(relation, node.filter, kept(i), {});
            found = std::max(1.0, found * passing / table);
        }
        rows_[i] = found;
    }

    // Does each row of an index scan lie on another page than the one before? Then the pages' order
    // is not the index's, and caches miss as the table grows. Only BUFFERS can tell.
    [[nodiscard]] bool jumps_in_table(Index i) const {
        const PlanNode& node = plan_.nodes[i];
        const double blocks = number_in(node, "Shared Hit Blocks").value_or(0) +
                              number_in(node, "Shared Read Blocks").value_or(0);
        const double rows = node.rows.value_or(0) + node.rows_removed.value_or(0);
        return kinds_[i] == NodeKind::index_scan && !node.type.starts_with("Index Only") &&
               blocks > rows / 2;
    }

    void grow_append(Index i) {
        double before = 0;
        double after = 0;
        for (const Index child : children_[i]) {
            if (!is_init_plan(plan_.nodes[child]) && !is_sub_plan(plan_.nodes[child])) {
                const double rows = std::max(total_rows(plan_.nodes[child]), 1.0);
                before += rows;
                after += rows * rows_[child];
            }
        }
        rows_[i] = work_[i] = before > 0 ? after / before : 1;
    }

    // A LIMIT wants as many rows as today, or as many as it did not get today.
    void grow_limit(Index i) {
        const PlanNode& node = plan_.nodes[i];
        const Index child = input(i);
        const double in = rows_in(i);
        work_[i] = 1;
        const double rows = rows_a_loop(node);
        const bool short_of = plan_.analyzed && rows + 0.5 < node.rows_estimated;
        const double lacking = rows > 0 ? std::max(1.0, node.rows_estimated / rows) : in;
        rows_[i] = short_of ? std::min(in, lacking) : 1;
        if (child == none) {
            return;
        }
        double wanted = rows_[i];
        const double skipped = plan_.analyzed ? rows_a_loop(plan_.nodes[child]) - rows : 0;
        if (skipped > 0.5 && !is_blocking(kinds_[child])) {
            // OFFSET: a page by its number costs as much at any size, a walk through all pages does
            // not.
            const bool walks = skipped > shallow_page * plan_.nodes[child].rows_estimated;
            notes_.insert(
                std::string{"does the depth of the page grow with the data? It is taken "} +
                (walks ? "to" : "not to, for it is a shallow one"));
            wanted = side_ == Side::low || (side_ == Side::likely && !walks) ? 1 : in;
        }
        demand_[i] = std::min(1.0, wanted / std::max(in, 1.0));
    }

    [[nodiscard]] double sort_work(Index i, double in) const {
        const PlanNode& node = plan_.nodes[i];
        const Index child = input(i);
        const double n = std::max(child == none ? 2.0 : rows_a_loop(plan_.nodes[child]), 2.0);
        if (text_in(node, "Sort Method").starts_with("top-N") || above_is_limit(i)) {
            const double kept = std::clamp(rows_a_loop(node), 1.0, n);
            return top_n_work(n * in, kept) / top_n_work(n, kept) *
                   std::pow(scan_a_decade, decades(in));
        }
        const double more = in > 1 ? std::log(n * in) / std::log(n) : 1;
        const double kb =
            number_in(node, "Sort Space Used").value_or(total_rows(node) * node.width / 1024);
        const bool spills = text_in(node, "Sort Space Type") != "Disk" &&
                            kb <= work_mem_kb(plan_) && kb * in > work_mem_kb(plan_);
        return in * more * random_cost(in) * (spills ? sort_spill : 1);
    }
    [[nodiscard]] bool above_is_limit(Index i) const {
        const std::int32_t parent = plan_.nodes[i].parent;
        return !plan_.analyzed && parent >= 0 &&
               kinds_[static_cast<Index>(parent)] == NodeKind::limit;
    }

    void grow_groups(Index i, double in) {
        const PlanNode& node = plan_.nodes[i];
        const Index child = input(i);
        const double rows = child == none ? 0 : rows_a_loop(plan_.nodes[child]);
        std::string_view key = text_in(node, "Group Key");
        const double groups = laws_.of_groups(key.empty() ? "?" : key, rows_a_loop(node), rows, in);
        rows_[i] = groups;
        work_[i] = scan_cost(in);
        if (kinds_[i] == NodeKind::group_hashed) {
            const double kb = number_in(node, "Peak Memory Usage").value_or(0);
            const bool spills = number_in(node, "HashAgg Batches").value_or(1) <= 1 &&
                                kb <= hash_mem_kb(plan_) && kb * groups > hash_mem_kb(plan_);
            work_[i] = in * random_cost(groups) * (spills ? hash_spill : 1);
        }
    }

    [[nodiscard]] double hash_factor(Index i) const {
        const PlanNode& node = plan_.nodes[i];
        const double kb = number_in(node, "Peak Memory Usage")
                              .value_or(total_rows(node) * (node.width + 24) / 1024);
        const bool spills = number_in(node, "Hash Batches").value_or(1) <= 1 &&
                            kb <= hash_mem_kb(plan_) && kb * rows_in(i) > hash_mem_kb(plan_);
        return spills ? hash_spill : 1;
    }

    // Pairs of an equi-join: both sides multiplied, divided by the values that they are joined on.
    [[nodiscard]] double joined(std::string_view condition, double outer, double inner) const {
        const std::optional<double> domain = laws_.of_join_domain(condition);
        return domain ? std::max(1.0, outer * inner / *domain) : std::max(outer, inner);
    }

    void grow_join(Index i) {
        const PlanNode& node = plan_.nodes[i];
        const double outer = rows_in(i, 0);
        const double inner = rows_in(i, 1);
        const std::string_view type = text_in(node, "Join Type");
        std::string_view condition = text_in(node, "Hash Cond");
        condition = condition.empty() ? text_in(node, "Merge Cond") : condition;
        double pairs = joined(condition, outer, inner);
        if (type == "Semi" || type == "Anti") {
            pairs = outer;
        } else if (type == "Left") {
            pairs = std::max(pairs, outer);
        } else if (type.starts_with("Right") || type == "Full") {
            pairs = std::max({pairs, outer, inner});
        }
        rows_[i] = pairs;
        const Index left = input(i, 0);
        const Index right = input(i, 1);
        const double a = left == none ? 1 : std::max(total_rows(plan_.nodes[left]), 1.0);
        const double b = right == none ? 1 : std::max(total_rows(plan_.nodes[right]), 1.0);
        const double mixed = (a * outer + b * inner) / (a + b);
        const bool hash = kinds_[i] == NodeKind::hash_join;
        work_[i] = mixed * (hash ? random_cost(inner) : random_cost(mixed));
        if (hash && right != none && kinds_[right] == NodeKind::hash) {
            work_[i] *= hash_factor(right);
        }
    }

    void grow_nested_loop(Index i) {
        const PlanNode& node = plan_.nodes[i];
        const double outer = rows_in(i, 0);
        const double inner = rows_in(i, 1);
        const double pairs = outer * inner;
        work_[i] = pairs;
        rows_[i] = pairs;
        const std::string_view filter = text_in(node, "Join Filter");
        if (!filter.empty()) {
            rows_[i] = filtered_pairs(filter, pairs);
        }
        const std::string_view type = text_in(node, "Join Type");
        if (type == "Semi" || type == "Anti") {
            rows_[i] = outer;
        }
    }
    [[nodiscard]] double filtered_pairs(std::string_view filter, double pairs) const {
        const std::optional<double> domain = laws_.of_join_domain(filter);
        return domain ? std::max(1.0, pairs / *domain) : pairs;
    }

    void grow_cte_scan(Index i) {
        const auto cte = ctes_.find("CTE " + std::string{text_in(plan_.nodes[i], "CTE Name")});
        if (cte != ctes_.end()) {
            // A CTE is printed before what reads it, so from the leaves up it is not grown yet.
            rows_[i] = work_[i] = cte_rows(cte->second);
        }
    }
    [[nodiscard]] double cte_rows(Index cte) {
        if (grown_ctes_.insert(cte).second) {
            Index end = cte + 1;
            while (end < plan_.nodes.size() && is_below(end, cte)) {
                ++end;
            }
            for (Index i = end; i-- > cte;) {
                grow(i);
            }
        }
        return rows_[cte];
    }
    [[nodiscard]] bool is_below(Index i, Index root) const {
        std::int32_t up = plan_.nodes[i].parent;
        while (up > static_cast<std::int32_t>(root)) {
            up = plan_.nodes[static_cast<Index>(up)].parent;
        }
        return up == static_cast<std::int32_t>(root);
    }

    // How often each node runs, and whether a LIMIT stops it, from the root down.
    void hand_down(Index i) {
        const PlanNode& node = plan_.nodes[i];
        Index order = 0;
        for (const Index child : children_[i]) {
            const PlanNode& below = plan_.nodes[child];
            runs_[child] = runs_[i];
            stop_[child] = 1;
            if (is_init_plan(below)) {
                runs_[child] = below.loops <= 1 ? 1 : runs_[i];
            } else if (is_sub_plan(below)) {
                const bool in_filter = node.filter.find("SubPlan") != std::string::npos;
                const double a_run = in_filter ? work_[i] : rows_[i];
                runs_[child] = is_hashed_sub_plan(node, below) && below.loops <= 1
                                   ? 1
                                   : runs_[i] * stop_[i] * a_run;
            } else {
                hand_to_input(i, child, order++);
            }
        }
    }

    void hand_to_input(Index i, Index child, Index order) {
        const PlanNode& node = plan_.nodes[i];
        const PlanNode& below = plan_.nodes[child];
        if (kinds_[i] == NodeKind::limit) {
            stop_[child] = stop_[i] * demand_[i];
        } else if (kinds_[i] == NodeKind::nested_loop && order > 0) {
            runs_[child] = runs_[i] * stop_[i] * rows_in(i, 0);
        } else if (!is_blocking(kinds_[i]) && !(kinds_[i] == NodeKind::hash_join && order > 0)) {
            stop_[child] = stop_[i];
        }
        if (kinds_[i] == NodeKind::memoize) {
            runs_[child] =
                std::min(runs_[i], std::max(1.0, laws_.of_table(relation_of(plan_, child))));
        }
        if (below.loops == 1 && node.loops > 1) {
            runs_[child] = 1;  // kept and read again, as Materialize and Hash do
        }
    }

    // Exclusive time; where nothing was measured exclusive cost, with the runs that the planner
    // expects.
    [[nodiscard]] std::vector<double> weights() const {
        std::vector<double> out(plan_.nodes.size());
        if (!plan_.nodes.empty() && plan_.nodes.front().exclusive_ms) {
            for (Index i = 0; i < out.size(); ++i) {
                out[i] = plan_.nodes[i].exclusive_ms.value_or(0);
            }
            return out;
        }
        std::vector<double> times(plan_.nodes.size(), 1);
        for (Index i = 0; i < out.size(); ++i) {
            double left = plan_.nodes[i].cost_total;
            for (const Index child : children_[i]) {
                const double cost = plan_.nodes[child].cost_total;
                double runs = 1;
                if (kinds_[i] == NodeKind::nested_loop && child == input(i, 1)) {
                    runs = std::max(1.0, plan_.nodes[input(i)].rows_estimated);
                } else if (kinds_[i] == NodeKind::limit && cost > 0) {
                    runs = std::min(1.0, plan_.nodes[i].cost_total / cost);
                } else if (is_sub_plan(plan_.nodes[child])) {
                    runs = is_hashed_sub_plan(plan_.nodes[i], plan_.nodes[child])
                               ? 1
                               : std::max(1.0, plan_.nodes[i].rows_estimated);
                }
                times[child] = times[i] * runs;
                left -= cost * runs;
            }
            out[i] = std::max(0.0, left) * times[i];
        }
        return out;
    }

    // The law of the cliff: what no longer fits is searched row by row, half of it for each outer
    // row.
    void add_rescans(WalkResult& result) {
        for (Index i = 0; i < plan_.nodes.size(); ++i) {
            const std::int32_t parent = plan_.nodes[i].parent;
            if (parent < 0 ||
                !is_hashed_sub_plan(plan_.nodes[static_cast<Index>(parent)], plan_.nodes[i])) {
                continue;
            }
            const auto owner = static_cast<Index>(parent);
            if (hashed_subplan_kb(plan_.nodes[i]) * rows_[i] > hash_mem_kb(plan_)) {
                const double outer = matched(owner) * work_[owner];
                result.after[owner] +=
                    outer * rows_a_loop(plan_.nodes[i]) * rows_[i] * 0.5 * rescan_ms_a_row;
                result.rescans = true;
            }
        }
    }

    const Plan& plan_;
    GrowthLaws laws_;
    Side side_;
    std::vector<std::vector<Index>> children_;
    std::vector<NodeKind> kinds_;
    std::vector<double> rows_;  // of one run, relative to today
    std::vector<double> work_;  // of one run, relative to today
    std::vector<double> runs_;  // relative to today
    std::vector<double> stop_;  // share of a run that a LIMIT above lets happen, relative to today
    std::vector<double> demand_;  // the share that a LIMIT itself lets happen
    std::map<std::string, Index> ctes_;
    std::set<Index> grown_ctes_;
    std::set<std::string> notes_;
};

}  // namespace

double work_mem_kb(const Plan& plan) {
    const auto found = plan.settings.find("work_mem");
    return found == plan.settings.end() ? 4096 : memory_kb(found->second).value_or(4096);
}

double hash_mem_kb(const Plan& plan) {
    const auto found = plan.settings.find("hash_mem_multiplier");
    const double times = found == plan.settings.end() ? 2 : memory_kb(found->second).value_or(2);
    return work_mem_kb(plan) * std::max(1.0, times);
}

double hashed_subplan_kb(const PlanNode& sub_plan) {
    const double aligned = std::ceil(sub_plan.width / 8) * 8;
    return sub_plan.rows_estimated * (aligned + 24) / 1024;
}

bool is_hashed_sub_plan(const PlanNode& owner, const PlanNode& node) {
    if (!is_sub_plan(node) || node.name.empty()) {
        return false;
    }
    const std::string mark = "hashed " + node.name;
    return owner.filter.find(mark) != std::string::npos ||
           std::ranges::any_of(owner.more, [&](const auto& entry) {
               return entry.second.find(mark) != std::string::npos;
           });
}

WalkResult walk(const Plan& plan,
                const std::map<std::string, TableFacts>& tables,
                double scale,
                Side side) {
    return Walk{plan, tables, scale, side}.run();
}

}  // namespace plimsoll::model
