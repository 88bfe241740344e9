// libgit2 behind values that free themselves, and its errors as Error.
//
// The library is told to look at no configuration but the repository's own: the same repository
// gives the same evidence for every user. Hash verification is off: it costs a third of the time
// and guards against damage that zlib's checksum finds as well.
#pragma once

#include <git2.h>

#include <memory>
#include <string>

namespace plimsoll::readers::git {

// Initialises libgit2 while it lives; may be nested.
class Library {
public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

template <auto Free>
struct Freed {
    void operator()(auto* handle) const noexcept { Free(handle); }
};

using Repository = std::unique_ptr<git_repository, Freed<git_repository_free>>;
using Odb = std::unique_ptr<git_odb, Freed<git_odb_free>>;
using OdbObject = std::unique_ptr<git_odb_object, Freed<git_odb_object_free>>;
using Mailmap = std::unique_ptr<git_mailmap, Freed<git_mailmap_free>>;
using Reference = std::unique_ptr<git_reference, Freed<git_reference_free>>;
using Object = std::unique_ptr<git_object, Freed<git_object_free>>;
using ReferenceIterator =
    std::unique_ptr<git_reference_iterator, Freed<git_reference_iterator_free>>;

// What libgit2 says about its last failure.
[[nodiscard]] std::string last_error();

// Opens the repository in a folder (its .git, a bare one, a worktree). Throws Error (unreadable); a
// repository with SHA-256 object ids is refused by that name.
[[nodiscard]] Repository open_repository(const std::string& folder);

// The folder of the repository that all its worktrees share.
[[nodiscard]] std::string common_folder(git_repository* repository);

}  // namespace plimsoll::readers::git
