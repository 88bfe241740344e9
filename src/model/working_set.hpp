// Working set: how much data a plan reads, as pages, today and at N times the data.
//
// Law: what BUFFERS counted for a node, without its children, is at most the pages it touched (a
// page touched twice counts twice); a scan of a whole table touches each of its pages once a loop.
// Without BUFFERS the planner's own price tells the pages of a whole scan: cost = pages x
// seq_page_cost + rows x (cpu_tuple_cost + conditions x cpu_operator_cost), at the default prices.
// They grow as the node's work does (plan_walk.hpp). Blind spots: the pages of an index scan
// without BUFFERS; what other statements read; settings of the prices that the plan does not show.
#pragma once

#include "core/estimate.hpp"
#include "model/plan_projection.hpp"

#include <map>
#include <string>

namespace plimsoll::model {

// Bytes that a plan reads of each table (its indexes included), at `scale` times the data: low is
// what is read whole, high counts every page touched.
[[nodiscard]] std::map<std::string, Estimate> working_set(const Plan& plan,
                                                          const GrowthFacts& facts,
                                                          double scale);

}  // namespace plimsoll::model
