#include "model/communities.hpp"

#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace plimsoll::model {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

// The graph with both directions side by side, and weights within a node (from folding).
struct Adjacency {
    std::vector<std::size_t> starts;
    std::vector<std::pair<std::uint32_t, double>> to;
    std::vector<double> within;  // twice the weight inside the node
    std::vector<double> degree;
    double twice_all = 0;

    [[nodiscard]] std::size_t size() const noexcept { return degree.size(); }
};

[[nodiscard]] Adjacency adjacency(std::size_t nodes,
                                  std::span<const Edge> edges,
                                  std::vector<double> within) {
    Adjacency out;
    out.starts.resize(nodes + 1);
    for (const Edge& edge : edges) {
        ++out.starts[edge.a + 1];
        ++out.starts[edge.b + 1];
    }
    std::partial_sum(out.starts.begin(), out.starts.end(), out.starts.begin());
    out.to.resize(2 * edges.size());
    std::vector<std::size_t> at(out.starts.begin(), out.starts.end() - 1);
    out.degree = within;
    out.within = std::move(within);
    for (const Edge& edge : edges) {
        out.to[at[edge.a]++] = {edge.b, edge.weight};
        out.to[at[edge.b]++] = {edge.a, edge.weight};
        out.degree[edge.a] += edge.weight;
        out.degree[edge.b] += edge.weight;
    }
    out.twice_all = std::accumulate(out.degree.begin(), out.degree.end(), 0.0);
    return out;
}

// Numbers the groups from 0 in order of first use.
std::size_t renumber(std::vector<std::uint32_t>& group_of) {
    std::vector<std::uint32_t> fresh(group_of.size(), none);
    std::uint32_t next = 0;
    for (std::uint32_t& group : group_of) {
        if (fresh[group] == none) {
            fresh[group] = next++;
        }
        group = fresh[group];
    }
    return next;
}

// One level: moves nodes while that gains. The weights towards each neighbouring group are kept in
// one dense row that is cleared by the list of groups touched.
class Level {
public:
    explicit Level(const Adjacency& graph)
        : graph_{graph}, group_of_(graph.size()), total_{graph.degree} {
        std::iota(group_of_.begin(), group_of_.end(), 0U);
        towards_.resize(graph.size());
    }

    [[nodiscard]] bool run(Random& random) {
        std::vector<std::uint32_t> order(graph_.size());
        std::iota(order.begin(), order.end(), 0U);
        for (std::size_t i = order.size(); i > 1; --i) {
            std::swap(order[i - 1], order[random.below(i)]);
        }
        bool any = false;
        constexpr int most_rounds = 30;
        for (int round = 0; round < most_rounds; ++round) {
            std::size_t moved = 0;
            for (const std::uint32_t node : order) {
                moved += move(node) ? 1 : 0;
            }
            any = any || moved != 0;
            if (moved * 1000 <= order.size()) {
                break;
            }
        }
        return any;
    }
    [[nodiscard]] std::vector<std::uint32_t>& groups() noexcept { return group_of_; }

private:
    [[nodiscard]] bool move(std::uint32_t node) {
        near_.clear();
        for (std::size_t i = graph_.starts[node]; i < graph_.starts[node + 1]; ++i) {
            const auto [other, weight] = graph_.to[i];
            const std::uint32_t group = group_of_[other];
            if (towards_[group] == 0) {
                near_.push_back(group);
            }
            towards_[group] += weight;
        }
        const std::uint32_t home = group_of_[node];
        const double degree = graph_.degree[node];
        total_[home] -= degree;
        const auto gain = [&](std::uint32_t group) {
            return towards_[group] - total_[group] * degree / graph_.twice_all;
        };
        std::uint32_t best = home;
        constexpr double least = 1e-12;  // rounding must not make nodes wander
        for (const std::uint32_t group : near_) {
            if (gain(group) > gain(best) + least) {
                best = group;
            }
        }
        for (const std::uint32_t group : near_) {
            towards_[group] = 0;
        }
        total_[best] += degree;
        group_of_[node] = best;
        return best != home;
    }

    const Adjacency& graph_;
    std::vector<std::uint32_t> group_of_;
    std::vector<double> total_;
    std::vector<double> towards_;
    std::vector<std::uint32_t> near_;
};

// Groups become nodes.
[[nodiscard]] Adjacency fold(const Adjacency& graph,
                             std::span<const std::uint32_t> group_of,
                             std::size_t groups) {
    std::vector<double> within(groups);
    std::vector<Edge> edges;
    for (std::uint32_t node = 0; node < graph.size(); ++node) {
        within[group_of[node]] += graph.within[node];
        for (std::size_t i = graph.starts[node]; i < graph.starts[node + 1]; ++i) {
            const auto [other, weight] = graph.to[i];
            const std::uint32_t a = group_of[node];
            const std::uint32_t b = group_of[other];
            if (a == b) {
                within[a] += weight;  // met from both ends
            } else if (a < b) {
                edges.push_back({a, b, weight});
            }
        }
    }
    std::ranges::sort(edges, [](const Edge& x, const Edge& y) {
        return std::tie(x.a, x.b) < std::tie(y.a, y.b);
    });
    std::vector<Edge> merged;
    for (const Edge& edge : edges) {
        if (!merged.empty() && merged.back().a == edge.a && merged.back().b == edge.b) {
            merged.back().weight += edge.weight;
        } else {
            merged.push_back(edge);
        }
    }
    return adjacency(groups, merged, std::move(within));
}

[[nodiscard]] std::map<std::uint32_t, std::uint64_t> sizes_of(
    std::span<const std::uint32_t> groups) {
    std::map<std::uint32_t, std::uint64_t> out;
    for (const std::uint32_t group : groups) {
        ++out[group];
    }
    return out;
}

[[nodiscard]] double entropy(const std::map<std::uint32_t, std::uint64_t>& sizes, double n) {
    double out = 0;
    for (const auto& [group, size] : sizes) {
        const double share = static_cast<double>(size) / n;
        out -= share * std::log(share);
    }
    return out;
}

// Expected mutual information when one division is shuffled: hypergeometric, over pairs of group
// sizes.
[[nodiscard]] double expected_information(const std::map<std::uint32_t, std::uint64_t>& a,
                                          const std::map<std::uint32_t, std::uint64_t>& b,
                                          std::size_t n) {
    std::vector<double> log_factorial(n + 1);
    for (std::size_t i = 2; i <= n; ++i) {
        log_factorial[i] = log_factorial[i - 1] + std::log(static_cast<double>(i));
    }
    std::map<std::uint64_t, std::uint64_t> sizes_a;
    std::map<std::uint64_t, std::uint64_t> sizes_b;
    for (const auto& [group, size] : a) {
        ++sizes_a[size];
    }
    for (const auto& [group, size] : b) {
        ++sizes_b[size];
    }
    const auto total = static_cast<double>(n);
    double out = 0;
    for (const auto& [x, times_x] : sizes_a) {
        for (const auto& [y, times_y] : sizes_b) {
            const double fixed = log_factorial[x] + log_factorial[y] + log_factorial[n - x] +
                                 log_factorial[n - y] - log_factorial[n];
            double sum = 0;
            for (std::uint64_t k = std::max<std::uint64_t>(1, x + y > n ? x + y - n : 0);
                 k <= std::min(x, y);
                 ++k) {
                const auto both = static_cast<double>(k);
                sum += both / total *
                       std::log(total * both / (static_cast<double>(x) * static_cast<double>(y))) *
                       std::exp(fixed - log_factorial[k] - log_factorial[x - k] -
                                log_factorial[y - k] - log_factorial[n - x - y + k]);
            }
            out += sum * static_cast<double>(times_x) * static_cast<double>(times_y);
        }
    }
    return out;
}

}  // namespace

Graph co_change_graph(const SetsView& sets, std::size_t things, std::uint32_t least_sets) {
    std::vector<std::uint32_t> count(things);
    for (const std::uint32_t thing : sets.things) {
        ++count[thing];
    }
    const Inverted by_thing = invert(sets, things);
    const SetsView holders{by_thing.ends, by_thing.sets};
    Graph out;
    std::vector<std::uint32_t> node(things, none);
    const auto node_of = [&](std::uint32_t thing) {
        if (node[thing] == none) {
            node[thing] = static_cast<std::uint32_t>(out.thing.size());
            out.thing.push_back(thing);
        }
        return node[thing];
    };
    std::vector<double> weight(things);
    std::vector<std::uint32_t> seen;
    for (std::uint32_t a = 0; a < things; ++a) {
        if (count[a] < least_sets) {
            continue;
        }
        for (const std::uint32_t set : holders[a]) {
            const std::span<const std::uint32_t> members = sets[set];
            for (const std::uint32_t b : members) {
                if (b > a && count[b] >= least_sets) {
                    if (weight[b] == 0) {
                        seen.push_back(b);
                    }
                    weight[b] += 1.0 / static_cast<double>(members.size() - 1);
                }
            }
        }
        std::ranges::sort(seen);
        for (const std::uint32_t b : seen) {
            const std::uint32_t from = node_of(a);
            out.edges.push_back({.a = from, .b = node_of(b), .weight = weight[b]});
            weight[b] = 0;
        }
        seen.clear();
    }
    out.nodes = out.thing.size();
    return out;
}

double modularity(const Graph& graph, std::span<const std::uint32_t> group_of) {
    std::map<std::uint32_t, std::pair<double, double>> groups;  // twice the weight within, degree
    double twice_all = 0;
    for (const Edge& edge : graph.edges) {
        const std::uint32_t a = group_of[edge.a];
        const std::uint32_t b = group_of[edge.b];
        groups[a].second += edge.weight;
        groups[b].second += edge.weight;
        groups[a].first += a == b ? 2 * edge.weight : 0;
        twice_all += 2 * edge.weight;
    }
    double out = 0;
    for (const auto& [group, sums] : groups) {
        const double share = sums.second / twice_all;
        out += sums.first / twice_all - share * share;
    }
    return out;
}

std::vector<std::uint32_t> louvain(const Graph& graph) {
    constexpr std::uint64_t seed = 20'261'121;
    Random random{seed};
    std::vector<std::uint32_t> out(graph.nodes);
    std::iota(out.begin(), out.end(), 0U);
    if (graph.edges.empty()) {
        return out;
    }
    Adjacency folded = adjacency(graph.nodes, graph.edges, std::vector<double>(graph.nodes));
    while (true) {
        Level level{folded};
        const bool moved = level.run(random);
        std::vector<std::uint32_t>& groups = level.groups();
        const std::size_t count = renumber(groups);
        for (std::uint32_t& group : out) {
            group = groups[group];
        }
        if (!moved || count == folded.size()) {
            renumber(out);
            return out;
        }
        folded = fold(folded, groups, count);
    }
}

double adjusted_mutual_information(std::span<const std::uint32_t> a,
                                   std::span<const std::uint32_t> b) {
    const auto n = static_cast<double>(a.size());
    const auto sizes_a = sizes_of(a);
    const auto sizes_b = sizes_of(b);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> joint;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ++joint[{a[i], b[i]}];
    }
    double information = 0;
    for (const auto& [pair, size] : joint) {
        const auto both = static_cast<double>(size);
        information += both / n *
                       std::log(n * both /
                                (static_cast<double>(sizes_a.at(pair.first)) *
                                 static_cast<double>(sizes_b.at(pair.second))));
    }
    const double expected = expected_information(sizes_a, sizes_b, a.size());
    const double scale = (entropy(sizes_a, n) + entropy(sizes_b, n)) / 2 - expected;
    constexpr double nothing = 1e-12;
    return scale > nothing ? (information - expected) / scale
                           : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace plimsoll::model
