// Change sets: the history as the questions about boundaries need it: who changed which product
// files together, by which module map, in which stretch of time.
//
// Law of the unit: a change set is a pull request (everything that one commit of the main line
// brought in) where more than a fifth of the main line are merges, else a commit. Left out, each
// counted: bots, sets of more than `largest` files (imports, reformatting), masked time, commits
// cut off by a shallow clone, files that are not product code, files of no module. Law of the map:
// plimsoll.toml, else CODEOWNERS when it divides the changes, else folders, split while one holds
// more than 15 % of the changes. Blind spot: a figure of one map says nothing beside a figure of
// another; reports print the map.
#pragma once

#include "core/settings.hpp"
#include "evidence/history.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace plimsoll {

enum class ChangeUnit : std::uint8_t { commit, pull_request };
template <>
inline constexpr std::array<std::string_view, 2> texts_of<ChangeUnit>{"commit", "pull request"};

enum class ModuleSource : std::uint8_t { configured, code_owners, folders };
template <>
inline constexpr std::array<std::string_view, 3> texts_of<ModuleSource>{
    "plimsoll.toml", "CODEOWNERS", "folders"};

struct ChangeSet {
    std::int64_t at = 0;       // seconds since 1970
    std::int64_t begun = 0;    // when its first commit was written
    std::uint32_t author = 0;  // into History::authors; of a pull request, its first commit's
    bool fix = false;
    bool revert = false;
    bool schema = false;  // touches a migration or SQL
};

struct ChangeAccount {
    std::uint64_t commits = 0;
    std::uint64_t merges = 0;
    std::uint64_t bots = 0;
    std::uint64_t cut = 0;
    std::uint64_t masked = 0;
    std::uint64_t without_product = 0;  // nothing but tests, documents, manifests ...
    std::uint64_t too_large = 0;
    std::uint64_t without_module = 0;
    std::uint64_t main_line = 0;
    std::uint64_t main_line_merges = 0;
};

struct ChangeSets {
    static constexpr std::uint32_t no_module = 0xFFFF'FFFFU;

    ChangeUnit unit = ChangeUnit::commit;
    ModuleSource source = ModuleSource::folders;
    std::vector<std::string> modules;      // sorted
    std::vector<std::string> files;        // by their latest name
    std::vector<std::uint32_t> module_of;  // beside files
    std::vector<ChangeSet> sets;           // in order of time
    std::vector<std::uint32_t> ends;       // beside sets
    std::vector<std::uint32_t> touches;    // into files; those of no module are left out
    ChangeAccount account;

    [[nodiscard]] bool declared() const noexcept { return source != ModuleSource::folders; }
    [[nodiscard]] std::span<const std::uint32_t> files_of(std::size_t set) const noexcept {
        const std::uint32_t from = set == 0 ? 0 : ends[set - 1];
        return std::span{touches}.subspan(from, ends[set] - from);
    }
    // "9 modules from CODEOWNERS"
    [[nodiscard]] std::string map_text() const;
};

struct ChangeRules {
    std::uint32_t largest = 30;    // files; code-maat's default, from Zimmermann's rule
    double merge_share = 0.2;      // of the main line, from which on pull requests are counted
    double largest_folder = 0.15;  // of all touches, from which on a folder is split
    bool keep_tests = false;
};

[[nodiscard]] ChangeSets change_sets(const History& history,
                                     const Settings& settings,
                                     const ChangeRules& rules = {});

// For each of History::paths, the number of the path that the file has today (moves followed).
[[nodiscard]] std::vector<std::uint32_t> follow_moves(const History& history);

// The folder partition behind ModuleSource::folders: each file's folder, split while it holds more
// than `largest` of all touches and has folders below. `touches` beside `files`.
[[nodiscard]] std::vector<std::string> folder_modules(std::span<const std::string> files,
                                                      std::span<const std::uint64_t> touches,
                                                      double largest);

}  // namespace plimsoll
