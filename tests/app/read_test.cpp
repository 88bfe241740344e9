// What could not be read is never silent: a warning, or a refusal with file and place, and the rest
// is kept.
#include "app/read.hpp"

#include "catch.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace plimsoll;

namespace {

class Folder {
public:
    Folder() { std::filesystem::create_directories(path_); }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const std::string& name, const std::string& text) const {
        std::ofstream{path_ / name} << text;
    }
    [[nodiscard]] app::ReadResult read() const {
        return app::read({.paths = {path_.string()}, .options = {}}, Settings{});
    }

private:
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("plimsoll-read-" + std::to_string(getpid()));
};

std::string span(const std::string& id, const std::string& trace) {
    return R"({"traceID":")" + trace + R"(","spanID":")" + id +
           R"(","operationName":"x","references":[],"startTime":1793577600000000,"duration":5,"processID":"p"})";
}

std::string jaeger(const std::string& spans) {
    return R"({"data":[{"traceID":"a","spans":[)" + spans +
           R"(],"processes":{"p":{"serviceName":"s"}}}]})";
}

const std::string job =
    R"({"id":1,"run_id":1,"name":"a","status":"completed","conclusion":"success","created_at":"2026-03-02T07:00:00Z",)"
    R"("started_at":"2026-03-02T07:01:00Z","completed_at":"2026-03-02T08:00:00Z","head_sha":"x","runner_name":"r"})";

}  // namespace

TEST_CASE("records lost inside a document are said, though their bytes are not known") {
    const Folder folder;
    folder.write(
        "traces.json",
        jaeger(span("1", "a") + "," + span("", "") + "," + span("", "") + "," + span("", "")));
    const app::ReadResult got = folder.read();
    CHECK(got.errors.empty());
    REQUIRE(got.warnings.size() == 1);
    CHECK(got.warnings.front().find("75.0 % could not be read, first at line 1") !=
          std::string::npos);
}

TEST_CASE("a document of which nothing was understood is refused, and the rest is kept") {
    const Folder folder;
    folder.write("traces.json", jaeger(span("", "") + "," + span("", "")));
    folder.write("jobs.json", R"({"jobs":[)" + job + "]}");
    const app::ReadResult got = folder.read();
    REQUIRE(got.errors.size() == 1);
    CHECK(got.errors.front().parts().status == Status::untrusted);
    CHECK(got.errors.front().parts().where.find("traces.json:1") != std::string::npos);
    CHECK(got.evidence.pipelines.jobs.size() == 1);
}

TEST_CASE("a half page names file and line, and its whole elements are kept") {
    const Folder folder;
    std::string page = R"({"total_count":30,"jobs":[)";
    for (int id = 1; id <= 30; ++id) {
        page += (id == 1 ? "" : ",") + std::string{"\n"} + job;
        page.replace(page.rfind("\"id\":1,"), 7, "\"id\":" + std::to_string(id) + ",");
    }
    folder.write("jobs.json", page.substr(0, page.size() - 40));
    const app::ReadResult got = folder.read();
    CHECK(got.errors.empty());
    REQUIRE(got.warnings.size() == 1);
    CHECK(got.warnings.front().find("jobs.json: ") != std::string::npos);
    CHECK(got.warnings.front().find("the object breaks off") != std::string::npos);
    CHECK(got.evidence.pipelines.jobs.size() == 29);
}

TEST_CASE("many sources are the sum of each, whatever their number") {
    for (const int files : {1, 2, 3, 7, 8}) {
        const Folder folder;
        for (int id = 1; id <= files; ++id) {
            std::string one = job;
            one.replace(one.find("\"id\":1,"), 7, "\"id\":" + std::to_string(id) + ",");
            folder.write("jobs" + std::to_string(id) + ".json", R"({"jobs":[)" + one + "]}");
        }
        const app::ReadResult got = folder.read();
        CAPTURE(files);
        CHECK(got.evidence.pipelines.jobs.size() == static_cast<std::size_t>(files));
        CHECK(got.evidence.inputs.size() == static_cast<std::size_t>(files));
    }
}
