// Metamorphic laws: what must not matter does not, and less evidence never makes anything surer.
#include "app/audit.hpp"
#include "app/config.hpp"
#include "app/read.hpp"
#include "catch.hpp"
#include "scenarios/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace plimsoll;
using namespace plimsoll::scenarios;
namespace fs = std::filesystem;

namespace {

const Scenario& named(const std::vector<Scenario>& all, std::string_view name) {
    return *std::ranges::find(all, name, &Scenario::name);
}

std::vector<std::string> lines_of(const fs::path& path) {
    std::ifstream in{path};
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) {
        out.push_back(line);
    }
    return out;
}

void put(const fs::path& path, const std::vector<std::string>& lines) {
    std::ofstream out{path};
    for (const std::string& line : lines) {
        out << line << '\n';
    }
}

void shuffle(std::vector<std::string>& lines, std::size_t from, model::Random& random) {
    for (std::size_t i = lines.size(); i-- > from + 1;) {
        std::swap(lines[i], lines[from + random.below(i - from + 1)]);
    }
}

// What a reader of the audit acts on.
struct Said {
    Answered answered;
    std::map<std::string, StageAnswer> stages;
    std::vector<std::string> rungs;
};

Said said_of(const Audit& audit) {
    Said out{.answered = answered(audit), .stages = audit.stages};
    for (const Prescription& rung : audit.prescriptions) {
        out.rungs.push_back(rung.id);
    }
    return out;
}

void check_same(const Said& a, const Said& b) {
    CHECK(a.answered.signs == b.answered.signs);
    CHECK(a.answered.verdict == b.answered.verdict);
    CHECK(a.stages == b.stages);
    CHECK(a.rungs == b.rungs);
    CHECK(a.answered.line.low == b.answered.line.low);
    CHECK(a.answered.line.high == b.answered.line.high);
    CHECK(a.answered.line.first_limit == b.answered.line.first_limit);
}

constexpr std::array worlds{"climb-2.60", "wreck"};

}  // namespace

TEST_CASE("the order of rows does not matter", "[metamorphic]") {
    const std::vector<Scenario> all = all_scenarios();
    for (const char* name : worlds) {
        CAPTURE(name);
        const Folder folder;
        write(named(all, name).world, 3, folder.bundle());
        const Said before = said_of(audit_folder(folder.bundle()));
        model::Random random{11};
        for (const char* file :
             {"latency.csv", "gauges.csv", "events.csv", "incidents.csv", "ci.ndjson"}) {
            const fs::path path = fs::path{folder.bundle()} / file;
            std::vector<std::string> lines = lines_of(path);
            shuffle(lines, path.extension() == ".csv" ? 1 : 0, random);
            put(path, lines);
        }
        check_same(before, said_of(audit_folder(folder.bundle())));
    }
}

TEST_CASE("a file or two halves of it are the same evidence", "[metamorphic]") {
    const std::vector<Scenario> all = all_scenarios();
    for (const char* name : worlds) {
        CAPTURE(name);
        const Folder folder;
        write(named(all, name).world, 4, folder.bundle());
        const Said before = said_of(audit_folder(folder.bundle()));
        for (const char* file : {"latency.csv",
                                 "gauges.csv",
                                 "incidents.csv",
                                 "ci.ndjson",
                                 "access.log",
                                 "postgresql.log"}) {
            const fs::path path = fs::path{folder.bundle()} / file;
            const std::vector<std::string> lines = lines_of(path);
            const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2);
            std::vector<std::string> rest{middle, lines.end()};
            if (path.extension() == ".csv") {
                rest.insert(rest.begin(), lines.front());
            }
            put(path, {lines.begin(), middle});
            put(fs::path{folder.bundle()} / (std::string{"second-"} + file), rest);
        }
        check_same(before, said_of(audit_folder(folder.bundle())));
    }
}

TEST_CASE("an endpoint under two names, and a module that nobody changes, change no verdict",
          "[metamorphic]") {
    const std::vector<Scenario> all = all_scenarios();
    for (const char* name : worlds) {
        CAPTURE(name);
        const Folder folder;
        World world = named(all, name).world;
        write(world, 5, folder.bundle());
        const Said before = said_of(audit_folder(folder.bundle()));
        const fs::path path = fs::path{folder.bundle()} / "latency.csv";
        std::vector<std::string> lines = lines_of(path);
        for (std::size_t i = 1, size = lines.size(); i < size; ++i) {
            const std::size_t at = lines[i].find("GET /orders");
            if (at != std::string::npos) {
                std::string twin = lines[i];
                twin.insert(at + 11, "-again");
                lines.push_back(twin);
            }
        }
        put(path, lines);
        std::string toml;
        for (const std::string& line : lines_of(fs::path{folder.bundle()} / "plimsoll.toml")) {
            toml += line + "\n" + (line == "[modules]" ? "\"src/idle/**\" = \"idle\"\n" : "");
        }
        std::ofstream{fs::path{folder.bundle()} / "plimsoll.toml"} << toml;
        const Said after = said_of(audit_folder(folder.bundle()));
        CHECK(before.answered.signs == after.answered.signs);
        CHECK(before.answered.verdict == after.answered.verdict);
        CHECK(before.stages == after.stages);
    }
}

TEST_CASE("sources are merged in any order", "[metamorphic]") {
    const std::vector<Scenario> all = all_scenarios();
    const Folder folder;
    write(named(all, "climb-2.60").world, 6, folder.bundle());
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(folder.bundle())) {
        if (entry.path().extension() != ".toml") {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    Settings settings = app::load_config(folder.bundle() + "/plimsoll.toml", paths);
    settings.now = instant((start_s + weeks_of_record * week_s) * 1'000'000);
    const auto audit_in = [&](const std::vector<std::string>& order) {
        app::ReadResult whole;
        for (const std::string& path : order) {
            whole.evidence.merge(app::read({.paths = {path}, .options = {}}, settings).evidence);
        }
        return said_of(app::audit(whole, settings, "scenarios"));
    };
    const Said forward = audit_in(paths);
    std::ranges::reverse(paths);
    check_same(forward, audit_in(paths));
    std::rotate(paths.begin(), paths.begin() + 3, paths.end());
    check_same(forward, audit_in(paths));
}

TEST_CASE("less evidence never makes anything surer", "[metamorphic]") {
    const std::vector<Scenario> all = all_scenarios();
    for (const char* name : {"wreck-no-answers", "no-latency"}) {
        const Folder folder;
        write(named(all, name).world, 9, folder.bundle());
        const Audit before = audit_folder(folder.bundle());
        for (const char* file : {"latency.csv",
                                 "gauges.csv",
                                 "events.csv",
                                 "incidents.csv",
                                 "ci.ndjson",
                                 "access.log",
                                 "postgresql.log",
                                 "repository",
                                 "plimsoll.toml"}) {
            const fs::path path = fs::path{folder.bundle()} / file;
            if (!fs::exists(path)) {
                continue;
            }
            CAPTURE(name, file);
            const fs::path aside = folder.bundle() + "-aside";
            fs::rename(path, aside);
            const Audit after = audit_folder(folder.bundle());
            fs::rename(aside, path);
            for (std::size_t i = 0; i < sign_count; ++i) {
                CAPTURE(texts_of<Sign>[i]);
                if (before.signs[i].state == Outcome::insufficient) {
                    CHECK((after.signs[i].state == Outcome::insufficient ||
                           after.signs[i].state == Outcome::latent));
                }
            }
            if (before.verdict.outcome == VerdictOutcome::insufficient) {
                CHECK(after.verdict.outcome == VerdictOutcome::insufficient);
            }
            CHECK(after.verdict.total_low <= before.verdict.total_low + 1e-9);
            CHECK(after.verdict.total_high >= before.verdict.total_high - 1e-9);
            CHECK(after.load_line.high >= before.load_line.high - 1e-9);
            for (const auto& [stage, answer] : after.stages) {
                CAPTURE(stage);
                if (answer == StageAnswer::safe) {
                    CHECK(before.stages.at(stage) == StageAnswer::safe);
                }
            }
            for (const Limit& limit : after.limits) {
                const auto was = std::ranges::find(before.limits, limit.id, &Limit::id);
                if (limit.status == LimitStatus::measured && was != before.limits.end() &&
                    was->status == LimitStatus::measured) {
                    CAPTURE(limit.id);
                    CHECK(limit.low <= was->low + 1e-9);
                    CHECK(limit.high >= was->high - 1e-9);
                }
            }
        }
    }
}
