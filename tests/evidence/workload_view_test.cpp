#include "evidence/workload_view.hpp"

#include "catch.hpp"

#include <algorithm>
#include <string>

using namespace plimsoll;

namespace {

Instant at(std::int64_t seconds) {
    return instant((1'795'000'020 + seconds) * 1'000'000);
}

bool voids(const Workload& workload, std::string_view figure) {
    return std::ranges::any_of(voided_by_logging(workload),
                               [&](const Voided& each) { return each.figure == figure; });
}

Workload complete() {
    Workload workload;
    workload.statement_messages = {.calls = 1'000, .time_us = 5'000'000};
    workload.least_duration_us = 90;
    return workload;
}

}  // namespace

TEST_CASE("a log that shows short statements voids nothing") {
    CHECK(voided_by_logging(complete()).empty());
    CHECK_FALSE(logging_threshold_us(complete()));
}

TEST_CASE("a threshold is inferred from the shortest of many calls, and voids what it hides") {
    Workload workload = complete();
    workload.least_duration_us = 100'040;
    CHECK(logging_threshold_us(workload) == 100'040);
    CHECK(voids(workload, "n_plus_one"));
    CHECK(voids(workload, "repeats"));
    CHECK_FALSE(voids(workload, "total_us"));  // a floor, and said to be one
    workload.statement_messages.calls = 20;    // twenty slow calls may be all there were
    CHECK_FALSE(logging_threshold_us(workload));
}

TEST_CASE("samples, hidden parameters and durations without text void what they touch") {
    Workload workload = complete();
    workload.settings["log_statement_sample_rate"] = "0.1";
    CHECK(voids(workload, "total_us"));
    workload.settings["log_statement_sample_rate"] = "1";
    CHECK(voided_by_logging(workload).empty());
    workload.settings["log_slow_rate_limit"] = "100";
    CHECK(voids(workload, "n_plus_one"));
    workload.settings.clear();
    workload.hidden_parameters = 3;
    CHECK(voids(workload, "repeats"));
    CHECK_FALSE(voids(workload, "n_plus_one"));
    workload.hidden_parameters = 0;
    workload.unattributed = {.calls = 1, .time_us = 10};
    CHECK(voids(workload, "statements.total_us"));
}

TEST_CASE("open sessions are counted from those that open and close, and from before") {
    SessionCounts sessions;
    CHECK_FALSE(most_open_sessions(sessions));
    sessions.opened = 3;
    sessions.closed = 4;
    sessions.closing.add(at(0), 2);  // both were open before
    sessions.opening.add(at(10), 2);
    sessions.closing.add(at(70), 1);
    sessions.opening.add(at(130), 1);
    sessions.closing.add(at(131), 1);
    CHECK(most_open_sessions(sessions) == 2);
    sessions.opening.add(at(11), 5);
    CHECK(most_open_sessions(sessions) == 7);
}

TEST_CASE("the limit of connections is the setting's, or what was open when one was refused") {
    Workload workload = complete();
    CHECK_FALSE(connection_limit(workload));
    workload.sessions.opened = 5;
    workload.sessions.closed = 1;
    workload.sessions.opening.add(at(0), 5);
    workload.sessions.closing.add(at(3), 1);
    CHECK_FALSE(connection_limit(workload));  // none was refused
    workload.errors["53300"].times = 2;
    REQUIRE(connection_limit(workload));
    CHECK(connection_limit(workload)->limit == 5);
    CHECK(connection_limit(workload)->derived);
    workload.settings["max_connections"] = "200";
    CHECK(connection_limit(workload)->limit == 200);
    CHECK_FALSE(connection_limit(workload)->derived);
}

TEST_CASE("a table's owner is the application that writes it most") {
    Workload workload = complete();
    StatementClass& read = workload.statements[1];
    read.tables = {"orders", "users"};
    read.applications = {{"web", {10, 100}}, {"reports", {5, 900}}};
    StatementClass& write = workload.statements[2];
    write.tables = {"orders"};
    write.written = {"orders"};
    write.applications = {{"web", {2, 20}}, {"billing", {3, 30}}};
    const std::map<std::string, TableUse> use = table_use(workload);
    CHECK(use.at("orders").owner() == "billing");
    CHECK(use.at("orders").readers.at("reports") == Tally{5, 900});
    CHECK(use.at("orders").writers.at("web") == Tally{2, 20});
    CHECK(use.at("users").owner().empty());
}

TEST_CASE("short calls are compared in seconds with and without long statements") {
    Workload workload = complete();
    for (int second = 0; second < 80; ++second) {
        workload.short_calls.add(at(second), 10);
        workload.short_us.add(at(second), second < 40 ? 30'000 : 10'000);
        if (second < 40) {
            workload.long_busy_us.add(at(second), 1'000'000);
        }
    }
    const std::optional<SlowedByLong> slowed = slowed_by_long(workload);
    REQUIRE(slowed);
    CHECK(slowed->seconds_with == 40);
    CHECK(slowed->mean_us_with == 3'000);
    CHECK(slowed->mean_us_without == 1'000);
    Workload few = complete();
    few.short_calls.add(at(0), 10);
    CHECK_FALSE(slowed_by_long(few));
}

TEST_CASE("growth compares the first and the last third of the hours, with an interval") {
    StatementClass statement;
    StatementClass two_hours;
    for (int hour = 0; hour < 6; ++hour) {
        for (int i = 0; i < 60; ++i) {
            statement.periods.at(at(hour * 3600)).add(hour < 3 ? 1'000 : 4'000);
            two_hours.periods.at(at(hour / 3 * 3600)).add(hour < 3 ? 1'000 : 4'000);
        }
    }
    const std::optional<Estimate> growth = latency_growth(statement);
    REQUIRE(growth);
    CHECK(growth->low < 4);
    CHECK(growth->high > 4);
    CHECK(growth->at > 3.8);
    CHECK(growth->at < 4.2);
    CHECK_FALSE(latency_growth(two_hours));
}
