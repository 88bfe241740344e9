// WalkLog: commits as the walk knows them, before people are resolved: what the cache keeps.
//
// Lists of parents, files and moves lie in one column each; a commit holds where its part begins
// and how long it is.
#pragma once

#include "evidence/history_builder.hpp"
#include "readers/git/id_index.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::readers::git {

struct Part {
    std::uint32_t from = 0;
    std::uint32_t count = 0;
};

struct Walked {
    CommitId id{};
    CommitId tree{};
    Commit facts;  // author: into WalkLog::identities
    Part parents;
    Part paths;
    Part moves;
};

struct WalkLog {
    std::uint32_t likeness = 0;  // percent from which moves that edit are moves; 0: exact ones only
    Names identities;            // "Name <e-mail>", as written
    Names paths;
    std::vector<Walked> commits;
    std::vector<CommitId> parents;
    std::vector<std::uint32_t> touched;                          // into paths
    std::vector<std::pair<std::uint32_t, std::uint32_t>> moved;  // into paths: from, to
    IdIndex index;

    [[nodiscard]] std::optional<std::uint32_t> find(const CommitId& id) const {
        return index.find(
            id, [&](std::uint32_t number) -> const CommitId& { return commits[number].id; });
    }
    // Puts a commit in and gives its number; nothing where the id is there already, and then the
    // log is spoilt.
    std::optional<std::uint32_t> add(const Walked& commit) {
        const auto number = static_cast<std::uint32_t>(commits.size());
        commits.push_back(commit);
        const bool fresh = index.put(
            commit.id, number, [&](std::uint32_t at) -> const CommitId& { return commits[at].id; });
        return fresh ? std::optional{number} : std::nullopt;
    }
    [[nodiscard]] std::span<const CommitId> parents_of(const Walked& commit) const noexcept {
        return std::span{parents}.subspan(commit.parents.from, commit.parents.count);
    }
    [[nodiscard]] std::span<const std::uint32_t> paths_of(const Walked& commit) const noexcept {
        return std::span{touched}.subspan(commit.paths.from, commit.paths.count);
    }
    [[nodiscard]] std::span<const std::pair<std::uint32_t, std::uint32_t>> moves_of(
        const Walked& commit) const noexcept {
        return std::span{moved}.subspan(commit.moves.from, commit.moves.count);
    }
};

// The log as bytes, checksummed; commits that a shallow clone cut off are left out, for more may be
// known of them later.
[[nodiscard]] std::string pack_walk(const WalkLog& log);
// Nothing when the bytes are of another version, damaged, or of something else.
[[nodiscard]] std::optional<WalkLog> unpack_walk(std::string_view bytes);

// The file in which the walk of a repository with that `likeness` is remembered.
[[nodiscard]] std::string walk_file(const std::string& cache_folder,
                                    const std::string& repository_folder,
                                    std::uint32_t likeness);
[[nodiscard]] std::optional<WalkLog> load_walk(const std::string& file);
// Writes to a temporary name and renames; a cache that cannot be written is none.
void save_walk(const std::string& file, const WalkLog& log) noexcept;

}  // namespace plimsoll::readers::git
