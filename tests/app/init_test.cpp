// init: what it writes is read back, and nothing is overwritten.
#include "app/init.hpp"

#include "app/config.hpp"
#include "app/questions.hpp"
#include "catch.hpp"
#include "cli/init_command.hpp"
#include "core/error.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace plimsoll;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "plimsoll-init-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
};

app::InitAnswers some_answers() {
    app::InitAnswers out{.system = "Harbour \"Tickets\"", .by = "Ada", .on = "2026-11-01"};
    out.replies["rebuild-affordable"] = {.reply = Reply::no, .note = "the festival \\ cannot slip"};
    out.replies["load-tested"] = {.reply = Reply::yes};
    return out;
}

}  // namespace

TEST_CASE("the configuration that init writes is read back to the same answers", "[init]") {
    const Settings read =
        app::parse_config(app::configuration_text(some_answers()), "plimsoll.toml");
    CHECK(read.system_name == "Harbour \"Tickets\"");
    CHECK(read.answers.size() == app::questions.size());
    CHECK(read.answer("rebuild-affordable")->reply == Reply::no);
    CHECK(read.answer("rebuild-affordable")->note == "the festival \\ cannot slip");
    CHECK(read.answer("rebuild-affordable")->by == "Ada");
    CHECK(to_date(*read.answer("load-tested")->on) == "2026-11-01");
    CHECK(read.answer("near-term-requirement") == nullptr);  // unknown is no answer
    CHECK(read.thresholds.empty());
    CHECK(read.masks.empty());
}

TEST_CASE("init begins the files that are not there and overwrites none", "[init]") {
    const Folder folder;
    std::ofstream{folder.path / "events.csv"} << "at,kind\n2026-01-01,deploy\n";
    const std::vector<std::string> written = app::begin_files(folder.path.string(), some_answers());
    CHECK(written.size() == 4);
    CHECK(fs::exists(folder.path / "incidents.csv"));
    CHECK(fs::file_size(folder.path / "events.csv") == 26);
    const auto before = fs::last_write_time(folder.path / "plimsoll.toml");
    try {
        (void)app::begin_files(folder.path.string(), {});
        FAIL("overwrote");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::usage);
        CHECK(error.parts().why.find("not overwritten") != std::string::npos);
    }
    CHECK(fs::last_write_time(folder.path / "plimsoll.toml") == before);
}

TEST_CASE("the dialogue takes yes, no, nothing and a note, and an end of input", "[init]") {
    std::istringstream in{"yes, tenants by March\nN\n\nperhaps in spring\n"};
    std::string shown;
    const auto answers = cli::ask_questions(in, [&](const std::string& text) { shown += text; });
    CHECK(answers.size() == 4);
    CHECK(answers.at("near-term-requirement").reply == Reply::yes);
    CHECK(answers.at("near-term-requirement").note == "tenants by March");
    CHECK(answers.at("rebuild-affordable").reply == Reply::no);
    CHECK(answers.at("load-tested").reply == Reply::unknown);
    CHECK(answers.at("load-tested").note.empty());
    CHECK(answers.at("incidents-traced").reply == Reply::unknown);
    CHECK(answers.at("incidents-traced").note == "perhaps in spring");
    CHECK(shown.find("avoided-modules") != std::string::npos);
}
