// PagerDuty's incidents report as a table.
#include "catch.hpp"
#include "core/reader.hpp"
#include "readers/latency_reading.hpp"

namespace plimsoll::readers {
extern const Reader pager_csv;
}  // namespace plimsoll::readers

using namespace plimsoll;
using testing::error_of;
using testing::read_text;

namespace {

const std::string header =
    "id,incident_number,description,service_id,service_name,created_on,resolved_on,"
    "seconds_to_first_ack,seconds_to_resolve,auto_resolved,urgency\n";

const Incident& nth(const testing::ReadText& read, int index) {
    return *std::next(read.evidence.incidents.incidents.begin(), index);
}

}  // namespace

TEST_CASE("a row an incident: begun, ended, service, title, and no trigger") {
    const testing::ReadText read = read_text(
        readers::pager_csv,
        header +
            "P1,17,\"Disk, full\",S1,Checkout,2026-10-06T21:30:42-04:00,2026-10-06T22:30:42-04:00,"
            "60,3600,false,high\n"
            "P2,18,Slow,S2,Search,2026-10-08T01:00:00Z,,,1800,true,low\n"
            "P3,19,Open,S2,Search,2026-10-09T01:00:00Z,,,,false,low\n");
    CHECK(read.sureness == Sureness::certain);
    CHECK(read.input.records == 3);
    CHECK(read.input.skipped == 0);
    CHECK(read.evidence.incidents.listed);
    REQUIRE(read.evidence.incidents.incidents.size() == 3);
    const Incident& disk = nth(read, 0);
    CHECK(to_text(disk.started) == "2026-10-07T01:30:42Z");
    CHECK(to_text(*disk.ended) == "2026-10-07T02:30:42Z");
    CHECK(disk.what == "Disk, full");
    CHECK(disk.features_down == std::set<std::string>{"Checkout"});
    CHECK(disk.trigger.empty());
    CHECK(disk.origin == Origin{.source = "sample", .line = 2});
    CHECK(to_text(*nth(read, 1).ended) == "2026-10-08T01:30:00Z");  // by how long it lasted
    CHECK_FALSE(nth(read, 2).ended);
    CHECK(to_text(*read.input.span.to) == "2026-10-09T01:00:00Z");
    CHECK(read.input.note.find("taken as UTC") == std::string::npos);
}

TEST_CASE("the header's customs: other names, capitals, spaces, any order, semicolons") {
    const testing::ReadText read =
        read_text(readers::pager_csv,
                  "Service Name;Title;Incident Number;Resolved At;Created At\n"
                  "Checkout;Down;4;2026-10-06 22:00:00;2026-10-06 21:00:00\n");
    CHECK(read.sureness == Sureness::certain);
    REQUIRE(read.input.records == 1);
    CHECK(to_text(nth(read, 0).started) == "2026-10-06T21:00:00Z");
    CHECK(to_text(*nth(read, 0).ended) == "2026-10-06T22:00:00Z");
    CHECK(nth(read, 0).what == "Down");
    CHECK(read.input.note.find("times without a zone taken as UTC") != std::string::npos);
}

TEST_CASE("local times are moved by the offset that was given") {
    ReadOptions options;
    options.log_timezone = "+02:00";
    const std::string table = header + "P1,1,x,S,Web,2026-10-06 21:00:00,,,60,false,high\n";
    const testing::ReadText read = read_text(readers::pager_csv, table, options);
    CHECK(to_text(nth(read, 0).started) == "2026-10-06T19:00:00Z");
    CHECK(to_text(*nth(read, 0).ended) == "2026-10-06T19:01:00Z");
    options.log_timezone = "Mars";
    REQUIRE(error_of(readers::pager_csv, table, options));
    CHECK(error_of(readers::pager_csv, table, options)->status == Status::usage);
}

TEST_CASE("what cannot be an incident is counted, what cannot be an end is none") {
    const testing::ReadText read =
        read_text(readers::pager_csv,
                  header + "P1,1,never,S,Web,,,,60,false,high\n"
                           "P2,2,words,S,Web,yesterday,,,60,false,high\n"
                           "P3,3,backwards,S,Web,2026-10-06T21:00:00Z,2026-10-06T20:00:00Z,,,,\n"
                           "P4,4,endless,S,Web,2026-10-07T21:00:00Z,,,1e999,,\n"
                           "P5,5,negative,S,Web,2026-10-08T21:00:00Z,,,-60,,\n"
                           "P6,6,ages,S,Web,2026-10-09T21:00:00Z,,,9223372036854775808,,\n"
                           "P7,7,short,S,Web,2026-10-10T21:00:00Z\n"
                           "P8,8,\"open quote,S,Web,2026-10-11T21:00:00Z,,,60,,\n");
    CHECK(read.input.records == 5);
    CHECK(read.input.skipped == 3);
    CHECK(read.input.first_skipped.line == 2);
    CHECK(read.input.first_skipped.why == "an incident without the time it began");
    for (const Incident& incident : read.evidence.incidents.incidents) {
        CHECK_FALSE(incident.ended);
    }
}

TEST_CASE("only such a table is taken for one") {
    const auto sureness = [](std::string_view text) {
        return readers::pager_csv.recognises(
            {.kind = SourceKind::bytes, .head = text, .whole = true});
    };
    CHECK(sureness(header) == Sureness::certain);
    CHECK(sureness("started,ended,trigger,features_down,what\n") == Sureness::no);
    CHECK(sureness("id,service_name,created_on\n") == Sureness::no);
    CHECK(sureness("created_at,resolved_at,service_name\n") == Sureness::no);
    CHECK(sureness("time,p99_ms\n") == Sureness::no);
    CHECK(sureness("\"id,created_on\n") == Sureness::no);
    CHECK(sureness("") == Sureness::no);
}

TEST_CASE("nothing that was done to the table crashes its reader") {
    testing::read_damaged(
        readers::pager_csv,
        header +
            "P1,1,\"a, b\",S,Web,2026-10-06T21:00:00Z,2026-10-06T22:00:00Z,5,3600,false,high\n");
}
