#include "evidence/history.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace plimsoll {
namespace {

using Numbers = std::vector<std::uint32_t>;

// Where each of `from` stands in the sorted list `to`, which holds all of them.
template <class Value>
[[nodiscard]] Numbers places(const std::vector<Value>& from, const std::vector<Value>& to) {
    Numbers out;
    out.reserve(from.size());
    auto at = to.begin();
    for (const Value& value : from) {
        while (*at != value) {
            ++at;
        }
        out.push_back(static_cast<std::uint32_t>(at - to.begin()));
    }
    return out;
}

template <class Value>
[[nodiscard]] std::vector<Value> united(const std::vector<Value>& a, const std::vector<Value>& b) {
    std::vector<Value> out;
    out.reserve(std::max(a.size(), b.size()));
    std::ranges::set_union(a, b, std::back_inserter(out));
    return out;
}

// One commit's part of the columns, numbered as in the united lists.
struct Record {
    Commit commit;
    Numbers touches;
    Numbers added;
    Numbers deleted;
    friend auto operator<=>(const Record&, const Record&) = default;
};

struct Renumbering {
    Numbers paths;
    Numbers authors;
    Numbers ids;
};

[[nodiscard]] Record record_of(const History& history, std::size_t index, const Renumbering& to) {
    Record out;
    out.commit = history.commits[index];
    out.commit.author = to.authors[out.commit.author];
    out.commit.landed = to.ids[out.commit.landed];
    const std::span<const std::uint32_t> touched = history.touched(index);
    for (const std::uint32_t path : touched) {
        out.touches.push_back(to.paths[path]);
    }
    if (!history.added.empty()) {
        const std::size_t from = history.ends[index] - touched.size();
        for (std::size_t at = from; at < history.ends[index]; ++at) {
            out.added.push_back(history.added[at]);
            out.deleted.push_back(history.deleted[at]);
        }
    }
    return out;
}

void append(History& to, const Record& record, bool with_lines) {
    to.commits.push_back(record.commit);
    to.touches.insert(to.touches.end(), record.touches.begin(), record.touches.end());
    to.ends.push_back(static_cast<std::uint32_t>(to.touches.size()));
    if (with_lines) {
        to.added.insert(to.added.end(), record.added.begin(), record.added.end());
        to.deleted.insert(to.deleted.end(), record.deleted.begin(), record.deleted.end());
        to.added.resize(to.touches.size());
        to.deleted.resize(to.touches.size());
    }
}

// Files of both heads; what was looked at wins over what was only listed.
[[nodiscard]] std::vector<LiveFile> united_live(const std::vector<LiveFile>& a,
                                                const std::vector<LiveFile>& b) {
    std::vector<LiveFile> out;
    std::ranges::merge(a, b, std::back_inserter(out));
    std::vector<LiveFile> one;
    for (LiveFile& file : out) {
        if (!one.empty() && one.back().path == file.path) {
            one.back() = std::max(one.back(), file);
        } else {
            one.push_back(std::move(file));
        }
    }
    return one;
}

void require(bool holds, const char* what) {
    if (!holds) {
        throw Error{{.status = Status::untrusted,
                     .what = "the history in a digest does not fit together",
                     .where = {},
                     .why = what,
                     .remedy = "make the digest again with `plimsoll digest`"}};
    }
}

}  // namespace

std::string to_text(const CommitId& id) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : id) {
        out += hex[byte >> 4U];
        out += hex[byte & 15U];
    }
    return out;
}

std::optional<CommitId> parse_commit_id(std::string_view hex) noexcept {
    CommitId id{};
    if (hex.empty()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < hex.size(); ++i) {
        const char c = hex[i];
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) {
            return std::nullopt;
        }
        if (i < 2 * id.size()) {
            id[i / 2] = static_cast<std::uint8_t>(id[i / 2] | digit << (i % 2 == 0 ? 4 : 0));
        }
    }
    return id;
}

void History::merge(const History& other) {
    static const History nothing;
    if (other == nothing) {
        return;
    }
    if (*this == nothing) {
        *this = other;
        return;
    }
    History all;
    all.paths = united(paths, other.paths);
    all.authors = united(authors, other.authors);
    all.ids = united(ids, other.ids);
    all.renames = united(renames, other.renames);
    all.releases = united(releases, other.releases);
    all.heads = united(heads, other.heads);
    all.live = united_live(live, other.live);
    all.owners = std::max(owners, other.owners);
    all.attributes = std::max(attributes, other.attributes);
    all.shallow = shallow || other.shallow;
    all.partial = partial || other.partial;
    all.first_seen = first_seen;
    keep_first(all.first_seen, other.first_seen);
    all.commits.reserve(all.ids.size());
    all.ends.reserve(all.ids.size());
    const Renumbering ours{
        places(paths, all.paths), places(authors, all.authors), places(ids, all.ids)};
    const Renumbering theirs{places(other.paths, all.paths),
                             places(other.authors, all.authors),
                             places(other.ids, all.ids)};
    const bool with_lines = !added.empty() || !other.added.empty();
    std::size_t mine = 0;
    std::size_t its = 0;
    for (const CommitId& id : all.ids) {
        const bool here = mine < ids.size() && ids[mine] == id;
        const bool there = its < other.ids.size() && other.ids[its] == id;
        Record record = here ? record_of(*this, mine++, ours) : Record{};
        if (there) {
            // The same commit seen twice, perhaps cut off on one side: the larger account stays.
            record = std::max(record, record_of(other, its++, theirs));
        }
        append(all, record, with_lines);
    }
    *this = std::move(all);
}

void History::validate() const {
    require(commits.size() == ids.size() && ends.size() == ids.size(), "columns differ in length");
    require(added.size() == deleted.size() && (added.empty() || added.size() == touches.size()),
            "lines are not beside the files");
    require(std::ranges::is_sorted(paths) && std::ranges::is_sorted(authors) &&
                std::ranges::is_sorted(ids) && std::ranges::is_sorted(ends),
            "a column is not in order");
    require(std::ranges::adjacent_find(paths) == paths.end() &&
                std::ranges::adjacent_find(authors) == authors.end() &&
                std::ranges::adjacent_find(ids) == ids.end(),
            "a name is there twice");
    require((ends.empty() ? 0 : ends.back()) == touches.size(), "touched files are missing");
    require(std::ranges::all_of(touches, [&](std::uint32_t path) { return path < paths.size(); }),
            "a touched file has no name");
    require(std::ranges::all_of(commits,
                                [&](const Commit& commit) {
                                    return commit.author < authors.size() &&
                                           commit.landed < ids.size();
                                }),
            "a commit has no author");
}

}  // namespace plimsoll
