// Communities: groups of files that change together, found without looking at folders, and how far
// two divisions of the same files agree.
//
// Graph: a set of n files adds weight 1/(n-1) to each of its pairs, so every file of it gains 1.
// Modularity Q (Newman and Girvan 2004): weight within groups less what chance would put there.
// Louvain (Blondel and others 2008): moves files to the neighbouring group that gains most, folds
// groups into nodes, repeats. AMI (Vinh, Epps and Bailey 2010): mutual information less its
// expectation under shuffling, over the mean entropy. Blind spots: Louvain finds a good division,
// not the best; modularity cannot see groups below a size that grows with the graph. Node order
// comes from a fixed seed, so the same history gives the same groups.
#pragma once

#include "model/coupling.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plimsoll::model {

struct Edge {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    double weight = 0;
};

// Undirected, each edge once with a < b; nodes are numbered from 0.
struct Graph {
    std::size_t nodes = 0;
    std::vector<Edge> edges;
    std::vector<std::uint32_t> thing;  // what each node stands for
};

// Of the things that at least `least_sets` sets hold and that share a set with another such one.
[[nodiscard]] Graph co_change_graph(const SetsView& sets,
                                    std::size_t things,
                                    std::uint32_t least_sets = 5);

// Q of a division, `group_of` beside the nodes; 0 for a graph without edges.
[[nodiscard]] double modularity(const Graph& graph, std::span<const std::uint32_t> group_of);

// A division with high modularity; groups are numbered from 0 in order of their first node.
[[nodiscard]] std::vector<std::uint32_t> louvain(const Graph& graph);

// 1: the divisions are the same; 0: they agree as chance would have it; can be below. NaN when both
// are trivial.
[[nodiscard]] double adjusted_mutual_information(std::span<const std::uint32_t> a,
                                                 std::span<const std::uint32_t> b);

}  // namespace plimsoll::model
