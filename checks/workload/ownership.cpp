#include "checks/workload/ownership.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::checks {
namespace {

struct Touched {
    std::map<std::string, std::uint64_t> writes;  // calls by application
    std::map<std::string, std::uint64_t> reads;

    [[nodiscard]] std::uint64_t written() const {
        std::uint64_t sum = 0;
        for (const auto& [application, calls] : writes) {
            sum += calls;
        }
        return sum;
    }
};

struct Account {
    std::map<std::string, Touched> tables;
    std::map<std::string, std::uint64_t> applications;  // calls
};

[[nodiscard]] Account account_of(const Workload& workload) {
    Account out;
    for (const auto& [id, statement] : workload.statements) {
        for (const std::string& table : statement.tables) {
            Touched& touched = out.tables[table];
            auto& calls = statement.written.contains(table) ? touched.writes : touched.reads;
            for (const auto& [application, tally] : statement.applications) {
                calls[application] += tally.calls;
                out.applications[application] += tally.calls;
            }
        }
    }
    return out;
}

// The names of the largest, at most `most`.
template <class Map, class Rank>
[[nodiscard]] std::vector<std::string> largest(const Map& all, std::size_t most, Rank rank) {
    std::vector<std::string> names;
    for (const auto& [name, value] : all) {
        names.push_back(name);
    }
    std::ranges::stable_sort(
        names, std::greater{}, [&](const std::string& name) { return rank(all.at(name)); });
    names.resize(std::min(most, names.size()));
    return names;
}

[[nodiscard]] Cell cell_of(const Touched& touched, const std::string& application) {
    const auto writes = touched.writes.find(application);
    if (writes != touched.writes.end()) {
        const auto all = static_cast<double>(std::max<std::uint64_t>(1, touched.written()));
        return {.text = {}, .value = static_cast<double>(writes->second) / all};
    }
    return touched.reads.contains(application) ? Cell{.text = "reads", .value = std::nullopt}
                                               : Cell{};
}

[[nodiscard]] std::string label_of(const std::string& table, const Settings& settings) {
    const auto told = settings.tables.find(table);
    return told == settings.tables.end() || told->second.module.empty()
               ? table
               : fmt::format("{} ({})", table, told->second.module);
}

}  // namespace

Exhibit ownership_matrix(const Workload& workload, const Settings& settings) {
    constexpr std::size_t most_tables = 24;
    constexpr std::size_t most_applications = 14;
    const Account account = account_of(workload);
    const std::vector<std::string> tables =
        largest(account.tables, most_tables, [](const Touched& touched) {
            return std::pair{touched.writes.size(), touched.written()};
        });
    const std::vector<std::string> applications =
        largest(account.applications, most_applications, [](std::uint64_t calls) { return calls; });
    Exhibit out{.id = {}, .key = "tables.ownership", .form = Form::matrix};
    out.title = "Who writes which table";
    out.caption = "Calls in the log, by application name; in brackets the owner, where [tables] "
                  "names one. One dark cell a row is an owner; two are an interface that nobody "
                  "sees. Blind spot: what was not touched in the hours of the log.";
    out.unit = "the share of the table's writes, %";
    out.columns.push_back({.name = "table", .unit = "", .numeric = false});
    for (const std::string& application : applications) {
        out.columns.push_back({.name = application, .unit = "", .numeric = true});
    }
    for (const std::string& table : tables) {
        Row row;
        row.cells.push_back({.text = label_of(table, settings), .value = std::nullopt});
        for (const std::string& application : applications) {
            row.cells.push_back(cell_of(account.tables.at(table), application));
        }
        out.rows.push_back(std::move(row));
    }
    const std::size_t more_tables = account.tables.size() - tables.size();
    const std::size_t more_applications = account.applications.size() - applications.size();
    if (more_tables + more_applications > 0) {
        out.left_out = fmt::format(
            "{} tables and {} applications with fewer writes", more_tables, more_applications);
    }
    return out;
}

}  // namespace plimsoll::checks
