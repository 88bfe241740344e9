// The program as its users meet it: exit statuses, messages, outputs that are whole or not there.
#include "catch.hpp"
#include "support/packing.hpp"
#include "support/run_program.hpp"
#include "support/test_repository.hpp"
#include "wire/json.hpp"

#include <filesystem>

using namespace plimsoll;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;

namespace {

// One kind of evidence, small and real in shape.
const std::string gauges = "at,name,value,limit\n"
                           "2026-11-20T08:00:00Z,pool.web.busy,4,20\n"
                           "2026-11-20T08:00:01Z,pool.web.busy,5,20\n"
                           "2026-11-20T08:00:02Z,pool.web.busy,3,20\n";

bool is_four_part(const std::string& err) {
    return err.find("error: ") != std::string::npos && err.find("  try ") != std::string::npos;
}

}  // namespace

TEST_CASE("an empty folder is an input that is missing", "[program]") {
    const TemporaryFolder folder;
    const Ran ran = run_program({"audit", folder.path(), "--json", folder.path("out.json")});
    CHECK(ran.status == 3);
    CHECK(ran.out.empty());
    CHECK(is_four_part(ran.err));
    CHECK(ran.err.find("no file is in it") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder.path("out.json")));
}

TEST_CASE("a folder of files that nobody knows says so, with the first of them", "[program]") {
    const TemporaryFolder folder;
    folder.write("notes.txt", "buy milk\n");
    folder.write("picture.bin",
                 std::string("\x7f"
                             "ELF\0\1\2\3\xff\xfe",
                             10));
    const Ran ran = run_program({"audit", folder.path()});
    CHECK(ran.status == 3);
    CHECK(is_four_part(ran.err));
    CHECK(ran.err.find("2 files") != std::string::npos);
    CHECK(ran.err.find("notes.txt") != std::string::npos);
}

TEST_CASE("logs of two products in one audit are told, with a name of each", "[program]") {
    const TemporaryFolder folder;
    std::string postgres;
    std::string mysql;
    for (int i = 0; i < 30; ++i) {
        const std::string second = std::to_string(10 + i);
        postgres += "2026-11-21 01:00:" + second +
                    ".000 UTC [50] app@shop LOG:  duration: 1.250 ms  statement: SELECT 1 FROM t\n";
        mysql += "# Time: 2026-11-21T01:00:" + second +
                 ".000000Z\n# User@Host: a[a] @ h [1.2.3.4]  Id:     8\n# Query_time: 0.002000  "
                 "Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 9\nSET timestamp=1795222800;\n"
                 "SELECT 1 FROM u;\n";
    }
    folder.write("pg.log", postgres);
    const std::string told = "judged as one system";
    const auto warnings = [&] {
        const Ran ran = run_program({"audit", folder.path(), "--json", folder.path("a.json")});
        CHECK(ran.status == 0);
        const std::string json = test::slurp(folder.path("a.json"));
        std::filesystem::remove(folder.path("a.json"));
        return wire::dump(wire::parse(json)["warnings"]);
    };
    CHECK(warnings().find(told) == std::string::npos);
    folder.write("slow.log", mysql);
    const std::string both = warnings();
    CAPTURE(both);
    CHECK(both.find(told) != std::string::npos);
    CHECK(both.find("pg.log") != std::string::npos);
    CHECK(both.find("slow.log") != std::string::npos);
}

TEST_CASE("a path that is not there is an error", "[program]") {
    const Ran ran = run_program({"audit", "/nowhere/at/all"});
    CHECK(ran.status == 3);
    CHECK(is_four_part(ran.err));
}

TEST_CASE("one kind of evidence gives an honest partial result", "[program]") {
    const TemporaryFolder folder;
    folder.write("gauges.csv", gauges);
    const Ran ran = run_program({"audit",
                                 folder.path(),
                                 "--json",
                                 folder.path("audit.json"),
                                 "--html",
                                 folder.path("report.html"),
                                 "--markdown",
                                 folder.path("report.md")});
    CHECK(ran.status == 0);
    CHECK(ran.err.empty());
    const wire::Json audit = wire::parse(test::slurp(folder.path("audit.json")));
    CHECK(audit["schema"] == "plimsoll.audit/1");
    CHECK(audit["verdict"]["outcome"] == "insufficient");
    CHECK(audit["load_line"]["measured"] == 1);
    CHECK(audit["stages"]["10x"] != "safe");
    for (const wire::Json& sign : audit["signs"]) {
        CHECK(sign["state"] == "insufficient");
        CHECK(sign["score"].is_null());
    }
    CHECK_FALSE(audit["gaps"].empty());
    CHECK(test::slurp(folder.path("report.html")).find("</html>") != std::string::npos);
    CHECK_FALSE(test::slurp(folder.path("report.md")).empty());
}

TEST_CASE("a truncated archive is judged by what could be read, and not trusted", "[program]") {
    const TemporaryFolder folder;
    std::string many = gauges;
    for (int i = 0; i < 200'000; ++i) {
        many += "2026-11-20T09:" + std::to_string(10 + (i / 60) % 50) + ":" +
                std::to_string(10 + i % 50) + "Z,pool.web.busy," + std::to_string(i * 7919 % 13) +
                ",20\n";
    }
    const std::string packed = test::pack("gzip", "raw", {{"x", many}});
    const std::string file = folder.write("gauges.csv.gz", packed.substr(0, packed.size() / 2));
    const Ran ran = run_program({"audit", file, "--json", folder.path("audit.json")});
    CHECK(ran.status == 4);
    CHECK(is_four_part(ran.err));
    CHECK(ran.err.find("damaged") != std::string::npos);
    const wire::Json audit = wire::parse(test::slurp(folder.path("audit.json")));
    CHECK(audit["inputs"][0]["records"] > 1000);
    CHECK_FALSE(audit["warnings"].empty());
}

TEST_CASE("a binary file alone, and beside evidence", "[program]") {
    const TemporaryFolder folder;
    std::string noise;
    for (std::uint64_t i = 0, state = 9; i < 100'000; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        noise += static_cast<char>(state >> 56U);
    }
    const std::string binary = folder.write("noise.bin", noise);
    CHECK(run_program({"audit", binary}).status == 3);
    const std::string csv = folder.write("gauges.csv", gauges);
    const Ran both = run_program({"audit", csv, binary});
    CHECK(both.status == 0);
    CHECK(both.err.find("no reader recognises it") != std::string::npos);
}

TEST_CASE("outputs that cannot be written are status 5, and nothing half is left", "[program]") {
    const TemporaryFolder folder;
    const std::string csv = folder.write("in/gauges.csv", gauges);
    const Ran ran = run_program({"audit", csv, "--json", folder.path("no/such/folder/x.json")});
    CHECK(ran.status == 5);
    CHECK(is_four_part(ran.err));
    std::filesystem::create_directory(folder.path("taken"));
    const Ran taken = run_program({"audit", csv, "--json", folder.path("taken")});
    CHECK(taken.status == 5);
    int entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
        ++entries;
    }
    CHECK(entries == 2);
}

TEST_CASE("usage errors are status 2 and suggest what was meant", "[program]") {
    const Ran command = run_program({"audti", "x"});
    CHECK(command.status == 2);
    CHECK(command.err.find("did you mean audit?") != std::string::npos);
    const Ran option = run_program({"audit", "x", "--formt", "json"});
    CHECK(option.status == 2);
    CHECK(option.err.find("did you mean --format?") != std::string::npos);
    const TemporaryFolder folder;
    const std::string csv = folder.write("gauges.csv", gauges);
    const Ran format = run_program({"audit", csv, "--format", "jsn"});
    CHECK(format.status == 2);
    CHECK(format.err.find("did you mean json?") != std::string::npos);
    CHECK(run_program({"inspect"}).status == 2);
    const Ran below = run_program({"history", "fleet", "--stroe", "x"});
    CHECK(below.status == 2);
    CHECK(below.err.find("did you mean --store?") != std::string::npos);
    CHECK(run_program({"inspect", "--help"}).out.find("--pg-bindir") != std::string::npos);
    CHECK(run_program({"explain", "conection-pool"}).err.find("did you mean connection-pool?") !=
          std::string::npos);
}

TEST_CASE("--find-renames takes a percentage behind = only, and never a path", "[program]") {
    test::TestRepository repository;
    std::string text;
    for (int i = 0; i < 40; ++i) {
        text += "line number " + std::to_string(i) + " of a file that is long enough\n";
    }
    repository.commit({.put = {{"old/a.c", text}}, .at = 1'700'000'000});
    repository.commit(
        {.put = {{"new/a.c", text + "one more\n"}}, .remove = {"old/a.c"}, .at = 1'700'000'100});
    const auto noted = [&](const std::string& option, const std::string& environment = {}) {
        std::vector<std::string> arguments{"audit", "--no-cache", "--format", "json"};
        if (!option.empty()) {
            arguments.push_back(option);
        }
        arguments.push_back(repository.folder());
        const Ran ran = run_program(arguments, {}, environment);
        CAPTURE(option, environment, ran.err);
        return ran.status == 2 ? ran.err : wire::parse(ran.out)["inputs"][0].value("note", "");
    };
    CHECK(noted("").find("edited") == std::string::npos);
    CHECK(noted("--find-renames").find("from 50 % likeness") != std::string::npos);
    CHECK(noted("--find-renames=80").find("from 80 % likeness") != std::string::npos);
    CHECK(noted("--find-renames=60%").find("from 60 % likeness") != std::string::npos);
    CHECK(noted("", "PLIMSOLL_FIND_RENAMES=70").find("from 70 % likeness") != std::string::npos);
    for (const std::string wrong : {"9", "1", "0", "101", "-5", "5x", "%", "99999999999", "yes"}) {
        CHECK(noted("--find-renames=" + wrong).find("from 10 to 100") != std::string::npos);
    }
    CHECK(noted("", "PLIMSOLL_FIND_RENAMES=1").find("from 10 to 100") != std::string::npos);
}

TEST_CASE("help and version go to standard output with status 0", "[program]") {
    for (const std::string flag : {"--help", "--version"}) {
        const Ran ran = run_program({flag});
        CHECK(ran.status == 0);
        CHECK(ran.err.empty());
        CHECK(ran.out.find("plimsoll") != std::string::npos);
    }
    CHECK(run_program({"--help"}).out.find("Examples:") != std::string::npos);
    CHECK(run_program({}).status == 0);
}

TEST_CASE("what a stranger wrote steers no terminal, whatever command repeats it", "[program]") {
    const TemporaryFolder folder;
    // ESC, a C1 control as UTF-8, a bidi override, BEL: in the name of a pool.
    const std::string name = "web\x1b[31m\xc2\x9b\xe2\x80\xae\x07";
    const std::string file =
        folder.write("gauges.csv",
                     "at,name,value,limit\n2026-11-20T08:00:00Z,pool." + name +
                         ".busy,9,10\n2026-11-20T08:00:10Z,pool." + name + ".busy,9,10\n");
    const Ran audit = run_program(
        {"audit", file, "--json", folder.path("a.json"), "--markdown", folder.path("a.md")});
    REQUIRE(audit.status == 0);
    const auto harmless = [](const std::string& text) {
        return text.find('\x1b') == text.npos && text.find("\xc2\x9b") == text.npos &&
               text.find("\xe2\x80\xae") == text.npos && text.find('\x07') == text.npos;
    };
    CHECK(harmless(audit.out + audit.err));
    CHECK(harmless(test::slurp(folder.path("a.json"))));
    CHECK(harmless(test::slurp(folder.path("a.md"))));
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"inspect", file},
          {"inspect", file, "--format", "json"},
          {"explain", "load_line", "--audit", folder.path("a.json")},
          {"explain", "limits", "--audit", folder.path("a.json")},
          {"explain", "exhibits", "--audit", folder.path("a.json")},
          {"doctor", "--audit", folder.path("a.json")},
          {"diff", folder.path("a.json"), folder.path("a.json")},
          {"whatif", file, "--pool", "40"}}) {
        const Ran ran = run_program(command);
        CAPTURE(command.front(), ran.err);
        CHECK(ran.status == 0);
        CHECK(harmless(ran.out + ran.err));
    }
}

TEST_CASE("standard input is a source", "[program]") {
    const Ran ran = run_program({"inspect", "-", "--format", "json"}, gauges);
    CHECK(ran.status == 0);
    const wire::Json seen = wire::parse(ran.out);
    CHECK(seen["inputs"][0]["name"] == "(stdin)");
    CHECK(seen["inputs"][0]["reader"] == "gauges-csv");
    CHECK(seen["inputs"][0]["records"] == 3);
}

TEST_CASE("the same input gives the same bytes, through a digest or not", "[program]") {
    const TemporaryFolder folder;
    const std::string one = folder.write("in/gauges.csv", gauges);
    const std::string two =
        folder.write("in/events.csv",
                     "at,until,kind,service,what\n2026-11-20T08:00:00Z,,deploy,web,release 1\n");
    const Ran first =
        run_program({"audit", folder.path("in"), "--format", "json", "--system", "x"});
    const Ran again =
        run_program({"audit", folder.path("in"), "--format", "json", "--system", "x"});
    REQUIRE(first.status == 0);
    CHECK(first.out == again.out);
    REQUIRE(run_program({"digest", one, "-o", folder.path("1.pld")}).status == 0);
    REQUIRE(run_program({"digest", two, "-o", folder.path("2.pld")}).status == 0);
    REQUIRE(run_program(
                {"merge", folder.path("1.pld"), folder.path("2.pld"), "-o", folder.path("12.pld")})
                .status == 0);
    REQUIRE(run_program(
                {"merge", folder.path("2.pld"), folder.path("1.pld"), "-o", folder.path("21.pld")})
                .status == 0);
    CHECK(test::slurp(folder.path("12.pld")).size() > 100);
    CHECK(test::slurp(folder.path("12.pld")) == test::slurp(folder.path("21.pld")));
    const Ran twice = run_program(
        {"merge", folder.path("1.pld"), folder.path("12.pld"), "-o", folder.path("x.pld")});
    CHECK(twice.status == 4);
    CHECK(twice.err.find("same input is there twice") != std::string::npos);
    CHECK(run_program({"merge", one, "-o", folder.path("x.pld")}).status == 4);
    CHECK_FALSE(std::filesystem::exists(folder.path("x.pld")));
    const Ran through =
        run_program({"audit", folder.path("12.pld"), "--format", "json", "--system", "x"});
    REQUIRE(through.status == 0);
    wire::Json direct = wire::parse(first.out);
    wire::Json merged = wire::parse(through.out);
    CHECK(direct["load_line"] == merged["load_line"]);
    CHECK(direct["limits"] == merged["limits"]);
    CHECK(direct["signs"] == merged["signs"]);
}

TEST_CASE("an audit's JSON renders again to the same bytes, and explains its figures",
          "[program]") {
    const TemporaryFolder folder;
    folder.write("in/gauges.csv", gauges);
    const Ran audit = run_program({"audit",
                                   folder.path("in"),
                                   "--json",
                                   folder.path("a.json"),
                                   "--html",
                                   folder.path("a.html"),
                                   "--markdown",
                                   folder.path("a.md")});
    REQUIRE(audit.status == 0);
    CHECK(run_program({"report", folder.path("a.json")}).out == audit.out);
    CHECK(run_program({"report", folder.path("a.json"), "--format", "json"}).out ==
          test::slurp(folder.path("a.json")));
    CHECK(run_program({"report", folder.path("a.json"), "--format", "html"}).out ==
          test::slurp(folder.path("a.html")));
    CHECK(run_program({"report", folder.path("a.json"), "--format", "markdown"}).out ==
          test::slurp(folder.path("a.md")));
    const Ran limit =
        run_program({"explain", "connection-pool.web", "--audit", folder.path("a.json")});
    CHECK(limit.status == 0);
    CHECK(limit.out.find("rho*(20)") != std::string::npos);
    CHECK(limit.out.find("gauges.csv:2") != std::string::npos);
    CHECK(run_program({"explain", "load_line.high", "--audit", folder.path("a.json")}).status == 0);
    // The next step that the report names, as it names it.
    CHECK(audit.out.find("plimsoll explain load_line --audit a.json") != std::string::npos);
    const Ran line = run_program({"explain", "load_line", "--audit", folder.path("a.json")});
    CHECK(line.status == 0);
    CHECK(line.out.find("rho*(20)") != std::string::npos);
    const Ran broken = run_program({"report", folder.write("b.json", "{\"schema\": \"other\"}")});
    CHECK(broken.status == 4);
    CHECK(is_four_part(broken.err));
    CHECK(run_program({"report", folder.write("c.json", "{")}).status == 4);
}

TEST_CASE("no control byte of a stranger's file name reaches the terminal", "[program]") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x\x1b[31m\x07.txt", "?\n");
    const Ran ran = run_program({"audit", file});
    CHECK(ran.err.find('\x1b') == std::string::npos);
    CHECK(ran.err.find('\x07') == std::string::npos);
}
