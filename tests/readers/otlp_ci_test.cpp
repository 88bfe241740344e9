// CI runs as OpenTelemetry spans, builds of ninja and Bazel: each against times worked out by hand.
#include "catch.hpp"
#include "evidence/runs.hpp"
#include "input/sources.hpp"
#include "model/critical_path.hpp"
#include "support/ci.hpp"

#include <string>

using namespace plimsoll;

namespace {

// Through the registry, as a user's file is read.
struct Reading : test::ReadResult {
    std::string reader;
};
Reading read_ci(const std::string& bytes) {
    const Reader* best = nullptr;
    Sureness sure = Sureness::no;
    input::for_each_source_in("export.json", bytes, [&](input::Stream& stream, bool) {
        for (const Reader* reader : all_readers()) {
            const Sureness now = reader->recognises(stream.sample());
            if (now > sure) {
                sure = now;
                best = reader;
            }
        }
    });
    Reading out;
    if (best != nullptr) {
        static_cast<test::ReadResult&>(out) = test::read_with(*best, bytes);
        out.reader = best->id;
    }
    return out;
}

std::string attribute(const std::string& key, const std::string& value) {
    return R"({"key":")" + key + R"(","value":{"stringValue":")" + value + R"("}})";
}
std::string span(const std::string& id,
                 const std::string& parent,
                 const std::string& name,
                 std::int64_t from,
                 std::int64_t to,
                 const std::string& attributes) {
    const auto nano = [](std::int64_t second) {
        return std::to_string(1'772'438'400 + second) + "000000000";
    };
    return R"({"traceId":"t1","spanId":")" + id + R"(","parentSpanId":")" + parent +
           R"(","name":")" + name + R"(","startTimeUnixNano":")" + nano(from) +
           R"(","endTimeUnixNano":")" + nano(to) + R"(","attributes":[)" + attributes + "]}";
}
std::string request(const std::string& spans) {
    return R"({"resourceSpans":[{"resource":{"attributes":[)" +
           attribute("vcs.ref.head.revision", "5f3c00000000000000000000000000000000beef") + "," +
           attribute("vcs.ref.head.name", "main") + "," + attribute("cicd.pipeline.name", "CI") +
           R"(]},"scopeSpans":[{"spans":[)" + spans + "]}]}]}\n";
}

const std::string run_span = span(
    "1",
    "",
    "CI",
    0,
    300,
    attribute("cicd.pipeline.run.id", "42") + "," + attribute("cicd.pipeline.result", "success"));
const std::string build_span = span("2",
                                    "1",
                                    "build",
                                    10,
                                    100,
                                    attribute("cicd.pipeline.task.name", "build") + "," +
                                        attribute("cicd.pipeline.task.run.id", "77") + "," +
                                        attribute("cicd.pipeline.task.run.result", "success"));
const std::string step_span = span("3", "2", "Run tests", 20, 90, "");
const std::string test_span = span("4",
                                   "1",
                                   "test",
                                   110,
                                   300,
                                   attribute("cicd.pipeline.task.name", "test") + "," +
                                       attribute("cicd.pipeline.task.run.id", "78") + "," +
                                       attribute("cicd.pipeline.task.run.result", "failure"));

}  // namespace

TEST_CASE("OTLP/JSON: run, jobs and steps by the CI/CD conventions, in one request or several") {
    for (const std::string& text :
         {request(run_span + "," + build_span + "," + step_span + "," + test_span),
          request(run_span) + request(build_span + "," + step_span) + request(test_span)}) {
        const Reading read = read_ci(text);
        CHECK(read.reader == "otlp-ci");
        const Pipelines& p = read.evidence.pipelines;
        REQUIRE(p.runs.size() == 1);
        CHECK(p.runs.begin()->second.branch == "main");
        CHECK(p.runs.begin()->second.result == RunResult::success);
        REQUIRE(p.jobs.size() == 2);
        const Runs runs = runs_of(p);
        REQUIRE(runs.timed.size() == 1);
        const model::CriticalPath path =
            model::critical_path(runs.timed[0].tasks, runs.timed[0].trigger_us);
        CHECK(path.wall() == 300'000'000);
        CHECK(path.total(model::SegmentKind::run) == (90 + 190) * 1'000'000LL);
    }
    const Reading whole =
        read_ci(request(run_span + "," + build_span + "," + step_span + "," + test_span));
    for (const auto& [id, job] : whole.evidence.pipelines.jobs) {
        CHECK(job.steps.size() == (job.name == "build" ? 1U : 0U));
        CHECK(job.result == (job.name == "build" ? RunResult::success : RunResult::failure));
    }
}

TEST_CASE("OTLP/JSON: a queue span is readiness, in whatever order it comes") {
    const std::string queue = span("5",
                                   "1",
                                   "queue-build",
                                   2,
                                   10,
                                   attribute("cicd.pipeline.task.name", "build") + "," +
                                       attribute("cicd.pipeline.task.run.id", "77"));
    for (const std::string& spans : {queue + "," + build_span, build_span + "," + queue}) {
        const Reading read = read_ci(request(run_span + "," + spans));
        REQUIRE(read.evidence.pipelines.jobs.size() == 1);
        const Job& job = read.evidence.pipelines.jobs.begin()->second;
        REQUIRE(job.ready.has_value());
        REQUIRE(job.started.has_value());
        CHECK((*job.started - *job.ready) == std::chrono::seconds{8});
    }
}

TEST_CASE("spans of services are no CI, and damaged requests cost themselves") {
    const std::string service = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"a",)"
                                R"("spanId":"b","name":"GET /"}]}]}]})";
    CHECK(read_ci(service).reader != "otlp-ci");
    const Reading read = read_ci(request(run_span + "," + build_span) +
                                 "{\"resourceSpans\":[{\"scopeSp\n" + request(test_span));
    CHECK(read.evidence.pipelines.jobs.size() == 2);
    CHECK(read.input.skipped >= 1);
}

TEST_CASE("ninja: outputs of one command count once, a new build begins where ends go back") {
    const std::string log = "# ninja log v5\n"
                            "0\t4000\t1772438404000000000\ta.o\taaa\n"
                            "0\t4000\t1772438404000000000\ta.d\taaa\n"
                            "100\t9000\t1772438409000000000\tb.o\tbbb\n"
                            "9000\t10000\t1772438410000000000\tapp\tccc\n"
                            "5\t2000\t1772442002000000000\ta.o\taaa\n"
                            "not a line\n";
    const Reading read = read_ci(log);
    CHECK(read.reader == "ninja-log");
    const Runs runs = runs_of(read.evidence.pipelines);
    REQUIRE(runs.timed.size() == 2);
    CHECK(runs.timed[0].tasks[0].completed - runs.timed[0].tasks[0].started == 10'000'000);
    CHECK(runs.timed[0].jobs[0]->steps.size() == 3);
    CHECK(runs.timed[1].tasks[0].completed - runs.timed[1].tasks[0].started == 2'000'000);
    CHECK(read.input.skipped == 1);
    CHECK(read.input.first_skipped.line == 7);
}

TEST_CASE("ninja: a log that it compacted is refused, its builds go back in time") {
    std::string log = "# ninja log v5\n";
    for (int i = 0; i < 40; ++i) {
        const int end = 1'000 * ((i * 17) % 40 + 1);
        const int day = (i * 23) % 40;
        log += "0\t" + std::to_string(end) + "\t" + std::to_string(1'772'438'404 + 86'400 * day) +
               "000000000\tf" + std::to_string(i) + ".o\t" + std::to_string(i) + "\n";
    }
    const Reading read = read_ci(log);
    CHECK(read.evidence.pipelines.empty());
    CHECK(read.input.skipped == 1);
    CHECK(read.input.first_skipped.why.find("compacted") != std::string::npos);
}

TEST_CASE("Bazel: phases, and the critical path in place of the execution") {
    const auto event = [](const std::string& cat, const std::string& name, int ts, int dur) {
        return R"({"cat":")" + cat + R"(","name":")" + name + R"(","ph":"X","ts":)" +
               std::to_string(ts) + R"(,"dur":)" + std::to_string(dur) + R"(,"pid":1,"tid":0})";
    };
    const std::string profile =
        R"({"otherData":{"build_id":"b-1","date":"Mon Mar 2 08:00:00 UTC 2026"},"traceEvents":[)" +
        event("build phase marker", "Launch Blaze", 0, 1'000'000) + "," +
        event("build phase marker", "Build artifacts", 1'000'000, 9'000'000) + "," +
        event("critical path component", "action 'Compiling a.cc'", 1'500'000, 3'000'000) + "," +
        event("critical path component", "action 'Testing //a'", 4'500'000, 5'000'000) + "," +
        event("build phase marker", "Complete build", 10'000'000, 500'000) + "]}";
    const Reading read = read_ci(profile);
    CHECK(read.reader == "bazel-profile");
    REQUIRE(read.evidence.pipelines.jobs.size() == 1);
    const Job& job = read.evidence.pipelines.jobs.begin()->second;
    REQUIRE(job.steps.size() == 4);
    CHECK(*job.completed - *job.started == std::chrono::microseconds{10'500'000});
    CHECK(to_text(*job.started).starts_with("2026-03-02T08:00:00"));
    CHECK(read_ci(R"({"otherData":{"build_id":"x"},"traceEvents":[]})").input.skipped == 1);
}
