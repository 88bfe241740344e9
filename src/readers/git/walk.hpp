// Walk: every commit that HEAD reaches, with the files it changed.
//
// Law: commits that are no merges are compared with their parent; what a merge brought in is known
// from the graph (Commit::landed), not from reading its trees. A file that is added and another
// that is deleted with the same content in one commit is a move: neither is a change. No content of
// history is read, unless moves that also edit are asked for (similar.hpp): else those are a
// deletion and an addition. What a walk before remembered (walk_log.hpp) is not read again. Blind
// spots: grafts and replace refs are not followed; histories that were squashed show one commit a
// pull request.
#pragma once

#include "evidence/history_builder.hpp"
#include "readers/git/objects.hpp"
#include "readers/git/people.hpp"
#include "readers/git/tree_diff.hpp"
#include "readers/git/walk_log.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace plimsoll::readers::git {

struct WalkAccount {
    std::uint64_t missing_trees = 0;    // commits whose trees are not there
    std::uint64_t too_large = 0;        // commits that unfold to more than a million files
    std::uint64_t bad_commits = 0;      // objects that are no commits
    std::uint64_t missing_parents = 0;  // commits whose parents are not there, though no clone cut
    std::uint64_t fresh = 0;            // commits that no walk before remembered
    bool shallow = false;
};

class Walk {
public:
    Walk(Objects& objects, std::unordered_set<CommitId, IdHash> shallow, WalkLog remembered);
    void run(const CommitId& head);
    [[nodiscard]] const WalkAccount& account() const noexcept { return account_; }
    [[nodiscard]] const WalkLog& log() const noexcept { return log_; }
    // The commits that were reached, as evidence: people resolved, moves noted, landings found.
    // Empties the log.
    [[nodiscard]] HistoryBuilder finish(const People& people);

private:
    [[nodiscard]] std::optional<std::uint32_t> meet(const CommitId& id);
    void visit(std::uint32_t number);
    void compare(std::uint32_t number);
    [[nodiscard]] Part cancel_moves();
    void follow_edited_moves(Part& moves);
    void add_commits(HistoryBuilder& builder, const People& people);
    void find_landings(HistoryBuilder& builder) const;

    Objects& objects_;
    WalkLog log_;
    std::uint32_t remembered_;  // commits below this number were known before
    TreeDiff diff_;
    std::unordered_set<CommitId, IdHash> shallow_;
    std::vector<bool> reached_;                  // beside the log's commits
    std::vector<std::uint32_t> parent_numbers_;  // beside the log's parents, as far as met
    std::vector<std::uint32_t> order_;           // the commits reached, in the order of the walk
    std::vector<FileChange> changes_;
    WalkAccount account_;
};

}  // namespace plimsoll::readers::git
