#include "evidence/history.hpp"

#include <algorithm>
#include <iterator>

namespace plimsoll {
namespace {

// Where each path of `from` stands in the sorted list `to`, which holds all of them.
[[nodiscard]] std::vector<std::uint32_t> places(const std::vector<std::string>& from,
                                                const std::vector<std::string>& to) {
    std::vector<std::uint32_t> out;
    out.reserve(from.size());
    for (const std::string& path : from) {
        const auto found = std::ranges::lower_bound(to, path);
        out.push_back(static_cast<std::uint32_t>(found - to.begin()));
    }
    return out;
}

}  // namespace

void History::merge(const History& other) {
    std::vector<std::string> all;
    std::ranges::set_union(paths, other.paths, std::back_inserter(all));
    const std::vector<std::uint32_t> ours = places(paths, all);
    const std::vector<std::uint32_t> theirs = places(other.paths, all);
    paths = std::move(all);
    for (auto& [id, commit] : commits) {
        for (std::uint32_t& path : commit.paths) {
            path = ours[path];
        }
    }
    for (const auto& [id, commit] : other.commits) {
        const auto [found, fresh] = commits.emplace(id, commit);
        if (fresh) {
            for (std::uint32_t& path : found->second.paths) {
                path = theirs[path];
            }
        }
    }
    heads.insert(other.heads.begin(), other.heads.end());
    shallow = shallow || other.shallow;
    keep_first(first_seen, other.first_seen);
}

}  // namespace plimsoll
