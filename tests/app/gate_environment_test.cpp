// Settings from the environment: as variables, and through the program, where plimsoll.toml is
// weaker and the command line stronger.
#include "app/gate_environment.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "support/run_program.hpp"
#include "wire/json.hpp"

using namespace plimsoll;
using namespace plimsoll::app;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;
using wire::Json;

namespace {

const std::string gauges = "at,name,value,limit\n"
                           "2026-11-20T08:00:00Z,pool.web.busy,4,20\n"
                           "2026-11-20T08:00:01Z,pool.web.busy,5,20\n"
                           "2026-11-20T08:00:02Z,pool.web.busy,3,20\n";

// The value and where it was set, as `plimsoll config` shows it.
std::string shown(const std::string& id,
                  const std::string& folder,
                  const std::string& environment = {}) {
    const Ran ran = run_program({"config", folder, "--format", "json"}, {}, environment);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    for (const Json& one : wire::parse(ran.out)) {
        if (one["id"] == id) {
            return one["value"].get<std::string>() + " | " + one["origin"].get<std::string>();
        }
    }
    return "not shown";
}

}  // namespace

TEST_CASE("every setting of the gate has a variable, and each form is read") {
    Environment all;
    for (const GateSetting& setting : gate_settings()) {
        all[variable_of(setting.name)] = setting.form == SettingForm::flag ? "yes" : "1";
    }
    CHECK(gate_config_of(all).size() == gate_settings().size());
    CHECK(unknown_variables(all, {}).empty());

    const GateConfig set = gate_config_of({{"PLIMSOLL_FAIL_ON", "amber"},
                                           {"PLIMSOLL_MAX", "a=1,b=2 min"},
                                           {"PLIMSOLL_SOFT", "off"},
                                           {"PLIMSOLL_POLICY", ""},
                                           {"HOME", "/"}});
    REQUIRE(set.size() == 3);
    CHECK(set.at("fail-on").values == std::vector<std::string>{"amber"});
    CHECK(set.at("fail-on").origin == "environment PLIMSOLL_FAIL_ON");
    CHECK(set.at("max").values == std::vector<std::string>{"a=1", "b=2 min"});
    CHECK(set.at("soft").values == std::vector<std::string>{"no"});
    CHECK_THROWS_AS(gate_config_of({{"PLIMSOLL_SOFT", "perhaps"}}), Error);
}

TEST_CASE("the later layer wins, and a preset gives way to anything that is set") {
    const GateConfig file{{"effect", {{"20%"}, "plimsoll.toml:3"}}};
    const GateConfig environment{{"effect", {{"30%"}, "environment"}},
                                 {"preset", {{"strict"}, "environment"}}};
    const GateConfig typed{{"effect", {{"40%"}, "command line"}}};
    CHECK(text_of(effective(file, {}, {}), "effect") == "20%");
    CHECK(text_of(effective(file, environment, {}), "effect") == "30%");
    CHECK(text_of(effective(file, environment, typed), "effect") == "40%");
    CHECK(text_of(effective({}, {{"preset", {{"strict"}, "e"}}}, {}), "effect") == "5%");
    CHECK(text_of(effective(file, environment, {}), "fail-on") == "amber");
    for (const char* name : {"preset", "policy", "fail-on", "annotations"}) {
        INFO(name);
        CHECK_THROWS_AS(effective({{name, {{"nonesuch"}, "f"}}}, {}, {}), Error);
    }
}

TEST_CASE("what nobody knows is said with the one that was meant") {
    const std::vector<std::string> said =
        unknown_variables({{"PLIMSOLL_FAIL_OM", "red"}, {"PLIMSOLL_THREADS", "2"}}, {"threads"});
    REQUIRE(said.size() == 1);
    CHECK(said.front().find("PLIMSOLL_FAIL_OM") != std::string::npos);
    CHECK(said.front().find("did you mean PLIMSOLL_FAIL_ON?") != std::string::npos);
}

TEST_CASE("through the program: file < environment < command line, and config says which",
          "[program]") {
    const TemporaryFolder folder;
    folder.write("gauges.csv", gauges);
    folder.write("plimsoll.toml", "[gate]\nbaseline = \"none\"\nmin_load_line = 1000\n");
    const auto status = [&](const std::string& environment, std::vector<std::string> more = {}) {
        more.insert(more.begin(), {"gate", folder.path()});
        return run_program(more, {}, environment).status;
    };
    CHECK(status("") == 1);
    CHECK(status("env PLIMSOLL_MIN_LOAD_LINE=1") == 0);
    CHECK(status("env PLIMSOLL_MIN_LOAD_LINE=") == 1);  // empty is not set
    CHECK(status("env PLIMSOLL_MIN_LOAD_LINE=1", {"--min-load-line", "1000"}) == 1);
    CHECK(status("env PLIMSOLL_SOFT=yes") == 0);
    CHECK(status("env PLIMSOLL_SOFT=perhaps") == 2);
    CHECK(status("env PLIMSOLL_POLICY=nwe") == 2);
    CHECK(status("env PLIMSOLL_REQUIRE=pipelines,gauges PLIMSOLL_MIN_LOAD_LINE=1") == 4);
    CHECK(status("env PLIMSOLL_CONFIG=/nowhere/plimsoll.toml") != 0);

    const std::string id = "gate.min_load_line";
    CHECK(shown(id, folder.path()).ends_with("plimsoll.toml:3"));
    CHECK(shown(id, folder.path(), "env PLIMSOLL_MIN_LOAD_LINE=2x") ==
          "2x | environment PLIMSOLL_MIN_LOAD_LINE");
    CHECK(shown("--threads", folder.path(), "env PLIMSOLL_THREADS=1") ==
          "1 | environment PLIMSOLL_THREADS");

    const Ran warned = run_program({"gate", folder.path()}, {}, "env PLIMSOLL_POLICI=new");
    CHECK(warned.status == 1);
    CHECK(warned.err.find("did you mean PLIMSOLL_POLICY?") != std::string::npos);
}
