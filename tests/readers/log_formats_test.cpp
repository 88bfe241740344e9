// csvlog, jsonlog, MySQL: that they say what the plain log says, and what only they can go wrong
// on.
#include "catch.hpp"
#include "core/error.hpp"
#include "log_help.hpp"
#include "support/text.hpp"

#include <string>
#include <vector>

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader postgres_log;
extern const Reader postgres_csvlog;
extern const Reader postgres_jsonlog;
extern const Reader mysql_slow_log;
}  // namespace plimsoll::readers

namespace {

using readers::mysql_slow_log;
using readers::postgres_csvlog;
using readers::postgres_jsonlog;
using readers::postgres_log;
using test::in_json;
using test::replaced;

struct Said {
    int second;
    int process;
    std::string message;
    std::string detail;
};

const std::vector<Said> story{
    {1, 10, "duration: 1.500 ms  statement: SELECT \"a\" FROM t\nWHERE k = 'x''y \"q\"'", ""},
    {2, 11, "duration: 0.200 ms  parse <unnamed>: UPDATE t SET a = $1", ""},
    {2, 11, "duration: 0.300 ms  bind <unnamed>: UPDATE t SET a = $1", "parameters: $1 = 'a,b'"},
    {2, 11, "duration: 3.000 ms  execute <unnamed>: UPDATE t SET a = $1", "parameters: $1 = 'a,b'"},
    {3,
     10,
     "process 10 still waiting for ShareLock on transaction 7 after 1000.100 ms",
     "Process holding the lock: 11. Wait queue: 10."},
    {4, 10, "process 10 acquired ShareLock on transaction 7 after 2000.200 ms", ""},
    {5, 12, "statement: SELECT 1", ""},
    {6, 12, "duration: 5.000 ms", ""}};

std::string stamp(const Said& said) {
    return "2026-11-21 01:06:0" + std::to_string(said.second) + ".500 UTC";
}

std::string plain() {
    std::string text;
    for (const Said& said : story) {
        const std::string prefix =
            stamp(said) + " [" + std::to_string(said.process) + "] app@shop/web ";
        text += prefix + "LOG:  " + replaced(said.message, "\n", "\n\t") + "\n";
        text += said.detail.empty() ? "" : prefix + "DETAIL:  " + said.detail + "\n";
    }
    return text;
}

std::string quoted(const std::string& text) {
    return text.empty() ? "" : "\"" + replaced(text, "\"", "\"\"") + "\"";
}

std::string csv(int extra_columns) {
    std::string text;
    for (const Said& said : story) {
        text += stamp(said) + ",\"app\",\"shop\"," + std::to_string(said.process) + ",\"h:1\",," +
                "1,\"SELECT\"," + stamp(said) + ",3/1,0,LOG,00000," + quoted(said.message) + "," +
                quoted(said.detail) + ",,,,,,,,\"web\"";
        for (int i = 0; i < extra_columns; ++i) {
            text += ",\"x\"";
        }
        text += "\n";
    }
    return text;
}

std::string json() {
    std::string text;
    for (const Said& said : story) {
        text += "{\"timestamp\":\"" + stamp(said) +
                "\",\"user\":\"app\",\"dbname\":\"shop\",\"pid\":" + std::to_string(said.process) +
                ",\"error_severity\":\"LOG\",\"message\":\"" + in_json(said.message) + "\"";
        text += said.detail.empty() ? "" : ",\"detail\":\"" + in_json(said.detail) + "\"";
        text += ",\"application_name\":\"web\",\"query_id\":0}\n";
    }
    return text;
}

// What was read, but for the places, which differ between files.
std::string without_places(const ReadLog& log) {
    std::string text = log.inspected();
    constexpr std::string_view key = "\"seen_at\": \"";
    for (std::size_t at = text.find(key); at != std::string::npos;
         at = text.find(key, at + key.size())) {
        text.erase(at + key.size(), text.find('"', at + key.size()) - at - key.size());
    }
    return text;
}

const std::string mysql_head =
    "# User@Host: app[app] @ localhost []\n# Thread_id: 5  Schema: shop  QC_hit: No\n";

std::string mysql(std::string_view seconds, std::string_view sql, std::int64_t at = 1'795'223'383) {
    return mysql_head + "# Query_time: " + std::string{seconds} +
           "  Lock_time: 0.000100  Rows_sent: 2  Rows_examined: 30\n" +
           "# Pages_read_time: 0.5 Engine_time: 900.0\nSET timestamp=" + std::to_string(at) +
           ";\n" + std::string{sql} + ";\n";
}

}  // namespace

TEST_CASE("three formats of one run give the same numbers") {
    const ReadLog one = read_text(postgres_log, plain());
    CHECK(one.workload().statement_messages == Tally{2, 6500});
    CHECK(one.workload().lock_waits.size() == 1);
    CHECK(one.workload().lock_waits.begin()->second.waited_us == 2'000'200);
    CHECK(one.workload().lock_waits.begin()->first.holder == "web");
    for (const int extra : {0, 1, 3}) {
        CHECK(without_places(read_text(postgres_csvlog, csv(extra))) == without_places(one));
    }
    CHECK(without_places(read_text(postgres_jsonlog, json())) == without_places(one));
}

TEST_CASE("any number of threads gives the same bytes") {
    std::string text;
    while (text.size() < 5'000'000) {
        text += plain();
    }
    for (const auto& [reader, log] :
         {std::pair{&postgres_log, text}, std::pair{&postgres_csvlog, std::string{}}}) {
        std::string bytes = log;
        while (bytes.size() < 5'000'000) {
            bytes += csv(3);
        }
        const std::string alone = read_text(*reader, bytes).inspected();
        for (const unsigned threads : {2U, 3U}) {
            CHECK(read_text(*reader, bytes, {.threads = threads}).inspected() == alone);
        }
    }
}

TEST_CASE("after a broken record reading goes on, and what is lost is counted") {
    const std::string good = csv(3);
    const ReadLog log =
        read_text(postgres_csvlog,
                  good + good + good + good + "2026-11-21 01:06:09.000 UTC,\"app\",12\n" + good);
    CHECK(log.input.records == 5 * story.size());
    CHECK(log.input.skipped == 1);
    CHECK(log.input.skipped_bytes == 37);
    const ReadLog cut =
        read_text(postgres_csvlog, good + good + good + good + good + good.substr(0, 150));
    CHECK(cut.input.records == 5 * story.size());
    CHECK(cut.input.skipped == 1);
    const ReadLog lines =
        read_text(postgres_jsonlog, json() + json() + json() + "{\"timestamp\":\n" + json());
    CHECK(lines.input.records == 4 * story.size());
    CHECK(lines.input.skipped == 1);
}

TEST_CASE("MySQL: calls, time, rows, and the statement without its literals") {
    const ReadLog log =
        read_text(mysql_slow_log,
                  "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 3306  Unix "
                  "socket: /s\n"
                  "Time                 Id Command    Argument\n# Time: 261121  1:09:43\n" +
                      replaced(mysql("0.500000", "SELECT * FROM `orders` WHERE id IN (1,2)"),
                               "SET timestamp",
                               "use `shop`;\nSET timestamp") +
                      mysql("1.250000", "SELECT * FROM `orders` WHERE id IN (3)"));
    CHECK(log.workload().statement_messages == Tally{2, 1'750'000});
    CHECK(log.input.skipped == 0);
    REQUIRE(log.workload().statements.size() == 1);
    const StatementClass& statement = log.workload().statements.begin()->second;
    CHECK(statement.tables == std::set<std::string>{"orders"});
    CHECK(statement.kind == StatementKind::read);
    CHECK(statement.lock_us == 200);
    CHECK(statement.rows == 4);
    CHECK(statement.examined == 60);
}

TEST_CASE("MySQL: headers within literals, banners in mid-file and a client's SET timestamp do not "
          "mislead") {
    const ReadLog log = read_text(mysql_slow_log,
                                  mysql("0.1",
                                        "SELECT 'a;\n# Time: 261121  1:09:44\n# User@Host: x[x] @ "
                                        "y []\n# Query_time: 99.0\n'") +
                                      "mariadbd, Version: 10.11 (Debian). started with:\nTcp port: "
                                      "1  Unix socket: s\nTime\t\t    Id Command\tArgument\n" +
                                      mysql("0.2", "SET timestamp=1700000000", 1'700'000'000) +
                                      mysql("0.4", "SELECT 2"));
    CHECK(log.workload().statement_messages == Tally{3, 700'000});
    CHECK(log.input.skipped == 0);
    REQUIRE(log.workload().span.from);
    CHECK(to_date(*log.workload().span.from) == "2026-11-21");
}

TEST_CASE("MySQL 5.7 and later: exact times, administrator commands, errors") {
    const ReadLog log =
        read_text(mysql_slow_log,
                  "# Time: 2026-07-20T18:13:25.698433Z\n# User@Host: a[a] @ h [1.2.3.4]  Id:  8\n"
                  "# Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0 "
                  "Thread_id: 8 Errno: 1205\n"
                  "SET timestamp=1784571203;\nUPDATE t SET a=1;\n"
                  "# Time: 2026-07-20T18:13:26.000000Z\n# User@Host: a[a] @ h [1.2.3.4]  Id:  8\n"
                  "# Query_time: 0.001000  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0\nSET "
                  "timestamp=1784571206;\n# administrator command: Quit;\n");
    CHECK(log.workload().statement_messages == Tally{2, 2'001'000});
    CHECK(to_text(log.workload().span.from.value()) == "2026-07-20T18:13:25.698433Z");
    REQUIRE(log.workload().errors.size() == 1);
    CHECK(log.workload().errors.at("1205").times == 1);
    CHECK(log.workload().errors.at("1205").first_seen.line == 5);
}

TEST_CASE("hostile logs are read without harm") {
    const std::string long_line =
        "2026-11-21 01:06:01.500 UTC [10] app@shop LOG:  duration: 1.000 ms  statement: SELECT '" +
        std::string(20'000'000, 'x') + "'\n";
    const std::vector<std::string> texts{
        plain().substr(37),
        plain().substr(0, 500),
        replaced(plain(), "\n", "\r\n"),
        plain() + std::string(5000, '\0') + plain(),
        long_line + plain(),
        plain() + long_line,
        "\tcontinued\n" + plain(),
        plain() + "\xFF\xFE\xC3 \x80\n" + plain(),
        "2026-11-21 01:06:01.500 UTC [10] app@shop LOG:  duration: 99999999999999999999.000 ms  "
        "statement: SELECT 1\n",
        csv(3).substr(50),
        csv(3) + "\"\"\"\"\"\n",
        json().substr(20),
        json() + "{{{{{[[[[\n",
        mysql("1.0", "SELECT '"),
        mysql("", "")};
    for (const std::string& text : texts) {
        for (const Reader* reader :
             {&postgres_log, &postgres_csvlog, &postgres_jsonlog, &mysql_slow_log}) {
            try {
                const ReadLog log = read_text(*reader, text);
                CHECK(log.input.skipped_bytes <= log.input.bytes);
            } catch (const Error& error) {
                CHECK(error.parts().status == Status::untrusted);
                CHECK(!error.parts().remedy.empty());
            }
        }
    }
}

TEST_CASE("a log that is mostly not understood is refused with the way out") {
    const std::string strange = "one two three\nfour five LOG six\n";
    CHECK_THROWS_AS(read_text(postgres_log, strange), Error);
    // Words before a severity are no prefix: it has to tell when, or who.
    CHECK_THROWS_AS(read_text(postgres_log, "one two three LOG:  x\nfoo bar LOG:  duration: y\n"),
                    Error);
    CHECK_THROWS_AS(read_text(postgres_log, plain(), {.log_prefix = "%n %c "}), Error);
    try {
        (void)read_text(postgres_log, plain(), {.log_prefix = "%n %c "});
    } catch (const Error& error) {
        CHECK(error.parts().remedy.find("--log-prefix") != std::string::npos);
        CHECK(error.parts().why.find("2026-11-21 01:06:01.500 UTC") != std::string::npos);
    }
}

TEST_CASE("a prefix that cannot be told: the first lines, what was tried, and the way out") {
    std::string text;
    for (int i = 0; i < 30; ++i) {
        text += "zz~" + std::to_string(i) + "~qq LOG:  duration: 1.000 ms  statement: SELECT 1\n";
    }
    try {
        (void)read_text(postgres_log, text);
        FAIL("a made-up prefix was understood");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::untrusted);
        CHECK(error.parts().why.find("zz~2~qq LOG:  duration") != std::string::npos);
        CHECK(error.parts().why.find("\"%m [%p] %q%u@%d \"") != std::string::npos);
        CHECK(error.parts().remedy.find("--log-prefix") != std::string::npos);
    }
}

TEST_CASE("an empty prefix is called what it is, as --log-prefix could not mend it") {
    try {
        (void)read_text(postgres_log,
                        "LOG:  duration: 1.000 ms  statement: SELECT 1\n"
                        "ERROR:  syntax error\nSTATEMENT:  SELEC 2\n");
        FAIL("a log without a prefix was read");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::untrusted);
        CHECK(error.parts().why.find("log_line_prefix is empty") != std::string::npos);
        CHECK(error.parts().remedy.find("log_line_prefix = '%m [%p]") != std::string::npos);
    }
}

TEST_CASE("where no line says whose it is, no line is joined to another") {
    // Two sessions, each with a pair of announcement and duration, and what looks like an N+1 run
    // of one of them: who knows.
    std::string text;
    for (int i = 10; i < 30; ++i) {
        const std::string head = "2026-11-21 01:06:01.0" + std::to_string(i) + " UTC LOG:  ";
        text += head +
                "duration: 1.000 ms  statement: SELECT a FROM t WHERE id = " + std::to_string(i) +
                "\n";
    }
    const std::string late = "2026-11-21 01:06:02.000 UTC LOG:  ";
    text += late + "statement: SELECT b FROM u\n" + late + "statement: SELECT c FROM v\n" + late +
            "duration: 7.000 ms\n" + late + "duration: 9.000 ms\n";
    text += late + "duration: 1.000 ms  statement: BEGIN\n" + late +
            "duration: 1.000 ms  statement: COMMIT\n";
    const ReadLog log = read_text(postgres_log, text);
    CHECK(log.input.note.find("inferred: \"%m \"") != std::string::npos);
    CHECK(log.input.note.find("which session") != std::string::npos);
    const Workload& workload = log.workload();
    CHECK(workload.statement_messages == Tally{22, 22'000});
    CHECK(workload.unattributed == Tally{2, 16'000});
    CHECK(workload.untimed_calls == 2);
    CHECK(workload.runs.empty());
    CHECK(workload.transactions.empty());
    // The same with a process is a run and a pair.
    std::string known;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t feed = text.find('\n', at);
        known += text.substr(at, 28) + "[7] " + text.substr(at + 28, feed + 1 - at - 28);
        at = feed + 1;
    }
    const ReadLog one = read_text(postgres_log, known, {.log_prefix = "%m [%p] "});
    CHECK(one.workload().runs.size() == 1);
    CHECK(one.workload().transactions.size() == 1);
    CHECK(one.workload().unattributed == Tally{1, 9'000});
    CHECK(one.input.note.find("which session") == std::string::npos);
}

TEST_CASE("the same shared run in three formats, and with any number of threads") {
    for (const std::string name : {"pg-a", "pg-d"}) {
        const std::string path = shared_log(name + ".log.zst");
        if (path.empty()) {
            WARN("skipped: the larger logs are not here");
            return;
        }
        const std::string plain_log = without_places(read_path(postgres_log, path));
        CHECK(without_places(read_path(postgres_log, path, {.threads = 3})) == plain_log);
        CHECK(without_places(read_path(postgres_jsonlog, shared_log(name + ".json.zst"))) ==
              plain_log);
    }
}
