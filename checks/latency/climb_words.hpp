// The sentences and figures of the check p99-climbs.
#pragma once

#include "checks/latency/climb.hpp"
#include "core/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::checks::words {

[[nodiscard]] std::string too_short(std::uint32_t weeks, std::size_t bounds_only);
// One plain sentence with figures; three levels: no list of changes, a climb, a step next to a
// change.
[[nodiscard]] std::string verdict(const Climb& shown,
                                  const std::vector<Climb>& climbs,
                                  bool deploys_listed);
void put_measures(Finding& finding, const Climb& shown, const std::vector<Climb>& climbs);
void put_confidence(Finding& finding, const Climb& shown, bool deploys_listed, const Zone& zone);
[[nodiscard]] Remedy remedy(const Climb& climb);

}  // namespace plimsoll::checks::words
