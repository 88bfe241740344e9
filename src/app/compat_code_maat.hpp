// code-maat's analyses as CSV, to the letter: its definitions, option names, columns and order, so
// that figures of either program can stand beside the other's.
//
// Its quirks, which our own analyses do not share: rows, not distinct files, are compared with
// max-changeset-size; dropping a large commit lowers the revisions of its files; sum of coupling is
// compared with min-revs, strictly, and knows no size filter; degrees are cut off and averages
// rounded up in print, but exact where they are compared; moves are not followed; ties come in the
// order of Clojure's maps (app/clojure_order.hpp).
#pragma once

#include "app/code_maat_rows.hpp"
#include "core/settings.hpp"

#include <span>
#include <string>

namespace plimsoll::app {

// Throws Error (usage) for an analysis that is not known, and for `age` without a moment that
// counts as now.
[[nodiscard]] std::string compat_code_maat(std::span<const std::string> paths,
                                           const CodeMaatOptions& options,
                                           const Settings& settings);

}  // namespace plimsoll::app
