// Blast: how far failures reached, from incidents; and how far they could, from the calls.
#pragma once

#include "core/finding.hpp"
#include "core/settings.hpp"
#include "core/verdict.hpp"
#include "evidence/calls.hpp"
#include "evidence/incidents.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::checks {

// Records that overlap in time are one event, for a share needs independent draws: one outage that
// five teams wrote down is one. Its trigger is the first known, its features are all that are
// named, or the largest number.
struct JudgedIncident {
    const Incident* incident = nullptr;  // the first with a trigger
    double features = 0;
    std::size_t records = 1;
    bool wide = false;
};

// Events that can be judged: trigger known, features known.
struct Blast {
    std::uint64_t judged = 0;
    std::uint64_t wide = 0;
    std::uint64_t perhaps_wide = 0;  // and those that may be, where nobody says how many there are
    double wide_from = 0;            // features
    std::uint64_t joined = 0;        // records that are part of an earlier one
    std::uint64_t no_trigger = 0;
    std::uint64_t no_features = 0;  // trigger known, features not
    std::optional<double> features_total;
    std::optional<Estimate> mean_share_lost;  // with the least and the most as bounds
    std::vector<JudgedIncident> incidents;    // worst first
    std::vector<Origin> origins;
};

// Wide: a share `wide_share` of features_total. Where nobody tells the total: the same share of all
// features that the list names (or of the most that one incident took), and `several` at least;
// perhaps wide is then what took two and that share.
[[nodiscard]] Blast blast_of(const Incidents& incidents,
                             const Settings& settings,
                             double wide_share,
                             double several);

// An edge that passes a failure on: synchronous, critical or not said to be otherwise, without
// time-out, or with one that is longer than the caller's threads last.
struct OpenEdge {
    std::string caller;
    std::string callee;
    std::string why;  // "no time-out", "a time-out of 30 s, and 50 threads are used up in 2.5 s"
    std::optional<double> exhausted_s;
};

struct Structure {
    std::size_t services = 0;
    std::vector<OpenEdge> open;
    std::string worst;                  // the service whose failure reaches most others
    std::set<std::string> worst_reach;  // empty: no failure passes on
    double mean_share = 0;  // of other services that fall with one, over those that are called
    bool declared_only = true;
    std::vector<Origin> origins;
};
[[nodiscard]] Structure structure_of(const Calls& calls, const Settings& settings);

[[nodiscard]] std::string structure_sentence(const Structure& structure);
[[nodiscard]] Exhibit incidents_exhibit(const Blast& blast);
[[nodiscard]] Exhibit structure_exhibit(const Structure& structure);
[[nodiscard]] Remedy timeout_remedy(const Structure& structure);
[[nodiscard]] Remedy isolation_remedy(const Blast& blast);

}  // namespace plimsoll::checks
