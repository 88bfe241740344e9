// TreeDiff: the files that differ between two trees, by object ids alone: no content is read.
//
// Only folders whose ids differ are opened, so the cost is the depth of what changed, not the size
// of the project. A submodule (mode 160000) counts as a file. A change of mode alone is a change.
// Hostile trees: nested deeper than `deepest`, or with more than `most_files` in one commit (a "git
// bomb" unfolds to billions), end the comparison, which says so.
#pragma once

#include "evidence/history_builder.hpp"
#include "readers/git/objects.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::git {

enum class ChangeKind : std::uint8_t { added, deleted, modified };

struct FileChange {
    std::uint32_t path = 0;  // into the builder's names
    ChangeKind kind = ChangeKind::modified;
    CommitId blob{};  // of an added or deleted file: tells moves
};

// One entry of a tree object: "MODE NAME\0" and 20 bytes of id.
struct TreeEntry {
    std::string_view mode;
    std::string_view name;
    std::string_view id;
    [[nodiscard]] bool is_tree() const noexcept { return mode == "40000"; }
    [[nodiscard]] CommitId object() const noexcept;
};
// Takes the first entry off; false at the end or when the bytes are no tree.
[[nodiscard]] bool next_entry(std::string_view& rest, TreeEntry& entry) noexcept;

class TreeDiff {
public:
    static constexpr std::size_t deepest = 256;
    static constexpr std::size_t most_files = 1'000'000;
    enum class Result : std::uint8_t { complete, missing_tree, too_large };

    TreeDiff(Objects& objects, Names& paths) : objects_{objects}, paths_{paths} {}
    // Null: the empty tree. Replaces what `out` holds.
    [[nodiscard]] Result compare(const CommitId* old_tree,
                                 const CommitId* new_tree,
                                 std::vector<FileChange>& out);

private:
    void folder(std::string_view old_bytes, std::string_view new_bytes, std::size_t depth);
    void both(const TreeEntry& before, const TreeEntry& after, std::size_t depth);
    void one(const TreeEntry& entry, ChangeKind kind, std::size_t depth);
    void file(const TreeEntry& entry, ChangeKind kind);
    [[nodiscard]] Pinned open(const TreeEntry& entry, std::size_t depth);

    Objects& objects_;
    Names& paths_;
    std::string path_;
    std::vector<FileChange>* out_ = nullptr;
    Result result_ = Result::complete;
};

}  // namespace plimsoll::readers::git
