#include "readers/git/objects.hpp"

#include "core/error.hpp"

namespace plimsoll::readers::git {

Objects::Objects(git_repository* repository, std::size_t cache_bytes) : cache_bytes_{cache_bytes} {
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

Objects::Bytes Objects::read(const CommitId& id, ObjectType type) {
    const git_oid oid = oid_of(id);
    git_odb_object* raw = nullptr;
    if (git_odb_read(&raw, odb_.get(), &oid) < 0) {
        return nullptr;
    }
    const OdbObject object{raw};
    if (static_cast<int>(git_odb_object_type(raw)) != static_cast<int>(type) ||
        git_odb_object_size(raw) > largest) {
        return nullptr;
    }
    return std::make_shared<const std::string>(static_cast<const char*>(git_odb_object_data(raw)),
                                               git_odb_object_size(raw));
}

Objects::Bytes Objects::tree(const CommitId& id) {
    const auto found = index_.find(id);
    if (found != index_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->bytes;
    }
    Bytes bytes = read(id, ObjectType::tree);
    if (bytes) {
        keep(id, bytes);
    }
    return bytes;
}

void Objects::keep(const CommitId& id, const Bytes& bytes) {
    constexpr std::size_t overhead = 128;  // of the list, the index and the shared count
    recent_.push_front({id, bytes});
    index_.emplace(id, recent_.begin());
    kept_bytes_ += bytes->size() + overhead;
    while (kept_bytes_ > cache_bytes_ && recent_.size() > 1) {
        kept_bytes_ -= recent_.back().bytes->size() + overhead;
        index_.erase(recent_.back().id);
        recent_.pop_back();
    }
}

}  // namespace plimsoll::readers::git
