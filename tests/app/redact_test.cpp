// An audit for outsiders holds no name of a host, a user or a person, and still reads.
#include "app/redact.hpp"

#include "catch.hpp"
#include "core/report.hpp"
#include "support/run_program.hpp"

#include <string>

using namespace plimsoll;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;

namespace {

Evidence evidence() {
    Evidence out;
    out.history.authors = {"ada.lovelace@example.org", "Grace Hopper"};
    out.workload.statements[1].users = {"billing_rw"};
    out.gauges.series["host.db-prod-7.cpu"];
    Event event{};
    event.what = "Ada restarted the primary after a call with ACME";
    out.events.events.insert(event);
    out.inputs = {{.name = "/home/ada/logs/db-prod-7.log", .sha256 = "aa11"},
                  {.name = "/home/ada/logs/repo", .sha256 = "bb22"}};
    return out;
}

Audit audit() {
    Audit out;
    out.system = "harbour";
    out.headline = "billing_rw holds 9 locks on db-prod-7 (10.1.22.3); ask Grace Hopper.";
    out.inputs = evidence().inputs;
    Finding finding;
    finding.check = "database-cpu";
    finding.says = "Mostly ada.lovelace@example.org, and ops@example.org once; billing_rwx is not.";
    Measure measure;
    measure.origins = {{.source = "/home/ada/logs/db-prod-7.log", .line = 12}};
    finding.measures = {measure};
    out.findings = {finding};
    Exhibit exhibit;
    exhibit.marks = {
        {.kind = "deploy", .text = "Ada restarted the primary after a call with ACME"}};
    exhibit.rows = {{.cells = {{.text = "branch ada.lovelace/fix"}}}};
    out.exhibits = {exhibit};
    out.overrides = {{.id = "x", .value = "1", .origin = "/home/ada/plimsoll.toml:3"}};
    return out;
}

}  // namespace

TEST_CASE("no name survives in any report", "[redact]") {
    const Audit shared = app::redact(audit(), evidence(), {});
    for (const Report* report : all_reports()) {
        const std::string text = report->write(shared, {});
        INFO(report->id);
        for (const char* name : {"lovelace",
                                 "Hopper",
                                 "billing_rw ",
                                 "db-prod-7",
                                 "10.1.22.3",
                                 "ops@example",
                                 "ACME",
                                 "/home/ada",
                                 "aa11",
                                 "bb22"}) {
            INFO(name);
            CHECK(text.find(name) == std::string::npos);
        }
    }
    CHECK_FALSE(shared.redacted.empty());
}

TEST_CASE("one name is one word everywhere, and other words stay", "[redact]") {
    const Audit shared = app::redact(audit(), evidence(), {});
    const std::string& says = shared.findings[0].says;
    CHECK(says.find("billing_rwx is not") != std::string::npos);
    CHECK(says.find("person-") != std::string::npos);
    CHECK(shared.findings[0].measures[0].origins[0].source == shared.inputs[0].name);
    CHECK(shared.findings[0].measures[0].origins[0].line == 12);
    CHECK(shared.findings[0].check == "database-cpu");
    CHECK(shared.headline.find("holds 9 locks") != std::string::npos);
}

TEST_CASE("the hash depends on the inputs' bytes, so that names cannot be tried", "[redact]") {
    Evidence other = evidence();
    other.inputs[0].sha256 = "cc33";
    const Audit one = app::redact(audit(), evidence(), {});
    const Audit two = app::redact(audit(), other, {});
    CHECK(one.headline != two.headline);
    CHECK(one.headline == app::redact(audit(), evidence(), {}).headline);
}

TEST_CASE("what a person answered is his own", "[redact]") {
    Settings settings;
    settings.answers["load-tested"] = {.by = "Margaret",
                                       .note = "we never dared to, says Margaret"};
    Audit asked = audit();
    asked.subline = "Margaret said: we never dared to, says Margaret.";
    const Audit shared = app::redact(asked, evidence(), settings);
    CHECK(shared.subline.find("Margaret") == std::string::npos);
    CHECK(shared.subline.find("never dared") == std::string::npos);
}

TEST_CASE("--share through the program: neither path nor folder is told", "[redact]") {
    const TemporaryFolder folder;
    folder.write("gauges.csv",
                 "at,name,value,limit\n"
                 "2026-11-20T08:00:00Z,pool.web.busy,4,20\n"
                 "2026-11-20T08:00:01Z,host.db-prod-7.cpu,0.4,1\n");
    const Ran ran = run_program({"audit", folder.path(), "--share", "--format", "json"});
    CHECK(ran.status == 0);
    CHECK(ran.out.find(folder.path()) == std::string::npos);
    CHECK(ran.out.find("db-prod-7") == std::string::npos);
    CHECK(ran.out.find("pool.web") != std::string::npos);
}

TEST_CASE("diff and --since through the program", "[redact]") {
    const TemporaryFolder folder;
    folder.write("gauges.csv",
                 "at,name,value,limit\n"
                 "2026-11-20T08:00:00Z,pool.web.busy,4,20\n"
                 "2026-11-20T08:00:01Z,pool.web.busy,5,20\n");
    const std::string earlier = folder.path("earlier.json");
    CHECK(run_program({"audit", folder.path("gauges.csv"), "--json", earlier}).status == 0);
    const Ran since =
        run_program({"audit", folder.path("gauges.csv"), "--since", earlier, "--format", "json"});
    CHECK(since.status == 0);
    CHECK(since.out.find("Both audits read the same bytes") != std::string::npos);
    const Ran diff = run_program({"diff", earlier, earlier});
    CHECK(diff.status == 0);
    CHECK(diff.out.find("load line") != std::string::npos);
    CHECK(run_program({"diff", earlier, folder.path("gauges.csv")}).status == 4);
    CHECK(run_program({"diff", earlier, folder.path("none.json")}).status == 3);
}
