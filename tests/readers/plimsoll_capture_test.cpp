// The file of a capture, from any hand: what is no capture is refused in four parts, what is one
// becomes evidence.
#include "catch.hpp"
#include "core/error.hpp"
#include "core/reader.hpp"
#include "support/ci.hpp"

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader plimsoll_capture;
extern const Reader live_postgres;
}  // namespace plimsoll::readers

namespace {

const std::string head = R"({"schema": "plimsoll.capture/1", "capture": )";

Error::Parts refused(const std::string& bytes) {
    try {
        (void)test::read_with(readers::plimsoll_capture, bytes);
    } catch (const Error& error) {
        return error.parts();
    }
    return {};
}

}  // namespace

TEST_CASE("a capture's samples become gauges with the server's limit") {
    const test::ReadResult read = test::read_with(readers::plimsoll_capture, head + R"({
        "database": "shop", "identity": "shop/5@1", "started": "2026-11-01T10:00:00Z", "server": 150004, "role": "aud",
        "complete": true, "settings": {"max_connections": "100", "superuser_reserved_connections": "3"},
        "tables": {"public.orders": {"schema": "public", "name": "orders", "kind": "r", "rows": 7.0}},
        "snapshots": [{"at": "2026-11-01T10:00:00Z"}, {"at": "2026-11-01T10:01:00Z"}],
        "sessions": [{"at": "2026-11-01T10:00:01Z", "sessions": 12, "active": 3},
                     {"at": "2026-11-01T10:00:02Z", "sessions": 13, "active": 2, "hidden": 9}],
        "new_in_a_later_version": [1, 2]}})");
    CHECK(read.sureness == Sureness::certain);
    REQUIRE(read.evidence.database.captures.size() == 1);
    CHECK(read.evidence.database.latest()[0]->tables.at("public.orders").rows == 7);
    const GaugeSeries& connections = read.evidence.gauges.series.at("db.connections");
    REQUIRE(connections.samples.size() == 2);
    CHECK(connections.samples.begin()->second.value_milli == 12'000);
    CHECK(connections.samples.begin()->second.limit_milli.value_or(0) == 97'000);
    CHECK(read.evidence.gauges.series.at("db.active").samples.size() ==
          1);  // hidden states are no zeros
    CHECK(read.input.note.find("PostgreSQL 15.4") != std::string::npos);
}

TEST_CASE("what is no capture is refused, whatever is wrong with it") {
    for (const std::string& bytes :
         {std::string{R"({"schema": "plimsoll.capture/1"})"},
          head + "{}}",
          head + "[]}",
          head + "{\"tables\": 7",
          head + R"({"identity": "a", "started": 5}})",
          head + R"({"identity": "a", "started": "2026-01-01", "tables": []}})",
          head + R"({"identity": "a", "started": "2026-01-01", "sessions": 3}})",
          std::string{R"({"schema": "plimsoll.capture/9", "capture": {}})"},
          std::string{}}) {
        INFO(bytes);
        const Error::Parts parts = refused(bytes);
        if (parts.what.empty()) {
            continue;  // read as a capture with less in it: allowed only where nothing contradicts
                       // it
        }
        CHECK(parts.status == Status::untrusted);
        CHECK_FALSE(parts.why.empty());
        CHECK(parts.remedy.find("collect") != std::string::npos);
    }
    CHECK_FALSE(refused(head + "{}}").what.empty());
    CHECK_FALSE(refused(head + "{\"tables\": 7").what.empty());
    CHECK_FALSE(refused(head + R"({"identity": "a", "started": 5}})").what.empty());
}

TEST_CASE("only a connection string is a live server, only a capture is a capture") {
    CHECK(readers::live_postgres.recognises(Sample{.kind = SourceKind::database}) ==
          Sureness::certain);
    CHECK(readers::live_postgres.recognises(Sample{.head = head}) == Sureness::no);
    CHECK(readers::plimsoll_capture.recognises(Sample{.kind = SourceKind::database}) ==
          Sureness::no);
    CHECK(readers::plimsoll_capture.recognises(Sample{.head = "{\"schema\": \"other\"}"}) ==
          Sureness::no);
}
