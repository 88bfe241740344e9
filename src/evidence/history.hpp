// History: who changed which files together, from git. A set of commits keyed by their object id, so that
// two clones of one repository merge into one history.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll {

struct Commit {
    Instant authored;
    Instant committed;
    std::string author;  // after .mailmap: the e-mail, lower case
    bool merge = false;
    bool bot = false;
    bool fix = false;     // the message says fix, bug, hotfix or revert
    bool revert = false;
    std::uint32_t files_changed = 0;  // before any file was left out
    std::vector<std::uint32_t> paths;  // into History::paths; sorted
    friend bool operator==(const Commit&, const Commit&) = default;
    static constexpr void fields(auto&& field) {
        field("authored", &Commit::authored);
        field("committed", &Commit::committed);
        field("author", &Commit::author);
        field("merge", &Commit::merge);
        field("bot", &Commit::bot);
        field("fix", &Commit::fix);
        field("revert", &Commit::revert);
        field("files_changed", &Commit::files_changed);
        field("paths", &Commit::paths);
    }
};

struct History {
    std::vector<std::string> paths;         // sorted; bytes as git has them
    std::map<std::string, Commit> commits;  // by object id, hex
    std::set<std::string> heads;            // what was walked from
    bool shallow = false;
    Origin first_seen;

    [[nodiscard]] bool empty() const noexcept { return commits.empty(); }
    void merge(const History& other);
    static constexpr void fields(auto&& field) {
        field("paths", &History::paths);
        field("commits", &History::commits);
        field("heads", &History::heads);
        field("shallow", &History::shallow);
        field("first_seen", &History::first_seen);
    }
};

}  // namespace plimsoll
