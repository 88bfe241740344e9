// Random runs in every provider's shape: the segments of the critical path sum to the wall time,
// nothing is negative whatever the clocks say, and what broke off costs itself only. Simulated.
#include "catch.hpp"
#include "evidence/runs.hpp"
#include "model/critical_path.hpp"
#include "model/random.hpp"
#include "support/ci.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using namespace plimsoll;
using model::Random;
using test::at;
using test::clock;
using test::read_with;

namespace plimsoll::readers {
extern const Reader azure_pipelines;
extern const Reader bitbucket;
extern const Reader buildkite;
extern const Reader ci_ndjson;
extern const Reader circleci;
extern const Reader github_actions;
extern const Reader gitlab;
extern const Reader jenkins;
}  // namespace plimsoll::readers

namespace {

// Seconds; `never` is the year 0001, which payloads write for what has not happened.
constexpr std::int64_t never = -1;

struct SimulatedJob {
    int id = 0;
    std::int64_t ready = 0;
    std::int64_t started = 0;
    std::int64_t completed = 0;
    std::vector<int> needs;
};

struct SimulatedRun {
    int id = 0;
    std::int64_t trigger = 0;
    std::vector<SimulatedJob> jobs;
    [[nodiscard]] std::int64_t end() const {
        return std::ranges::max(jobs, {}, &SimulatedJob::completed).completed;
    }
};

[[nodiscard]] SimulatedRun run_of(int id, Random& random) {
    SimulatedRun run{.id = id, .trigger = 10'000LL * id, .jobs = {}};
    const auto upto = [&](std::size_t most) {
        return static_cast<std::int64_t>(random.below(most + 1));
    };
    for (std::size_t n = 1 + random.below(7); n > 0; --n) {
        SimulatedJob job{.id = 100 * id + static_cast<int>(run.jobs.size()), .needs = {}};
        job.ready = run.trigger + upto(5);
        for (std::size_t k = run.jobs.empty() ? 0 : random.below(3); k > 0; --k) {
            const SimulatedJob& need = run.jobs[random.below(run.jobs.size())];
            if (std::ranges::find(job.needs, need.id) == job.needs.end()) {
                job.needs.push_back(need.id);
                job.ready = std::max(job.ready, need.completed + upto(2));
            }
        }
        job.ready += random.below(12) == 0 ? upto(3'000) : 0;  // a person
        job.started = job.ready + upto(90);
        job.completed = job.started + upto(900);
        run.jobs.push_back(std::move(job));
    }
    return run;
}

// Clocks that contradict each other, and times that are none.
void confuse(SimulatedRun& run, Random& random) {
    for (SimulatedJob& job : run.jobs) {
        for (std::int64_t* time : {&job.ready, &job.started, &job.completed}) {
            const std::size_t what = random.below(8);
            if (what == 0) {
                *time = never;
            } else if (what == 1) {
                *time = std::max<std::int64_t>(
                    0, *time + static_cast<std::int64_t>(random.below(4'000)) - 2'000);
            }
        }
    }
}

[[nodiscard]] std::string time_of(std::int64_t seconds) {
    return seconds == never ? "0001-01-01T00:00:00Z" : clock(seconds);
}

[[nodiscard]] std::string millis_of(std::int64_t seconds) {
    return seconds == never ? "-62135596800000" : std::to_string(micros(at(seconds)) / 1'000);
}

using Objects = std::vector<std::string>;  // of an export, one after the other

[[nodiscard]] std::string joined(const Objects& parts, std::string_view between) {
    return fmt::format("{}", fmt::join(parts, between));
}

[[nodiscard]] Objects github(const SimulatedRun& run) {
    Objects out{test::github_run(run.id, run.trigger)};
    for (const SimulatedJob& job : run.jobs) {
        std::string text = test::json_of({.id = job.id, .run = run.id});
        for (const auto& [key, time] :
             std::vector<std::pair<std::string, std::int64_t>>{{"created_at", job.ready},
                                                               {"started_at", job.started},
                                                               {"completed_at", job.completed}}) {
            const std::size_t place = text.find("\"" + key + "\":\"") + key.size() + 4;
            text.replace(place, 20, time_of(time));
        }
        out.push_back(text);
    }
    return out;
}

[[nodiscard]] Objects gitlab(const SimulatedRun& run) {
    Objects out{fmt::format(
        R"({{"id":{},"iid":3,"sha":"abc","ref":"main","status":"success","source":"push","created_at":"{}",)"
        R"("web_url":"https://gitlab.com/acme/shop/-/pipelines/5"}})",
        run.id,
        time_of(run.trigger))};
    for (const SimulatedJob& job : run.jobs) {
        out.push_back(fmt::format(
            R"({{"id":{},"name":"job{}","stage":"","status":"success","ref":"main","allow_failure":false,)"
            R"("started_at":"{}","finished_at":"{}","queued_duration":{}.0,"pipeline":{{"id":{},"sha":"abc","ref":"main"}}}})",
            job.id,
            job.id % 100,
            time_of(job.started),
            time_of(job.completed),
            job.started - job.ready,
            run.id));
    }
    return out;
}

[[nodiscard]] Objects jenkins(const SimulatedRun& run) {
    Objects stages;
    for (const SimulatedJob& job : run.jobs) {
        stages.push_back(fmt::format(
            R"({{"id":"{}","name":"s{}","status":"SUCCESS","startTimeMillis":{},"durationMillis":{},"pauseDurationMillis":0}})",
            job.id,
            job.id % 100,
            millis_of(job.started),
            (job.completed - job.started) * 1'000));
    }
    return {fmt::format(
        R"({{"_links":{{"self":{{"href":"/job/shop/{0}/wfapi/describe"}}}},"id":"{0}","name":"#{0}","status":"SUCCESS",)"
        R"("startTimeMillis":{1},"endTimeMillis":{2},"durationMillis":1,"queueDurationMillis":0,"pauseDurationMillis":0,"stages":[{3}]}})",
        run.id,
        millis_of(run.trigger),
        millis_of(run.end()),
        joined(stages, ","))};
}

[[nodiscard]] Objects circleci(const SimulatedRun& run) {
    Objects jobs;
    for (const SimulatedJob& job : run.jobs) {
        Objects needs;
        for (const int need : job.needs) {
            needs.push_back(fmt::format("\"j{}\"", need));
        }
        jobs.push_back(fmt::format(
            R"({{"id":"j{}","name":"n{}","job_number":1,"status":"success","type":"build","dependencies":[{}],"started_at":"{}","stopped_at":"{}"}})",
            job.id,
            job.id % 100,
            joined(needs, ","),
            time_of(job.started),
            time_of(job.completed)));
    }
    return {
        fmt::format(
            R"({{"items":[{{"id":"w{}","name":"ci","pipeline_id":"p","pipeline_number":4,"project_slug":"gh/acme/shop","status":"success","created_at":"{}","stopped_at":"{}"}}],"next_page_token":null}})",
            run.id,
            time_of(run.trigger),
            time_of(run.end())),
        fmt::format(R"({{"workflow_id":"w{}","items":[{}]}})", run.id, joined(jobs, ","))};
}

[[nodiscard]] Objects buildkite(const SimulatedRun& run) {
    Objects jobs;
    for (const SimulatedJob& job : run.jobs) {
        jobs.push_back(fmt::format(
            R"({{"id":"x{}","type":"script","name":"n{}","state":"passed","runnable_at":"{}","started_at":"{}","finished_at":"{}","soft_failed":false}})",
            job.id,
            job.id % 100,
            time_of(job.ready),
            time_of(job.started),
            time_of(job.completed)));
    }
    return {fmt::format(
        R"({{"id":"b{}","number":9,"state":"passed","branch":"main","commit":"abc","source":"webhook","created_at":"{}",)"
        R"("pipeline":{{"slug":"shop"}},"jobs":[{}]}})",
        run.id,
        time_of(run.trigger),
        joined(jobs, ","))};
}

[[nodiscard]] Objects azure(const SimulatedRun& run) {
    Objects records;
    for (const SimulatedJob& job : run.jobs) {
        records.push_back(fmt::format(
            R"({{"id":"r{}","parentId":null,"type":"Job","name":"n{}","startTime":"{}","finishTime":"{}","result":"succeeded","attempt":1,"workerName":"w","previousAttempts":[]}})",
            job.id,
            job.id % 100,
            time_of(job.started),
            time_of(job.completed)));
    }
    return {
        fmt::format(
            R"({{"id":{},"buildNumber":"1","status":"completed","result":"succeeded","queueTime":"{}","sourceBranch":"refs/heads/main","sourceVersion":"abc","reason":"individualCI","definition":{{"name":"CI"}},"project":{{"name":"shop"}}}})",
            run.id,
            time_of(run.trigger)),
        fmt::format(R"({{"buildId":"{}","records":[{}]}})", run.id, joined(records, ","))};
}

[[nodiscard]] Objects bitbucket(const SimulatedRun& run) {
    Objects steps;
    for (const SimulatedJob& job : run.jobs) {
        steps.push_back(fmt::format(
            R"({{"uuid":"{{s{}}}","name":"n{}","started_on":"{}","completed_on":"{}","duration_in_seconds":1,"run_number":1,"state":{{"result":{{"name":"SUCCESSFUL"}}}},"pipeline":{{"uuid":"{{p{}}}"}}}})",
            job.id,
            job.id % 100,
            time_of(job.started),
            time_of(job.completed),
            run.id));
    }
    return {
        fmt::format(
            R"({{"values":[{{"uuid":"{{p{}}}","build_number":4,"state":{{"name":"COMPLETED","result":{{"name":"SUCCESSFUL"}}}},"target":{{"ref_name":"main","commit":{{"hash":"abc"}}}},"trigger":{{"name":"PUSH"}},"repository":{{"full_name":"acme/shop"}},"created_on":"{}","completed_on":"{}"}}]}})",
            run.id,
            time_of(run.trigger),
            time_of(run.end())),
        fmt::format(R"({{"values":[{}]}})", joined(steps, ","))};
}

[[nodiscard]] Objects neutral(const SimulatedRun& run) {
    Objects out{fmt::format(
        R"({{"plimsoll":"ci/1","run":"{}","pipeline":"CI","branch":"main","sha":"abc","trigger":"push","result":"success","created":"{}"}})",
        run.id,
        time_of(run.trigger))};
    for (const SimulatedJob& job : run.jobs) {
        out.push_back(fmt::format(
            R"({{"plimsoll":"ci/1","job":"{}","run":"{}","name":"n{}","result":"success","ready":"{}","started":"{}","completed":"{}"}})",
            job.id,
            run.id,
            job.id % 100,
            time_of(job.ready),
            time_of(job.started),
            time_of(job.completed)));
    }
    return out;
}

struct Provider {
    const Reader* reader;
    std::function<Objects(const SimulatedRun&)> write;
};

[[nodiscard]] std::vector<Provider> providers() {
    return {{&readers::github_actions, github},
            {&readers::gitlab, gitlab},
            {&readers::jenkins, jenkins},
            {&readers::circleci, circleci},
            {&readers::buildkite, buildkite},
            {&readers::azure_pipelines, azure},
            {&readers::bitbucket, bitbucket},
            {&readers::ci_ndjson, neutral}};
}

// The law of the path, to the microsecond; and what the checks build on.
void check_law(const RunJobs& run) {
    const model::CriticalPath path = model::critical_path(run.tasks, run.trigger_us);
    std::int64_t place = path.from;
    for (const model::Segment& segment : path.segments) {
        REQUIRE(segment.from == place);
        REQUIRE(segment.to > segment.from);
        place = segment.to;
    }
    REQUIRE(place == path.to);
    for (const Task& task : run.tasks) {
        REQUIRE(task.completed >= task.started);
        REQUIRE(task.ready.value_or(task.started) <= task.started);
        REQUIRE(task.started >= run.trigger_us);
    }
    REQUIRE(model::work_of(run.tasks) >= 0);
}

}  // namespace

TEST_CASE("law: random runs of every provider: segments sum to the wall time, which is the run's") {
    Random random{41};
    for (const Provider& provider : providers()) {
        CAPTURE(provider.reader->id);
        std::vector<SimulatedRun> runs;
        Objects objects;
        for (int id = 1; id <= 60; ++id) {
            runs.push_back(run_of(id, random));
            for (std::string& object : provider.write(runs.back())) {
                objects.push_back(std::move(object));
            }
        }
        const test::ReadResult got = read_with(*provider.reader, joined(objects, "\n"));
        CHECK(got.sureness == Sureness::certain);
        CHECK(got.input.skipped == 0);
        const Runs timed = runs_of(got.pipelines());
        CHECK(timed.set_right == 0);
        REQUIRE(timed.timed.size() == runs.size());
        for (std::size_t i = 0; i < runs.size(); ++i) {
            const RunJobs& run = timed.timed[i];
            check_law(run);
            const model::CriticalPath path = model::critical_path(run.tasks, run.trigger_us);
            REQUIRE(path.from == micros(at(runs[i].trigger)));
            REQUIRE(path.to == micros(at(runs[i].end())));
            REQUIRE(run.jobs.size() == runs[i].jobs.size());
        }
    }
}

TEST_CASE("law: clocks that contradict each other and the year 0001: nothing is negative") {
    Random random{43};
    for (const Provider& provider : providers()) {
        CAPTURE(provider.reader->id);
        Objects objects;
        for (int id = 1; id <= 150; ++id) {
            SimulatedRun run = run_of(id, random);
            confuse(run, random);
            for (std::string& object : provider.write(run)) {
                objects.push_back(std::move(object));
            }
        }
        const test::ReadResult got = read_with(*provider.reader, joined(objects, "\n"));
        const Runs timed = runs_of(got.pipelines());
        CHECK(timed.timed.size() > 75);
        for (const RunJobs& run : timed.timed) {
            check_law(run);
            // A year-0001 time taken for one would make a span of 2,000 years.
            const model::CriticalPath path = model::critical_path(run.tasks, run.trigger_us);
            REQUIRE(path.wall() < 40 * 86'400'000'000LL);
        }
    }
}

TEST_CASE("law: an export that breaks off keeps what was whole, and names the place of the rest") {
    Random random{47};
    for (const Provider& provider : providers()) {
        CAPTURE(provider.reader->id);
        Objects objects;
        for (int id = 1; id <= 8; ++id) {
            for (std::string& object : provider.write(run_of(id, random))) {
                objects.push_back(std::move(object));
            }
        }
        const std::string text = joined(objects, "\n");
        for (int round = 0; round < 60; ++round) {
            const std::size_t cut = random.below(text.size());
            const std::string_view half = std::string_view{text}.substr(0, cut);
            const std::size_t last = half.find_last_of('\n');
            const std::string_view whole =
                last == std::string_view::npos ? "" : half.substr(0, last);
            const test::ReadResult got = read_with(*provider.reader, half);
            const test::ReadResult sound = read_with(*provider.reader, whole);
            CAPTURE(cut);
            // Every job of a whole object, as it was; of the broken one, whole elements at most.
            for (const auto& [id, job] : sound.pipelines().jobs) {
                REQUIRE(got.pipelines().jobs.contains(id));
                REQUIRE(got.pipelines().jobs.at(id).completed == job.completed);
            }
            const std::size_t begun = half.size() - whole.size();
            if (begun > 1 && text[cut] != '\n') {
                REQUIRE(got.input.skipped >= 1);
                REQUIRE(got.input.first_skipped.line ==
                        static_cast<std::uint64_t>(1 + std::ranges::count(whole, '\n') +
                                                   (last == std::string_view::npos ? 0 : 1)));
                REQUIRE_FALSE(got.input.first_skipped.why.empty());
            }
            for (const RunJobs& run : runs_of(got.pipelines()).timed) {
                check_law(run);
            }
        }
    }
}

TEST_CASE("a broken object between sound ones costs itself only, with every provider") {
    Random random{53};
    for (const Provider& provider : providers()) {
        CAPTURE(provider.reader->id);
        Objects objects = provider.write(run_of(1, random));
        const Objects after = provider.write(run_of(2, random));
        const std::size_t line = objects.size() + 1;
        objects.push_back(after.front().substr(0, after.front().size() / 2));
        objects.insert(objects.end(), after.begin(), after.end());
        const test::ReadResult got = read_with(*provider.reader, joined(objects, "\n"));
        CHECK(got.input.skipped == 1);
        CHECK(got.input.first_skipped.line == line);
        CHECK(runs_of(got.pipelines()).timed.size() == 2);
    }
}
