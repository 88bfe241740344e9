// What the checks of a live database share: the window between two snapshots, and the form of their
// findings.
//
// Law: a counter is worth what it grew in a known time. With two snapshots that is the window
// between them; with one it is the time since the counters were reset, where the server tells it.
#pragma once

#include "core/check.hpp"
#include "evidence/evidence.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::checks::database {

struct Window {
    const DatabaseCapture* capture = nullptr;
    const DbSnapshot* last = nullptr;
    const DbSnapshot* first = nullptr;  // nothing before it when there is one snapshot
    double seconds = 0;                 // between them; 0 with one
    double counted_s = 0;               // since the reset; 0 when not known

    // Of a counter over the longest time known: since the reset.
    [[nodiscard]] const DbTableCounters* before(const std::string& table) const;
    [[nodiscard]] const DbStatement* before_statement(const std::string& id) const;
};

// One for each database, the latest capture; those without a snapshot left out.
[[nodiscard]] std::vector<Window> windows_of(const Evidence& evidence);

// "orders" for tables of the schema public, else with their schema.
[[nodiscard]] std::string short_name(const std::string& key);
[[nodiscard]] std::string bytes_text(double bytes);
[[nodiscard]] Cell text(std::string value);
[[nodiscard]] Cell count(double value);
[[nodiscard]] Cell figure(double value, int digits);

// The finding of a check that lists spots: the exhibit, the count as a measure, where it was seen.
struct Listing {
    std::string_view id;  // of the measure and the exhibit
    std::string name;     // "indexes that nothing reads"
    std::string unit;     // "indexes"
    std::string caption;
    std::vector<Column> columns;
    std::vector<Row> rows;  // the worst first
    double looked_at = 0;   // how many there were
    std::string formula;
};
inline constexpr std::size_t most_rows = 25;
void show(Finding& finding, Listing listing, const std::vector<Window>& windows);

// Taking an index away; `check` begins the remedy's id, `verify` ends it.
[[nodiscard]] Remedy drop_index(std::string_view check,
                                const std::string& key,
                                const DbTable& table,
                                const DbIndex& index,
                                std::string verify);

// No snapshot, or what a check needs of it is not there.
[[nodiscard]] Finding not_known(std::string why, Gap gap);

}  // namespace plimsoll::checks::database
