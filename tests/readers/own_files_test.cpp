// gauges.csv, events.csv, incidents.csv, services.csv: design.md section 5.
#include "catch.hpp"
#include "latency_reading.hpp"
#include "readers/csv/own_file.hpp"

namespace plimsoll::readers {
extern const Reader gauges_csv;
extern const Reader events_csv;
extern const Reader incidents_csv;
extern const Reader services_csv;
}  // namespace plimsoll::readers

using namespace plimsoll;
using plimsoll::testing::error_of;
using plimsoll::testing::read_text;

namespace {

const std::array all{
    &readers::gauges_csv, &readers::events_csv, &readers::incidents_csv, &readers::services_csv};

Sureness sureness(const Reader& reader, std::string_view text) {
    return reader.recognises({.kind = SourceKind::bytes, .head = text, .whole = true});
}

}  // namespace

TEST_CASE("JSON with our columns' names between its commas is none of our files") {
    for (const Reader* reader : all) {
        CHECK(sureness(*reader,
                       "{\"a\": 1, at, name, value, started, ended, caller, callee, kind}\n") ==
              Sureness::no);
        CHECK(sureness(*reader, "[at,name,value,limit]\n") == Sureness::no);
    }
}

TEST_CASE("gauges: thousandths, limits, names that are not known are kept and listed") {
    const auto read = read_text(readers::gauges_csv,
                                "# what the pool said\nat,name,value,limit\n"
                                "2026-11-02T00:00:00Z,pool.web.busy,4.9,20\n"
                                "2026-11-02T00:00:00Z,pool.web.busy,5,20\n"
                                "1793577660,pool.web.busy,3,\n"
                                "2026-11-02,pol.web.busy,1,\n"
                                "2026-11-02,db.cpu,73,\n");
    REQUIRE(read.input.records == 5);
    const GaugeSeries& pool = read.evidence.gauges.series.at("pool.web.busy");
    REQUIRE(pool.samples.size() == 2);
    CHECK(pool.samples.begin()->second == GaugeSample{.value_milli = 5000, .limit_milli = 20'000});
    CHECK_FALSE(pool.samples.rbegin()->second.limit_milli);
    CHECK(pool.first_seen.line == 3);
    CHECK(read.input.note.find("pol.web.busy") != std::string::npos);
    CHECK(read.input.note.find("100 for percent") != std::string::npos);
    CHECK(to_text(*read.input.span.to) == "2026-11-02T00:01:00Z");
}

TEST_CASE("events: kinds, ends, and what counts as a list of deploys") {
    const auto read = read_text(readers::events_csv,
                                "kind,at,what,service,until\n"
                                "deploy,2026-11-02T10:00:00Z,v12,shop,\n"
                                "Holiday,2026-12-24,Christmas,,2026-12-27\n"
                                "party,2026-11-02,,,\n"
                                "backfill,2026-11-03,,,2026-11-02\n");
    CHECK(read.input.records == 2);
    CHECK(read.input.skipped == 2);
    CHECK(read.evidence.events.deploys_listed);
    const Event& deploy = *read.evidence.events.events.begin();
    CHECK(deploy.kind == EventKind::deploy);
    CHECK(deploy.service == "shop");
    CHECK(deploy.what == "v12");
    CHECK(deploy.origin == Origin{.source = "sample", .line = 2});
    const auto listed = [](std::string_view rows) {
        return read_text(readers::events_csv, "at,until,kind,service,what\n" + std::string{rows})
            .evidence.events.deploys_listed;
    };
    CHECK(listed(""));
    CHECK_FALSE(listed("2026-12-24,,holiday,,\n"));
    CHECK(listed("2026-12-24,,migration,,\n"));
    CHECK_FALSE(listed("2026-12-24,,deplyo,,\n"));
}

TEST_CASE("incidents: triggers that nobody knows, features by name or number") {
    const auto read = read_text(readers::incidents_csv,
                                "started,ended,trigger,features_down,what\n"
                                "2026-11-01,2026-11-01T02:00:00Z,redis,search; cart ;cart,x\n"
                                "2026-11-02,,unknown,3,\n"
                                "2026-11-03,,,,\n"
                                "2026-11-04,,db,2.5,\n"
                                "2026-11-05,2026-11-04,db,1,\n"
                                "soon,,db,1,\n");
    REQUIRE(read.evidence.incidents.incidents.size() == 3);
    CHECK(read.input.skipped == 3);
    auto at = read.evidence.incidents.incidents.begin();
    CHECK(at->trigger == "redis");
    CHECK(at->features_down == std::set<std::string>{"cart", "search"});
    ++at;
    CHECK(at->trigger.empty());
    CHECK(at->features_down_count == 3);
    ++at;
    CHECK_FALSE(at->features_down_count);
    CHECK(at->features_down.empty());
    CHECK(read.evidence.incidents.listed);
    CHECK(read_text(readers::incidents_csv, "started,trigger\n").evidence.incidents.listed);
}

TEST_CASE("services: what is empty is not known, what is none is none") {
    const auto read = read_text(readers::services_csv,
                                "caller,callee,kind,critical,timeout_ms,per_second\n"
                                "web,pay,sync,yes,1500,20\n"
                                "web,mail,async,no,,\n"
                                "web,stock,,,none,\n"
                                "web,geo,sync,,0,\n"
                                "web,bad,maybe,,,\n"
                                "web,bad,sync,perhaps,,\n"
                                ",bad,sync,,,\n");
    CHECK(read.input.records == 4);
    CHECK(read.input.skipped == 3);
    const auto& edges = read.evidence.calls.edges;
    const CallEdge& pay = edges.at({"web", "pay"});
    CHECK(pay.declared);
    CHECK(pay.synchronous == true);
    CHECK(pay.critical == true);
    CHECK(pay.timeout_us == 1'500'000);
    CHECK(pay.per_second_milli == 20'000);
    CHECK(edges.at({"web", "mail"}).synchronous == false);
    CHECK_FALSE(edges.at({"web", "mail"}).timeout_us);
    CHECK_FALSE(edges.at({"web", "mail"}).no_timeout);
    CHECK_FALSE(edges.at({"web", "stock"}).synchronous);
    CHECK(edges.at({"web", "stock"}).no_timeout);
    CHECK(edges.at({"web", "geo"}).no_timeout);
}

TEST_CASE("a misspelt, missing or repeated column is an error with a suggestion") {
    const auto misspelt = error_of(readers::gauges_csv, "at,name,valeu,limit\n2026-11-02,x,1,\n");
    REQUIRE(misspelt);
    CHECK(misspelt->status == Status::usage);
    CHECK(misspelt->remedy == "did you mean 'value'?");
    CHECK(misspelt->where == "sample:1");
    CHECK(error_of(readers::services_csv, "caller,callee,colour\n")
              ->remedy.find("caller,callee,kind") != std::string::npos);
    CHECK(error_of(readers::events_csv, "at,at,kind\n")->why.find("twice") != std::string::npos);
    CHECK(error_of(readers::incidents_csv, "started,what\n")->why.find("'trigger' is missing") !=
          std::string::npos);
}

TEST_CASE(
    "each file is recognised by its header, also with a name misspelt, and by no other reader") {
    const std::array heads{"at,name,value,limit\n",
                           "at,until,kind,service,what\n",
                           "started,ended,trigger,features_down,what\n",
                           "caller,callee,kind,critical,timeout_ms,per_second\n"};
    for (std::size_t file = 0; file < all.size(); ++file) {
        for (std::size_t reader = 0; reader < all.size(); ++reader) {
            CHECK(sureness(*all[reader], heads[file]) ==
                  (file == reader ? Sureness::certain : Sureness::no));
        }
    }
    CHECK(sureness(readers::gauges_csv, "at,name,valeu,limit\n") == Sureness::likely);
    CHECK(sureness(readers::events_csv, "# ours\n\nAT;KIND\n") == Sureness::certain);
    CHECK(sureness(readers::services_csv, "callr,callee,kind,critical\n") == Sureness::likely);
    for (const Reader* reader : all) {
        CHECK(sureness(*reader, "") == Sureness::no);
        CHECK(sureness(*reader, "time,p99_ms\n") == Sureness::no);
        CHECK(sureness(*reader, std::string(60'000, 'x')) == Sureness::no);
    }
}

TEST_CASE("nothing that was done to our own files crashes their readers") {
    testing::read_damaged(readers::gauges_csv,
                          "at,name,value,limit\n2026-11-02T00:00:00Z,pool.web.busy,4.9,20\n");
    testing::read_damaged(readers::events_csv,
                          "at,until,kind,service,what\n2026-11-02,,deploy,shop,v1\n");
    testing::read_damaged(
        readers::incidents_csv,
        "started,ended,trigger,features_down,what\n2026-11-01,,redis,\"a;b\",x\n");
    testing::read_damaged(
        readers::services_csv,
        "caller,callee,kind,critical,timeout_ms,per_second\nweb,pay,sync,yes,1500,20\n");
}

TEST_CASE("the nearest word is offered only when it is near") {
    constexpr std::array<std::string_view, 3> known{"caller", "callee", "timeout_ms"};
    CHECK(readers::csv::nearest("calee", known) == "callee");
    CHECK(readers::csv::nearest("timeout", known).empty());
    CHECK(readers::csv::nearest("timeout_s", known) == "timeout_ms");
    CHECK(readers::csv::nearest("colour", known).empty());
    CHECK(readers::csv::nearest("", known).empty());
}
