#include "readers/git/walk.hpp"

#include "readers/git/commit_text.hpp"
#include "readers/git/similar.hpp"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

namespace plimsoll::readers::git {

Walk::Walk(Objects& objects, std::unordered_set<CommitId, IdHash> shallow, WalkLog remembered)
    : objects_{objects},
      log_{std::move(remembered)},
      remembered_{static_cast<std::uint32_t>(log_.commits.size())},
      diff_{objects, log_.paths},
      shallow_{std::move(shallow)} {}

// The number of a commit, read when it is met for the first time. Nothing when it cannot be read.
std::optional<std::uint32_t> Walk::meet(const CommitId& id) {
    if (const auto known = log_.find(id)) {
        return known;
    }
    const Pinned bytes = objects_.read(id, ObjectType::commit);
    const std::optional<CommitText> text = bytes ? parse_commit(bytes.text()) : std::nullopt;
    if (!text) {
        account_.bad_commits += bytes ? 1 : 0;
        return std::nullopt;
    }
    Walked commit{
        .id = id, .tree = text->tree, .facts = {}, .parents = {}, .paths = {}, .moves = {}};
    commit.facts.authored = text->authored;
    commit.facts.committed = text->committed;
    commit.facts.author = log_.identities.number(text->author);
    commit.facts.flags = flags_of_subject(text->subject);
    if (text->parents.size() > 1) {
        commit.facts.flags |= Commit::merge;
    }
    commit.parents = {static_cast<std::uint32_t>(log_.parents.size()),
                      static_cast<std::uint32_t>(text->parents.size())};
    log_.parents.insert(log_.parents.end(), text->parents.begin(), text->parents.end());
    ++account_.fresh;
    return log_.add(commit);
}

// Newest first: then a commit's trees are still in the cache when its parent is compared.
void Walk::run(const CommitId& head) {
    using Entry = std::pair<std::int64_t, std::int64_t>;  // time; of equals the one met first
    std::priority_queue<Entry> queue;
    const auto push = [&](const CommitId& id) {
        const std::optional<std::uint32_t> number = meet(id);
        if (!number) {
            return IdIndex::none;
        }
        reached_.resize(log_.commits.size());
        parent_numbers_.resize(log_.parents.size(), IdIndex::none);
        if (!reached_[*number]) {
            reached_[*number] = true;
            queue.emplace(log_.commits[*number].facts.committed, -std::int64_t{*number});
        }
        return *number;
    };
    (void)push(head);
    while (!queue.empty()) {
        const auto number = static_cast<std::uint32_t>(-queue.top().second);
        queue.pop();
        order_.push_back(number);
        const bool edge = shallow_.contains(log_.commits[number].id);
        bool whole = !edge;
        const Part parents = whole ? log_.commits[number].parents : Part{};
        for (std::uint32_t i = 0; i < parents.count; ++i) {
            const CommitId parent = log_.parents[parents.from + i];
            const std::uint32_t parent_number = push(parent);
            parent_numbers_[parents.from + i] = parent_number;
            whole = parent_number != IdIndex::none && whole;
        }
        if (!whole) {
            account_.shallow = account_.shallow || edge;
            account_.missing_parents += edge ? 0 : 1;
            log_.commits[number].facts.flags |= Commit::cut;
        } else if (number >= remembered_ && parents.count < 2) {
            compare(number);
        }
    }
}

void Walk::compare(std::uint32_t number) {
    const Walked commit = log_.commits[number];
    const std::span<const CommitId> parents = log_.parents_of(commit);
    const std::optional<std::uint32_t> parent =
        parents.empty() ? std::nullopt : log_.find(parents.front());
    const CommitId parent_tree = parent ? log_.commits[*parent].tree : CommitId{};
    const TreeDiff::Result result =
        diff_.compare(parent ? &parent_tree : nullptr, &commit.tree, changes_);
    Walked& kept = log_.commits[number];
    if (result != TreeDiff::Result::complete) {
        ++(result == TreeDiff::Result::missing_tree ? account_.missing_trees : account_.too_large);
        kept.facts.flags |= Commit::cut;
        return;
    }
    kept.facts.files = static_cast<std::uint32_t>(changes_.size());
    kept.moves = cancel_moves();
    if (log_.likeness != 0) {
        follow_edited_moves(kept.moves);
    }
    kept.paths = {static_cast<std::uint32_t>(log_.touched.size()),
                  static_cast<std::uint32_t>(changes_.size())};
    for (const FileChange& change : changes_) {
        log_.touched.push_back(change.path);
    }
}

// Pairs a deleted with an added file of the same content, in order of names, and takes both out.
Part Walk::cancel_moves() {
    Part part{static_cast<std::uint32_t>(log_.moved.size()), 0};
    const auto of_kind = [&](ChangeKind kind) {
        std::vector<std::pair<CommitId, std::uint32_t>> out;
        for (const FileChange& change : changes_) {
            if (change.kind == kind) {
                out.emplace_back(change.blob, change.path);
            }
        }
        std::ranges::sort(out, [&](const auto& a, const auto& b) {
            return std::tuple{a.first, log_.paths.name(a.second)} <
                   std::tuple{b.first, log_.paths.name(b.second)};
        });
        return out;
    };
    const auto gone = of_kind(ChangeKind::deleted);
    if (gone.empty()) {
        return part;
    }
    const auto fresh = of_kind(ChangeKind::added);
    std::unordered_set<std::uint32_t> moved;
    for (std::size_t i = 0, j = 0; i < gone.size() && j < fresh.size();) {
        if (gone[i].first == fresh[j].first) {
            log_.moved.emplace_back(gone[i].second, fresh[j].second);
            moved.insert({gone[i++].second, fresh[j++].second});
            ++part.count;
        } else {
            ++(gone[i].first < fresh[j].first ? i : j);
        }
    }
    std::erase_if(changes_, [&](const FileChange& change) { return moved.contains(change.path); });
    return part;
}

// What was deleted lives on under the other name, which is changed by this commit.
void Walk::follow_edited_moves(Part& moves) {
    std::vector<bool> gone(changes_.size());
    for (const auto& [before, after] : similar_pairs(objects_, changes_, log_.likeness)) {
        log_.moved.emplace_back(changes_[before].path, changes_[after].path);
        gone[before] = true;
        ++moves.count;
    }
    std::size_t at = 0;
    std::erase_if(changes_, [&](const FileChange&) { return gone[at++]; });
}

// The main line is what HEAD reaches by first parents. Oldest first, each of its commits brings in
// what it reaches and nobody before did: the commits of a pull request, without reading a tree.
// `place` of a commit is its position in order_, which is its number in the builder.
void Walk::find_landings(HistoryBuilder& builder) const {
    std::vector<std::uint32_t> place(log_.commits.size(), IdIndex::none);
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
        place[order_[i]] = i;
    }
    const auto parents_of = [&](std::uint32_t at) {  // as numbers; those not met are none
        const Part& part = log_.commits[order_[at]].parents;
        return std::span{parent_numbers_}.subspan(part.from, part.count);
    };
    const auto place_of = [&](std::uint32_t number) {
        return number == IdIndex::none ? IdIndex::none : place[number];
    };
    std::vector<std::uint32_t> line;
    for (std::uint32_t at = 0;
         at != IdIndex::none && line.size() < order_.size();) {  // a forged pack may circle
        line.push_back(at);
        const std::span<const std::uint32_t> parents = parents_of(at);
        at = parents.empty() ? IdIndex::none : place_of(parents.front());
    }
    std::vector<bool> done(order_.size());
    std::vector<std::uint32_t> open;
    for (auto landing = line.rbegin(); landing != line.rend(); ++landing) {
        builder.commit(*landing).flags |= Commit::first_parent;
        open.assign(1, *landing);
        while (!open.empty()) {
            const std::uint32_t at = open.back();
            open.pop_back();
            if (done[at]) {
                continue;
            }
            done[at] = true;
            builder.commit(at).landed = *landing;
            for (const std::uint32_t parent : parents_of(at)) {
                const std::uint32_t next = place_of(parent);
                if (next != IdIndex::none && !done[next]) {
                    open.push_back(next);
                }
            }
        }
    }
}

void Walk::add_commits(HistoryBuilder& builder, const People& people) {
    std::vector<std::uint32_t> who(log_.identities.size());
    std::vector<bool> bot(log_.identities.size());
    for (std::uint32_t i = 0; i < who.size(); ++i) {
        const std::string_view identity = log_.identities.name(i);
        who[i] = builder.authors.number(people.resolve(identity));
        bot[i] = is_bot(identity);
    }
    builder.reserve(order_.size());
    std::vector<TouchedFile> touched;
    for (std::uint32_t place = 0; place < order_.size(); ++place) {
        const Walked& walked = log_.commits[order_[place]];
        Commit commit = walked.facts;
        if (bot[commit.author]) {
            commit.flags |= Commit::bot;
        }
        commit.author = who[commit.author];
        commit.landed = place;
        touched.clear();
        for (const std::uint32_t path : log_.paths_of(walked)) {
            touched.push_back({.path = path});
        }
        builder.add(walked.id, commit, touched);
        for (const auto& [from, to] : log_.moves_of(walked)) {
            builder.rest.renames.push_back({.at = commit.committed,
                                            .from = std::string{log_.paths.name(from)},
                                            .to = std::string{log_.paths.name(to)}});
        }
    }
}

HistoryBuilder Walk::finish(const People& people) {
    HistoryBuilder builder;
    add_commits(builder, people);
    find_landings(builder);
    builder.paths = std::move(log_.paths);
    log_ = {};
    return builder;
}

}  // namespace plimsoll::readers::git
