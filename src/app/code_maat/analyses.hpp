// The analyses of code-maat that we give, one function each; definitions and columns are its own.
//
// Law, where they are not plain from the name: a revision of a file is a row, so a file named twice
// in a commit counts twice; `commits` of the churn tables are rows, too. main-dev is who added most
// lines (of equals the last in the order of groups), main-dev-by-revs who has most rows (the
// first). fragmentation: 1 - sum of squared shares of the rows by author. Left out: identity and
// messages, which repeat the input.
#pragma once

#include "app/code_maat/table.hpp"
#include "core/settings.hpp"

namespace plimsoll::app::code_maat {

[[nodiscard]] Table coupling(const CodeMaatRows& in, const CodeMaatOptions& options);
[[nodiscard]] Table sum_of_coupling(const CodeMaatRows& in, const CodeMaatOptions& options);

[[nodiscard]] Table summary(const CodeMaatRows& in);
[[nodiscard]] Table revisions(const CodeMaatRows& in);
[[nodiscard]] Table authors(const CodeMaatRows& in);
// Throws Error (usage) where no moment counts as now.
[[nodiscard]] Table age(const CodeMaatRows& in,
                        const CodeMaatOptions& options,
                        const Settings& settings);

[[nodiscard]] Table churn_by_date(const CodeMaatRows& in);
[[nodiscard]] Table churn_by_author(const CodeMaatRows& in);
[[nodiscard]] Table churn_by_entity(const CodeMaatRows& in);

[[nodiscard]] Table entity_ownership(const CodeMaatRows& in);
[[nodiscard]] Table main_developers(const CodeMaatRows& in);
[[nodiscard]] Table refactoring_main_developers(const CodeMaatRows& in);
[[nodiscard]] Table entity_effort(const CodeMaatRows& in);
[[nodiscard]] Table main_developers_by_revisions(const CodeMaatRows& in);
[[nodiscard]] Table fragmentation(const CodeMaatRows& in);
[[nodiscard]] Table communication(const CodeMaatRows& in);

}  // namespace plimsoll::app::code_maat
