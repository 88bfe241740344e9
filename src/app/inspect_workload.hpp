// What `inspect --format json` says of a workload: the figures as read, before any check judges
// them.
#pragma once

#include "evidence/workload.hpp"
#include "wire/json_stream.hpp"

namespace plimsoll::app {

// The members of the object that is open in `out`, one statement class at a time: there may be a
// hundred thousand, and as one document they would take ten times the memory of the evidence. Names
// as in design.md section 4. Times are whole microseconds; quantiles the middle of a histogram's
// bucket.
void inspect_workload(const Workload& workload, wire::JsonStream& out);

}  // namespace plimsoll::app
