// What the history's checks show: the module matrix, ranked pairs, hotspots.
#pragma once

#include "checks/history/boundaries.hpp"
#include "core/exhibit.hpp"
#include "evidence/history.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::checks {

// Of one module in the window.
struct ModuleFacts {
    std::string name;
    std::uint64_t sets = 0;     // that touch it
    std::uint64_t outward = 0;  // of those, the ones that touch another module as well
    std::uint64_t touches = 0;  // files
    [[nodiscard]] double outward_share() const noexcept {
        return sets == 0 ? 0 : static_cast<double>(outward) / static_cast<double>(sets);
    }
};
// Busiest first; modules that nothing touched are left out.
[[nodiscard]] std::vector<ModuleFacts> module_facts(const Boundaries& found);

// Modules that change together, strongest first; a and b are into ChangeSets::modules.
[[nodiscard]] std::vector<model::Coupled> coupled_modules(const Boundaries& found,
                                                          double least_degree = 0);
// Files of different modules that change together.
[[nodiscard]] std::vector<model::Coupled> coupled_across(const Boundaries& found);

[[nodiscard]] Exhibit module_matrix(const Boundaries& found);
[[nodiscard]] Exhibit module_pairs(const Boundaries& found);
[[nodiscard]] Exhibit hidden_pairs(const Boundaries& found);
// Files by revisions times complexity at HEAD.
[[nodiscard]] Exhibit hotspots(const Boundaries& found, const History& history);

}  // namespace plimsoll::checks
