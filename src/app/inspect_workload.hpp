// What `inspect --format json` says of a workload: the figures as read, before any check judges
// them.
#pragma once

#include "evidence/workload.hpp"
#include "wire/json.hpp"

namespace plimsoll::app {

// Names as in design.md section 4. Times are whole microseconds; quantiles the middle of a
// histogram's bucket.
[[nodiscard]] wire::Json inspect_workload(const Workload& workload);

}  // namespace plimsoll::app
