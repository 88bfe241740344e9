#include "readers/git/similar.hpp"

#include <git2/sys/hashsig.h>

#include <algorithm>
#include <memory>
#include <tuple>

namespace plimsoll::readers::git {
namespace {

using Signature = std::unique_ptr<git_hashsig, Freed<git_hashsig_free>>;

struct Content {
    std::size_t change = 0;  // index
    std::size_t size = 0;
    Signature signature;  // null: empty, missing, or too large to read
};

[[nodiscard]] std::vector<Content> contents_of(Objects& objects,
                                               std::span<const FileChange> changes,
                                               ChangeKind kind) {
    std::vector<Content> out;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].kind != kind) {
            continue;
        }
        Content content{.change = i, .size = 0, .signature = {}};
        const Pinned bytes = objects.read(changes[i].blob, ObjectType::blob);
        if (bytes && !bytes.text().empty()) {
            content.size = bytes.text().size();
            git_hashsig* raw = nullptr;
            constexpr auto how = static_cast<git_hashsig_option_t>(GIT_HASHSIG_SMART_WHITESPACE |
                                                                   GIT_HASHSIG_ALLOW_SMALL_FILES);
            if (git_hashsig_create(&raw, bytes.text().data(), content.size, how) == 0) {
                content.signature.reset(raw);
            }
        }
        out.push_back(std::move(content));
    }
    return out;
}

// Could contents of these sizes be as alike as that, if the smaller were part of the larger?
[[nodiscard]] bool sizes_allow(const Content& a, const Content& b, std::uint32_t percent) {
    const std::size_t smaller = std::min(a.size, b.size);
    const std::size_t larger = std::max(a.size, b.size);
    return 100 * static_cast<double>(smaller) >=
           static_cast<double>(percent) * static_cast<double>(larger);
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> similar_pairs(Objects& objects,
                                                               std::span<const FileChange> changes,
                                                               std::uint32_t percent) {
    const auto count = [&](ChangeKind kind) {
        return static_cast<std::uint64_t>(std::ranges::count(changes, kind, &FileChange::kind));
    };
    const std::uint64_t deleted = count(ChangeKind::deleted);
    const std::uint64_t added = count(ChangeKind::added);
    if (deleted == 0 || added == 0 || deleted * added > rename_limit * rename_limit) {
        return {};
    }
    const std::vector<Content> gone = contents_of(objects, changes, ChangeKind::deleted);
    const std::vector<Content> fresh = contents_of(objects, changes, ChangeKind::added);
    std::vector<std::tuple<int, std::size_t, std::size_t>> alike;  // likest first, then in order
    for (const Content& before : gone) {
        for (const Content& after : fresh) {
            if (!before.signature || !after.signature || !sizes_allow(before, after, percent)) {
                continue;
            }
            const int likeness = git_hashsig_compare(before.signature.get(), after.signature.get());
            if (likeness >= static_cast<int>(percent)) {
                alike.emplace_back(-likeness, before.change, after.change);
            }
        }
    }
    std::ranges::sort(alike);
    std::vector<bool> taken(changes.size());
    std::vector<std::pair<std::size_t, std::size_t>> out;
    for (const auto& [likeness, before, after] : alike) {
        if (!taken[before] && !taken[after]) {
            taken[before] = taken[after] = true;
            out.emplace_back(before, after);
        }
    }
    return out;
}

}  // namespace plimsoll::readers::git
