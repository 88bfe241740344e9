// A log that a rotation cut into files says what the whole says: entries, runs, pairs and sessions
// that span the cut, in PostgreSQL's formats and MariaDB's, packed or not. Files that only look
// like one log are not joined.
#include "input/rotation.hpp"

#include "app/read.hpp"
#include "catch.hpp"
#include "readers/log_help.hpp"
#include "support/packing.hpp"
#include "support/run_program.hpp"
#include "support/written_log.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace plimsoll;
using test::TemporaryFolder;
using test::Written;

namespace {

// Simulated: sessions that ask a page's items one by one, announce a text before its duration, wait
// for a lock and go.
std::string postgres_log_of(int pages, Written form = Written::stderr_lines) {
    std::string out;
    int hundredths = 0;
    int process = 0;
    const auto say =
        [&](std::string_view severity, const std::string& message, const std::string& detail = "") {
            out += test::written(form,
                                 {.hundredths = hundredths++,
                                  .process = process,
                                  .severity = severity,
                                  .message = message,
                                  .detail = detail});
        };
    for (int page = 0; page < pages; ++page) {
        process = 20 + page % 3;
        say("LOG",
            "duration: 1." + std::to_string(100 + page * 37 % 900) +
                " ms  statement: SELECT id\nFROM orders -- of a page");
        for (int item = 0; item < 7; ++item) {
            say("LOG",
                "duration: 0.300 ms  statement: SELECT name FROM items WHERE id = " +
                    std::to_string(page * 10 + item));
        }
        const std::string parameters = "parameters: $1 = '" + std::to_string(page) + "'";
        say("LOG", "duration: 0.100 ms  parse S: UPDATE t SET a = $1");
        say("LOG", "duration: 0.200 ms  bind S: UPDATE t SET a = $1", parameters);
        say("LOG", "duration: 0.700 ms  execute S: UPDATE t SET a = $1", parameters);
        say("LOG", "statement: BEGIN");
        say("LOG", "duration: 0.050 ms");
        say("LOG", "statement: DELETE FROM carts WHERE owner = 'it''s me'");
        say("LOG", "duration: 3.250 ms");
        say("LOG", "statement: COMMIT");
        say("LOG", "duration: 2.000 ms");
        say("ERROR", "deadlock detected");
    }
    return out;
}

std::string mariadb_log_of(int pages) {
    std::string out;
    for (int i = 0; i < pages * 8; ++i) {
        const std::string id = std::to_string(i);
        out +=
            "# User@Host: app[app] @ localhost []\n# Thread_id: " + std::to_string(8 + i / 8 % 3) +
            "  Schema: shop  QC_hit: No\n# Query_time: 0.000" + std::to_string(100 + i % 800) +
            "  Lock_time: 0.000010  Rows_sent: 1  Rows_examined: 4\n# Rows_affected: 0  "
            "Bytes_sent: 79\nSET timestamp=" +
            std::to_string(1'795'223'383 + i / 20) + ";\n";
        out += i % 8 == 0 ? "SELECT id\n  FROM orders WHERE at > 'a\n# Time: fake' AND id = " + id
                          : "SELECT name FROM items WHERE id = " + id;
        out += ";\n";
    }
    return out;
}

// What it says, without the places, which are those of other files.
std::string said(Workload workload) {
    for (auto& [id, statement] : workload.statements) {
        statement.first_seen = {};
    }
    for (auto& [id, runs] : workload.runs) {
        runs.first_seen = {};
    }
    for (auto& [state, failures] : workload.errors) {
        failures.first_seen = {};
    }
    std::string text;
    wire::JsonStream out{[&](std::string_view piece) { text += piece; }};
    app::inspect_workload(workload, out);
    out.finish();
    return text;
}

app::ReadResult read_folder(const TemporaryFolder& folder, unsigned threads = 1) {
    return app::read({.paths = {folder.path()}, .options = {.threads = threads}}, Settings{});
}

Workload alone(const std::string& text) {
    const TemporaryFolder folder;
    (void)folder.write("whole.log", text);
    return read_folder(folder).evidence.workload;
}

}  // namespace

TEST_CASE("a log cut into files anywhere says what the whole says") {
    // A page is told in more bytes by csvlog and jsonlog; a cut must leave a head that is known.
    const std::string text = GENERATE(mariadb_log_of(30),
                                      postgres_log_of(12),
                                      postgres_log_of(12, Written::csv),
                                      postgres_log_of(12, Written::json));
    const Workload workload = alone(text);
    REQUIRE_FALSE(workload.runs.empty());
    const std::string whole = said(workload);
    const std::size_t least = text.size() / 6;
    std::size_t joined = 0;
    for (std::size_t cut = least; cut + 2 * least < text.size(); cut += 397) {
        const std::size_t second = cut + least + cut % 97;
        const TemporaryFolder folder;
        (void)folder.write("db.log.2", text.substr(0, cut));
        (void)folder.write("db.log.1.gz",
                           test::pack("gzip", "raw", {{"db.log", text.substr(cut, second - cut)}}));
        (void)folder.write("db.log", text.substr(second));
        INFO("cut at " << cut << " and " << second << " of " << text.substr(0, 60));
        const app::ReadResult got = read_folder(folder, static_cast<unsigned>(1 + cut % 3));
        REQUIRE(got.errors.empty());
        CHECK(said(got.evidence.workload) == whole);
        REQUIRE(got.evidence.inputs.size() == 1);
        CHECK(got.evidence.inputs.front().bytes == text.size());
        CHECK(got.evidence.inputs.front().skipped == 0);
        ++joined;
    }
    CHECK(joined > 10);
}

TEST_CASE("what is found in a joined log is placed in the file that holds it") {
    const std::string text = postgres_log_of(4);
    const std::size_t cut = text.find("2026", text.size() / 2);
    const std::string late = "2026-11-21 01:09:00.000 UTC [99] app@shop LOG:  duration: 1.000 ms  "
                             "statement: SELECT only FROM here\n";
    const TemporaryFolder folder;
    (void)folder.write("db.log-20261120", text.substr(0, cut));
    const std::string newest = folder.write("db.log", text.substr(cut) + late);
    const app::ReadResult got = read_folder(folder);
    REQUIRE(got.evidence.inputs.size() == 1);
    const std::string rest = text.substr(cut);
    const auto lines = static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
    std::size_t found = 0;
    for (const auto& [id, statement] : got.evidence.workload.statements) {
        if (statement.text == "select only from here") {
            CHECK(statement.first_seen == Origin{.source = newest, .line = lines + 1});
            ++found;
        } else {
            CHECK(statement.first_seen.source == folder.path("db.log-20261120"));
        }
    }
    CHECK(found == 1);
}

TEST_CASE("a file that ends in mid-line before one that begins anew loses no entry") {
    const std::string text = postgres_log_of(8);
    const std::size_t cut = text.find("\n2026", text.size() / 2);
    const TemporaryFolder folder;
    (void)folder.write("db.log.1", text.substr(0, cut));  // without its line feed
    (void)folder.write("db.log", text.substr(cut + 1));
    CHECK(said(read_folder(folder).evidence.workload) == said(alone(text)));
}

TEST_CASE("files of two times, two formats or a gap are read alone") {
    const std::string text = postgres_log_of(80);  // of 16 seconds
    const TemporaryFolder folder;
    SECTION("the older file is the newer one") {
        const std::size_t cut = text.find("2026", text.size() / 2);
        (void)folder.write("db.log.1", text.substr(cut));
        (void)folder.write("db.log", text.substr(0, cut));
    }
    SECTION("another server's log") {
        (void)folder.write("db.log.1", text);
        (void)folder.write("db.log", mariadb_log_of(3));
    }
    SECTION("a file between them is missing") {
        (void)folder.write("db.log.2", text.substr(0, text.find("2026", text.size() / 2)));
        (void)folder.write("db.log", text.substr(text.find("2026", text.size() / 2)));
    }
    const app::ReadResult got = read_folder(folder);
    CHECK(got.evidence.inputs.size() == 2);
}

TEST_CASE("a copy beside a rotated log is refused as before, not joined") {
    const std::string text = postgres_log_of(300);
    const std::size_t third = text.find("\n2026", text.size() / 3) + 1;
    const TemporaryFolder folder;
    (void)folder.write("db.log.1", text.substr(0, 2 * third));
    SECTION("the whole of it") {
        (void)folder.write("db.log", text.substr(0, 2 * third));
        CHECK_THROWS(read_folder(folder));
    }
    SECTION("a part of it") {
        (void)folder.write("db.log", text.substr(third));
        const app::ReadResult got = read_folder(folder);
        CHECK(got.evidence.inputs.size() == 2);
        CHECK(got.errors.size() == 1);
    }
}

TEST_CASE("names that a rotation gives make a set, oldest first; others do not") {
    using Sets = std::vector<std::vector<std::string>>;
    CHECK(
        input::rotated_sets({"l/a.log", "l/a.log.1", "l/a.log.10.gz", "l/a.log.2.gz", "l/b.log"}) ==
        Sets{{"l/a.log"}, {"l/a.log.1"}, {"l/a.log.10.gz"}, {"l/a.log.2.gz"}, {"l/b.log"}});
    CHECK(input::rotated_sets({"l/a.log", "l/a.log.1", "l/a.log.2.gz", "l/b.log"}) ==
          Sets{{"l/a.log.2.gz", "l/a.log.1", "l/a.log"}, {"l/b.log"}});
    CHECK(input::rotated_sets({"a.log-20261121.zst", "x", "a.log-20261120", "a.log"}) ==
          Sets{{"a.log-20261120", "a.log-20261121.zst", "a.log"}, {"x"}});
    CHECK(input::rotated_sets(
              {"postgresql-2026-11-20_000000.log", "postgresql-2026-11-21_000000.log"}) ==
          Sets{{"postgresql-2026-11-20_000000.log", "postgresql-2026-11-21_000000.log"}});
    // The same number twice, two hosts, two folders, a date against a number.
    CHECK(input::rotated_sets({"a.1", "a.1.gz", "a"}) == Sets{{"a.1"}, {"a.1.gz"}, {"a"}});
    CHECK(input::rotated_sets({"db-1.log", "db-2.log"}) == Sets{{"db-1.log"}, {"db-2.log"}});
    CHECK(input::rotated_sets({"h1/a.log", "h2/a.log.1"}) == Sets{{"h1/a.log"}, {"h2/a.log.1"}});
    CHECK(input::rotated_sets({"a.log.1", "a.log-20261120", "a.log"}) ==
          Sets{{"a.log.1"}, {"a.log-20261120"}, {"a.log"}});
    CHECK(input::rotated_sets({}).empty());
}
