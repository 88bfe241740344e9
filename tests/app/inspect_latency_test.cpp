// What `inspect --format json` shows of latency and its neighbours.
#include "app/inspect_latency.hpp"

#include "catch.hpp"

using namespace plimsoll;
using wire::Json;

TEST_CASE("counts show buckets as bounds, an overall and their window") {
    Latency latency;
    latency.window({.service = "shop", .route = "/a"}, instant(1'793'577'600'000'000))
        .buckets.add({{.low_ns = 7'000'000, .high_ns = 7'903'000, .weight = 40 * BucketCounts::one},
                      {.low_ns = 10'000'000'000,
                       .high_ns = BucketCounts::no_bound,
                       .weight = BucketCounts::one}});
    const Json out = app::inspect_latency(latency);
    REQUIRE(out.size() == 1);
    CHECK(out[0]["service"] == "shop");
    CHECK(out[0]["unit"] == "us");
    CHECK(out[0]["mergeable"] == true);
    CHECK(out[0]["window_s"] == 1);
    const Json& point = out[0]["points"][0];
    CHECK(point["at"] == "2026-11-02T00:00:00Z");
    CHECK(point["count"] == 41);
    CHECK(point["p50_high"] == 7903);
    CHECK(point["p99"].is_null());
    CHECK(point["p99_low"] == 10'000'000);
    CHECK(point["p99_high"].is_null());
    CHECK(out[0]["overall"]["max_low"] == 10'000'000);
}

TEST_CASE("percentiles show as they came and do not merge") {
    Latency latency;
    latency.routes[{}].percentiles[instant(0)] = {
        .count = 5, .p50 = 1, .p95 = {}, .p99 = 3, .p99_low = {}, .p99_high = {}};
    const Json out = app::inspect_latency(latency);
    CHECK(out[0]["mergeable"] == false);
    CHECK_FALSE(out[0].contains("overall"));
    CHECK(out[0]["points"][0]["p99"] == 3);
    CHECK(out[0]["points"][0]["p95"].is_null());
}

TEST_CASE("gauges, events, incidents and calls") {
    Gauges gauges;
    gauges.series["pool.web.busy"].add(instant(0), {.value_milli = 4900, .limit_milli = 20'000});
    CHECK(app::inspect_gauges(gauges)[0]["points"][0]["value"] == 4.9);
    CHECK(app::inspect_gauges(gauges)[0]["points"][0]["limit"] == 20);
    Events events;
    events.events.insert({.at = instant(0),
                          .until = {},
                          .kind = EventKind::deploy,
                          .service = "",
                          .what = "v1",
                          .origin = {}});
    CHECK(app::inspect_events(events)[0]["kind"] == "deploy");
    Incidents incidents;
    incidents.incidents.insert({.started = instant(0),
                                .ended = {},
                                .trigger = "db",
                                .features_down = {"a"},
                                .features_down_count = {},
                                .what = "",
                                .origin = {}});
    CHECK(app::inspect_incidents(incidents)[0]["features_down"][0] == "a");
    Calls calls;
    calls.edges[{"web", "pay"}].synchronous = true;
    CHECK(app::inspect_calls(calls)[0]["caller"] == "web");
    CHECK(app::inspect_calls(calls)[0]["critical"].is_null());
}
