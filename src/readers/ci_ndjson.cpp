// Our own neutral form of CI runs, for providers that we do not read: one JSON object a line.
//
//   {"plimsoll":"ci/1","run":"42","pipeline":"CI","project":"shop","branch":"main","sha":"5f3c...",
//    "trigger":"push","result":"success","attempt":1,"created":"2026-03-02T08:00:00Z"}
//   {"plimsoll":"ci/1","job":"77","run":"42","name":"test","result":"success","ready":"...","started":"...",
//    "completed":"...","needs":["76"],"environment":"","attempt":1,"person":false,"paused_s":0,
//    "steps":[{"name":"Run tests","result":"success","started":"...","completed":"..."}]}
//   {"plimsoll":"ci/1","deployment":"9","environment":"production","sha":"5f3c...","result":"success",
//    "created":"...","finished":"..."}
//
// trigger: push, pull_request, merge_group, schedule, manual. result: success, failure, timeout,
// skipped, cancelled, error; empty while it runs. ready: when all that the job needs was done.
// Leave out what is not known; with `needs` the graph is taken as given.

#include "readers/ci/walk.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

[[nodiscard]] std::uint32_t attempt_of(Json item) {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(item["attempt"].integer().value_or(1), 1, 1'000));
}

void add_job(Json item, ci::Documents& documents, ci::Sink& sink) {
    Job job{.run = sink.key(item["run"].id()),
            .attempt = attempt_of(item),
            .name = item["name"].text(),
            .environment = item["environment"].text(),
            .result = ci::result_of(item["result"].text()),
            .ready = item["ready"].time(),
            .started = item["started"].time(),
            .completed = item["completed"].time()};
    job.waits_for_person = item["person"].truth();
    job.paused_us = static_cast<std::int64_t>(
        std::clamp(item["paused_s"].number().value_or(0), 0.0, 1e8) * 1e6);
    job.needs_known = item["needs"].is_array();
    for (const Json need : item["needs"].items()) {
        job.needs.push_back(sink.key(need.id()));
    }
    for (const Json step : item["steps"].items()) {
        sink.add_step(job,
                      step["name"].text(),
                      {.result = ci::result_of(step["result"].text()),
                       .started = step["started"].time(),
                       .completed = step["completed"].time()});
    }
    sink.add(item["job"].id(), std::move(job), documents.line());
}

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    if (documents.partial() || root["plimsoll"].text() != "ci/1") {
        return false;
    }
    if (root["job"] && root["run"]) {
        add_job(root, documents, sink);
    } else if (root["run"]) {
        sink.add(root["run"].id(),
                 Run{.project = root["project"].text(),
                     .pipeline = root["pipeline"].text(),
                     .branch = root["branch"].text(),
                     .sha = root["sha"].text(),
                     .trigger = ci::trigger_of(root["trigger"].text()),
                     .result = ci::result_of(root["result"].text()),
                     .attempt = attempt_of(root),
                     .created = root["created"].time()},
                 documents.line());
    } else if (root["deployment"]) {
        sink.add(root["deployment"].id(),
                 Deployment{.environment = root["environment"].text(),
                            .sha = root["sha"].text(),
                            .result = ci::result_of(root["result"].text()),
                            .created = root["created"].time(),
                            .finished = root["finished"].time()},
                 documents.line());
    } else {
        return false;
    }
    return true;
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool ours = sample.kind == SourceKind::bytes && ci::begins_as_json(sample.head) &&
                      ci::keys_in(sample.head, {"plimsoll", "ci/1"}) == 2;
    return ours ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "ci", take);
}

}  // namespace

extern constinit const Reader ci_ndjson{
    .id = "ci-ndjson",
    .reads = "CI runs and jobs in our neutral form, one JSON object a line "
             "(src/readers/ci_ndjson.cpp shows it)",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
