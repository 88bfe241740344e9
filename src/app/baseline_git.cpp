#include "app/baseline.hpp"
#include "core/error.hpp"
#include "readers/git/library.hpp"

#include <fmt/format.h>
#include <git2.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace plimsoll::app {
namespace {

namespace fs = std::filesystem;
namespace git = readers::git;

[[nodiscard]] Error no_reference(const std::string& reference, std::string why, std::string way) {
    return Error{{.status = Status::untrusted,
                  .what = "the baseline's commit cannot be found",
                  .where = "git:" + reference,
                  .why = std::move(why),
                  .remedy = std::move(way)}};
}

// The folder that holds .git, or is a bare repository, from here upward.
[[nodiscard]] fs::path root_of(const std::string& folder) {
    std::error_code error;
    fs::path at = fs::absolute(folder, error).lexically_normal();
    const auto is_bare = [&] {
        return fs::exists(at / "HEAD", error) && fs::exists(at / "objects", error);
    };
    while (!fs::exists(at / ".git", error) && !is_bare()) {
        if (at == at.parent_path() || !at.has_parent_path()) {
            throw Error{{.status = Status::unreadable,
                         .what = "there is no git repository to take the baseline from",
                         .where = folder,
                         .why = "no .git here or above",
                         .remedy = "run it inside the repository, or give --baseline FILE"}};
        }
        at = at.parent_path();
    }
    return at;
}

[[nodiscard]] std::optional<git_oid> commit_of(git_repository* repository,
                                               const std::string& name) {
    git_object* found = nullptr;
    if (git_revparse_single(&found, repository, (name + "^{commit}").c_str()) < 0) {
        return std::nullopt;
    }
    const git::Object object{found};
    return *git_object_id(object.get());
}

// The merge base with the first of the names that main branches have.
[[nodiscard]] git_oid merge_base(git_repository* repository) {
    const std::optional<git_oid> head = commit_of(repository, "HEAD");
    if (!head) {
        throw no_reference("auto", "HEAD is no commit", "commit once, or give --baseline FILE");
    }
    constexpr std::array<const char*, 7> mains{"refs/remotes/origin/HEAD",
                                               "refs/remotes/origin/main",
                                               "refs/remotes/origin/master",
                                               "refs/remotes/origin/trunk",
                                               "refs/heads/main",
                                               "refs/heads/master",
                                               "refs/heads/trunk"};
    for (const char* name : mains) {
        const std::optional<git_oid> other = commit_of(repository, name);
        git_oid base{};
        if (other && git_merge_base(&base, repository, &*head, &*other) == 0) {
            return base;
        }
    }
    throw no_reference(
        "auto",
        git_repository_is_shallow(repository) == 1
            ? "the clone is shallow and holds no commit in common with a main branch"
            : "no main branch (origin/HEAD, main, master, trunk) has a commit in "
              "common with HEAD",
        "fetch the history (actions/checkout with fetch-depth: 0), or name a commit: "
        "--baseline git:REF");
}

// The path as git knows it: below the root, also when it was given from a sub-folder.
[[nodiscard]] std::string path_in(const fs::path& root,
                                  const std::string& folder,
                                  const std::string& path,
                                  git_tree* tree) {
    std::error_code error;
    const std::string below =
        fs::relative(fs::absolute(folder, error), root, error).generic_string();
    const std::string here =
        below.empty() || below == "." ? path : (fs::path{below} / path).lexically_normal().string();
    git_tree_entry* entry = nullptr;
    if (here != path && git_tree_entry_bypath(&entry, tree, here.c_str()) == 0) {
        git_tree_entry_free(entry);
        return here;
    }
    return path;
}

}  // namespace

GitContent content_in_git(const std::string& folder,
                          const std::string& reference,
                          const std::string& path) {
    const git::Library library;
    const fs::path root = root_of(folder);
    const git::Repository repository = git::open_repository(root.string());
    git_oid id{};
    if (reference == "auto") {
        id = merge_base(repository.get());
    } else if (const std::optional<git_oid> named = commit_of(repository.get(), reference)) {
        id = *named;
    } else {
        throw no_reference(
            reference, git::last_error(), "fetch it, or name one that `git rev-parse` knows");
    }
    std::array<char, 13> shown{};
    git_oid_tostr(shown.data(), shown.size(), &id);
    git_commit* commit = nullptr;
    git_tree* raw_tree = nullptr;
    if (git_commit_lookup(&commit, repository.get(), &id) < 0) {
        throw no_reference(reference, git::last_error(), "fetch the whole history");
    }
    const int found_tree = git_commit_tree(&raw_tree, commit);
    git_commit_free(commit);
    if (found_tree < 0) {
        throw no_reference(reference, git::last_error(), "fetch the whole history");
    }
    const std::unique_ptr<git_tree, git::Freed<git_tree_free>> tree{raw_tree};
    const std::string where = path_in(root, folder, path, tree.get());
    GitContent out{.name = fmt::format("git:{} ({}):{}", reference, shown.data(), where)};
    git_tree_entry* entry = nullptr;
    if (git_tree_entry_bypath(&entry, tree.get(), where.c_str()) < 0) {
        return out;
    }
    git_object* object = nullptr;
    const int read = git_tree_entry_to_object(&object, repository.get(), entry);
    git_tree_entry_free(entry);
    if (read < 0 || git_object_type(object) != GIT_OBJECT_BLOB) {
        git_object_free(object);
        throw no_reference(reference, where + " is not a file", "name the baseline's path");
    }
    // A blob is the one kind of object that this pointer can be.
    const git_blob* blob = reinterpret_cast<const git_blob*>(object);
    out.text.assign(static_cast<const char*>(git_blob_rawcontent(blob)), git_blob_rawsize(blob));
    out.found = true;
    git_object_free(object);
    return out;
}

}  // namespace plimsoll::app
