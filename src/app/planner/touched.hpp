// Touched: which tables a change of the schema concerned, and what it does that no plan shows.
//
// Law: the catalogue is read before and after; a table that looks another way was touched, and so
// were the views over it. A table that the change made or replaced is unknown: nobody can say how
// it will be filled, so plans of it say nothing. What writes pay for a new index no plan shows:
// they may cost up to one row and its index entries over those of before.
#pragma once

#include "app/planner/shadow.hpp"
#include "evidence/database.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace plimsoll::app::planner {

class Link;

// A table as the catalogue has it: equal texts, equal for every plan.
struct Relation {
    std::string oid;
    std::string looks;  // columns, indexes, constraints, storage
    double indexes = 0;
};
using Catalogue = std::map<std::string, Relation>;  // by "schema.name"
[[nodiscard]] Catalogue catalogue_of(Link& link);

// What a migration touched, by bare names: a text that has none of them is none of its business.
struct Touched {
    std::set<std::string> names;           // tables, and views over them
    std::set<std::string> unknown;         // tables of which nobody knows how they are filled
    std::map<std::string, double> dearer;  // tables with new indexes: the most a write may cost
};

[[nodiscard]] Touched touched_by(const Catalogue& before,
                                 const Catalogue& after,
                                 const std::set<std::string>& lost,
                                 const DatabaseCapture& capture);
[[nodiscard]] bool mentions(const Touched& touched, const std::string& text);
[[nodiscard]] bool reads_unknown(const Touched& touched, const Explained& plan);
// The most that a write may cost for the indexes that its table got.
[[nodiscard]] double dearest(const Touched& touched, const std::string& text);

// Whether a name stands in a text as a word, whatever its case.
[[nodiscard]] bool names_word(std::string_view text, std::string_view word);
// The letters that a text begins with, in lower case.
[[nodiscard]] std::string first_word(std::string_view text);

}  // namespace plimsoll::app::planner
