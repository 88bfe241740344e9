// What the runs of each pipeline show of the needs of its jobs: the bridge from runs to
// model/needs_graph.hpp.
//
// Law: first attempts only, since a re-run begins where the one before broke off. Where the
// provider says what a job needs, that is taken and nothing is inferred. Blind spot: a pipeline
// whose file changed within the runs shows the needs of both versions; only the latest runs are
// read.
#pragma once

#include "evidence/runs.hpp"
#include "model/needs_graph.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace plimsoll::app {

struct SeenNeeds {
    model::NeedsGraph graph;
    model::NeedsGraph undecided;  // needs that these runs cannot tell from chance
    std::size_t runs = 0;         // that it was read from
    bool from_payload = false;    // said by the provider, not inferred
};

// By pipeline. `runs` was made of `pipelines`.
[[nodiscard]] std::map<std::string, SeenNeeds> seen_needs(const Runs& runs,
                                                          const Pipelines& pipelines);

}  // namespace plimsoll::app
