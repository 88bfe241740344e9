// HistoryBuilder: takes commits in any order, as a reader meets them, and makes a History of them.
//
// Names are numbered as they come and sorted once at the end. The same commit twice counts once.
#pragma once

#include "evidence/history.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plimsoll {

// Numbers for names, in the order in which they come.
class Names {
public:
    [[nodiscard]] std::uint32_t number(std::string_view name);
    [[nodiscard]] std::string_view name(std::uint32_t number) const { return names_[number]; }
    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
    // The names that are used, sorted; `place[n]` is where number n stands then. Leaves this empty.
    [[nodiscard]] std::vector<std::string> take_sorted(const std::vector<bool>& used,
                                                       std::vector<std::uint32_t>& place);

private:
    std::deque<std::string> names_;  // does not move its elements: the index views them
    std::unordered_map<std::string_view, std::uint32_t> index_;
};

struct TouchedFile {
    std::uint32_t path = 0;
    std::uint32_t added = 0;
    std::uint32_t deleted = 0;
    friend auto operator<=>(const TouchedFile&, const TouchedFile&) = default;
};

class HistoryBuilder {
public:
    Names paths;
    Names authors;
    History rest;  // everything that is not a commit: renames, live files ... in any order

    // `commit.landed` is the number of a commit added before or after: add() counts from 0.
    // `touched` may come in any order; a file named twice is counted once, with the sum of its
    // lines.
    void add(const CommitId& id, const Commit& commit, std::vector<TouchedFile>& touched);
    [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
    [[nodiscard]] Commit& commit(std::size_t number) { return commits_[number]; }
    void reserve(std::size_t commits);
    // Lines were counted: keep them.
    void with_lines() noexcept { with_lines_ = true; }
    [[nodiscard]] History take();

private:
    void take_commits(History& out, const std::vector<std::uint32_t>& path_place);

    std::vector<CommitId> ids_;
    std::vector<Commit> commits_;
    std::vector<std::uint32_t> ends_;
    std::vector<std::uint32_t> touches_;
    std::vector<std::uint32_t> added_;
    std::vector<std::uint32_t> deleted_;
    bool with_lines_ = false;
};

}  // namespace plimsoll
