// Groups: what changes together, whatever the folders are: communities of the files' own graph, and
// how far a module map agrees with them.
//
// Law: files are tied by the change sets they share, each set weighing alike
// (model/communities.hpp); Louvain divides the graph; modularity of the modules over Louvain's, and
// adjusted mutual information, compare the two. Intervals: delete-a-group jackknife over five
// stretches of time. Blind spots: of the latest 10,000 sets only, for this costs most of the time
// of an audit; a file in no second file's company is in no graph.
#pragma once

#include "core/estimate.hpp"
#include "evidence/change_sets.hpp"
#include "model/coupling.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace plimsoll::checks {

struct Groups {
    std::size_t files = 0;                           // in the graph
    double modularity = 0;                           // of Louvain's division
    Estimate ratio;                                  // the modules' modularity over it
    Estimate agreement;                              // adjusted mutual information
    std::vector<std::vector<std::string>> clusters;  // of five files or more, largest first
};

// Nothing but the number of files where fewer than twenty are in the graph.
[[nodiscard]] Groups find_groups(const ChangeSets& changes);

}  // namespace plimsoll::checks
