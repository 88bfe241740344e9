// The catalogue: every claim, symptom, limit, criterion, remedy and question that the program must
// answer for, one row each (checks/catalogue.tsv), and who answers it.
//
// A row is claimed by a check (its `claims`), or its last column says what else answers it:
// "question ID", "rule FILE: ..." (a law of the verdict), "context ..." (nothing to measure), or
// "not-measured ..." with the reason: said aloud rather than passed over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

struct CatalogueRow {
    std::string_view id;  // "000-10"
    std::string_view
        kind;  // S sign, L limit, A cause, B boundary, X extraction, E, R, P remedy, M, C, Q
    std::string_view claim;
    std::string_view evidence;
    std::string_view metric;
    std::string_view threshold;
    std::string_view answered_by;  // empty: checks claim it
};

// In order of the file. The texts live as long as the program.
[[nodiscard]] std::vector<CatalogueRow> catalogue();

// The checks that claim a row, by id.
[[nodiscard]] std::vector<std::string_view> checks_for(std::string_view row);

// The page of a row, or of a rung of the ladder; nothing when there is no such id.
[[nodiscard]] std::optional<std::string> explain_row(std::string_view id);
[[nodiscard]] std::optional<std::string> explain_rung(std::string_view id);

}  // namespace plimsoll::app
