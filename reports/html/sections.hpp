// The sections of the page, in reading order; one file each.
#pragma once

#include "html/page.hpp"

namespace plimsoll::reports::page {

void headline(Page& page);    // headline.cpp: the sentence, four facts, the load line
void load_line(Page& page);   // load_line.cpp: the chart of limits inside the headline
void ladder(Page& page);      // ladder.cpp: what to do, least disruptive first
void signs(Page& page);       // signs.cpp
void stages(Page& page);      // stages.cpp: what gives way between 1x, 10x, 100x and 1000x
void decision(Page& page);    // decision.cpp: evolve or rebuild
void since_last(Page& page);  // since_last.cpp: what moved since the earlier audit
void evidences(Page& page);   // evidences.cpp: exhibits, limits' arithmetic, what each check said
void checks(Page& page);      // checks.cpp: what each check said; inside the evidence
void provenance(Page& page);  // provenance.cpp: inputs, gaps, overrides, warnings
void method(Page& page);      // method.cpp: method and glossary, our own words

// Figures with their formula and the places where they were read; places that all share once,
// below.
void measure_list(Page& page, const Seen<std::vector<Measure>>& all);  // measures.cpp

// Bodies of an exhibit by its form.
void table_exhibit(Page& page, const Seen<Exhibit>& exhibit);   // exhibit_tables.cpp
void matrix_exhibit(Page& page, const Seen<Exhibit>& exhibit);  // exhibit_matrix.cpp
// The treemap above a table that has a column of tiles; nothing for one that has none.
inline constexpr std::string_view tiles = "tiles";
void treemap(Page& page, const Exhibit& exhibit);               // treemap.cpp
void series_exhibit(Page& page, const Seen<Exhibit>& exhibit);  // exhibit_series.cpp

}  // namespace plimsoll::reports::page
