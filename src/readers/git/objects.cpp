#include "readers/git/objects.hpp"

#include "core/error.hpp"

#include <cstring>

namespace plimsoll::readers::git {

Objects::Objects(git_repository* repository, std::size_t cache_bytes, bool low_memory)
    : packs_{common_folder(repository) + "/objects", cache_bytes}, low_memory_{low_memory} {
    git_odb* odb = nullptr;
    if (git_repository_odb(&odb, repository) < 0) {
        throw Error{{.status = Status::unreadable,
                     .what = "cannot open the repository's objects",
                     .where = git_repository_path(repository),
                     .why = last_error(),
                     .remedy = "check it with `git fsck`"}};
    }
    odb_.reset(odb);
}

Pinned Objects::read(const CommitId& id, ObjectType type) {
    constexpr std::uint32_t between = 4096;  // reads: forgetting costs a few page faults each time
    if (low_memory_ && ++reads_ % between == 0) {
        packs_.forget();
    }
    if (const auto place = packs_.find(id)) {
        Pinned packed = packs_.read(*place, type);
        if (packed) {
            return packed;
        }
    }
    const git_oid oid = oid_of(id);
    git_odb_object* raw = nullptr;
    if (git_odb_read(&raw, odb_.get(), &oid) < 0) {
        return {};
    }
    const OdbObject object{raw};
    const std::size_t size = git_odb_object_size(raw);
    if (static_cast<int>(git_odb_object_type(raw)) != static_cast<int>(type) ||
        size > Packs::largest) {
        return {};
    }
    Pinned out = Ring::outside(size, static_cast<std::uint8_t>(type));
    std::memcpy(out.bytes().data(), git_odb_object_data(raw), size);
    return out;
}

}  // namespace plimsoll::readers::git
