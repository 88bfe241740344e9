#include "readers/git/walk.hpp"

#include "readers/git/commit_text.hpp"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

namespace plimsoll::readers::git {

Walk::Walk(Objects& objects, std::unordered_set<CommitId, IdHash> shallow)
    : objects_{objects}, diff_{objects, builder_.paths}, shallow_{std::move(shallow)} {}

// Reads a commit the first time it is named. False when it cannot be read.
bool Walk::meet(const CommitId& id) {
    if (index_.contains(id)) {
        return true;
    }
    const Pinned bytes = objects_.read(id, ObjectType::commit);
    const std::optional<CommitText> text = bytes ? parse_commit(bytes.text()) : std::nullopt;
    if (!text) {
        account_.bad_commits += bytes ? 1 : 0;
        return false;
    }
    Walked commit{.id = id,
                  .tree = text->tree,
                  .parents = text->parents,
                  .facts = {},
                  .paths = {},
                  .moves = {}};
    commit.facts.authored = text->authored;
    commit.facts.committed = text->committed;
    commit.facts.author = identities_.number(text->author);
    commit.facts.flags = flags_of_subject(text->subject);
    if (commit.parents.size() > 1) {
        commit.facts.flags |= Commit::merge;
    }
    index_.emplace(id, static_cast<std::uint32_t>(commits_.size()));
    commits_.push_back(std::move(commit));
    return true;
}

// Newest first: then a commit's trees are still in the cache when its parent is compared.
void Walk::run(const CommitId& head) {
    using Entry = std::pair<std::int64_t, std::int64_t>;  // time; the earlier met first
    std::priority_queue<Entry> queue;
    const auto push = [&](const CommitId& id) {
        const bool fresh = !index_.contains(id);
        if (!meet(id)) {
            return false;
        }
        if (fresh) {
            const std::uint32_t number = index_.at(id);
            queue.emplace(commits_[number].facts.committed, -static_cast<std::int64_t>(number));
        }
        return true;
    };
    (void)push(head);
    while (!queue.empty()) {
        const auto number = static_cast<std::size_t>(-queue.top().second);
        queue.pop();
        if (shallow_.contains(commits_[number].id)) {
            account_.shallow = true;
            commits_[number].parents.clear();
            commits_[number].facts.flags |= Commit::cut;
            continue;
        }
        const std::vector<CommitId> parents = commits_[number].parents;
        bool whole = true;
        for (const CommitId& parent : parents) {
            whole = push(parent) && whole;
        }
        if (!whole) {
            account_.shallow = true;
            commits_[number].facts.flags |= Commit::cut;
        } else if (parents.size() < 2) {
            compare(commits_[number]);
        }
    }
}

void Walk::compare(Walked& commit) {
    const CommitId* parent_tree =
        commit.parents.empty() ? nullptr : &commits_[index_.at(commit.parents.front())].tree;
    const TreeDiff::Result result = diff_.compare(parent_tree, &commit.tree, changes_);
    if (result != TreeDiff::Result::complete) {
        ++(result == TreeDiff::Result::missing_tree ? account_.missing_trees : account_.too_large);
        commit.facts.flags |= Commit::cut;
        return;
    }
    commit.facts.files = static_cast<std::uint32_t>(changes_.size());
    cancel_moves(commit);
    commit.paths.reserve(changes_.size());
    for (const FileChange& change : changes_) {
        commit.paths.push_back(change.path);
    }
}

// Pairs a deleted with an added file of the same content, in order of path numbers, and takes both
// out.
void Walk::cancel_moves(Walked& commit) {
    const auto of_kind = [&](ChangeKind kind) {
        std::vector<std::pair<CommitId, std::uint32_t>> out;
        for (const FileChange& change : changes_) {
            if (change.kind == kind) {
                out.emplace_back(change.blob, change.path);
            }
        }
        return out;
    };
    auto gone = of_kind(ChangeKind::deleted);
    if (gone.empty()) {
        return;
    }
    auto fresh = of_kind(ChangeKind::added);
    const auto order = [&](const auto& a, const auto& b) {
        return std::tuple{a.first, builder_.paths.name(a.second)} <
               std::tuple{b.first, builder_.paths.name(b.second)};
    };
    std::ranges::sort(gone, order);
    std::ranges::sort(fresh, order);
    std::unordered_set<std::uint32_t> moved;
    for (std::size_t i = 0, j = 0; i < gone.size() && j < fresh.size();) {
        if (gone[i].first == fresh[j].first) {
            commit.moves.emplace_back(gone[i].second, fresh[j].second);
            moved.insert({gone[i++].second, fresh[j++].second});
        } else {
            ++(gone[i].first < fresh[j].first ? i : j);
        }
    }
    std::erase_if(changes_, [&](const FileChange& change) { return moved.contains(change.path); });
}

// The main line is what HEAD reaches by first parents. Oldest first, each of its commits brings in
// what it reaches and nobody before did: the commits of a pull request, without reading a tree.
void Walk::find_landings(HistoryBuilder& builder) {
    std::vector<std::uint32_t> line;
    for (std::uint32_t at = 0; line.size() < commits_.size();) {  // a forged pack may go in circles
        line.push_back(at);
        const std::vector<CommitId>& parents = commits_[at].parents;
        const auto next = parents.empty() ? index_.end() : index_.find(parents.front());
        if (next == index_.end()) {
            break;
        }
        at = next->second;
    }
    std::vector<bool> done(commits_.size());
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
            for (const CommitId& parent : commits_[at].parents) {
                const auto found = index_.find(parent);
                if (found != index_.end() && !done[found->second]) {
                    open.push_back(found->second);
                }
            }
        }
    }
}

HistoryBuilder Walk::finish(const People& people) {
    std::vector<std::uint32_t> who(identities_.size());
    std::vector<bool> bot(identities_.size());
    for (std::uint32_t i = 0; i < who.size(); ++i) {
        const std::string_view identity = identities_.name(i);
        who[i] = builder_.authors.number(people.resolve(identity));
        bot[i] = is_bot(identity);
    }
    builder_.reserve(commits_.size());
    std::vector<TouchedFile> touched;
    for (std::uint32_t number = 0; number < commits_.size(); ++number) {
        const Walked& walked = commits_[number];
        Commit commit = walked.facts;
        if (bot[commit.author]) {
            commit.flags |= Commit::bot;
        }
        commit.author = who[commit.author];
        commit.landed = number;
        touched.clear();
        for (const std::uint32_t path : walked.paths) {
            touched.push_back({.path = path});
        }
        builder_.add(walked.id, commit, touched);
        for (const auto& [from, to] : walked.moves) {
            builder_.rest.renames.push_back({.at = commit.committed,
                                             .from = std::string{builder_.paths.name(from)},
                                             .to = std::string{builder_.paths.name(to)}});
        }
    }
    find_landings(builder_);
    return std::move(builder_);
}

}  // namespace plimsoll::readers::git
