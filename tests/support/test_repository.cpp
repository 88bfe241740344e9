#include "support/test_repository.hpp"

#include <git2.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace plimsoll::test {
namespace {

void need(int result) {
    if (result < 0) {
        const git_error* error = git_error_last();
        throw std::runtime_error{error == nullptr ? "git" : error->message};
    }
}

git_oid oid_of(const std::string& hex) {
    git_oid oid{};
    need(git_oid_fromstr(&oid, hex.c_str()));
    return oid;
}

}  // namespace

TestRepository::TestRepository() {
    git_libgit2_init();
    std::string pattern =
        (std::filesystem::temp_directory_path() / "plimsoll-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error{"mkdtemp"};
    }
    folder_ = pattern;
    git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
    options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
    options.initial_head = "main";
    need(git_repository_init_ext(&repository_, folder_.c_str(), &options));
}

TestRepository::~TestRepository() {
    git_repository_free(repository_);
    git_libgit2_shutdown();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string TestRepository::commit(const Change& change, const std::vector<std::string>& parents) {
    std::vector<std::string> ids = parents;
    if (ids.empty() && !head_.empty()) {
        ids.push_back(head_);
    }
    std::vector<git_commit*> commits;
    for (const std::string& id : ids) {
        const git_oid oid = oid_of(id);
        need(git_commit_lookup(&commits.emplace_back(), repository_, &oid));
    }
    git_index* index = nullptr;
    need(git_index_new(&index));
    if (!commits.empty()) {
        git_tree* tree = nullptr;
        need(git_commit_tree(&tree, commits.front()));
        need(git_index_read_tree(index, tree));
        git_tree_free(tree);
    }
    for (const std::string& path : change.remove) {
        need(git_index_remove(index, path.c_str(), 0));
    }
    for (const auto& [path, content] : change.put) {
        git_index_entry entry{};
        entry.path = path.c_str();
        entry.mode = GIT_FILEMODE_BLOB;
        need(git_blob_create_from_buffer(&entry.id, repository_, content.data(), content.size()));
        need(git_index_add(index, &entry));
    }
    git_oid tree_id{};
    need(git_index_write_tree_to(&tree_id, index, repository_));
    git_index_free(index);
    git_tree* tree = nullptr;
    need(git_tree_lookup(&tree, repository_, &tree_id));
    git_signature* who = nullptr;
    need(git_signature_new(&who, change.name.c_str(), change.email.c_str(), change.at, 0));
    git_oid made{};
    std::vector<const git_commit*> constant(commits.begin(), commits.end());
    need(git_commit_create(&made,
                           repository_,
                           nullptr,
                           who,
                           who,
                           nullptr,
                           change.message.c_str(),
                           tree,
                           constant.size(),
                           constant.data()));
    git_reference* reference = nullptr;
    need(git_reference_create(&reference, repository_, "refs/heads/main", &made, 1, nullptr));
    git_reference_free(reference);
    git_signature_free(who);
    git_tree_free(tree);
    for (git_commit* parent : commits) {
        git_commit_free(parent);
    }
    head_ = git_oid_tostr_s(&made);
    return head_;
}

void TestRepository::tag(const std::string& name) {
    const git_oid oid = oid_of(head_);
    git_reference* reference = nullptr;
    need(git_reference_create(
        &reference, repository_, ("refs/tags/" + name).c_str(), &oid, 1, nullptr));
    git_reference_free(reference);
}

std::string TestRepository::bundle() {
    git_packbuilder* builder = nullptr;
    git_revwalk* walk = nullptr;
    need(git_packbuilder_new(&builder, repository_));
    need(git_revwalk_new(&walk, repository_));
    const git_oid oid = oid_of(head_);
    need(git_revwalk_push(walk, &oid));
    need(git_packbuilder_insert_walk(builder, walk));
    git_buf pack = GIT_BUF_INIT;
    need(git_packbuilder_write_buf(&pack, builder));
    std::string out = "# v2 git bundle\n" + head_ + " refs/heads/main\n\n";
    out.append(pack.ptr, pack.size);
    git_buf_dispose(&pack);
    git_revwalk_free(walk);
    git_packbuilder_free(builder);
    return out;
}

}  // namespace plimsoll::test
