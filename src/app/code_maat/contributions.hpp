// What each author did to each file: the base of code-maat's analyses of people.
#pragma once

#include "app/code_maat/table.hpp"

namespace plimsoll::app::code_maat {

struct Contribution {
    std::uint32_t author = 0;
    std::uint64_t added = 0;
    std::uint64_t deleted = 0;
    std::uint64_t revs = 0;
};

struct Owned {
    std::uint32_t entity = 0;
    std::vector<Contribution> by;  // in the order of $group-by
};

// Entities by name, each with its authors.
[[nodiscard]] std::vector<Owned> contributions(const CodeMaatRows& in);

}  // namespace plimsoll::app::code_maat
