// Walk: every commit that HEAD reaches, with the files it changed.
//
// Law: commits that are no merges are compared with their parent; what a merge brought in is known
// from the graph (Commit::landed), not from reading its trees. A file that is added and another
// that is deleted with the same content in one commit is a move: neither is a change. No content of
// history is read. Blind spots: grafts and replace refs are not followed; moves that also edit are
// a deletion and an addition; histories that were squashed show one commit a pull request.
#pragma once

#include "evidence/history_builder.hpp"
#include "readers/git/objects.hpp"
#include "readers/git/people.hpp"
#include "readers/git/tree_diff.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plimsoll::readers::git {

// What a commit is known by before its people are resolved; also what the cache keeps.
struct Walked {
    CommitId id{};
    CommitId tree{};
    std::vector<CommitId> parents;
    Commit facts;                      // author: into Walk::identities; landed: itself
    std::vector<std::uint32_t> paths;  // into the builder's names
    std::vector<std::pair<std::uint32_t, std::uint32_t>> moves;  // from, to
};

struct WalkAccount {
    std::uint64_t missing_trees = 0;  // commits whose trees are not there
    std::uint64_t too_large = 0;      // commits that unfold to more than a million files
    std::uint64_t bad_commits = 0;    // objects that are no commits
    bool shallow = false;
};

class Walk {
public:
    Walk(Objects& objects, std::unordered_set<CommitId, IdHash> shallow);
    // Walks from `head` and adds every commit, its people still unresolved.
    void run(const CommitId& head);
    [[nodiscard]] const WalkAccount& account() const noexcept { return account_; }
    // The commits as evidence: people resolved, moves noted, landings found.
    [[nodiscard]] HistoryBuilder finish(const People& people);

private:
    struct Known;
    [[nodiscard]] bool meet(const CommitId& id);
    void compare(Walked& commit);
    void cancel_moves(Walked& commit);
    void find_landings(HistoryBuilder& builder);

    Objects& objects_;
    HistoryBuilder builder_;
    Names identities_;
    TreeDiff diff_;
    std::unordered_set<CommitId, IdHash> shallow_;
    std::unordered_map<CommitId, std::uint32_t, IdHash> index_;
    std::vector<Walked> commits_;
    std::vector<FileChange> changes_;
    WalkAccount account_;
};

}  // namespace plimsoll::readers::git
