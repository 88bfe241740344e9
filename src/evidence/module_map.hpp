// The module map of change sets: which module each of their files belongs to.
//
// Law: plimsoll.toml when it has [modules], else CODEOWNERS where owners divide the changes (they
// cover six files touched in ten, and none owns more than eight), else folders, split while one
// holds more than its share. Blind spot: a map that nobody drew says where files lie, not what they
// mean.
#pragma once

#include "evidence/change_sets.hpp"

namespace plimsoll {

// Fills `modules`, `module_of` and `source` from `files` and `touches`.
void map_modules(ChangeSets& out,
                 const History& history,
                 const Settings& settings,
                 const ChangeRules& rules);

// Takes out the files that no module holds, and the sets that are empty then.
void drop_unmapped(ChangeSets& out);

}  // namespace plimsoll
