// Objects: trees and commits by id, unpacked, the recent ones kept.
//
// Walking history asks for every tree about twice in close succession: as the new side of a commit
// and as the old side of its child. So a cache that forgets the least recently used wins over
// libgit2's own, which forgets at random.
#pragma once

#include "evidence/history.hpp"
#include "readers/git/library.hpp"

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

namespace plimsoll::readers::git {

enum class ObjectType : std::uint8_t { none = 0, commit = 1, tree = 2, blob = 3, tag = 4 };

struct IdHash {
    [[nodiscard]] std::size_t operator()(const CommitId& id) const noexcept {
        std::size_t out = 0;
        for (std::size_t i = 0; i < sizeof out; ++i) {
            out = out << 8U | id[i];  // ids are hashes already
        }
        return out;
    }
};

[[nodiscard]] inline CommitId id_of(const git_oid& oid) {
    CommitId id{};
    std::copy_n(oid.id, id.size(), id.begin());
    return id;
}
[[nodiscard]] inline git_oid oid_of(const CommitId& id) {
    git_oid oid{};
    std::copy_n(id.begin(), id.size(), oid.id);
    return oid;
}

class Objects {
public:
    using Bytes = std::shared_ptr<const std::string>;
    static constexpr std::size_t largest = 64U << 20U;  // of one object; more is no honest tree

    explicit Objects(git_repository* repository, std::size_t cache_bytes);
    // Nothing when the object is missing, of another type, or larger than `largest`.
    [[nodiscard]] Bytes read(const CommitId& id, ObjectType type);
    // Trees go through the cache.
    [[nodiscard]] Bytes tree(const CommitId& id);

private:
    struct Kept {
        CommitId id{};
        Bytes bytes;
    };
    void keep(const CommitId& id, const Bytes& bytes);

    Odb odb_;
    std::size_t cache_bytes_;
    std::size_t kept_bytes_ = 0;
    std::list<Kept> recent_;
    std::unordered_map<CommitId, std::list<Kept>::iterator, IdHash> index_;
};

}  // namespace plimsoll::readers::git
