#include "readers/git/tree_diff.hpp"

#include <algorithm>
#include <cstring>

namespace plimsoll::readers::git {
namespace {

constexpr std::size_t id_size = 20;

// Git's order: names as bytes, a folder as if its name ended in '/'.
[[nodiscard]] int order(const TreeEntry& a, const TreeEntry& b) noexcept {
    const std::size_t common = std::min(a.name.size(), b.name.size());
    const int differ = std::memcmp(a.name.data(), b.name.data(), common);
    if (differ != 0) {
        return differ;
    }
    const auto next = [&](const TreeEntry& entry) {
        return entry.name.size() > common ? static_cast<unsigned char>(entry.name[common])
               : entry.is_tree()          ? static_cast<unsigned char>('/')
                                          : static_cast<unsigned char>('\0');
    };
    const int left = next(a);
    const int right = next(b);
    return left - right;
}

}  // namespace

CommitId TreeEntry::object() const noexcept {
    CommitId out{};
    std::memcpy(out.data(), id.data(), out.size());
    return out;
}

bool next_entry(std::string_view& rest, TreeEntry& entry) noexcept {
    const std::size_t space = rest.substr(0, 8).find(' ');
    const std::size_t end = rest.find('\0');
    if (space == std::string_view::npos || end == std::string_view::npos || end < space ||
        rest.size() - end - 1 < id_size) {
        rest = {};
        return false;
    }
    entry.mode = rest.substr(0, space);
    entry.name = rest.substr(space + 1, end - space - 1);
    entry.id = rest.substr(end + 1, id_size);
    rest.remove_prefix(end + 1 + id_size);
    return true;
}

TreeDiff::Result TreeDiff::compare(const CommitId* old_tree,
                                   const CommitId* new_tree,
                                   std::vector<FileChange>& out) {
    out.clear();
    out_ = &out;
    result_ = Result::complete;
    if (old_tree != nullptr && new_tree != nullptr && *old_tree == *new_tree) {
        return result_;
    }
    const Pinned before =
        old_tree == nullptr ? Pinned{} : objects_.read(*old_tree, ObjectType::tree);
    const Pinned after =
        new_tree == nullptr ? Pinned{} : objects_.read(*new_tree, ObjectType::tree);
    if ((old_tree != nullptr && !before) || (new_tree != nullptr && !after)) {
        return Result::missing_tree;
    }
    path_.clear();
    folder(before.text(), after.text(), 0);
    return result_;
}

void TreeDiff::folder(std::string_view old_bytes, std::string_view new_bytes, std::size_t depth) {
    TreeEntry before;
    TreeEntry after;
    bool old_there = next_entry(old_bytes, before);
    bool new_there = next_entry(new_bytes, after);
    while ((old_there || new_there) && result_ == Result::complete) {
        const int which = !old_there ? 1 : !new_there ? -1 : order(before, after);
        if (which == 0) {
            both(before, after, depth);
        } else if (which < 0) {
            one(before, ChangeKind::deleted, depth);
        } else {
            one(after, ChangeKind::added, depth);
        }
        if (which <= 0) {
            old_there = next_entry(old_bytes, before);
        }
        if (which >= 0) {
            new_there = next_entry(new_bytes, after);
        }
    }
}

Pinned TreeDiff::open(const TreeEntry& entry, std::size_t depth) {
    if (depth >= deepest) {
        result_ = Result::too_large;
        return {};
    }
    Pinned bytes = objects_.read(entry.object(), ObjectType::tree);
    if (!bytes) {
        result_ = Result::missing_tree;
    }
    return bytes;
}

// The same name on both sides, and the same kind: git sorts a file and a folder of one name apart.
void TreeDiff::both(const TreeEntry& before, const TreeEntry& after, std::size_t depth) {
    if (before.id == after.id && before.mode == after.mode) {
        return;
    }
    if (!before.is_tree() || !after.is_tree()) {
        file(after, ChangeKind::modified);
        return;
    }
    const Pinned old_bytes = open(before, depth);
    const Pinned new_bytes = old_bytes ? open(after, depth) : Pinned{};
    if (!new_bytes) {
        return;
    }
    const std::size_t size = path_.size();
    path_.append(after.name).push_back('/');
    folder(old_bytes.text(), new_bytes.text(), depth + 1);
    path_.resize(size);
}

// A file or folder that only one side has.
void TreeDiff::one(const TreeEntry& entry, ChangeKind kind, std::size_t depth) {
    if (!entry.is_tree()) {
        file(entry, kind);
        return;
    }
    const Pinned bytes = open(entry, depth);
    if (!bytes) {
        return;
    }
    const std::size_t size = path_.size();
    path_.append(entry.name).push_back('/');
    std::string_view rest = bytes.text();
    TreeEntry inner;
    while (result_ == Result::complete && next_entry(rest, inner)) {
        one(inner, kind, depth + 1);
    }
    path_.resize(size);
}

void TreeDiff::file(const TreeEntry& entry, ChangeKind kind) {
    if (out_->size() >= most_files) {
        result_ = Result::too_large;
        return;
    }
    const std::size_t size = path_.size();
    path_.append(entry.name);
    out_->push_back({.path = paths_.number(path_), .kind = kind, .blob = entry.object()});
    path_.resize(size);
}

}  // namespace plimsoll::readers::git
