// Reads git history through libgit2: a repository's folder (with or without a working tree), or a
// bundle.
//
// Law: HEAD is walked (other branches hold what was given up), trees are compared by object ids, no
// content of history is read (unless --find-renames asks for it: readers/git/similar.hpp), no
// configuration of the repository steers what is read; only the present content of the files that
// change most is looked at, for their indentation. Merges or commits: both are kept apart
// (Commit::landed), the checks choose. Blind spots: shallow clones (CI's default) are cut off, and
// said so; grafts and replace refs are not followed; SHA-256 repositories cannot be read by
// libgit2 1.5 and are refused by that name.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/git/bundle.hpp"
#include "readers/git/commit_text.hpp"
#include "readers/git/similar.hpp"
#include "readers/git/snapshot.hpp"
#include "readers/git/walk.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

namespace plimsoll::readers {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t looked_at = 100;  // files whose complexity is measured
constexpr std::size_t largest_looked_at = 1U << 20U;

[[nodiscard]] std::size_t cache_bytes(const ReadOptions&) {
    return 96U << 20U;
}

[[nodiscard]] std::unordered_set<CommitId, git::IdHash> shallow_ids(const std::string& folder) {
    std::unordered_set<CommitId, git::IdHash> out;
    std::ifstream in{fs::path{folder} / "shallow"};
    for (std::string line; std::getline(in, line);) {
        const auto id = line.size() == 40 ? parse_commit_id(line) : std::nullopt;
        if (id) {
            out.insert(*id);
        }
    }
    return out;
}

// A partial clone marks the packs that it fetched without old contents.
[[nodiscard]] bool is_partial(const std::string& folder) {
    std::error_code error;
    for (const fs::directory_entry& entry :
         fs::directory_iterator{fs::path{folder} / "objects/pack", error}) {
        if (entry.path().extension() == ".promisor") {
            return true;
        }
    }
    return false;
}

[[nodiscard]] bool has_replacements(git_repository* repository) {
    git_reference_iterator* raw = nullptr;
    if (git_reference_iterator_glob_new(&raw, repository, "refs/replace/*") < 0) {
        return false;
    }
    const git::ReferenceIterator iterator{raw};
    const char* name = nullptr;
    return git_reference_next_name(&name, raw) == 0;
}

[[nodiscard]] Error unreadable_head(git_repository* repository, const std::string& why) {
    return Error{{.status = Status::unreadable,
                  .what = "the commit at HEAD cannot be read",
                  .where = std::string{git_repository_path(repository)} + "HEAD",
                  .why = why,
                  .remedy = "git fsck --full shows what is damaged; a fresh clone mends it"}};
}

// Nothing where HEAD is a branch without a commit: a repository that is new. Throws Error
// (unreadable) where HEAD names nothing or the object is damaged or missing: an empty history would
// be a wrong answer.
[[nodiscard]] std::optional<CommitId> head_of(git_repository* repository, git::Objects& objects) {
    if (git_repository_head_unborn(repository) == 1) {
        return std::nullopt;
    }
    git_oid id{};
    if (git_reference_name_to_id(&id, repository, "HEAD") < 0) {
        throw unreadable_head(repository, "HEAD names neither a branch nor a commit");
    }
    const CommitId head = git::id_of(id);
    const git::Pinned bytes = objects.read(head, git::ObjectType::commit);
    if (!bytes || !git::parse_commit(bytes.text())) {
        throw unreadable_head(repository,
                              "object " + to_text(head) + " is missing, damaged or no commit");
    }
    return head;
}

// Measures the live files that changed most, by object: their present content only.
void look_at_busy_files(git::Objects& objects, const git::Snapshot& snapshot, History& history) {
    std::vector<std::uint32_t> revisions(history.paths.size());
    for (const std::uint32_t path : history.touches) {
        ++revisions[path];
    }
    struct Busy {
        std::uint32_t revisions;
        std::size_t live;
    };
    std::vector<Busy> busy;
    for (std::size_t i = 0; i < snapshot.files.size(); ++i) {
        const auto found = std::ranges::lower_bound(history.paths, snapshot.files[i].path);
        if (found != history.paths.end() && *found == snapshot.files[i].path) {
            busy.push_back({revisions[static_cast<std::size_t>(found - history.paths.begin())], i});
        }
    }
    const std::size_t most = std::min(looked_at, busy.size());
    std::ranges::partial_sort(
        busy, busy.begin() + static_cast<std::ptrdiff_t>(most), std::greater{}, &Busy::revisions);
    busy.resize(most);
    for (const Busy& file : busy) {
        const git::LiveBlob& blob = snapshot.files[file.live];
        const git::Pinned content = objects.read(blob.blob, git::ObjectType::blob);
        if (content && content.text().size() <= largest_looked_at &&
            content.text().find('\0') == std::string_view::npos) {
            const auto live =
                std::ranges::lower_bound(history.live, blob.path, {}, &LiveFile::path);
            *live = git::measure_indent(blob.path, content.text());
        }
    }
}

void add_note(Input& input, const std::string& text) {
    input.note += (input.note.empty() ? "" : "; ") + text;
}

void note_account(const git::WalkAccount& account, const History& history, Input& input) {
    const auto count = [&](std::uint64_t times, std::string_view why) {
        for (std::uint64_t i = 0; i < std::min<std::uint64_t>(times, 1); ++i) {
            input.skip(0, 0, why);
        }
        input.skipped += times > 1 ? times - 1 : 0;
    };
    count(account.bad_commits, "an object that should be a commit is none");
    count(account.missing_parents, "a commit's parents are missing or damaged: history is cut off");
    count(account.missing_trees, "the trees of a commit are missing");
    count(account.too_large, "a commit unfolds to more than a million files");
    input.in_part = input.in_part || account.missing_parents != 0 ||
                    (account.missing_trees != 0 && !history.partial);
    if (account.shallow) {
        add_note(input,
                 "shallow clone: history is cut off (get the rest with `git fetch --unshallow`)");
    }
    if (history.partial) {
        add_note(input, "partial clone: contents that are missing were not looked at");
    }
}

void read_repository(git_repository* repository,
                     const ReadOptions& options,
                     Evidence& evidence,
                     Input& input) {
    const std::string folder = git::common_folder(repository);
    git::Objects objects{repository, cache_bytes(options), options.low_memory};
    const std::optional<CommitId> head = head_of(repository, objects);
    if (!head) {
        add_note(input, "the repository has no commit at HEAD");
        return;
    }
    const std::string cache =
        options.cache_folder.empty()
            ? std::string{}
            : git::walk_file(options.cache_folder, folder, options.find_renames);
    std::optional<git::WalkLog> remembered = cache.empty() ? std::nullopt : git::load_walk(cache);
    if (!remembered || remembered->likeness != options.find_renames) {
        remembered = git::WalkLog{.likeness = options.find_renames};
    }
    if (options.find_renames != 0) {
        add_note(input,
                 "files edited as they moved are followed from " +
                     std::to_string(options.find_renames) + " % likeness (--find-renames)");
    }
    git::Walk walk{objects, shallow_ids(folder), std::move(*remembered)};
    walk.run(*head);
    // Writing costs as much as walking a fiftieth of the commits: until then they are walked again.
    constexpr std::uint64_t worth_writing = 50;
    if (!cache.empty() && walk.account().fresh * worth_writing >= walk.log().commits.size() &&
        walk.account().fresh != 0) {
        git::save_walk(cache, walk.log());
    }
    const git::Pinned bytes = objects.read(*head, git::ObjectType::commit);
    const std::optional<git::CommitText> text =
        bytes ? git::parse_commit(bytes.text()) : std::nullopt;
    const git::Snapshot snapshot = text ? git::take_snapshot(objects, text->tree) : git::Snapshot{};
    HistoryBuilder builder = walk.finish(git::People{snapshot.mailmap});
    builder.rest.owners = snapshot.owners;
    builder.rest.attributes = snapshot.attributes;
    builder.rest.releases = git::read_releases(repository, objects);
    builder.rest.heads = {*head};
    builder.rest.shallow = walk.account().shallow || walk.account().missing_parents != 0;
    builder.rest.partial = is_partial(folder);
    builder.rest.first_seen = {.source = input.name, .line = 0};
    for (const git::LiveBlob& file : snapshot.files) {
        builder.rest.live.push_back({.path = file.path});
    }
    History history = builder.take();
    look_at_busy_files(objects, snapshot, history);
    for (const Commit& commit : history.commits) {
        input.span.cover(instant(commit.committed * 1'000'000));
    }
    input.sha256 = to_text(*head);
    input.records = history.commits.size();
    note_account(walk.account(), history, input);
    if (has_replacements(repository)) {
        add_note(input, "replace refs are there and were not followed");
    }
    if (evidence.history == History{}) {
        evidence.history = std::move(history);
    } else {
        evidence.history.merge(history);
    }
}

Sureness recognises(const Sample& sample) noexcept {
    return sample.kind == SourceKind::git_repository ||
                   (sample.kind == SourceKind::bytes && git::is_bundle(sample.head))
               ? Sureness::certain
               : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    const git::Library library;
    if (stream.kind() == SourceKind::git_repository) {
        read_repository(git::open_repository(stream.path()).get(), options, evidence, input);
        return;
    }
    const git::TemporaryFolder folder;
    const git::Repository repository = git::unpack_bundle(stream, folder.path());
    const std::string bundle_sum = input.sha256;
    ReadOptions without_cache = options;
    without_cache.cache_folder.clear();  // the folder's name means nothing
    read_repository(repository.get(), without_cache, evidence, input);
    input.sha256 = bundle_sum;  // of its bytes, as for every file
}

}  // namespace

extern constinit const Reader git_history{
    .id = "git-history",
    .reads = "git repositories (SHA-1) and bundles, any version: give the folder, or "
             "`git bundle create history.bundle --all`",
    .yields = {Kind::history},
    .recognises = recognises,
    .read = read};

}  // namespace plimsoll::readers
