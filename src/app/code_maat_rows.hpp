// What code-maat works on: one row for each file of each commit, in the order of the log.
#pragma once

#include "evidence/history_builder.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::app {

// code-maat's options by its own names; its defaults.
struct CodeMaatOptions {
    std::string analysis = "coupling";     // any of code_maat/analyses.hpp
    std::string version_control = "git2";  // taken for its command lines: the content tells
    std::string group = {};                // a file of lines "path => name" or "^regex$ => name"
    std::string age_time_now = {};         // YYYY-MM-DD; empty: Settings::now
    std::int64_t rows = -1;                // at most; all when negative
    std::int64_t min_revs = 5;
    std::int64_t min_shared_revs = 5;
    std::int64_t min_coupling = 30;
    std::int64_t max_coupling = 100;
    std::int64_t max_changeset_size = 30;
    std::int64_t temporal_period = 0;  // days; 0: change sets are commits
    bool verbose_results = false;
};

struct CodeMaatRow {
    std::uint32_t rev = 0;
    std::uint32_t date = 0;
    std::uint32_t author = 0;
    std::uint32_t entity = 0;
    std::uint32_t added = 0;
    std::uint32_t deleted = 0;
};

struct CodeMaatRows {
    Names revs;
    Names dates;
    Names authors;
    Names entities;
    std::vector<CodeMaatRow> rows;
};

// Reads logs in code-maat's two formats. A git repository or bundle gives its HEAD's commits that
// are no merges, newest first, without lines. Throws Error (untrusted) for a log with a line that
// is neither.
[[nodiscard]] CodeMaatRows code_maat_rows(std::span<const std::string> paths);

// Entities become groups; what no group holds is left out. Throws Error for a pattern that is none.
void apply_groups(CodeMaatRows& rows, const std::string& group_file);

// Change sets become windows of `days` days that slide by one.
void apply_temporal_period(CodeMaatRows& rows, std::int64_t days);

}  // namespace plimsoll::app
