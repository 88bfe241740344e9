// Who owns which table: for every table the share of its writes that each application does.
#pragma once

#include "core/exhibit.hpp"
#include "core/settings.hpp"
#include "evidence/workload.hpp"

namespace plimsoll::checks {

// Tables down, those with the most writers first, applications across. A cell is the application's
// share of the calls that write the table; "reads" where it only reads. An owner that [tables]
// names stands behind the table. Blind spot: a monolith has one column.
[[nodiscard]] Exhibit ownership_matrix(const Workload& workload, const Settings& settings);

}  // namespace plimsoll::checks
