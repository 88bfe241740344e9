#include "readers/plans/exclusive_time.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::plans {
namespace {

using Index = std::size_t;

// InitPlans and CTEs of one plan that are followed to where they are computed: no honest plan has
// more, and a hostile one must not cost the square of its size.
constexpr Index most_sorted_out = 200;

[[nodiscard]] bool is_cte(const PlanNode& node) {
    return node.name.starts_with("CTE ");
}
[[nodiscard]] bool is_init_plan(const PlanNode& node) {
    return node.relationship == "InitPlan" && !is_cte(node);
}
[[nodiscard]] double time_of(const PlanNode& node) {
    return node.total_ms.value_or(0);
}

// Is `word` in the text, not followed by another digit?
[[nodiscard]] bool mentions(std::string_view text, std::string_view word) {
    for (Index at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const Index after = at + word.size();
        if (after >= text.size() || text[after] < '0' || text[after] > '9') {
            return true;
        }
    }
    return false;
}

// "InitPlan 1 (returns $0,$1)" is asked for as $0 or $1; since PostgreSQL 17 "InitPlan 1" as
// "(InitPlan 1).col1".
[[nodiscard]] std::vector<std::string> names_of_result(std::string_view name) {
    std::vector<std::string> out;
    const Index returns = name.find("(returns ");
    if (returns == std::string_view::npos) {
        out.push_back("(" + std::string{name} + ")");
        return out;
    }
    for (Index at = name.find('$', returns); at != std::string_view::npos;
         at = name.find('$', at + 1)) {
        Index end = at + 1;
        while (end < name.size() && name[end] >= '0' && name[end] <= '9') {
            ++end;
        }
        out.emplace_back(name.substr(at, end - at));
    }
    return out;
}

[[nodiscard]] bool asks_for(const PlanNode& node, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (mentions(node.filter, name)) {
            return true;
        }
        for (const auto& [key, text] : node.more) {
            if (mentions(text, name)) {
                return true;
            }
        }
    }
    return false;
}

// The nodes of a sub-tree are next to each other: [first, end).
[[nodiscard]] std::vector<Index> ends_of(const std::vector<PlanNode>& nodes) {
    std::vector<Index> ends(nodes.size());
    for (Index i = nodes.size(); i-- > 0;) {
        ends[i] = std::max(ends[i], i + 1);
        if (nodes[i].parent >= 0) {
            Index& end = ends[static_cast<Index>(nodes[i].parent)];
            end = std::max(end, ends[i]);
        }
    }
    return ends;
}

// Who computes the InitPlan `init`: the lowest node that asks for it, else the node it hangs under.
[[nodiscard]] Index evaluator(const Plan& plan, const std::vector<Index>& ends, Index init) {
    const auto parent = static_cast<Index>(plan.nodes[init].parent);
    const std::vector<std::string> names = names_of_result(plan.nodes[init].name);
    Index found = parent;
    for (Index i = parent; i < ends[parent]; ++i) {
        if (i >= init && i < ends[init]) {
            continue;
        }
        const PlanNode& node = plan.nodes[i];
        if (!asks_for(node, names)) {
            continue;
        }
        if (node.more.contains("Params Evaluated")) {
            return i;
        }
        found = i;
    }
    // Asked for in an output list, which a plan without VERBOSE does not show: the first node,
    // downward, that has the time.
    if (found == parent && !asks_for(plan.nodes[parent], names)) {
        for (Index i = parent; i < ends[parent]; ++i) {
            double of_children = 0;
            for (Index child = i + 1; child < ends[i]; child = ends[child]) {
                of_children += is_init_plan(plan.nodes[child]) || is_cte(plan.nodes[child])
                                   ? 0
                                   : time_of(plan.nodes[child]);
            }
            if ((i < init || i >= ends[init]) &&
                time_of(plan.nodes[i]) - of_children >= 0.95 * time_of(plan.nodes[init])) {
                return i;
            }
        }
    }
    return found;
}

// Half a microsecond a loop, for the node and its children.
[[nodiscard]] double rounding_of(const PlanNode& node) {
    return 0.0005 * std::max(node.loops, 1.0) / std::max(node.processes, 1.0);
}

class Account {
public:
    explicit Account(Plan& plan)
        : plan_{plan},
          ends_{ends_of(plan.nodes)},
          children_(plan.nodes.size()),
          scale_(plan.nodes.size(), 1.0),
          done_(plan.nodes.size(), false) {
        Index followed = 0;
        for (Index i = 1; i < plan.nodes.size(); ++i) {
            const PlanNode& node = plan.nodes[i];
            if (node.parent < 0) {
                continue;
            }
            if (is_cte(node) && ctes_.size() < most_sorted_out) {
                ctes_.push_back(i);
            } else {
                const bool follow = is_init_plan(node) && followed++ < most_sorted_out;
                const Index parent =
                    follow ? evaluator(plan, ends_, i) : static_cast<Index>(node.parent);
                children_[parent].push_back(i);
            }
        }
    }

    void run() {
        // Parents before children: preorder, but an InitPlan may hang below a node that comes
        // later.
        std::vector<Index> open;
        for (Index root = 0; root < plan_.nodes.size(); ++root) {
            if (plan_.nodes[root].parent < 0) {
                open.push_back(root);
            }
        }
        while (!open.empty() || next_cte(open)) {
            const Index i = open.back();
            open.pop_back();
            if (done_[i]) {
                continue;
            }
            done_[i] = true;
            settle(i);
            open.insert(open.end(), children_[i].begin(), children_[i].end());
        }
    }

private:
    // Fits the children of one node into its time.
    void settle(Index i) {
        PlanNode& node = plan_.nodes[i];
        const double own = time_of(node) * scale_[i];
        double of_children = 0;
        double rounding = rounding_of(node);
        for (const Index child : children_[i]) {
            of_children += time_of(plan_.nodes[child]);
            rounding += rounding_of(plan_.nodes[child]);
        }
        const double fit = of_children > own && of_children > 0 ? own / of_children : 1.0;
        for (const Index child : children_[i]) {
            scale_[child] = fit;
        }
        plan_.overlap_ms += std::max(0.0, of_children - time_of(node) - rounding);
        if (node.total_ms) {
            node.exclusive_ms = std::max(0.0, own - of_children * fit);
        }
    }

    // A CTE is settled when all its scans are: they give up their share of it.
    [[nodiscard]] bool next_cte(std::vector<Index>& open) {
        if (ctes_.empty()) {
            return false;
        }
        auto next = std::prev(ctes_.end());
        for (auto candidate = ctes_.begin(); candidate != ctes_.end(); ++candidate) {
            if (std::ranges::all_of(scans_of(*candidate),
                                    [&](Index scan) { return done_[scan]; })) {
                next = candidate;
            }
        }
        const Index cte = *next;
        ctes_.erase(next);
        open.push_back(cte);
        share_out(cte);
        return true;
    }

    // Where the CTE can be read: below the node that it is printed under.
    [[nodiscard]] const std::vector<Index>& scans_of(Index cte) {
        const auto [known, fresh] = scans_.try_emplace(cte);
        if (fresh) {
            known->second = find_scans(cte);
        }
        return known->second;
    }
    [[nodiscard]] std::vector<Index> find_scans(Index cte) const {
        const std::string_view name = std::string_view{plan_.nodes[cte].name}.substr(4);
        const auto parent = static_cast<Index>(plan_.nodes[cte].parent);
        std::vector<Index> scans;
        for (Index i = parent; i < ends_[parent]; ++i) {
            const PlanNode& node = plan_.nodes[i];
            const auto reads = node.more.find("CTE Name");
            if (node.type == "CTE Scan" && reads != node.more.end() && reads->second == name) {
                scans.push_back(i);
            }
        }
        return scans;
    }

    void share_out(Index cte) {
        const std::vector<Index>& scans = scans_of(cte);
        double of_scans = 0;
        for (const Index scan : scans) {
            of_scans += plan_.nodes[scan].exclusive_ms.value_or(0);
        }
        const double took = time_of(plan_.nodes[cte]);
        if (of_scans <= 0) {
            return;
        }
        const double left = 1.0 - std::min(took, of_scans) / of_scans;
        for (const Index scan : scans) {
            if (plan_.nodes[scan].exclusive_ms) {
                *plan_.nodes[scan].exclusive_ms *= left;
            }
        }
        if (took > of_scans && plan_.nodes[cte].type != "ModifyTable") {
            scale_[cte] = of_scans / took;
            plan_.overlap_ms += std::max(0.0, took - of_scans - rounding_of(plan_.nodes[cte]));
        }
    }

    Plan& plan_;
    std::vector<Index> ends_;
    std::vector<std::vector<Index>> children_;
    std::vector<double> scale_;  // measured time to time that fits
    std::vector<bool> done_;
    std::vector<Index> ctes_;
    std::map<Index, std::vector<Index>> scans_;
};

}  // namespace

void add_exclusive_times(Plan& plan) {
    if (!plan.nodes.empty()) {
        Account{plan}.run();
    }
}

}  // namespace plimsoll::readers::plans
