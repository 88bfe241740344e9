// Growth: how fast tables grow, as it was seen, and how many weeks a multiple of the data is away.
//
// Law: between two captures, log(rows later / earlier) a week; from one, the net inserts since the
// counters were reset over the rows. A multiple N lies log(N) / rate weeks away when growth goes on
// in proportion, (N - 1) / rate when it goes on by the same number of rows (research: limits 2.1):
// nobody can tell the two apart from a few weeks, so the first at the fast rate and the low
// multiple is the low end, the second at the slow rate and the high multiple the high end. Blind
// spots: season; a back-fill since the reset looks like growth; the rows of a capture are
// ANALYZE's.
#pragma once

#include "core/estimate.hpp"
#include "evidence/database.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace plimsoll::checks::database {

// Relative growth a week of each table by its bare name (the faster where two have one), of those
// that grow and whose growth was seen over a day or more. At: of the captures where there are two.
[[nodiscard]] std::map<std::string, Estimate> growth_a_week(const Database& database);

// The fastest of these tables.
[[nodiscard]] std::optional<Estimate> fastest(const std::map<std::string, Estimate>& growth,
                                              const std::set<std::string>& tables);

// Weeks until the data is so many times today's. The multiple may lack its point or its high end.
[[nodiscard]] Estimate weeks_until(const Estimate& multiple, const Estimate& a_week);

}  // namespace plimsoll::checks::database
