// Incidents of PagerDuty and Opsgenie.
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

namespace plimsoll::readers {
extern const Reader pager_json;
}  // namespace plimsoll::readers

using namespace plimsoll;
using testing::read_text;

namespace {

const std::string pagerduty =
    R"({"incidents":[{"id":"PT4KHLK","type":"incident","summary":"[#1234] The server is on fire.","incident_number":1234,
 "title":"The server is on fire.","created_at":"2026-10-06T21:30:42Z","status":"resolved","service":{"id":"PIJ90N7","summary":"My Mail Service"},
 "last_status_change_at":"2026-10-06T21:38:23Z","resolved_at":"2026-10-06T21:38:23Z"},
 {"incident_number":1235,"title":"Slow","created_at":"2026-10-07T01:00:00+02:00","status":"triggered","service":{"summary":"Checkout"},"resolved_at":null}],
 "limit":25,"offset":0,"more":false,"total":null})";
const std::string opsgenie =
    R"({"data":[{"id":"70413a06","tinyId":"1791","message":"Our servers are in danger","status":"resolved","createdAt":"2026-10-06T21:35:00.123Z",
 "impactStartDate":"2026-10-06T21:30:00Z","impactEndDate":"2026-10-06T22:30:00Z","impactedServices":["mail","search"]}],"took":0.3})";

}  // namespace

TEST_CASE("PagerDuty: begun, ended, service, and no trigger") {
    const testing::ReadText read = read_text(readers::pager_json, pagerduty);
    CHECK(read.sureness == Sureness::certain);
    CHECK(read.input.records == 2);
    REQUIRE(read.evidence.incidents.incidents.size() == 2);
    const Incident& fire = *read.evidence.incidents.incidents.begin();
    CHECK(to_text(fire.started) == "2026-10-06T21:30:42Z");
    REQUIRE(fire.ended);
    CHECK(to_text(*fire.ended) == "2026-10-06T21:38:23Z");
    CHECK(fire.features_down == std::set<std::string>{"My Mail Service"});
    CHECK(fire.trigger.empty());
    CHECK(fire.what == "The server is on fire.");
    const Incident& slow = *std::next(read.evidence.incidents.incidents.begin());
    CHECK_FALSE(slow.ended);
    CHECK(to_text(slow.started) == "2026-10-06T23:00:00Z");
}

TEST_CASE("Opsgenie: the time of impact, not that of the ticket") {
    const testing::ReadText read = read_text(readers::pager_json, opsgenie);
    CHECK(read.sureness == Sureness::certain);
    const Incident& one = *read.evidence.incidents.incidents.begin();
    CHECK(to_text(one.started) == "2026-10-06T21:30:00Z");
    CHECK(one.features_down == std::set<std::string>{"mail", "search"});
    CHECK(read.evidence.incidents.listed);
}

TEST_CASE("an empty page is a list without incidents; bad ones are counted; damage is survived") {
    CHECK(read_text(readers::pager_json, R"({"incidents":[],"more":false})")
              .evidence.incidents.listed);
    const testing::ReadText bad = read_text(
        readers::pager_json, R"({"incidents":[{"incident_number":1,"created_at":"never"}]})");
    CHECK(bad.input.skipped == 1);
    CHECK(bad.input.first_skipped.why == "an incident without the time it began");
    CHECK(readers::pager_json.recognises({.kind = SourceKind::bytes,
                                          .head = R"({"id":1,"status":"x","created_at":"y"})",
                                          .whole = true}) == Sureness::no);
    testing::read_damaged(readers::pager_json, pagerduty);
    testing::read_damaged(readers::pager_json, opsgenie);
}
