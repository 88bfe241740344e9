// A real git repository in a temporary folder, made with libgit2; the user's configuration is not
// touched.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

struct git_repository;

namespace plimsoll::test {

class TestRepository {
public:
    TestRepository();
    ~TestRepository();
    TestRepository(const TestRepository&) = delete;
    TestRepository& operator=(const TestRepository&) = delete;

    struct Change {
        std::map<std::string, std::string> put;  // path, content
        std::vector<std::string> remove;
        std::string message = "work";
        std::string name = "Ada";
        std::string email = "ada@example.com";
        std::int64_t at = 1'700'000'000;
    };
    // Commits on top of `parents` (the last commit when empty) with the tree of the first; moves
    // main. Returns the id.
    std::string commit(const Change& change, const std::vector<std::string>& parents = {});
    // A tag on the last commit.
    void tag(const std::string& name);
    // Writes a bundle of main (`git bundle create`), as git does it: header and pack.
    [[nodiscard]] std::string bundle();

    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
    [[nodiscard]] const std::string& head() const noexcept { return head_; }

private:
    std::string folder_;
    std::string head_;
    git_repository* repository_ = nullptr;
};

}  // namespace plimsoll::test
