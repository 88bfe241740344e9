// Objects: commits, trees and blobs by id: from the packs where they are packed, else from libgit2.
#pragma once

#include "evidence/history.hpp"
#include "readers/git/library.hpp"
#include "readers/git/packs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace plimsoll::readers::git {

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
    // With `low_memory` what was mapped is given back now and then, for a little time.
    Objects(git_repository* repository, std::size_t cache_bytes, bool low_memory);
    // Nothing when the object is missing, damaged, of another type, or larger than Packs::largest.
    [[nodiscard]] Pinned read(const CommitId& id, ObjectType type);

private:
    Odb odb_;
    Packs packs_;
    bool low_memory_;
    std::uint32_t reads_ = 0;
};

}  // namespace plimsoll::readers::git
