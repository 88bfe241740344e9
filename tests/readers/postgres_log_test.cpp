#include "catch.hpp"
#include "core/error.hpp"
#include "log_help.hpp"

#include <string>

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader postgres_log;
}

namespace {

using readers::postgres_log;

const std::string stamp = "2026-11-21 01:06:54.844 UTC [10] app@shop ";

std::string line(int second, int process, std::string_view message) {
    const std::string two = second < 10 ? "0" + std::to_string(second) : std::to_string(second);
    return "2026-11-21 01:06:" + two + ".500 UTC [" + std::to_string(process) + "] app@shop " +
           std::string{message} + "\n";
}

const StatementClass& only(const Workload& workload) {
    REQUIRE(workload.statements.size() == 1);
    return workload.statements.begin()->second;
}

}  // namespace

TEST_CASE("a log that holds plans is a log, and one that a relay wrapped is not a plain one") {
    const std::string log = line(1, 10, "LOG:  duration: 9.000 ms  plan:") +
                            "\t{\n\t  \"Query Text\": \"SELECT 2\",\n\t  \"Plan\": {\"Node Type\": "
                            "\"Result\"}\n\t}\n" +
                            line(2, 10, "LOG:  duration: 9.100 ms  statement: SELECT 2");
    const auto sure = [](std::string_view head) {
        return postgres_log.recognises({.kind = SourceKind::bytes, .head = head, .whole = true});
    };
    CHECK(sure(log) == Sureness::certain);
    std::string wrapped;
    for (int i = 0; i < 4; ++i) {
        wrapped += "2026-11-21T01:06:01.000Z " + line(i, 10, "LOG:  duration: 1.000 ms");
    }
    CHECK(sure(wrapped) == Sureness::likely);  // the reader of wrapped logs is certain
}

TEST_CASE("a call is counted once, parse and bind are time, a plan is neither") {
    const ReadLog log = read_text(
        postgres_log,
        line(1, 10, "LOG:  duration: 1.500 ms  statement: SELECT 1") +
            line(2, 10, "LOG:  duration: 0.200 ms  parse <unnamed>: SELECT 2") +
            line(2, 10, "LOG:  duration: 0.300 ms  bind <unnamed>: SELECT 2") +
            line(2, 10, "LOG:  duration: 2.000 ms  execute <unnamed>: SELECT 2") +
            line(3, 10, "LOG:  duration: 2.000 ms  execute fetch from <unnamed>/C_1: SELECT 2") +
            line(4, 10, "LOG:  duration: 9.000 ms  plan:") + "\tQuery Text: SELECT 2\n" +
            line(5, 10, "LOG:  duration: 0.125 ms"));
    const Workload& workload = log.workload();
    CHECK(workload.statement_messages == Tally{1, 1500});
    CHECK(workload.execute_messages == Tally{1, 4000});
    CHECK(workload.parse_messages == Tally{1, 200});
    CHECK(workload.bind_messages == Tally{1, 300});
    CHECK(workload.plan_messages == Tally{1, 9000});
    CHECK(workload.unattributed == Tally{1, 125});
    CHECK(workload.entries == 7);
    const StatementClass& both = only(workload);  // the literal is the only difference
    CHECK(both.text == "select $1");
    CHECK(both.total == Tally{2, 5500});
    CHECK(both.parse_bind_us == 500);
    CHECK(both.kind == StatementKind::read);
}

TEST_CASE("durations without text belong to the text before them, or to the execute after them") {
    const ReadLog log = read_text(
        postgres_log,
        line(1, 10, "LOG:  statement: UPDATE t SET a = 1") +
            line(1, 11, "LOG:  duration: 0.100 ms") + line(1, 11, "LOG:  duration: 0.200 ms") +
            line(2, 10, "LOG:  duration: 7.000 ms") +
            line(2, 11, "LOG:  execute S_1: UPDATE t SET a = $1") +
            line(2, 11, "DETAIL:  parameters: $1 = '5'") + line(3, 11, "LOG:  duration: 3.000 ms") +
            line(4, 10, "LOG:  duration: 0.400 ms") +
            line(5, 10, "LOG:  statement: UPDATE t SET a = 2") +
            line(6, 10, "ERROR:  deadlock detected"));
    const Workload& workload = log.workload();
    CHECK(workload.statement_messages == Tally{1, 7000});
    CHECK(workload.execute_messages == Tally{1, 3000});
    CHECK(workload.parse_messages == Tally{1, 100});
    CHECK(workload.bind_messages == Tally{1, 200});
    CHECK(workload.unattributed == Tally{1, 400});
    CHECK(workload.untimed_calls == 1);
    REQUIRE(workload.errors.size() == 1);
    CHECK(workload.errors.at("40P01").times == 1);
    CHECK(workload.errors.at("40P01").first_seen.line == 10);
    CHECK(only(workload).total == Tally{2, 10'000});
}

TEST_CASE("busy time falls into the seconds in which a statement ran") {
    const ReadLog log =
        read_text(postgres_log, line(10, 10, "LOG:  duration: 1500.000 ms  statement: SELECT 1"));
    const Windows& busy = log.workload().busy_us.at("app");
    CHECK(busy.amounts() == std::vector<std::int64_t>{1'000'000, 500'000});
    CHECK(log.workload().arrivals.amounts() == std::vector<std::int64_t>{1});
}

TEST_CASE("an application is known from its connection where the prefix does not name it") {
    const ReadLog log = read_text(
        postgres_log,
        line(
            1, 10, "LOG:  connection authorized: user=app database=shop application_name=web api") +
            line(2, 10, "LOG:  duration: 1.000 ms  statement: SELECT 1") +
            line(2, 11, "LOG:  duration: 1.000 ms  statement: SELECT 1") +
            line(3,
                 10,
                 "LOG:  disconnection: session time: 0:00:02.000 user=app database=shop "
                 "host=[local]") +
            line(4, 10, "LOG:  duration: 1.000 ms  statement: SELECT 1"));
    CHECK(only(log.workload()).applications ==
          std::map<std::string, Tally>{{"app", {2, 2000}}, {"web api", {1, 1000}}});
}

TEST_CASE("a statement of several lines is one, also with a line that looks like an entry") {
    const std::string text = line(1, 10, "LOG:  duration: 1.000 ms  statement: SELECT '") +
                             "\t2026-11-21 01:06:54.844 UTC [10] app@shop LOG:  duration: 9.000 ms "
                             " statement: SELECT 9\n" +
                             "\t', 2\n" +
                             line(1, 10, "LOG:  duration: 1.000 ms  statement: SELECT 1, 2");
    const ReadLog log = read_text(postgres_log, text);
    CHECK(only(log.workload()).total == Tally{2, 2000});
    CHECK(log.input.skipped == 0);
}

TEST_CASE("a plan of auto_explain, in each of its forms, is of the class of its statement") {
    const std::string statement =
        line(2, 10, "LOG:  duration: 9.100 ms  statement: SELECT \"x\"\n\tFROM t WHERE k = 'a'");
    const std::vector<std::string> bodies{
        "\tQuery Text: SELECT \"x\"\n\tFROM t WHERE k = 'a'\n\tSeq Scan on t  (cost=0.00..1.00 "
        "rows=1 "
        "width=4) (actual time=0.1..9.0 rows=1 loops=1)\n",
        "\t{\n\t  \"Query Text\": \"SELECT \\\"x\\\"\\nFROM t WHERE k = 'a'\",\n\t  \"Plan\": "
        "{\"Node "
        "Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Startup Cost\": 0.0, \"Total Cost\": "
        "1.0, "
        "\"Plan Rows\": 1, \"Plan Width\": 4}\n\t}\n",
        "\tQuery Text: \"SELECT \\\"x\\\"\\nFROM t WHERE k = 'a'\"\n\tPlan: \n\t  Node Type: \"Seq "
        "Scan\"\n\t  Relation Name: \"t\"\n\t  Startup Cost: 0.00\n\t  Total Cost: 1.00\n\t  Plan "
        "Rows: 1\n\t  Plan Width: 4\n",
        "\t<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n\t  <Query-Text>SELECT "
        "&quot;x&quot;\n\tFROM t WHERE k = 'a'</Query-Text>\n\t  <Plan><Node-Type>Seq "
        "Scan</Node-Type><Relation-Name>t</Relation-Name><Startup-Cost>0.00</Startup-Cost>"
        "<Total-Cost>1.00</Total-Cost><Plan-Rows>1</Plan-Rows><Plan-Width>4</Plan-Width></Plan>\n\t"
        "</explain>\n"};
    for (const std::string& body : bodies) {
        INFO(body);
        const ReadLog log = read_text(
            postgres_log, line(2, 10, "LOG:  duration: 9.000 ms  plan:") + body + statement);
        REQUIRE(log.workload().statements.size() == 1);
        REQUIRE(log.evidence.plans.by_shape.size() == 1);
        const Plan& plan = log.evidence.plans.by_shape.begin()->second.front();
        CHECK(plan.statement == log.workload().statements.begin()->first);
        CHECK(plan.statement_text == "select \"x\" from t where k = $1");
        CHECK(log.workload().statement_messages == Tally{1, 9100});
    }
}

TEST_CASE("where parameters are hidden nothing is called a repeat, and a run is still a run") {
    std::string hidden;
    std::string shown;
    for (int i = 0; i < 6; ++i) {
        const std::string call =
            line(1, 10, "LOG:  duration: 0.100 ms  execute S_1: SELECT a FROM t WHERE id = $1");
        hidden += call;
        shown += call + line(1, 10, "DETAIL:  parameters: $1 = '5'");
    }
    const ReadLog one = read_text(postgres_log, hidden);
    CHECK(one.workload().hidden_parameters == 6);
    CHECK(only(one.workload()).repeats.asked == 0);
    CHECK(only(one.workload()).repeats.within[2] == Tally{});
    CHECK(one.workload().runs.size() == 1);
    const ReadLog two = read_text(postgres_log, shown);
    CHECK(two.workload().hidden_parameters == 0);
    CHECK(only(two.workload()).repeats.asked == 6);
    CHECK(only(two.workload()).repeats.within[0] == Tally{5, 500});
    CHECK(two.workload().runs.empty());  // the same again is a cache's business
}

TEST_CASE("a cache's hits end with a write to the table, and none is forgotten within the hour") {
    std::string text;
    const auto ask = [&](int second, int key) {
        text += line(second,
                     10,
                     "LOG:  duration: 0.010 ms  statement: SELECT a FROM t WHERE id = " +
                         std::to_string(key));
    };
    for (int key = 0; key < 30'000; ++key) {
        ask(1, key);
    }
    for (int key = 0; key < 30'000; ++key) {
        ask(2, key);
    }
    text += line(3, 11, "LOG:  duration: 0.010 ms  statement: UPDATE t SET a = 1");
    ask(4, 7);
    ask(5, 7);
    const ReadLog log = read_text(postgres_log, text);
    CHECK(log.workload().forgotten_reads == 0);
    for (const auto& [id, statement] : log.workload().statements) {
        if (statement.kind == StatementKind::read) {
            CHECK(statement.repeats.asked == 60'002);
            CHECK(statement.repeats.within[1].calls == 30'001);
        }
    }
}

TEST_CASE("a connection is held from BEGIN to COMMIT, thinking included") {
    const ReadLog log =
        read_text(postgres_log,
                  line(10, 10, "LOG:  duration: 0.100 ms  statement: BEGIN") +
                      line(11, 10, "LOG:  duration: 200.000 ms  statement: UPDATE t SET a = 1") +
                      line(12, 10, "LOG:  duration: 0.100 ms  statement: rollback to savepoint s") +
                      line(13, 10, "LOG:  duration: 0.300 ms  statement: COMMIT") +
                      line(14, 10, "LOG:  duration: 5.000 ms  statement: SELECT 1") +
                      line(15, 11, "LOG:  duration: 0.100 ms  statement: BEGIN; SELECT 1; COMMIT"));
    REQUIRE(log.workload().transactions.contains("app"));
    const Transactions& held = log.workload().transactions.at("app");
    CHECK(held.lengths_us.count() == 1);
    CHECK(held.held_us == 3'000'100);
    CHECK(held.inside_us == 200'200);
    CHECK(log.workload().held_us.at("app").sum() == 3'000'100 + 5'000 + 100);
    CHECK(log.workload().busy_us.at("app").sum() == 205'600);
}

TEST_CASE("a literal leaves only when it is asked for") {
    const std::string text = line(1, 10, "LOG:  duration: 1.000 ms  statement: SELECT 'secret'");
    CHECK(read_text(postgres_log, text).inspected().find("secret") == std::string::npos);
    CHECK(read_text(postgres_log, text, {.keep_literals = true}).inspected().find("secret") !=
          std::string::npos);
}

TEST_CASE("a time zone that is not known is said, and --log-timezone settles it") {
    const std::string text = "2026-11-21 01:06:54.844 XYZT [10] app@shop LOG:  duration: 1.000 ms  "
                             "statement: SELECT 1\n";
    const ReadLog log = read_text(postgres_log, text, {.log_prefix = "%m [%p] %q%u@%d "});
    CHECK(log.input.note.find("XYZT") != std::string::npos);
    CHECK(log.input.note.find("--log-timezone") != std::string::npos);
    const ReadLog told =
        read_text(postgres_log, text, {.log_prefix = "%m [%p] %q%u@%d ", .log_timezone = "+02:00"});
    CHECK(told.input.note.find("XYZT") == std::string::npos);
    CHECK(to_text(told.workload().span.from.value()) == "2026-11-20T23:06:54.844Z");
}

TEST_CASE("a prefix that the log announces is learnt, by every thread") {
    std::string text;
    for (int i = 0; i < 3'000; ++i) {
        text += line(1, 10, "LOG:  duration: 1.000 ms  statement: SELECT 1");
    }
    text += line(2, 9, "LOG:  parameter \"log_line_prefix\" changed to \"%n|%c|%e|%a|\"");
    for (int i = 0; i < 20'000; ++i) {
        text +=
            "1795223215.500|6900f0a1.1a04|00000|web|LOG:  duration: 1.000 ms  statement: SELECT "
            "1\n";
    }
    for (const unsigned threads : {1U, 3U}) {
        const ReadLog log = read_text(postgres_log, text, {.threads = threads});
        CHECK(log.workload().statement_messages == Tally{23'000, 23'000'000});
        CHECK(log.input.skipped == 0);
        CHECK(only(log.workload()).applications.at("web").calls == 20'000);
    }
}

TEST_CASE("the shared log with a known truth is accounted for exactly") {
    const std::string path = shared_log("pg-a.log.zst");
    if (path.empty()) {
        WARN("skipped: the larger logs are not here");
        return;
    }
    const ReadLog log = read_path(postgres_log, path);
    const Workload& workload = log.workload();
    CHECK(workload.statement_messages == Tally{77'573, 61'720'285});
    CHECK(workload.execute_messages == Tally{42'849, 8'190'685});
    CHECK(workload.parse_messages == Tally{9'162, 331'936});
    CHECK(workload.bind_messages == Tally{42'849, 3'110'277});
    CHECK(workload.plan_messages == Tally{100, 33'111'557});
    CHECK(workload.unattributed == Tally{0, 0});
    CHECK(log.input.skipped == 0);
    CHECK(log.input.records == 174'234);
}
