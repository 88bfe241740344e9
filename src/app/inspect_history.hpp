// What was read of git history, as `inspect --format json` shows it.
#pragma once

#include "core/settings.hpp"
#include "evidence/history.hpp"
#include "wire/json.hpp"

namespace plimsoll::app {

// {commits, merges, bots, files, paths, authors, releases, heads[], shallow, partial, span, unit,
// change_sets, left_out,
//  module_map, modules[] {name, files, change_sets, touches, outward}, leak {...}, coupling[] {a,
//  b, shared, average, degree}, module_coupling[] {the same}, churn[] {file, module, change_sets,
//  authors, main_author, owned, last}}.
// `files` are those that are there at HEAD (of a log export, those it names). Coupling is ours:
// distinct product files by their latest name, sets of at most 30 files, at least 5 in common, 30 %
// of the exact average; not rounded.
[[nodiscard]] wire::Json inspect_history(const History& history, const Settings& settings);

}  // namespace plimsoll::app
