// What a migration does to the work of a database: every statement is planned before and after it,
// over a shadow of the captured one.
//
// Law: time after = time today x the factor of two_costs.hpp; the work of the database is the sum
// over statements of their share of its time times that factor. What writes pay for a new index:
// touched.hpp. Blind spots: locks that the migration itself takes and the time it runs; foreign
// keys, triggers and functions, whose statements are in no plan; tables that it makes and fills,
// which are said to be not known rather than empty; a mix of statements that changes with it. The
// migration runs as the scratch cluster's superuser: gate what you would run.
#pragma once

#include "app/planner/shadow.hpp"
#include "app/planner/touched.hpp"
#include "app/planner/two_costs.hpp"
#include "core/estimate.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app::planner {

struct Moved {
    Asked asked;
    Estimate factor;     // of its time
    std::string before;  // shapes of the plans
    std::string after;
    std::string broken;  // the server's message, when it can be planned no more
};

struct MigrationEffect {
    std::vector<Moved> moved;  // whose plan or cost is another one; the most work first
    Estimate work;             // of the database, over that of today
    double known_share = 0;    // of the time of statements: planned, or not touched
    std::size_t statements = 0;
    std::vector<std::string> notes;
    std::optional<Refusal> refused;  // then nothing above holds
};

[[nodiscard]] MigrationEffect effect_of_migration(const ScratchCluster& cluster,
                                                  const DatabaseCapture& capture,
                                                  std::map<std::string, Growth> growth,
                                                  std::string_view sql);

// What is to be run of a file that holds the way back as well ("-- migrate:down", "-- +goose Down"
// ...): the part before it, and the line of the mark, 0 where there is none.
struct UpPart {
    std::string sql;
    std::size_t mark = 0;
};
[[nodiscard]] UpPart up_part(std::string_view file);

}  // namespace plimsoll::app::planner
