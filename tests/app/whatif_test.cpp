// What if: the arithmetic of the ladder on changes that somebody names; what cannot be known is
// refused.
#include "app/whatif.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "model/queueing.hpp"

using namespace plimsoll;
using Catch::Matchers::WithinRel;

namespace {

Measure share(std::string id, double value) {
    return {.id = std::move(id),
            .name = "",
            .value = {.at = value, .low = value, .high = value},
            .unit = "share of time"};
}

// A pool of 10 at 2x, cores at 4x, a plan that wants an index, and what a log of all statements
// shows.
Audit audit() {
    Audit out;
    Limit pool{.id = "connection-pool.web"};
    pool.place({.at = 2, .low = 1.8, .high = 2.4});
    pool.inputs = {
        {.id = "slots", .name = "", .value = Estimate::exactly(10), .unit = "connections"}};
    Limit cpu{.id = "database-cpu"};
    cpu.place({.at = 4, .low = 3, .high = 5});
    out.limits = {pool, cpu};
    Finding offload;
    offload.check = "offload";
    offload.measures = {
        share("repeated.60s", 0.5), share("reads", 0.8), share("application.reports", 0.6)};
    Finding index;
    index.check = "missing-index";
    index.remedies = {
        {.id = "index.orders.customer_id",
         .rung = Rung::query,
         .effects = {{.limit = "database-cpu", .factor = {.at = 1.5, .low = 1.2, .high = 2}}},
         .model = "rows"}};
    out.findings = {offload, index};
    return out;
}

Settings settings() {
    Settings out;
    out.cores = 16;
    out.max_connections = 100;
    return out;
}

const Limit& limit(const app::Outlook& outlook, std::string_view id) {
    return *std::ranges::find(outlook.limits, id, &Limit::id);
}

}  // namespace

TEST_CASE("a larger pool carries slots times rho*, and the second limit comes first", "[whatif]") {
    const app::Outlook out = app::what_if(audit(), {.pools = {"60"}}, settings());
    REQUIRE(out.steps.size() == 1);
    CHECK(out.steps[0].applied);
    const double factor = 60 * model::safe_utilisation(60) / (10 * model::safe_utilisation(10));
    CHECK_THAT(limit(out, "connection-pool.web").at, WithinRel(2 * factor, 1e-9));
    CHECK(out.before.at == 2);
    CHECK(out.after.at == 4);
    CHECK(out.after.first_limit == "database-cpu");
}

TEST_CASE("a pool that the database could not bear is refused", "[whatif]") {
    const app::Outlook cores = app::what_if(audit(), {.pools = {"80"}}, settings());
    CHECK_FALSE(cores.steps[0].applied);
    CHECK(cores.steps[0].why.find("move into the database") != std::string::npos);
    CHECK(cores.after.at == cores.before.at);
    const app::Outlook connections = app::what_if(audit(), {.pools = {"web=200"}}, settings());
    CHECK(connections.steps[0].why.find("max_connections is 100") != std::string::npos);
    const app::Outlook other = app::what_if(audit(), {.pools = {"kiosk=20"}}, settings());
    CHECK_FALSE(other.steps[0].applied);
}

TEST_CASE("cache, replicas and a split take their share off the database", "[whatif]") {
    const app::Outlook out =
        app::what_if(audit(), {.cache = "2m", .replicas = 1, .splits = {"reports"}}, settings());
    REQUIRE(out.steps.size() == 3);
    // 1/(1-0.5), then half of 0.8 moved to one replica, then 0.6 away
    CHECK_THAT(limit(out, "database-cpu").at, WithinRel(4.0 * 2 / 0.6 / 0.4, 1e-9));
    CHECK(limit(out, "database-cpu").high <=
          5.0 / (1 - 0.5) / (1 - 0.8) / 0.4 * 1.0001);    // writes cap it
    CHECK(limit(out, "connection-pool.web").low == 1.8);  // a connection may gain nothing
    Settings no_lag = settings();
    no_lag.answers["reads-may-lag"] = {.reply = Reply::no};
    CHECK_FALSE(app::what_if(audit(), {.replicas = 2}, no_lag).steps[0].applied);
}

TEST_CASE("an index is applied when a plan asks for it, by table, by columns, or all", "[whatif]") {
    for (const char* asked : {"all", "orders", "orders(customer_id)"}) {
        const app::Outlook out = app::what_if(audit(), {.indexes = {asked}}, settings());
        REQUIRE(out.steps.size() == 1);
        CHECK(out.steps[0].applied);
        CHECK(limit(out, "database-cpu").at == 6);
    }
    CHECK_FALSE(app::what_if(audit(), {.indexes = {"invoices"}}, settings()).steps[0].applied);
}

TEST_CASE("without a log nothing is known of caches, and nonsense is an error", "[whatif]") {
    Audit bare = audit();
    bare.findings.clear();
    const app::Outlook out =
        app::what_if(bare, {.cache = "60s", .replicas = 1, .splits = {"reports"}}, settings());
    for (const app::Step& step : out.steps) {
        CHECK_FALSE(step.applied);
    }
    CHECK(out.after.at == out.before.at);
    CHECK(app::text_of(out).find("REFUSED") != std::string::npos);
    CHECK_THROWS_AS(app::what_if(audit(), {.pools = {"many"}}, settings()), Error);
    CHECK_THROWS_AS(app::what_if(audit(), {.cache = "soon"}, settings()), Error);
}
