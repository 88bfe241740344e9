// code-maat to the letter: definitions worked out by hand, and Clojure's hashes as Clojure 1.11
// gives them.
#include "app/clojure_order.hpp"
#include "app/compat_code_maat.hpp"
#include "catch.hpp"
#include "core/error.hpp"

#include <array>
#include <filesystem>
#include <fstream>

using namespace plimsoll;

namespace {

class LogFile {
public:
    explicit LogFile(const std::string& text)
        : path_{(std::filesystem::temp_directory_path() / "plimsoll-code-maat-test.txt").string()} {
        std::ofstream{path_, std::ios::binary} << text;
    }
    ~LogFile() { std::filesystem::remove(path_); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string run(const std::string& log, app::CodeMaatOptions options) {
    const LogFile file{log};
    const std::vector<std::string> paths{file.path()};
    return app::compat_code_maat(paths, options, {});
}

const std::string three = "--a1--2020-01-01--Ann\n10\t1\tx.c\n5\t0\ty.c\n\n"
                          "--a2--2020-01-02--Bob\n2\t2\tx.c\n3\t0\ty.c\n-\t-\tz.png\n\n"
                          "--a3--2020-03-31--Ann\n1\t0\tx.c\n";

}  // namespace

TEST_CASE("hashes are Clojure's", "[code-maat]") {
    struct Known {
        const char* text;
        std::uint32_t hash;
        std::uint32_t rev;   // of {:rev text}
        std::uint32_t list;  // of (text "b")
    };
    for (const Known& known : {Known{"", 0U, 4059245532U, 2300069860U},
                               Known{"a", 1455541201U, 2256480881U, 3537702458U},
                               Known{"src/main.c", 3430541897U, 347396537U, 714772645U},
                               Known{"\xC3\xBCn\xC3\xAF"
                                     "code/\xC3\x9F",
                                     3372120954U,
                                     3630130486U,
                                     2996580702U},
                               Known{"\xF0\x9F\x98\x80x", 2296350788U, 1387468816U, 1220929741U}}) {
        CHECK(app::clojure::hash_text(known.text) == known.hash);
        CHECK(app::clojure::hash_entry("rev", known.text) == known.rev);
        CHECK(app::clojure::hash_ordered(std::array{app::clojure::hash_text(known.text),
                                                    app::clojure::hash_text("b")}) == known.list);
    }
    CHECK(app::clojure::utf16("\xFF\xC3(") == u"\uFFFD\uFFFD(");
    CHECK(app::clojure::map_order(std::array<std::uint32_t, 3>{9, 1, 5}) ==
          std::vector<std::uint32_t>{0, 1, 2});
    CHECK(app::clojure::map_order(std::array<std::uint32_t, 9>{33, 1, 0, 2, 3, 4, 5, 6, 1}) ==
          std::vector<std::uint32_t>{2, 1, 8, 0, 3, 4, 5, 6, 7});
}

TEST_CASE("coupling cuts degrees off, rounds averages up, compares both exactly", "[code-maat]") {
    app::CodeMaatOptions options;
    options.min_revs = 2;
    options.min_shared_revs = 2;
    // x: 3 revisions, y: 2; shared 2; average 2.5; degree 80.
    CHECK(run(three, options) == "entity,coupled,degree,average-revs\nx.c,y.c,80,3\n");
    options.min_coupling = 81;
    CHECK(run(three, options) == "entity,coupled,degree,average-revs\n");
    options.min_coupling = 80;
    options.max_coupling = 79;
    CHECK(run(three, options) == "entity,coupled,degree,average-revs\n");
    options.max_coupling = 100;
    options.min_revs = 3;  // the average is 2.5, whatever is printed
    CHECK(run(three, options) == "entity,coupled,degree,average-revs\n");
    options = {.min_revs = 1, .min_shared_revs = 1, .max_changeset_size = 2};
    // The second commit is too large: x keeps two revisions, y one.
    CHECK(run(three, options) == "entity,coupled,degree,average-revs\nx.c,y.c,66,2\n");
    options.verbose_results = true;
    CHECK(run(three, options) ==
          "entity,coupled,degree,average-revs,first-entity-revisions,second-entity-revisions,"
          "shared-revisions\nx.c,y.c,66,2,2,1,1\n");
}

TEST_CASE("sum of coupling is strict about min-revs and knows no size", "[code-maat]") {
    app::CodeMaatOptions options{.analysis = "soc", .min_revs = 2, .max_changeset_size = 1};
    CHECK(run(three, options) == "entity,soc\ny.c,3\nx.c,3\n");
    options.min_revs = 3;
    CHECK(run(three, options) == "entity,soc\n");
}

TEST_CASE("revisions, age, ownership, main developers, communication", "[code-maat]") {
    CHECK(run(three, {.analysis = "revisions"}) == "entity,n-revs\nx.c,3\ny.c,2\nz.png,1\n");
    CHECK(run(three, {.analysis = "revisions", .rows = 1}) == "entity,n-revs\nx.c,3\n");
    CHECK(run(three, {.analysis = "age", .age_time_now = "2020-04-30"}) ==
          "entity,age-months\nx.c,1\ny.c,3\nz.png,3\n");
    CHECK(run(three, {.analysis = "age", .age_time_now = "2020-03-31"}) ==
          "entity,age-months\nx.c,2\ny.c,2\nz.png,2\n");
    CHECK_THROWS_AS(run(three, {.analysis = "age"}), Error);
    CHECK(run(three, {.analysis = "entity-ownership"}) ==
          "entity,author,added,deleted\nx.c,Ann,11,1\nx.c,Bob,2,2\ny.c,Ann,5,0\ny.c,Bob,3,0\nz.png,"
          "Bob,0,0\n");
    CHECK(run(three, {.analysis = "main-dev"}) ==
          "entity,main-dev,added,total-added,ownership\nx.c,Ann,11,13,0.85\ny.c,Ann,5,8,0.63\nz."
          "png,Bob,0,0,0.0\n");
    CHECK(run(three, {.analysis = "communication"}) ==
          "author,peer,shared,average,strength\nBob,Ann,2,3,66\nAnn,Bob,2,3,66\n");
    CHECK_THROWS_AS(run(three, {.analysis = "nonsense"}), Error);
    CHECK_THROWS_AS(run("this is no log\n", {}), Error);
}

TEST_CASE("groups and windows of days", "[code-maat]") {
    const LogFile keep{""};
    const std::string groups = keep.path() + ".groups";
    std::ofstream{groups} << "src/a => A\n\n^src/(b|c)/.*$ => Rest\n";
    const std::string log =
        "--a1--2020-01-01--Ann\n1\t1\tsrc/a/x.c\n1\t1\tsrc/b/y.c\n1\t1\tdoc/z\n\n"
        "--a2--2020-01-03--Ann\n1\t1\tsrc/c/y.c\n";
    CHECK(run(log, {.analysis = "revisions", .group = groups}) == "entity,n-revs\nRest,2\nA,1\n");
    std::ofstream{groups} << "nonsense\n";
    CHECK_THROWS_AS(run(log, {.analysis = "revisions", .group = groups}), Error);
    std::filesystem::remove(groups);
    // Windows of two days: 1-2 January ends on the 1st, 2-3 January on the 3rd.
    CHECK(run(log, {.analysis = "soc", .min_revs = 0, .temporal_period = 2}) ==
          "entity,soc\nsrc/b/y.c,2\nsrc/a/x.c,2\ndoc/z,2\n");
    CHECK(run(log, {.analysis = "soc", .min_revs = 0, .temporal_period = 3}) ==
          "entity,soc\nsrc/c/y.c,3\nsrc/b/y.c,3\nsrc/a/x.c,3\ndoc/z,3\n");
    CHECK(run(log, {.analysis = "soc", .min_revs = 0, .temporal_period = 9}) == "entity,soc\n");
}

TEST_CASE("cells are quoted where CSV needs it", "[code-maat]") {
    CHECK(run("--a--2020-01-01--A\n1\t1\ta,\"b\".c\n", {.analysis = "revisions"}) ==
          "entity,n-revs\n\"a,\"\"b\"\".c\",1\n");
}
