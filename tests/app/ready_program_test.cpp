// What makes the program ready to use: the action's script in a faked environment, the files of
// `init`, completions that the shells accept, a manual page without warnings.
#include "catch.hpp"
#include "support/run_program.hpp"

#include <cstdlib>
#include <filesystem>

using namespace plimsoll;
using test::Ran;
using test::run_program;
using test::slurp;
using test::TemporaryFolder;

namespace {

const std::string gauges = "at,name,value,limit\n"
                           "2026-11-20T08:00:00Z,pool.web.busy,4,20\n"
                           "2026-11-20T08:00:01Z,pool.web.busy,5,20\n"
                           "2026-11-20T08:00:02Z,pool.web.busy,3,20\n";

// Status of a shell command; what it prints goes to `answer` in the folder.
int shell(const TemporaryFolder& folder, const std::string& command) {
    const std::string whole = "( " + command + " ) > '" + folder.path("answer") + "' 2>&1";
    const int status = std::system(whole.c_str());
    return status == -1 ? -1 : (status >> 8) & 0xFF;
}

bool installed(const TemporaryFolder& folder, const std::string& tool) {
    return shell(folder, "command -v " + tool) == 0;
}

// The action's script with the variables that the runner sets.
int action(const TemporaryFolder& folder, const std::string& variables) {
    folder.write("output", "");
    folder.write("summary", "");
    return shell(
        folder,
        "env SOURCE_DATE_EPOCH=1795305600 GITHUB_ACTIONS=true GITHUB_ACTION_PATH='" PLIMSOLL_ROOT
        "' INPUT_PROGRAM='" PLIMSOLL_PROGRAM "' RUNNER_TEMP='" +
            folder.path() + "' GITHUB_OUTPUT='" + folder.path("output") +
            "' GITHUB_STEP_SUMMARY='" + folder.path("summary") + "' " + variables +
            " '" PLIMSOLL_ROOT "/action/gate.sh'");
}

std::string output_of(const TemporaryFolder& folder, const std::string& name) {
    const std::string all = slurp(folder.path("output"));
    const std::size_t at = all.find(name + "=");
    REQUIRE(at != std::string::npos);
    const std::size_t from = at + name.size() + 1;
    return all.substr(from, all.find('\n', from) - from);
}

}  // namespace

TEST_CASE("the action's script sets its outputs, adds the summary and ends as the gate does",
          "[program]") {
    const TemporaryFolder folder;
    folder.write("my evidence/gauges.csv", gauges);
    const std::string paths =
        "INPUT_PATHS='" + folder.path("my evidence") + "\n' INPUT_BASELINE=none ";

    CHECK(action(folder, paths + "INPUT_ARGS='--min-load-line 1'") == 0);
    INFO(slurp(folder.path("answer")));
    CHECK(output_of(folder, "verdict") == "passed");
    CHECK(std::stod(output_of(folder, "load-line")) > 1);
    CHECK(slurp(output_of(folder, "result")).find("plimsoll.gate/1") != std::string::npos);
    CHECK(slurp(output_of(folder, "sarif")).find("2.1.0") != std::string::npos);
    CHECK(slurp(output_of(folder, "comment")).find("<!-- plimsoll:plimsoll -->") == 0);
    CHECK(slurp(folder.path("summary")).find("PASSED") != std::string::npos);

    CHECK(action(folder, paths + "INPUT_ARGS='--min-load-line 1000'") == 1);
    CHECK(output_of(folder, "verdict") == "failed");
    CHECK(slurp(folder.path("answer")).find("::error file=") != std::string::npos);

    CHECK(action(folder, paths + "INPUT_ARGS='--require workload'") == 4);
    CHECK(output_of(folder, "verdict") == "missing");

    CHECK(action(folder, "INPUT_PATHS=/nowhere INPUT_BASELINE=none") == 3);
    CHECK(output_of(folder, "verdict").empty());
    CHECK(action(folder, "INPUT_PATHS= INPUT_BASELINE=none") == 2);
}

TEST_CASE("an input of the action is never part of a script", "[program]") {
    const TemporaryFolder folder;
    folder.write("gauges.csv", gauges);
    const std::string trap = folder.path("trapped");
    (void)action(folder,
                 "INPUT_PATHS='$(touch " + trap + ")\n`touch " + trap +
                     "`\n--help' INPUT_BASELINE='; touch " + trap + "' INPUT_ARGS='; touch " +
                     trap + "'");
    CHECK_FALSE(std::filesystem::exists(trap));
    const std::string definition = slurp(PLIMSOLL_ROOT "/action.yml");
    const std::size_t run = definition.find("      run:");
    REQUIRE(run != std::string::npos);
    CHECK(definition.find("${{", run) == std::string::npos);
}

TEST_CASE("init writes the files of the platforms and never over one", "[program]") {
    const TemporaryFolder folder;
    const std::string in_folder = "env -C '" + folder.path() + "'";
    const Ran github = run_program({"init", "github"}, {}, in_folder);
    CHECK(github.status == 0);
    CHECK(slurp(folder.path(".github/workflows/plimsoll.yml")) ==
          slurp(PLIMSOLL_ROOT "/templates/github-workflow.yml"));
    const Ran again = run_program({"init", "github"}, {}, in_folder);
    CHECK(again.status == 2);
    CHECK(again.err.find("there already") != std::string::npos);
    CHECK(run_program({"init", "gitlab"}, {}, in_folder).status == 0);
    CHECK(slurp(folder.path(".gitlab/plimsoll.yml")).find("exit_codes: [4]") != std::string::npos);
}

TEST_CASE("completions know every command and are accepted by their shells", "[program]") {
    const TemporaryFolder folder;
    // Options that are defined but hung on no command are options that nobody has.
    const std::string inspect = run_program({"inspect", "--help"}).out;
    for (const char* option : {"--capture", "--pg-bindir", "--change", "--budget-ms"}) {
        CHECK(inspect.find(option) != std::string::npos);
    }
    CHECK(run_program({"completion", "tcsh"}).status == 2);
    for (const char* name : {"bash", "zsh", "fish"}) {
        const Ran ran = run_program({"completion", name});
        CHECK(ran.status == 0);
        for (const char* word :
             {"audit", "gate", "baseline", "allow-missing-baseline", "min-load-line"}) {
            INFO(name << " " << word);
            CHECK(ran.out.find(word) != std::string::npos);
        }
        const std::string file = folder.write(std::string{"plimsoll."} + name, ran.out);
        if (installed(folder, name)) {
            CHECK(shell(folder, std::string{name} + " -n '" + file + "'") == 0);
            INFO(slurp(folder.path("answer")));
        } else {
            WARN(name << " is not here: its completions were not parsed");
        }
    }
    // bash answers as it would at a prompt
    const std::string ask = "source '" + folder.path("plimsoll.bash") +
                            "'; COMP_WORDS=(plimsoll gate --min-l); COMP_CWORD=2; _plimsoll; "
                            "printf '%s\\n' \"${COMPREPLY[@]}\"";
    const std::string script = folder.write("ask.sh", ask);
    CHECK(shell(folder, "bash '" + script + "'") == 0);
    CHECK(slurp(folder.path("answer")) == "--min-load-line\n");
    const std::string value = "source '" + folder.path("plimsoll.bash") +
                              "'; COMP_WORDS=(plimsoll gate --policy ''); COMP_CWORD=3; "
                              "_plimsoll; printf '%s ' \"${COMPREPLY[@]}\"";
    CHECK(shell(folder, "bash '" + folder.write("ask.sh", value) + "'") == 0);
    CHECK(slurp(folder.path("answer")) == "new budget all ");
    CHECK(slurp(folder.path("plimsoll.zsh")).find(":value:(new budget all)'") != std::string::npos);
    CHECK(slurp(folder.path("plimsoll.fish")).find("-l policy -x -a 'new budget all'") !=
          std::string::npos);
    const std::string first = "source '" + folder.path("plimsoll.bash") +
                              "'; COMP_WORDS=(plimsoll basel); COMP_CWORD=1; _plimsoll; "
                              "printf '%s\\n' \"${COMPREPLY[@]}\"";
    CHECK(shell(folder, "bash '" + folder.write("ask.sh", first) + "'") == 0);
    CHECK(slurp(folder.path("answer")) == "baseline\n");
}

TEST_CASE("the manual page has every command and option, and no line that roff would obey",
          "[program]") {
    const TemporaryFolder folder;
    const Ran ran = run_program({"man"});
    CHECK(ran.status == 0);
    CHECK(ran.out.find(".TH PLIMSOLL 1") == 0);
    CHECK(ran.out.find(".SS gate") != std::string::npos);
    CHECK(ran.out.find("\\-\\-min\\-load\\-line VALUE") != std::string::npos);
    CHECK(ran.out.find("Exit status") != std::string::npos);
    const std::string page = folder.write("plimsoll.1", ran.out);
    if (installed(folder, "groff")) {
        CHECK(shell(folder, "groff -man -Tutf8 -ww -z '" + page + "'") == 0);
        CHECK(slurp(folder.path("answer")).empty());
    } else {
        WARN("groff is not here: the page was not set");
    }
}
