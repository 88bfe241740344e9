// `gate --migration`: where the load line would lie after a migration, by the planner in the loop.
//
// Law: the work of the database after the migration over that of today is F
// (planner/migration.hpp). Its CPU then runs out at 1 / F of today's multiple. A connection is held
// for statements and for the application's thinking in between: its time grows by 1 - a + a F,
// where a is the share of the sessions in a transaction that were active when the capture sampled
// them (half of it to all, since a pool may hold a connection before and after; anything from none
// to all where nobody sampled). A request's thread waits for the database for a share of its time
// that no capture shows: it may lose, and never gains. Nothing else moves. The uncertainty of a
// limit is the same before and after, so the change is surer than either end of it. No answer is an
// answer: without a capture, without PostgreSQL, with a migration that cannot be run, or when less
// than `least_known` of the time can be planned, evidence is missing (status 4).
#pragma once

#include "app/gate.hpp"
#include "app/planner/migration.hpp"
#include "core/audit.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"

#include <functional>
#include <string>
#include <vector>

namespace plimsoll::app {

struct MigrationFile {
    std::string name;
    std::string text;
};

struct MigrationRequest {
    std::vector<MigrationFile> files;  // run in this order
    std::string programs;              // of PostgreSQL; "auto": found
    std::string search_path;
    std::function<void(const std::string&)> progress = {};
};

struct MigrationOutlook {
    std::string missing;  // why nothing can be said; what follows then does not hold
    std::string remedy;
    Origin place;  // of the migration: the line that was refused
    planner::MigrationEffect effect;
    LoadLine before;
    LoadLine after;
    Estimate change;  // of the load line, after / before; nothing when there is none
};

[[nodiscard]] MigrationOutlook outlook_of(const MigrationRequest& request,
                                          const Audit& audit,
                                          const Evidence& evidence,
                                          const Settings& settings);

// Limits as the migration would leave them: by the factor F and by the share of a transaction's
// time in which the database works for it, [from, to] around the measured one.
[[nodiscard]] std::vector<Limit> moved_limits(std::vector<Limit> limits,
                                              const Estimate& work,
                                              const Estimate& active);

void migration_rows(const MigrationOutlook& outlook, const GateOptions& options, GateResult& out);

}  // namespace plimsoll::app
