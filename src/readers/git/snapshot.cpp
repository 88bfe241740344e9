#include "readers/git/snapshot.hpp"

#include "readers/git/commit_text.hpp"
#include "readers/git/tree_diff.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace plimsoll::readers::git {
namespace {

constexpr std::size_t most_live = 2'000'000;
constexpr std::size_t largest_rules = 4U << 20U;

void list(
    Objects& objects, const CommitId& tree, std::string& path, std::size_t depth, Snapshot& out) {
    const Pinned bytes =
        depth < TreeDiff::deepest ? objects.read(tree, ObjectType::tree) : Pinned{};
    if (!bytes) {
        return;
    }
    std::string_view rest = bytes.text();
    TreeEntry entry;
    while (out.files.size() < most_live && next_entry(rest, entry)) {
        const std::size_t size = path.size();
        path.append(entry.name);
        if (entry.is_tree()) {
            path.push_back('/');
            list(objects, entry.object(), path, depth + 1, out);
        } else {
            out.files.push_back({.path = path, .blob = entry.object()});
        }
        path.resize(size);
    }
}

[[nodiscard]] std::string content_of(Objects& objects,
                                     const Snapshot& snapshot,
                                     std::string_view path) {
    const auto found = std::ranges::find(snapshot.files, path, &LiveBlob::path);
    if (found == snapshot.files.end()) {
        return {};
    }
    const Pinned bytes = objects.read(found->blob, ObjectType::blob);
    return bytes.text().size() <= largest_rules ? std::string{bytes.text()} : std::string{};
}

// Calls `use` with the words of each line that is neither blank nor a comment.
void for_each_rule(std::string_view text, const auto& use) {
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        std::vector<std::string_view> words;
        while (true) {
            line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
            if (line.empty() || line.front() == '#') {
                break;
            }
            words.push_back(line.substr(0, line.find_first_of(" \t")));
            line.remove_prefix(words.back().size());
        }
        if (!words.empty()) {
            use(words);
        }
    }
}

}  // namespace

Snapshot take_snapshot(Objects& objects, const CommitId& tree) {
    Snapshot out;
    std::string path;
    list(objects, tree, path, 0, out);
    out.mailmap = content_of(objects, out, ".mailmap");
    for (const std::string_view place :
         {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}) {
        if (out.owners.empty()) {
            out.owners = parse_owners(content_of(objects, out, place));
        }
    }
    out.attributes = parse_attributes(content_of(objects, out, ".gitattributes"));
    return out;
}

std::vector<PathRule> parse_owners(std::string_view text) {
    std::vector<PathRule> out;
    for_each_rule(text, [&](const std::vector<std::string_view>& words) {
        if (words.front().front() == '[' || words.front().front() == '^') {
            return;
        }
        std::string owners;
        for (std::size_t i = 1; i < words.size(); ++i) {
            owners += (owners.empty() ? "" : " ") + std::string{words[i]};
        }
        out.push_back({.pattern = std::string{words.front()}, .value = std::move(owners)});
    });
    return out;
}

std::vector<PathRule> parse_attributes(std::string_view text) {
    std::vector<PathRule> out;
    for_each_rule(text, [&](const std::vector<std::string_view>& words) {
        for (const std::string_view word : words) {
            const std::string pattern{words.front()};
            if (word == "linguist-generated" || word == "linguist-generated=true") {
                out.push_back({.pattern = pattern, .value = "generated"});
            } else if (word == "linguist-vendored" || word == "linguist-vendored=true") {
                out.push_back({.pattern = pattern, .value = "vendored"});
            }
        }
    });
    return out;
}

LiveFile measure_indent(std::string path, std::string_view content) {
    constexpr std::uint64_t columns_a_level = 4;
    LiveFile out{.path = std::move(path)};
    while (!content.empty()) {
        const std::string_view line = content.substr(0, content.find('\n'));
        content.remove_prefix(std::min(content.size(), line.size() + 1));
        std::uint64_t columns = 0;
        std::size_t at = 0;
        for (; at < line.size() && (line[at] == ' ' || line[at] == '\t'); ++at) {
            columns += line[at] == '\t' ? columns_a_level : 1;
        }
        if (at < line.size() && line[at] != '\r') {
            ++out.lines;
            out.indent += columns / columns_a_level;
        }
    }
    return out;
}

std::vector<Release> read_releases(git_repository* repository, Objects& objects) {
    struct Context {
        git_repository* repository;
        Objects& objects;
        std::vector<Release> out;
    } context{repository, objects, {}};
    const auto visit = [](const char* name, git_oid* oid, void* payload) -> int {
        auto& here = *static_cast<Context*>(payload);
        git_object* found = nullptr;
        git_object* peeled = nullptr;
        if (git_object_lookup(&found, here.repository, oid, GIT_OBJECT_ANY) == 0) {
            const Object keep{found};
            if (git_object_peel(&peeled, found, GIT_OBJECT_COMMIT) == 0) {
                const Object keep_peeled{peeled};
                const Pinned bytes =
                    here.objects.read(id_of(*git_object_id(peeled)), ObjectType::commit);
                const std::optional<CommitText> text =
                    bytes ? parse_commit(bytes.text()) : std::nullopt;
                constexpr std::string_view prefix = "refs/tags/";
                std::string_view short_name = name;
                short_name.remove_prefix(short_name.starts_with(prefix) ? prefix.size() : 0);
                if (text) {
                    here.out.push_back({.at = text->committed, .name = std::string{short_name}});
                }
            }
        }
        return 0;
    };
    git_tag_foreach(repository, visit, &context);
    return std::move(context.out);
}

}  // namespace plimsoll::readers::git
