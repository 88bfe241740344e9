// Database: catalogue and statistics of a live server, as `plimsoll collect` captured them.
#pragma once

#include "core/origin.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace plimsoll {

struct Database {
    std::map<std::string, std::string> settings;     // name, value as SHOW prints it
    std::map<std::string, std::int64_t> table_rows;  // estimated live rows
    Origin first_seen;

    [[nodiscard]] bool empty() const noexcept { return settings.empty() && table_rows.empty(); }
    void merge(const Database& other) {
        for (const auto& [name, value] : other.settings) {
            std::string& ours = settings[name];
            ours = std::max(ours, value);
        }
        for (const auto& [table, rows] : other.table_rows) {
            std::int64_t& ours = table_rows[table];
            ours = std::max(ours, rows);
        }
        keep_first(first_seen, other.first_seen);
    }
    static constexpr void fields(auto&& field) {
        field("settings", &Database::settings);
        field("table_rows", &Database::table_rows);
        field("first_seen", &Database::first_seen);
    }
};

}  // namespace plimsoll
