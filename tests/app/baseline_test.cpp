// The file that a gate compares with: its bytes, its size, its places, and what is refused.
#include "app/baseline.hpp"

#include "catch.hpp"
#include "support/gate_state.hpp"
#include "support/run_program.hpp"
#include "support/test_repository.hpp"
#include "wire/json.hpp"

#include <filesystem>

using namespace plimsoll;
using app::find_baseline;
using app::parse_baseline;
using app::write_baseline;
using test::series_with;
using test::some_state;
using test::TemporaryFolder;

namespace {

Error::Parts refused(const std::string& text) {
    try {
        (void)parse_baseline(text, "b.json");
    } catch (const Error& error) {
        return error.parts();
    }
    return {.status = Status::done};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("a baseline reads back as it was, and gives the same bytes again") {
    Snapshot state = some_state();
    state.accepted = {{.id = "x",
                       .reason = "a \"reason\"\n",
                       .expires = instant(1'800'000'000'000'000),
                       .by = "Ada"}};
    const std::string text = write_baseline(state).text;
    const Snapshot back = parse_baseline(text, "b.json");
    CHECK(back.series.front().values == state.series.front().values);
    CHECK(back.series.front().begins == state.series.front().begins);
    CHECK(app::points_of(back.series.front()) == app::points_of(state.series.front()));
    CHECK(back.limits.front().low == state.limits.front().low);
    CHECK(back.findings.front().outcome == Outcome::absent);
    CHECK(back.accepted.front().reason == "a \"reason\"\n");
    CHECK(back.accepted.front().expires == state.accepted.front().expires);
    CHECK(write_baseline(back).text == text);
    // one series a line, so that a diff of the file can be read
    CHECK(text.find("\n  {\"id\":\"ci/CI/main/wall\"") != std::string::npos);
}

TEST_CASE("the latest 200 samples of a series are kept") {
    std::vector<double> values;
    for (int i = 0; i < 300; ++i) {
        values.push_back(1000 + i);
    }
    Snapshot state = some_state();
    state.series = {series_with("a", values)};
    const app::WrittenBaseline written = write_baseline(state);
    CHECK(written.samples_left_out == 100);
    const Snapshot back = parse_baseline(written.text, "b.json");
    CHECK(back.series.front().values.size() == 200);
    CHECK(back.series.front().values.back() == 1299);
    CHECK(app::points_of(back.series.front()).back() ==
          app::points_of(state.series.front()).back());
}

TEST_CASE("a baseline stays below 200 KB, whatever there is, and keeps the heaviest series") {
    Snapshot state = some_state();
    state.series.clear();
    for (int i = 0; i < 3000; ++i) {
        const std::vector<double> values(60, 1'000'000.0 + i * 1000);
        char id[32];
        (void)std::snprintf(id, sizeof id, "ci/CI/job/%05d", i);
        state.series.push_back(series_with(id, values));
    }
    const app::WrittenBaseline written = write_baseline(state);
    CHECK(written.text.size() <= app::most_baseline_bytes);
    CHECK(written.text.size() > app::most_baseline_bytes / 2);
    CHECK(written.series_left_out > 0);
    const Snapshot back = parse_baseline(written.text, "b.json");
    CHECK(back.series.back().id == "ci/CI/job/02999");
    CHECK(back.series.size() + written.series_left_out == 3000);
    // 40 series of 200 runs, as a real gate watches, lose nothing
    state.series.resize(40);
    for (std::size_t i = 0; i < state.series.size(); ++i) {
        state.series[i] = series_with(state.series[i].id, std::vector<double>(200, 1'234'567));
    }
    const app::WrittenBaseline usual = write_baseline(state);
    CHECK(usual.samples_left_out == 0);
    CHECK(usual.series_left_out == 0);
}

TEST_CASE("what is no baseline, of another version or damaged is told apart, each with a way out") {
    const std::string text = write_baseline(some_state()).text;
    CHECK(refused("").status == Status::untrusted);
    CHECK(refused("[1, 2]").what.find("not a baseline") != std::string::npos);
    CHECK(refused("{\"schema\": \"plimsoll.audit/1\"}").what.find("not a baseline") !=
          std::string::npos);
    const Error::Parts other =
        refused(replaced(text, "plimsoll.baseline/1", "plimsoll.baseline/7"));
    CHECK(other.status == Status::untrusted);
    CHECK(other.what.find("another version") != std::string::npos);
    CHECK(other.remedy.find("--write-baseline") != std::string::npos);
    for (const std::string& damaged : {text.substr(0, text.size() / 2),
                                       replaced(text, "\"values\":[", "\"values\":[99,"),
                                       replaced(text, "\"at\":4.0", "\"at\":9.0"),
                                       replaced(text, "\"checksum\": \"", "\"checksum\": \"0")}) {
        const Error::Parts parts = refused(damaged);
        CHECK(parts.status == Status::untrusted);
        CHECK(parts.what.find("damaged") != std::string::npos);
        CHECK_FALSE(parts.remedy.empty());
    }
    CHECK(refused(text).status == Status::done);
}

TEST_CASE("values that cannot be are refused even with a checksum that fits") {
    Snapshot state = some_state();
    state.series.front().steps.pop_back();
    CHECK(refused(write_baseline(state).text).why.find("steps") != std::string::npos);
    state = some_state();
    state.series.front().values.front() = 0;
    CHECK(refused(write_baseline(state).text).what.find("damaged") != std::string::npos);
    state = some_state();
    state.series.push_back(state.series.front());
    CHECK(refused(write_baseline(state).text).why.find("twice") != std::string::npos);
}

TEST_CASE("a file that is not there is not found; none is none") {
    const TemporaryFolder folder;
    CHECK_FALSE(find_baseline("none").found);
    CHECK(find_baseline("none").name.empty());
    CHECK_FALSE(find_baseline(folder.path("b.json")).found);
    CHECK(find_baseline(folder.path("b.json")).name == folder.path("b.json"));
    CHECK(find_baseline(folder.write("b.json", write_baseline(some_state()).text)).found);
}

TEST_CASE("a folder of earlier baselines joins their samples; the latest is the state") {
    const TemporaryFolder folder;
    Snapshot first = some_state(30);
    first.span = {instant(1'790'000'000'000'000), instant(1'791'000'000'000'000)};
    Snapshot second = some_state(40, 1, 1'790'500'000);
    second.span = {instant(1'790'500'000'000'000), instant(1'792'000'000'000'000)};
    second.load_line.at = 3;
    folder.write("z-first.json", write_baseline(first).text);
    folder.write("a-second.json", write_baseline(second).text);
    folder.write("notes.txt", "nothing");
    const app::FoundBaseline found = find_baseline(folder.path());
    CHECK(found.found);
    CHECK(found.snapshot.load_line.at == 3);
    CHECK(found.snapshot.series.front().values.size() == 70);
    CHECK(found.name.find("2 baselines") != std::string::npos);
    // the same file twice adds nothing
    folder.write("again.json", write_baseline(second).text);
    CHECK(find_baseline(folder.path()).snapshot.series.front().values.size() == 70);
    Snapshot stranger = first;
    stranger.system = "bank";
    folder.write("stranger.json", write_baseline(stranger).text);
    CHECK_THROWS_AS(find_baseline(folder.path()), Error);
    CHECK_FALSE(find_baseline(TemporaryFolder{}.path()).found);
}

TEST_CASE("a baseline is read from a commit, also below a folder and in the merge base") {
    test::TestRepository repository;
    const std::string old_text = write_baseline(some_state(30)).text;
    const std::string base =
        repository.commit({.put = {{"plimsoll-baseline.json", old_text}, {"ci/b.json", old_text}},
                           .at = 1'700'000'000});
    repository.commit({.put = {{"plimsoll-baseline.json", "{}"}}, .at = 1'700'001'000});
    const std::string& folder = repository.folder();

    const app::GitContent first = app::content_in_git(folder, base, "plimsoll-baseline.json");
    CHECK(first.found);
    CHECK(first.text == old_text);
    CHECK(first.name.find(base.substr(0, 12)) != std::string::npos);
    CHECK(app::content_in_git(folder, "HEAD~1", "ci/b.json").text == old_text);
    CHECK(app::content_in_git(folder, "HEAD", "plimsoll-baseline.json").text == "{}");
    CHECK_FALSE(app::content_in_git(folder, "HEAD", "nowhere.json").found);
    CHECK_THROWS_AS(app::content_in_git(folder, "nonesuch", "b.json"), Error);
    CHECK_THROWS_AS(app::content_in_git(folder, "HEAD", "ci"), Error);
    // from a sub-folder a path may be given as it is seen there
    std::filesystem::create_directories(folder + "/ci");
    CHECK(app::content_in_git(folder + "/ci", "HEAD", "b.json").text == old_text);
    CHECK(app::content_in_git(folder + "/ci", "HEAD", "plimsoll-baseline.json").text == "{}");
    // HEAD is on main here, so it is its own merge base
    CHECK(app::content_in_git(folder, "auto", "plimsoll-baseline.json").text == "{}");
    const TemporaryFolder outside;
    CHECK_THROWS_AS(app::content_in_git(outside.path(), "HEAD", "b.json"), Error);
}
