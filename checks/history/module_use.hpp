// ModuleUse: what each module of the history does to the database: its share of the time, and which
// tables it reads and writes.
//
// Two maps join what git and the log each name in their own way: the application name of a
// connection is a module when both are written alike ("order-service", "services/order"), and
// [tables] says to which module a table belongs. Where applications say nothing (a monolith with
// one name), a statement belongs to the owners of its tables. Blind spots: a name that is written
// differently in both places; several modules behind one application name.
#pragma once

#include "checks/history/boundaries.hpp"
#include "evidence/workload.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::checks {

// Names as people write them in two places: "order-service" and "services/order" are "order".
[[nodiscard]] std::string plain_name(std::string name);

// The modules that touch one table; numbers into ChangeSets::modules.
struct TableUsers {
    std::set<std::uint32_t> readers;
    std::set<std::uint32_t> writers;
    double time_us = 0;
    Origin origin;
    [[nodiscard]] std::set<std::uint32_t> all() const;
};

struct ModuleUse {
    std::vector<double> time_us;  // beside ChangeSets::modules
    double total_us = 0;          // of all statements
    bool by_application = false;  // else by the owners of tables
    std::set<std::uint32_t> named;
    std::map<std::string, TableUsers> tables;

    [[nodiscard]] bool knows_any() const noexcept { return !named.empty(); }
    // Of the database's time; nothing where no name joins the two.
    [[nodiscard]] std::optional<double> share(std::uint32_t module) const;
};

[[nodiscard]] ModuleUse module_use(const Workload& workload,
                                   const Settings& settings,
                                   const std::vector<std::string>& modules);

}  // namespace plimsoll::checks
