#include "model/plan_projection.hpp"

#include <algorithm>

namespace plimsoll::model {
namespace {

// The entry of a table, whether it is written with its schema or without.
[[nodiscard]] TableFacts& entry_of(std::map<std::string, TableFacts>& tables,
                                   const std::string& name) {
    const auto bare = [](std::string_view full) { return full.substr(full.rfind('.') + 1); };
    const auto found = std::ranges::find_if(
        tables, [&](const auto& entry) { return bare(entry.first) == bare(name); });
    return found == tables.end() ? tables[name] : found->second;
}

}  // namespace

GrowthFacts growth_facts(const Plans& plans,
                         const std::map<std::string, TableNote>& told,
                         const std::map<std::string, std::int64_t>& captured_rows) {
    GrowthFacts out;
    for (const auto& [name, note] : told) {
        out.tables[name] = {.rows = note.rows, .growth = note.growth, .refers = note.refers};
    }
    for (const auto& [name, rows] : captured_rows) {
        TableFacts& facts = entry_of(out.tables, name);
        if (!facts.rows && rows > 0) {
            facts.rows = static_cast<double>(rows);
        }
    }
    std::map<std::string, double> seen;  // the largest that any plan read
    for (const auto& [shape, same] : plans.by_shape) {
        for (const Plan& plan : same) {
            for (const auto& [table, rows] : sizes_in(plan)) {
                seen[table] = std::max(seen[table], rows);
            }
        }
    }
    for (const auto& [table, rows] : seen) {
        TableFacts& facts = entry_of(out.tables, table);
        facts.rows = facts.rows ? facts.rows : rows;
    }
    return out;
}

}  // namespace plimsoll::model
