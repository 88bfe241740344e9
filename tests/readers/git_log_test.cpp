// `git log` exports: the grammar in tables, and lines that are none.
#include "catch.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "readers/git/log_format.hpp"

#include <random>

namespace plimsoll::readers {
extern const Reader git_log;
}

using namespace plimsoll;
namespace git = plimsoll::readers::git;

namespace {

struct Read {
    Evidence evidence;
    Input input;
};

Read read(const std::string& text) {
    Read out;
    input::for_each_source_in("history.log", text, [&](input::Stream& stream, bool) {
        out.input.name = "history.log";
        (void)stream.sample();
        readers::git_log.read(stream, {}, out.evidence, out.input);
    });
    out.evidence.history.validate();
    return out;
}

Sureness sureness(const std::string& text) {
    return readers::git_log.recognises({.head = text, .whole = true});
}

}  // namespace

TEST_CASE("both formats are read", "[git-log]") {
    const Read read2 =
        read("--586b4eb--2015-06-15--Ada L\n35\t1\tsrc/vcs.clj\n-\t-\tlogo.png\n\n"
             "--1111111--2015-06-16--Bob\n--2222222--2015-06-17--Bob\n1\t2\tsrc/vcs.clj\n");
    const History& history = read2.evidence.history;
    CHECK(history.commits.size() == 3);
    CHECK(history.paths == std::vector<std::string>{"logo.png", "src/vcs.clj"});
    CHECK(history.authors == std::vector<std::string>{"ada l", "bob"});
    CHECK(history.touched(2).size() == 2);
    CHECK(history.added == std::vector<std::uint32_t>{1, 0, 35});
    CHECK(read2.input.records == 3);
    CHECK(read2.input.skipped == 0);
    const Read legacy = read("[586b4eb] Ada L 2015-06-15 fix 2014-01-01 bug\n3\t1\ta.c\n");
    CHECK(legacy.evidence.history.commits.at(0).is(Commit::fix));
    CHECK(to_date(*legacy.input.span.from) == "2015-06-15");
}

TEST_CASE("headers, lines and moves in tables", "[git-log]") {
    CHECK(git::parse_log_header("--ab12--2020-01-02--A--B")->author == "A--B");
    CHECK(git::parse_log_header("[ab12] A B 2020-01-02")->subject.empty());
    for (const char* bad : {"--xyz--2020-01-02--A",
                            "--ab12--20-01-02--A",
                            "--ab12--2020-01-02",
                            "[ab12 A 2020-01-02 x",
                            "ab12",
                            "",
                            "--",
                            "["}) {
        INFO(bad);
        CHECK_FALSE(git::parse_log_header(bad));
    }
    for (const char* bad : {"1\t2\t", "1\tb\tx", "1 2 x", "\t", ""}) {
        INFO(bad);
        CHECK_FALSE(git::parse_log_change(bad));
    }
    CHECK(git::lines_of("-") == 0);
    CHECK(git::lines_of("99999999999") == 0xFFFFFFFFU);
    CHECK(git::unquoted("\"a\\303\\244\\t\\\"b\\\\\"") == "a\xC3\xA4\t\"b\\");
    CHECK(git::unquoted("\"a\\30") == "\"a\\30");
    struct Move {
        const char* text;
        const char* from;
        const char* to;
    };
    for (const Move& move : {Move{"a => b", "a", "b"},
                             Move{"x/{a => b}/c", "x/a/c", "x/b/c"},
                             Move{"x/{ => b}/c", "x/c", "x/b/c"},
                             Move{"x/{a => }/c", "x/a/c", "x/c"},
                             Move{"{a => b}/c", "a/c", "b/c"}}) {
        INFO(move.text);
        CHECK(git::moved_path(move.text)->from == move.from);
        CHECK(git::moved_path(move.text)->to == move.to);
    }
    CHECK_FALSE(git::moved_path("a/b"));
}

TEST_CASE("only logs are taken for logs", "[git-log]") {
    CHECK(sureness("--586b4eb--2015-06-15--Ada\n") == Sureness::certain);
    CHECK(sureness("\n[586b4eb] Ada 2015-06-15 x\n") == Sureness::likely);
    for (const char* no :
         {"", "-- a comment\n", "[2020-01-02] log line\n", "commit 586b4eb\n", "{\"a\":1}"}) {
        CHECK(sureness(no) == Sureness::no);
    }
}

TEST_CASE("what is no log is skipped and counted", "[git-log][hostile]") {
    const Read bad = read(
        "1\t2\tbefore.c\n--586b4eb--2015-06-15--Ada\nnonsense\n3\t1\ta.c\n--1--2015-02-31--X\n");
    CHECK(bad.input.skipped == 3);
    CHECK(bad.input.first_skipped.line == 1);
    CHECK(bad.evidence.history.commits.size() == 1);
    std::mt19937 random{7};
    std::string noise;
    for (int i = 0; i < 200'000; ++i) {
        noise += "-[]0af\t\n {}=>\"\\\x00\xFF"[random() % 18];
    }
    (void)read(noise);
    (void)read(std::string(1U << 20U, '-'));
    (void)read("--a--2020-01-01--x\n1\t1\t" + std::string(9U << 20U, 'p'));
}

TEST_CASE("a log cut between commits gives the whole when merged", "[git-log]") {
    std::string whole;
    std::vector<std::string> parts;
    for (int i = 0; i < 30; ++i) {
        std::string part = "--" + std::to_string(1000000 + i) + "--2020-01-0" +
                           std::to_string(1 + i % 9) + "--A" + std::to_string(i % 4) + "\n";
        for (int file = 0; file <= i % 5; ++file) {
            part += std::to_string(i) + "\t" + std::to_string(file) + "\tsrc/f" +
                    std::to_string((i * 7 + file) % 11) + "\n";
        }
        whole += part + "\n";
        parts.push_back(part);
    }
    const History truth = read(whole).evidence.history;
    std::mt19937 random{3};
    for (int round = 0; round < 10; ++round) {
        std::shuffle(parts.begin(), parts.end(), random);
        History left;
        History right;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            (i % 3 == 0 ? left : right).merge(read(parts[i]).evidence.history);
        }
        right.merge(left);
        right.merge(History{});
        CHECK(right == truth);
        right.merge(truth);
        CHECK(right == truth);
    }
}
