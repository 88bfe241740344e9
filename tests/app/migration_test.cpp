// What a migration does, as far as it needs no PostgreSQL: the way back in a file, words in texts,
// factors of plans, limits that move, rows. The rest is in tests/live/gate_migration_test.cpp.
#include "app/gate_migration.hpp"
#include "app/planner/statements.hpp"
#include "catch.hpp"
#include "verdict/load_line.hpp"

#include <cmath>

using namespace plimsoll;
using namespace plimsoll::app;
using namespace plimsoll::app::planner;

namespace {

Costed plan(const std::string& type, double cost, std::optional<double> pages = {}) {
    return {.plan = {.nodes = {{.type = type, .relation = "orders", .cost = cost}}, .cost = cost},
            .pages = pages};
}

Limit limit(const std::string& id, double at) {
    Limit out{.id = id, .name = id};
    out.place({.at = at, .low = at / 2, .high = at * 2});
    return out;
}

double at_of(const std::vector<Limit>& limits, const std::string& id) {
    return std::ranges::find(limits, id, &Limit::id)->at;
}

MigrationOutlook outlook(const Estimate& work, std::vector<Limit> limits) {
    MigrationOutlook out;
    out.place = {.source = "up.sql", .line = 1};
    out.effect = {.work = work, .known_share = 1, .statements = 3};
    const Estimate all = Estimate::exactly(1);
    out.before = verdict::load_line(limits);
    out.after = verdict::load_line(moved_limits(limits, work, all));
    if (out.before.measured > 0) {
        out.change = {.at = 1 / work.at, .low = 1 / work.high, .high = 1 / work.low};
    }
    return out;
}

GateResult judged(const MigrationOutlook& outlook, const GateOptions& options = {}) {
    const Snapshot snapshot;
    const Audit audit;
    const Settings settings;
    return gate({.snapshot = snapshot, .audit = audit, .settings = settings, .migration = &outlook},
                {},
                options);
}

}  // namespace

TEST_CASE("the way back is left out, in every dialect, and only by its mark") {
    const auto up = [](const std::string& file) { return up_part(file); };
    CHECK(up("create table a(x int);\n-- migrate:down\ndrop table a;").sql ==
          "create table a(x int);\n");
    CHECK(up("a;\n-- +goose Down\nb;").mark == 2);
    CHECK(up("a;\n\n-- +migrate Down\nb;").mark == 3);
    CHECK(up("# --- !Ups\na;\n# --- !Downs\nb;").mark == 3);
    CHECK(up("a;\n-- Down Migration\nb;").mark == 2);
    CHECK(up("a;\n--//@UNDO\nb;").mark == 2);
    for (const char* whole :
         {"-- migrate:up\na;", "-- goes down from here\na;", "select 'x';", ""}) {
        INFO(whole);
        CHECK(up(whole).mark == 0);
        CHECK(up(whole).sql == whole);
    }
}

TEST_CASE("a statement knows the line of the file on which it begins") {
    const std::vector<Asked> all = statements_in(
        "-- a comment\n\nselect 1;\nselect ';\n' , 2; select 3;\n\n  /* \n */ select 4\n;");
    REQUIRE(all.size() == 4);
    CHECK(all[0].line == 3);
    CHECK(all[1].line == 4);
    CHECK(all[2].line == 5);
    CHECK(all[3].line == 7);
}

TEST_CASE("names are words, whatever their case") {
    CHECK(names_word("select * from Orders where x", "orders"));
    CHECK(names_word("public.orders", "orders"));
    CHECK_FALSE(names_word("select * from orders_old", "orders"));
    CHECK_FALSE(names_word("reorders", "orders"));
    CHECK(names_word("orders_old join orders", "orders"));
    CHECK_FALSE(names_word("", "orders"));
    CHECK_FALSE(names_word("anything", ""));
}

TEST_CASE("the same plan at the same cost takes as long; another one by its cost, within a band") {
    const Asked asked{.ms = 2.0, .planning_ms = 0};
    const Estimate same = factor_between(asked, plan("Index Scan", 8), plan("Index Scan", 8));
    CHECK(same.at == 1);
    CHECK(same.low == 1);
    CHECK(same.high == 1);
    const Estimate flipped = factor_between(asked, plan("Index Scan", 8), plan("Seq Scan", 800));
    CHECK(flipped.at == Approx(100));
    CHECK(flipped.low == Approx(25));
    CHECK(flipped.high == Approx(400));
    const Estimate dearer = factor_between(asked, plan("Seq Scan", 8), plan("Seq Scan", 12));
    CHECK(dearer.low == Approx(1));  // the direction is the planner's
    CHECK(dearer.high == Approx(2.25));
    const Estimate cheaper = factor_between(asked, plan("Seq Scan", 12), plan("Seq Scan", 8));
    CHECK(cheaper.low == Approx(4.0 / 9));
    CHECK(cheaper.high == Approx(1));
    // With the price of pages known: between what a disk would take and what memory does.
    const Estimate between =
        factor_between(asked, plan("Index Scan", 80, 80), plan("Seq Scan", 2000, 800));
    CHECK(between.at == Approx(std::sqrt(25 * (1200 + 40) / 4.0)));
    CHECK(between.low == Approx(12.5));
    CHECK(between.high == Approx(2 * 1240 / 4.0));
    // Cheaper by the disk, dearer from memory: the direction is not known.
    const Estimate unsure =
        factor_between(asked, plan("Seq Scan", 1000, 900), plan("Index Scan", 900, 100));
    CHECK(unsure.low < 1);
    CHECK(unsure.high > 1);
    // What planning takes stays.
    const Asked planned{.ms = 2.0, .planning_ms = 1};
    CHECK(factor_between(planned, plan("Seq Scan", 8), plan("Seq Scan", 80)).at == Approx(5.5));
}

TEST_CASE("limits move by what the database does for them, and others stay") {
    const std::vector<Limit> before{limit("database-cpu", 40),
                                    limit("connection-pool.web", 20),
                                    limit("worker-threads.web", 10),
                                    limit("replica-replay", 7)};
    const std::vector<Limit> after =
        moved_limits(before, Estimate::exactly(10), {.at = 0.5, .low = 0.25, .high = 1});
    CHECK(at_of(after, "database-cpu") == Approx(4));
    CHECK(at_of(after, "connection-pool.web") == Approx(20 / 5.5));
    CHECK(after[1].low == Approx(10 / 10.0));   // all of the time in the database
    CHECK(after[1].high == Approx(40 / 3.25));  // a quarter of it
    CHECK(at_of(after, "worker-threads.web") == 10);
    CHECK(after[2].low == Approx(0.5));
    CHECK(at_of(after, "replica-replay") == 7);
    // Less work never worsens anything, and threads are not promised what nobody measured.
    const std::vector<Limit> better =
        moved_limits(before, Estimate::exactly(0.5), {.at = 1, .low = 0, .high = 1});
    CHECK(at_of(better, "database-cpu") == Approx(80));
    CHECK(better[1].low == Approx(before[1].low));
    CHECK(better[2].high == before[2].high);
}

TEST_CASE("a migration that surely lowers the line fails, one that may is to be looked at") {
    const std::vector<Limit> limits{limit("database-cpu", 40)};
    const GateResult failed = judged(outlook({.at = 13, .low = 4, .high = 50}, limits));
    CHECK(status_of(failed) == Status::gate_failed);
    CHECK(failed.rows.front().id == "migration/load-line");
    CHECK(failed.rows.front().says.find("moves the load line from 40x") != std::string::npos);
    CHECK(failed.rows.front().says.find("to 3.1x") != std::string::npos);
    CHECK(failed.has_before);

    const GateResult unsure = judged(outlook({.at = 1.5, .low = 1, .high = 2.2}, limits));
    CHECK(status_of(unsure) == Status::done);
    CHECK(unsure.rows.front().alarm == Alarm::amber);

    const GateResult fine = judged(outlook(Estimate::exactly(1), limits));
    CHECK(status_of(fine) == Status::done);
    REQUIRE_FALSE(fine.notes.empty());
    CHECK(fine.notes.back().find("stays at 40x") != std::string::npos);

    GateOptions asked;
    asked.min_load_line = 30;
    CHECK(status_of(judged(outlook({.at = 1.05, .low = 1, .high = 1.1}, limits))) == Status::done);
    const GateResult low = judged(outlook({.at = 1.6, .low = 1, .high = 2.5}, limits), asked);
    CHECK(std::ranges::any_of(low.rows, [](const GateRow& row) {
        return row.id == "migration/load-line" && row.change == Change::over_budget;
    }));
}

TEST_CASE("without a load line, surely more work for the database fails all the same") {
    CHECK(status_of(judged(outlook({.at = 13, .low = 4, .high = 50}, {}))) == Status::gate_failed);
    const GateResult unknown = judged(outlook(Estimate::exactly(1), {}));
    CHECK(status_of(unknown) == Status::done);
    CHECK(unknown.notes.back().find("not known") != std::string::npos);
    CHECK_FALSE(unknown.has_before);
}

TEST_CASE("what is missing is missing, at the line that was refused, whatever --only says") {
    MigrationOutlook refused;
    refused.missing = "PostgreSQL refuses the migration: ERROR:  no such column";
    refused.remedy = "put it right";
    refused.place = {.source = "up.sql", .line = 12};
    GateOptions only;
    only.only = {"ci/*"};
    const GateResult result = judged(refused, only);
    CHECK(status_of(result) == Status::untrusted);
    REQUIRE(result.rows.size() == 1);
    CHECK(result.rows.front().place.line == 12);
    CHECK(result.rows.front().fix == "put it right");
}

TEST_CASE("a statement that breaks fails the gate; its id outlives its figures") {
    MigrationOutlook broken = outlook(Estimate::exactly(1), {limit("database-cpu", 40)});
    broken.effect.moved = {{.asked = {.text = "select total from orders", .share = 0.01},
                            .factor = Estimate::exactly(1),
                            .before = {},
                            .after = {},
                            .broken = "column \"total\" does not exist"}};
    const GateResult result = judged(broken);
    CHECK(status_of(result) == Status::gate_failed);
    const std::string id = result.rows.front().id;
    CHECK(id.starts_with("migration/statement/"));
    broken.effect.moved.front().asked.share = 0.5;
    CHECK(judged(broken).rows.front().id == id);
    broken.effect.moved.front().asked.text += " where true";
    CHECK(judged(broken).rows.front().id != id);
}
