// Globs, classes of paths, module maps, and what is left out of change sets.
#include "evidence/change_sets.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "evidence/glob.hpp"
#include "evidence/history_builder.hpp"
#include "evidence/path_class.hpp"
#include "wire/bytes.hpp"

#include <chrono>
#include <numeric>

using namespace plimsoll;

namespace {

void add(HistoryBuilder& builder,
         int number,
         std::vector<std::string> files,
         std::uint8_t flags = 0,
         std::int64_t at = 0) {
    std::vector<TouchedFile> touched;
    for (const std::string& file : files) {
        touched.push_back({.path = builder.paths.number(file)});
    }
    CommitId id{};
    id[0] = static_cast<std::uint8_t>(number);
    builder.add(id,
                {.authored = at,
                 .committed = at,
                 .author = builder.authors.number("a"),
                 .landed = static_cast<std::uint32_t>(builder.size()),
                 .files = 1,
                 .flags = flags},
                touched);
}

}  // namespace

TEST_CASE("globs", "[glob]") {
    struct Case {
        const char* pattern;
        const char* path;
        bool matches;
    };
    for (const Case& each : {Case{"src/billing/**", "src/billing/a/b.c", true},
                             Case{"src/billing/**", "src/bill/a.c", false},
                             Case{"src/*/api.c", "src/x/api.c", true},
                             Case{"src/*/api.c", "src/x/y/api.c", false},
                             Case{"**/api.c", "api.c", true},
                             Case{"a/**/z", "a/z", true},
                             Case{"a/**/z", "a/b/c/z", true},
                             Case{"*.js", "deep/er/x.js", true},
                             Case{"/*.js", "deep/x.js", false},
                             Case{"/*.js", "x.js", true},
                             Case{"docs/", "docs/a/b", true},
                             Case{"docs", "x/docs/a", true},
                             Case{"/docs", "x/docs/a", false},
                             Case{"a?c", "abc", true},
                             Case{"a?c", "a/c", false},
                             Case{"*", "any/thing", true},
                             Case{"", "a", false},
                             Case{"/", "a", false},
                             Case{"**", "a/b", true},
                             Case{"src/a", "src/a/b.c", true},
                             Case{"src/a", "src/ab", false},
                             Case{"a*b*c", "aXbYc", true}}) {
        INFO(each.pattern << " " << each.path);
        CHECK(glob_matches(each.pattern, each.path) == each.matches);
    }
    // Stars upon stars must not take for ever.
    std::string stars;
    std::string deep;
    for (int i = 0; i < 200; ++i) {
        stars += "**/a*a*/";
        deep += "aaaaaaaaab/";
    }
    const auto begin = std::chrono::steady_clock::now();
    CHECK_FALSE(glob_matches(stars + "x", deep + "y"));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{2});
}

TEST_CASE("classes of paths", "[path-class]") {
    struct Case {
        const char* path;
        PathClass is;
    };
    for (const Case& each : {Case{"src/billing/invoice.rb", PathClass::product},
                             Case{"spec/a_spec.rb", PathClass::test},
                             Case{"src/a_test.go", PathClass::test},
                             Case{"app/tests/x.py", PathClass::test},
                             Case{"src/x.test.ts", PathClass::test},
                             Case{"README.md", PathClass::document},
                             Case{"package-lock.json", PathClass::manifest},
                             Case{"a/go.mod", PathClass::manifest},
                             Case{"vendor/x/y.go", PathClass::vendored},
                             Case{"config/locales/de.yml", PathClass::locale},
                             Case{"app/x.min.js", PathClass::generated},
                             Case{"img/logo.png", PathClass::asset},
                             Case{"src/features/login.ts", PathClass::product},
                             Case{"contest/a.c", PathClass::product},
                             Case{"", PathClass::product}}) {
        INFO(each.path);
        CHECK(class_of_path(each.path) == each.is);
    }
    for (const char* yes : {"db/migrate/1_a.rb",
                            "db/schema.rb",
                            "x/structure.sql",
                            "app/migrations/0001.py",
                            "ddl.sql"}) {
        CHECK(is_schema_path(yes));
    }
    for (const char* no : {"src/schema/a.c", "src/structure/a.c", "src/a.c", "lib/migrate.c"}) {
        INFO(no);
        CHECK_FALSE(is_schema_path(no));
    }
}

TEST_CASE("folders are split while one holds too much", "[change-sets]") {
    const std::vector<std::string> files{"a/x/1.c", "a/y/1.c", "a/top.c", "b/1.c", "main.c"};
    const std::vector<std::uint64_t> touches{40, 40, 5, 10, 5};
    CHECK(folder_modules(files, touches, 0.15) ==
          std::vector<std::string>{"a/x", "a/y", "a", "b", "(top)"});
    CHECK(folder_modules(files, touches, 0.9) ==
          std::vector<std::string>{"a", "a", "a", "b", "(top)"});
    CHECK(folder_modules({}, {}, 0.15).empty());
}

TEST_CASE("what is no change set is left out and counted", "[change-sets]") {
    HistoryBuilder builder;
    std::vector<std::string> many;
    for (int i = 0; i < 31; ++i) {
        many.push_back("src/f" + std::to_string(i) + ".c");
    }
    add(builder, 1, {"src/a.c", "src/b.c"}, 0, 100);
    add(builder, 2, {"README.md"}, 0, 200);
    add(builder, 3, many, 0, 300);
    add(builder, 4, {"src/a.c"}, Commit::bot, 400);
    add(builder, 5, {"src/a.c"}, Commit::merge, 500);
    add(builder, 6, {"src/a.c"}, Commit::cut, 600);
    add(builder, 7, {"src/b.c", "spec/b_spec.rb"}, Commit::fix, 50);
    add(builder, 8, {"other/x.c"}, 0, 700);
    add(builder, 9, {"src/a.c"}, 0, 800);
    Settings settings;
    settings.modules = {{"src/a.c", "a"}, {"src/**", "src"}};
    settings.masks = {
        {.from = instant(800'000'000), .until = instant(900'000'000), .why = "holiday"}};
    const ChangeSets sets = change_sets(builder.take(), settings);
    CHECK(sets.sets.size() == 2);
    CHECK(sets.sets[0].at == 50);
    CHECK(sets.sets[0].fix);
    CHECK(sets.files_of(0).size() == 1);
    CHECK(sets.files_of(1).size() == 2);
    CHECK(sets.modules == std::vector<std::string>{"a", "src"});
    CHECK(sets.source == ModuleSource::configured);
    CHECK(sets.account.bots == 1);
    CHECK(sets.account.cut == 1);
    CHECK(sets.account.merges == 1);
    CHECK(sets.account.masked == 1);
    CHECK(sets.account.too_large == 1);
    CHECK(sets.account.without_product == 1);
    CHECK(sets.account.without_module == 1);
}

TEST_CASE("CODEOWNERS makes modules when it divides", "[change-sets]") {
    HistoryBuilder builder;
    for (int i = 0; i < 20; ++i) {
        add(builder, i, {"x/" + std::to_string(i) + ".c", "y/" + std::to_string(i) + ".c"}, 0, i);
    }
    builder.rest.owners = {{"*", "@all"}, {"/x/", "@team-x"}, {"/y/", "@team-y"}};
    History history = builder.take();
    const ChangeSets owned = change_sets(history, {});
    CHECK(owned.source == ModuleSource::code_owners);
    CHECK(owned.modules == std::vector<std::string>{"@team-x", "@team-y"});
    history.owners = {{"*", "@all"}};
    CHECK(change_sets(history, {}).source == ModuleSource::folders);
}

TEST_CASE("moves are followed to the latest name, back and round", "[change-sets]") {
    HistoryBuilder builder;
    add(builder, 1, {"a.c", "b.c", "c.c"}, 0, 1);
    builder.rest.renames = {{1, "a.c", "b.c"}, {2, "b.c", "c.c"}, {3, "c.c", "a.c"}};
    const History history = builder.take();
    CHECK(follow_moves(history) == std::vector<std::uint32_t>{0, 0, 0});
}

TEST_CASE("histories merge like sets, whatever travels", "[history]") {
    const auto shard = [](int from, int to, bool lines) {
        HistoryBuilder builder;
        if (lines) {
            builder.with_lines();
        }
        for (int i = from; i < to; ++i) {
            add(builder, i, {"f" + std::to_string(i % 7), "g" + std::to_string(i % 5)}, 0, i);
        }
        builder.rest.renames = {{from, "f1", "g1"}};
        builder.rest.live = {
            {.path = "f" + std::to_string(from % 7), .lines = static_cast<std::uint32_t>(from)}};
        builder.rest.heads = {parse_commit_id(std::to_string(from + 10)).value()};
        builder.rest.first_seen = {.source = "s" + std::to_string(from), .line = 0};
        return builder.take();
    };
    const History a = shard(0, 20, false);
    const History b = shard(10, 40, true);
    const History c = shard(30, 60, false);
    const auto merged = [](History x, const History& y) {
        x.merge(y);
        return x;
    };
    const History left = merged(merged(a, b), c);
    CHECK(left == merged(a, merged(b, c)));
    CHECK(left == merged(merged(c, a), b));
    CHECK(left == merged(merged(b, c), a));
    CHECK(merged(left, {}) == left);
    CHECK(merged({}, left) == left);
    CHECK(merged(left, left) == left);
    CHECK(left.commits.size() == 60);
    left.validate();
    wire::ByteWriter out;
    out.put(left);
    wire::ByteReader in{out.out};
    History back;
    in.get(back);
    CHECK(back == left);
    back.ends.back() += 1;
    CHECK_THROWS_AS(back.validate(), Error);
    back = left;
    back.commits.front().author = 99;
    CHECK_THROWS_AS(back.validate(), Error);
    CHECK(to_text(*parse_commit_id("abcdef")) == "abcdef" + std::string(34, '0'));
    CHECK_FALSE(parse_commit_id("xyz"));
    CHECK_FALSE(parse_commit_id(""));
}
