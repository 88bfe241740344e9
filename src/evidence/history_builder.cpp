#include "evidence/history_builder.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll {
namespace {

template <class Value>
void sort_distinct(std::vector<Value>& values) {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The commits in order of ids; of equal ids as they came. Eight bytes of an id tell nearly all
// apart and lie beside the number, so that sorting a million does not jump through memory.
[[nodiscard]] std::vector<std::uint32_t> order_of(const std::vector<CommitId>& ids) {
    struct Key {
        std::uint64_t head = 0;
        std::uint32_t number = 0;
    };
    std::vector<Key> keys(ids.size());
    for (std::uint32_t number = 0; number < ids.size(); ++number) {
        for (std::size_t i = 0; i < sizeof(Key::head); ++i) {
            keys[number].head = keys[number].head << 8U | ids[number][i];
        }
        keys[number].number = number;
    }
    std::ranges::sort(keys, [&](const Key& a, const Key& b) {
        return a.head != b.head                 ? a.head < b.head
               : ids[a.number] != ids[b.number] ? ids[a.number] < ids[b.number]
                                                : a.number < b.number;
    });
    std::vector<std::uint32_t> out(keys.size());
    std::ranges::transform(keys, out.begin(), &Key::number);
    return out;
}

}  // namespace

std::uint32_t Names::number(std::string_view name) {
    const auto found = index_.find(name);
    if (found != index_.end()) {
        return found->second;
    }
    const auto number = static_cast<std::uint32_t>(names_.size());
    index_.emplace(names_.emplace_back(name), number);
    return number;
}

std::vector<std::string> Names::take_sorted(const std::vector<bool>& used,
                                            std::vector<std::uint32_t>& place) {
    index_.clear();
    std::vector<std::uint32_t> order;
    for (std::uint32_t number = 0; number < names_.size(); ++number) {
        if (used[number]) {
            order.push_back(number);
        }
    }
    std::ranges::sort(
        order, {}, [&](std::uint32_t number) -> const std::string& { return names_[number]; });
    place.resize(names_.size());
    std::vector<std::string> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t number : order) {
        place[number] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(std::move(names_[number]));
    }
    names_.clear();
    return sorted;
}

void HistoryBuilder::reserve(std::size_t commits) {
    ids_.reserve(commits);
    commits_.reserve(commits);
    ends_.reserve(commits);
}

void HistoryBuilder::add(const CommitId& id,
                         const Commit& commit,
                         std::vector<TouchedFile>& touched) {
    std::ranges::sort(touched);
    ids_.push_back(id);
    commits_.push_back(commit);
    for (std::size_t i = 0; i < touched.size(); ++i) {
        if (i != 0 && touched[i].path == touched[i - 1].path) {
            if (with_lines_) {
                added_.back() += touched[i].added;
                deleted_.back() += touched[i].deleted;
            }
            continue;
        }
        touches_.push_back(touched[i].path);
        if (with_lines_) {
            added_.push_back(touched[i].added);
            deleted_.push_back(touched[i].deleted);
        }
    }
    ends_.push_back(static_cast<std::uint32_t>(touches_.size()));
}

// The columns in order of ids, each commit's files in order of names.
void HistoryBuilder::take_commits(History& out, const std::vector<std::uint32_t>& path_place) {
    std::vector<std::uint32_t> order = order_of(ids_);
    std::vector<std::uint32_t> place(ids_.size());
    std::size_t distinct = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t number = order[i];
        if (distinct == 0 || ids_[number] != ids_[order[distinct - 1]]) {
            order[distinct++] = number;
        }
        place[number] = static_cast<std::uint32_t>(distinct - 1);
    }
    order.resize(distinct);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> files;  // place of the path, touch
    for (const std::uint32_t number : order) {
        out.ids.push_back(ids_[number]);
        Commit& commit = out.commits.emplace_back(commits_[number]);
        commit.landed = place[commit.landed];
        const std::uint32_t from = number == 0 ? 0 : ends_[number - 1];
        files.clear();
        for (std::uint32_t at = from; at < ends_[number]; ++at) {
            files.emplace_back(path_place[touches_[at]], at);
        }
        std::ranges::sort(files);
        for (const auto& [path, at] : files) {
            out.touches.push_back(path);
            if (with_lines_) {
                out.added.push_back(added_[at]);
                out.deleted.push_back(deleted_[at]);
            }
        }
        out.ends.push_back(static_cast<std::uint32_t>(out.touches.size()));
    }
}

History HistoryBuilder::take() {
    History out = std::move(rest);
    std::vector<std::uint32_t> path_place;
    std::vector<std::uint32_t> author_place;
    std::vector<bool> used(paths.size());
    for (const std::uint32_t path : touches_) {
        used[path] = true;
    }
    for (const Rename& rename : out.renames) {
        used[paths.number(rename.from)] = true;
        used[paths.number(rename.to)] = true;
    }
    out.paths = paths.take_sorted(used, path_place);
    used.assign(authors.size(), false);
    for (const Commit& commit : commits_) {
        used[commit.author] = true;
    }
    out.authors = authors.take_sorted(used, author_place);
    for (Commit& commit : commits_) {
        commit.author = author_place[commit.author];
    }
    out.ids.reserve(ids_.size());
    out.commits.reserve(ids_.size());
    out.ends.reserve(ids_.size());
    out.touches.reserve(touches_.size());
    take_commits(out, path_place);
    sort_distinct(out.renames);
    sort_distinct(out.releases);
    sort_distinct(out.heads);
    sort_distinct(out.live);
    return out;
}

}  // namespace plimsoll
