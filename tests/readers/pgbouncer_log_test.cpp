#include "catch.hpp"
#include "log_help.hpp"

#include <string>

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader pgbouncer_log;
extern const Reader postgres_log;
}  // namespace plimsoll::readers

namespace {

using readers::pgbouncer_log;

const std::string log_text =
    "2023-12-19 03:06:36.001 CET [77] LOG process up: PgBouncer 1.21.0, libevent 2.1\n"
    "2023-12-19 03:06:37.241 CET [77] LOG stats: 4874 xacts/s, 7318 queries/s, 1 client parses/s, "
    "in 100 B/s, out 200 B/s, xact 1392 us, query 820 us, wait 45079 us\n"
    "2023-12-19 03:06:38.000 CET [77] LOG C-0x55d0c8: shop/app@10.0.0.1:5000 closing because: "
    "query_wait_timeout (age=120s)\n"
    "2023-12-19 03:06:39.000 CET [77] WARNING C-0x55d0c9: shop/app@10.0.0.1:5001 pooler error: "
    "query_wait_timeout\n"
    "2023-12-19 03:06:40.000 CET [77] WARNING C-0x55d0ca: (nodb)/(nouser)@10.0.0.1:5002 pooler "
    "error: no "
    "more connections allowed (max_client_conn)\n";

double value(const ReadLog& log, const std::string& name) {
    REQUIRE(log.evidence.gauges.series.contains(name));
    return static_cast<double>(
               log.evidence.gauges.series.at(name).samples.begin()->second.value_milli) /
           1000;
}

Sureness sure(std::string_view head) {
    return pgbouncer_log.recognises({.kind = SourceKind::bytes, .head = head, .whole = true});
}

}  // namespace

TEST_CASE("pgbouncer: statistics are gauges, the busy ones by Little's law, refusals are counted") {
    CHECK(sure(log_text) == Sureness::certain);
    const ReadLog log = read_text(pgbouncer_log, log_text);
    CHECK(log.input.records == 5);
    CHECK(log.input.skipped == 0);
    CHECK(value(log, "pgbouncer.transactions_per_second") == 4874);
    CHECK(value(log, "pgbouncer.mean_busy") == 4874 * 1392 / 1000 / 1000.0);
    CHECK(value(log, "pgbouncer.mean_wait_us") == 45079);
    CHECK(value(log, "pgbouncer.query_wait_timeout") == 2);
    CHECK(value(log, "pgbouncer.no more connections allowed") == 1);
    CHECK(to_text(log.input.span.from.value()) == "2023-12-19T02:06:36.001Z");
}

TEST_CASE("pgbouncer: other logs are left alone, broken lines are counted") {
    CHECK(
        sure("2026-11-21 01:06:01.500 UTC [10] LOG:  duration: 1.000 ms  statement: SELECT 1\n") ==
        Sureness::no);
    CHECK(sure("") == Sureness::no);
    const ReadLog log = read_text(pgbouncer_log,
                                  log_text + "broken\n" +
                                      "2023-12-19 03:07:37.241 CET [77] LOG stats: "
                                      "99999999999999999999 xacts/s, xact x us\n");
    CHECK(log.input.skipped == 1);
    CHECK(log.input.records == 6);
    CHECK(log.evidence.gauges.series.at("pgbouncer.mean_busy").samples.size() == 1);
}
