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
    CHECK(workload.errors == std::map<std::string, std::uint64_t>{{"40P01", 1}});
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
