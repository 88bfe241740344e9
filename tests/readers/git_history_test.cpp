// The git reader against repositories made here, whose truth is known.
#include "catch.hpp"
#include "core/error.hpp"
#include "evidence/change_sets.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "readers/git/commit_text.hpp"
#include "readers/git/people.hpp"
#include "readers/git/ring.hpp"
#include "readers/git/snapshot.hpp"
#include "readers/git/walk_log.hpp"
#include "support/test_repository.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace plimsoll::readers {
extern const Reader git_history;
}

using namespace plimsoll;
using test::TestRepository;

namespace {

struct Read {
    Evidence evidence;
    Input input;
    [[nodiscard]] const History& history() const { return evidence.history; }
    [[nodiscard]] std::vector<std::string> files_of(const std::string& id) const {
        const auto found = std::ranges::lower_bound(history().ids, *parse_commit_id(id));
        std::vector<std::string> out;
        for (const std::uint32_t path :
             history().touched(static_cast<std::size_t>(found - history().ids.begin()))) {
            out.push_back(history().paths[path]);
        }
        return out;
    }
    [[nodiscard]] const Commit& commit(const std::string& id) const {
        const auto found = std::ranges::lower_bound(history().ids, *parse_commit_id(id));
        return history().commits[static_cast<std::size_t>(found - history().ids.begin())];
    }
};

Read read_folder(const std::string& folder, const ReadOptions& options = {}) {
    Read out;
    const std::vector<std::string> paths{folder};
    input::for_each_source(paths, [&](input::Stream& stream, bool) {
        out.input.name = stream.name();
        REQUIRE(readers::git_history.recognises(stream.sample()) == Sureness::certain);
        readers::git_history.read(stream, options, out.evidence, out.input);
    });
    out.history().validate();
    return out;
}

Read read_bytes(const std::string& bytes) {
    Read out;
    input::for_each_source_in("history.bundle", bytes, [&](input::Stream& stream, bool) {
        if (readers::git_history.recognises(stream.sample()) == Sureness::certain) {
            readers::git_history.read(stream, {}, out.evidence, out.input);
        }
    });
    return out;
}

TestRepository::Change change(std::map<std::string, std::string> put,
                              std::int64_t at,
                              std::string message = "work") {
    TestRepository::Change out;
    out.put = std::move(put);
    out.at = at;
    out.message = std::move(message);
    return out;
}

}  // namespace

TEST_CASE("a commit holds the files that differ from its parent", "[git]") {
    TestRepository repository;
    const std::string first =
        repository.commit(change({{"a/x.c", "1"}, {"b/y.c", "1"}, {"a.c", "1"}}, 1000));
    const std::string second =
        repository.commit(change({{"a/x.c", "2"}, {"a/deep/er/z.c", "1"}}, 2000, "fix: crash"));
    TestRepository::Change removal = change({}, 3000, "Revert \"work\"");
    removal.remove = {"b/y.c"};
    const std::string third = repository.commit(removal);
    const Read read = read_folder(repository.folder());
    CHECK(read.input.records == 3);
    CHECK(read.input.sha256 == third);
    CHECK(read.files_of(first) == std::vector<std::string>{"a.c", "a/x.c", "b/y.c"});
    CHECK(read.files_of(second) == std::vector<std::string>{"a/deep/er/z.c", "a/x.c"});
    CHECK(read.files_of(third) == std::vector<std::string>{"b/y.c"});
    CHECK(read.commit(second).is(Commit::fix));
    CHECK_FALSE(read.commit(second).is(Commit::revert));
    CHECK(read.commit(third).is(Commit::revert));
    CHECK(read.commit(first).committed == 1000);
    CHECK(read.history().live.size() == 3);
    CHECK(read.history().authors == std::vector<std::string>{"ada@example.com"});
}

TEST_CASE("a file and a folder may change places", "[git]") {
    TestRepository repository;
    repository.commit(change({{"a", "1"}, {"a.b", "1"}}, 1000));
    TestRepository::Change swap = change({{"a/b", "2"}}, 2000);
    swap.remove = {"a"};
    const std::string second = repository.commit(swap);
    CHECK(read_folder(repository.folder()).files_of(second) ==
          std::vector<std::string>{"a", "a/b"});
}

TEST_CASE("a move without a change is no change, and is followed", "[git]") {
    TestRepository repository;
    repository.commit(change({{"old.c", "same"}, {"k.c", "1"}}, 1000));
    TestRepository::Change move = change({{"new.c", "same"}, {"k.c", "2"}}, 2000);
    move.remove = {"old.c"};
    const std::string moved = repository.commit(move);
    const Read read = read_folder(repository.folder());
    CHECK(read.files_of(moved) == std::vector<std::string>{"k.c"});
    CHECK(read.commit(moved).files == 3);
    REQUIRE(read.history().renames.size() == 1);
    CHECK(read.history().renames.front() == Rename{.at = 2000, .from = "old.c", .to = "new.c"});
    const ChangeSets sets = change_sets(read.history(), {});
    CHECK(std::ranges::find(sets.files, "new.c") != sets.files.end());
    CHECK(std::ranges::find(sets.files, "old.c") == sets.files.end());
}

TEST_CASE("a file that was edited as it moved is followed when the caller asks for it", "[git]") {
    TestRepository repository;
    std::string text;
    for (int i = 0; i < 40; ++i) {
        text += "line number " + std::to_string(i) + " of a file that is long enough\n";
    }
    repository.commit(change({{"old/a.c", text}, {"old/b.c", "something else\n"}}, 1000));
    TestRepository::Change move = change(
        {{"new/a.c", text + "and one more\n"}, {"new/c.c", "of no likeness to anything here\n"}},
        2000);
    move.remove = {"old/a.c", "old/b.c"};
    const std::string id = repository.commit(move);
    using Files = std::vector<std::string>;
    const Read plain = read_folder(repository.folder());
    CHECK(plain.files_of(id) == Files{"new/a.c", "new/c.c", "old/a.c", "old/b.c"});
    CHECK(plain.history().renames.empty());

    TestRepository cache;
    ReadOptions options;
    options.cache_folder = cache.folder() + "/cache";
    CHECK(read_folder(repository.folder(), options).history() == plain.history());
    ReadOptions wanted = options;
    wanted.find_renames = 60;
    for (int again = 0; again < 2; ++again) {  // what was remembered for other wishes is not used
        const Read read = read_folder(repository.folder(), wanted);
        CHECK(read.files_of(id) == Files{"new/a.c", "new/c.c", "old/b.c"});
        REQUIRE(read.history().renames.size() == 1);
        CHECK(read.history().renames[0].from == "old/a.c");
        CHECK(read.history().renames[0].to == "new/a.c");
        CHECK(read.input.note.find("60 % likeness (--find-renames)") != std::string::npos);
        CHECK(read.commit(id).files == 4);
        CHECK(read_folder(repository.folder(), options).history() == plain.history());
    }
    // A walk remembered for one wish does not push out that for another.
    const std::filesystem::directory_iterator files{options.cache_folder};
    CHECK(std::distance(begin(files), end(files)) == 2);
    wanted.find_renames = 100;  // nothing is as alike as that
    CHECK(read_folder(repository.folder(), wanted).history().renames.empty());
}

TEST_CASE("the configuration of a stranger's repository does not steer what is read", "[git]") {
    TestRepository repository;
    std::string text;
    for (int i = 0; i < 40; ++i) {
        text += "line number " + std::to_string(i) + " of a file that is long enough\n";
    }
    repository.commit(change({{"old/a.c", text}}, 1000));
    TestRepository::Change move = change({{"new/a.c", text + "and one more\n"}}, 2000);
    move.remove = {"old/a.c"};
    repository.commit(move);
    const Read plain = read_folder(repository.folder());
    std::ofstream{repository.folder() + "/config", std::ios::app}
        << "[plimsoll]\n\tfindRenames = 50\n[diff]\n\trenames = copies\n"
           "[mailmap]\n\tblob = HEAD:new/a.c\n[log]\n\tmailmap = true\n";
    const Read steered = read_folder(repository.folder());
    CHECK(steered.history() == plain.history());
    CHECK(steered.input.note == plain.input.note);
}

TEST_CASE("merges bring in what no merge before did", "[git]") {
    TestRepository repository;
    const std::string base = repository.commit(change({{"a.c", "1"}}, 1000));
    const std::string branch = repository.commit(change({{"b.c", "1"}}, 2000), {base});
    const std::string branch2 = repository.commit(change({{"c.c", "1"}}, 2500), {branch});
    const std::string line = repository.commit(change({{"d.c", "1"}}, 3000), {base});
    const std::string merge =
        repository.commit(change({{"b.c", "1"}, {"c.c", "1"}}, 4000), {line, branch2});
    const Read read = read_folder(repository.folder());
    const auto landed = [&](const std::string& id) {
        return to_text(read.history().ids[read.commit(id).landed]);
    };
    CHECK(landed(base) == base);
    CHECK(landed(line) == line);
    CHECK(landed(branch) == merge);
    CHECK(landed(branch2) == merge);
    CHECK(read.commit(merge).is(Commit::merge));
    CHECK(read.files_of(merge).empty());
    CHECK(read.commit(merge).is(Commit::first_parent));
    CHECK_FALSE(read.commit(branch).is(Commit::first_parent));
    const ChangeSets sets = change_sets(read.history(), {});
    CHECK(sets.unit == ChangeUnit::pull_request);
    CHECK(sets.sets.size() == 3);
    CHECK(sets.files_of(2).size() == 2);
}

TEST_CASE("people go through .mailmap, programs are told apart", "[git]") {
    TestRepository repository;
    repository.commit(
        change({{".mailmap", "Ada <ada@example.com> <OLD@example.com>\n"}, {"a.c", "1"}}, 1000));
    TestRepository::Change old = change({{"a.c", "2"}}, 2000);
    old.email = "old@example.com";
    repository.commit(old);
    TestRepository::Change robot = change({{"a.c", "3"}}, 3000);
    robot.name = "dependabot[bot]";
    robot.email = "49699333+dependabot[bot]@users.noreply.github.com";
    const std::string bot = repository.commit(robot);
    const Read read = read_folder(repository.folder());
    CHECK(read.history().authors.size() == 2);
    CHECK(read.commit(bot).is(Commit::bot));
    CHECK(change_sets(read.history(), {}).account.bots == 1);
}

TEST_CASE("odd names keep their bytes", "[git]") {
    TestRepository repository;
    const std::string odd = "caf\xE9/\xC3\xA4 \"x\".c";
    const std::string id = repository.commit(change({{odd, "1"}}, 1000));
    CHECK(read_folder(repository.folder()).files_of(id) == std::vector<std::string>{odd});
}

TEST_CASE("a shallow clone is said to be one, and its edge has no change set", "[git]") {
    TestRepository repository;
    repository.commit(change({{"a.c", "1"}}, 1000));
    const std::string edge = repository.commit(change({{"b.c", "1"}}, 2000));
    repository.commit(change({{"c.c", "1"}}, 3000));
    std::ofstream{repository.folder() + "/shallow"} << edge << "\n";
    const Read read = read_folder(repository.folder());
    CHECK(read.history().shallow);
    CHECK(read.input.records == 2);
    CHECK(read.commit(edge).is(Commit::cut));
    CHECK(read.files_of(edge).empty());
    CHECK(read.input.note.find("shallow") != std::string::npos);
    CHECK(change_sets(read.history(), {}).account.cut == 1);
}

TEST_CASE("a damaged commit at HEAD is an error and no empty history", "[git][hostile]") {
    TestRepository repository;
    repository.commit(change({{"a.c", "1"}}, 1000));
    const std::string middle = repository.commit(change({{"b.c", "1"}}, 2000));
    const std::string head = repository.commit(change({{"c.c", "1"}}, 3000));
    const auto object = [&](const std::string& id) {
        return repository.folder() + "/objects/" + id.substr(0, 2) + "/" + id.substr(2);
    };
    // A parent that is gone: what is after it is there, and that it was cut is said.
    std::filesystem::remove(object(middle));
    const Read read = read_folder(repository.folder());
    CHECK(read.input.records == 1);
    CHECK(read.input.skipped == 1);
    CHECK(read.input.first_skipped.why.find("parents are missing") != std::string::npos);
    CHECK(read.input.note.find("shallow") == std::string::npos);
    CHECK(read.commit(head).is(Commit::cut));
    CHECK(read.history().shallow);
    for (const std::string& damage : {std::string{"garbage"}, std::string{}}) {
        std::filesystem::remove(object(head));  // git makes objects read-only
        std::ofstream{object(head)} << damage;
        try {
            read_folder(repository.folder());
            FAIL("read");
        } catch (const Error& error) {
            CHECK(error.parts().status == Status::unreadable);
            CHECK(error.parts().why.find(head) != std::string::npos);
            CHECK(error.parts().remedy.find("fsck") != std::string::npos);
        }
    }
    std::ofstream{repository.folder() + "/HEAD"} << "nonsense";
    CHECK_THROWS_AS(read_folder(repository.folder()), Error);
    std::ofstream{repository.folder() + "/HEAD"} << "ref: refs/heads/not-yet-born\n";
    CHECK(read_folder(repository.folder()).history().empty());
}

TEST_CASE("SHA-256 is refused by name, an empty repository is an empty history", "[git]") {
    TestRepository repository;
    CHECK(read_folder(repository.folder()).history().empty());
    std::ofstream{repository.folder() + "/config", std::ios::app}
        << "[extensions]\n\tobjectFormat = SHA256\n";
    try {
        read_folder(repository.folder());
        FAIL("read");
    } catch (const Error& error) {
        CHECK(error.parts().what.find("SHA-256") != std::string::npos);
        CHECK_FALSE(error.parts().remedy.empty());
    }
}

TEST_CASE("a bundle gives the history of its repository", "[git]") {
    TestRepository repository;
    for (int i = 0; i < 40; ++i) {
        repository.commit(change(
            {{"src/m" + std::to_string(i % 3) + "/f.c", std::string(200, 'x') + std::to_string(i)},
             {"src/common.c", std::to_string(i)}},
            1000 + i));
    }
    repository.tag("v1");
    const Read folder = read_folder(repository.folder());
    Read bundle = read_bytes(repository.bundle());
    CHECK(bundle.input.records == 40);
    bundle.evidence.history.first_seen = folder.history().first_seen;
    bundle.evidence.history.releases = folder.history().releases;  // the bundle holds main only
    CHECK(bundle.history() == folder.history());
    CHECK(folder.history().releases.size() == 1);
}

TEST_CASE("a damaged bundle ends in an Error of four parts, and leaves nothing behind",
          "[git][hostile]") {
    TestRepository repository;
    repository.commit(change({{"a.c", "1"}}, 1000));
    const std::string whole = repository.bundle();
    const auto left_behind = [] {
        std::size_t count = 0;
        for (const auto& entry :
             std::filesystem::directory_iterator{std::filesystem::temp_directory_path()}) {
            const std::string name = entry.path().filename().string();
            count += name.starts_with("plimsoll-") && !name.starts_with("plimsoll-test-") ? 1 : 0;
        }
        return count;
    };
    const std::size_t before = left_behind();
    std::vector<std::string> damaged{
        "# v2 git bundle\n",
        "# v2 git bundle\n\n",
        "# v2 git bundle\nzzz main\n\nPACK",
        "# v3 git bundle\n@object-format=sha256\n" + std::string(64, 'a') + " HEAD\n\n",
        "# v2 git bundle\n-" + repository.head() + " base\n" + repository.head() + " HEAD\n\n"};
    for (std::size_t cut = 30; cut < whole.size(); cut += 17) {
        damaged.push_back(whole.substr(0, cut));
    }
    std::string flipped = whole;
    flipped[whole.size() - 30] = static_cast<char>(flipped[whole.size() - 30] ^ 0x55);
    damaged.push_back(flipped);
    for (const std::string& bytes : damaged) {
        try {
            const Read read = read_bytes(bytes);
            CHECK(read.history().empty());
        } catch (const Error& error) {
            CHECK(error.parts().status == Status::untrusted);
            CHECK_FALSE(error.parts().why.empty());
        }
    }
    CHECK(left_behind() == before);
}

TEST_CASE("a remembered walk gives the same history, and damage to it is noticed", "[git]") {
    TestRepository repository;
    ReadOptions options;
    TestRepository cache;  // a folder of its own
    options.cache_folder = cache.folder() + "/cache";
    for (int i = 0; i < 12; ++i) {
        repository.commit(
            change({{"f" + std::to_string(i % 4) + ".c", std::to_string(i)}}, 1000 + i));
    }
    const History first = read_folder(repository.folder(), options).history();
    CHECK(first == read_folder(repository.folder(), options).history());
    repository.commit(change({{"late.c", "1"}}, 5000));
    const History grown = read_folder(repository.folder(), options).history();
    CHECK(grown == read_folder(repository.folder()).history());
    CHECK(grown.commits.size() == 13);
    for (const auto& entry : std::filesystem::directory_iterator{options.cache_folder}) {
        std::fstream file{entry.path(), std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(entry.path()) / 2));
        file.put('!');
    }
    CHECK(read_folder(repository.folder(), options).history() == grown);
    // What cannot be read or written means no cache: a folder in its place, a file in the folder's.
    const std::filesystem::path file = std::filesystem::directory_iterator {
        options.cache_folder
        } -> path();
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    CHECK(read_folder(repository.folder(), options).history() == grown);
    CHECK(std::distance(std::filesystem::directory_iterator{options.cache_folder}, {}) == 1);
    std::filesystem::remove_all(options.cache_folder);
    std::ofstream{options.cache_folder} << "no folder";
    CHECK(read_folder(repository.folder(), options).history() == grown);
}

TEST_CASE("a packed walk comes back, a broken one does not", "[git][hostile]") {
    readers::git::WalkLog log;
    readers::git::Walked commit;
    commit.id[0] = 7;
    commit.facts.author = log.identities.number("A <a@b>");
    log.touched = {log.paths.number("x"), log.paths.number("y")};
    commit.paths = {0, 2};
    log.add(commit);
    const std::string bytes = readers::git::pack_walk(log);
    const auto back = readers::git::unpack_walk(bytes);
    REQUIRE(back);
    CHECK(back->commits.size() == 1);
    CHECK(back->paths_of(back->commits.front()).size() == 2);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string broken = bytes;
        broken[at] = static_cast<char>(broken[at] ^ 1);
        CHECK_FALSE(readers::git::unpack_walk(broken));
        CHECK_FALSE(readers::git::unpack_walk(bytes.substr(0, at)));
    }
}

TEST_CASE("commit objects are read as git writes them, and worse", "[git][hostile]") {
    const std::string tree(40, 'a');
    const std::string good = "tree " + tree + "\nparent " + tree +
                             "\nauthor A <a@x> 1700000000 +0100\n" +
                             "committer B <b@x> 1700000001 -0500\ngpgsig x\n y\n\nfix it\n\nmore";
    const auto text = readers::git::parse_commit(good);
    REQUIRE(text);
    CHECK(text->parents.size() == 1);
    CHECK(text->author == "A <a@x>");
    CHECK(text->authored == 1'700'000'000);
    CHECK(text->committed == 1'700'000'001);
    CHECK(text->subject == "fix it");
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
        (void)readers::git::parse_commit(good.substr(0, cut));
    }
    CHECK_FALSE(readers::git::parse_commit("tree zz\n"));
    CHECK_FALSE(readers::git::parse_commit(""));
    CHECK(readers::git::parse_commit("tree " + tree + "\nauthor x\n")->authored == 0);
    CHECK(readers::git::clamp_seconds(-5) == 0);
    CHECK(readers::git::clamp_seconds(std::int64_t{1} << 60) == 7'258'118'400);
}

TEST_CASE("subjects that admit a fix", "[git]") {
    using readers::git::flags_of_subject;
    for (const char* yes : {"fix: a",
                            "Fixes #3",
                            "bugfix",
                            "hotfix for x",
                            "Revert \"a\"",
                            "a regression",
                            "crash!"}) {
        INFO(yes);
        CHECK((flags_of_subject(yes) & Commit::fix) != 0);
    }
    for (const char* no : {"prefix", "add fixture", "suffix", "debugging", "", "refactor"}) {
        INFO(no);
        CHECK(flags_of_subject(no) == 0);
    }
    CHECK((flags_of_subject("Revert \"x\"") & Commit::revert) != 0);
    CHECK((flags_of_subject("reverting") & Commit::revert) == 0);
}

TEST_CASE("the ring keeps what is pinned and forgets the oldest", "[git]") {
    readers::git::Ring ring{64U << 10U};
    readers::git::Pinned held = ring.make(1, 1000, 2);
    std::ranges::fill(held.bytes(), 'h');
    for (std::uint64_t key = 2; key < 2000; ++key) {
        readers::git::Pinned made = ring.make(key, 50 + key % 700, 2);
        std::ranges::fill(made.bytes(), static_cast<char>(key));
        const readers::git::Pinned again = ring.find(key);
        if (again) {
            CHECK(std::ranges::all_of(again.text(),
                                      [&](char c) { return c == static_cast<char>(key); }));
        }
    }
    CHECK(std::ranges::all_of(held.text(), [](char c) { return c == 'h'; }));
    held = {};
    for (std::uint64_t key = 5000; key < 7000; ++key) {
        readers::git::Pinned made = ring.make(key, 600, 2);
        std::ranges::fill(made.bytes(), 'z');
        CHECK(ring.find(key));
    }
    CHECK_FALSE(ring.find(1));
    CHECK_FALSE(ring.find(5000));
}

TEST_CASE("CODEOWNERS, .gitattributes and indentation", "[git]") {
    const auto owners =
        readers::git::parse_owners("# c\n*.js @web\n/src/billing/ @pay @lead # why\r\n[Section]\n");
    REQUIRE(owners.size() == 2);
    CHECK(owners[1] == PathRule{.pattern = "/src/billing/", .value = "@pay @lead"});
    CHECK(readers::git::parse_attributes(
              "a.c linguist-generated=true\n*.x text\nv/** linguist-vendored\n")
              .size() == 2);
    const LiveFile file = readers::git::measure_indent("f", "a\n\tb\n        c\n\n  \nd");
    CHECK(file.lines == 4);
    CHECK(file.indent == 3);
}
