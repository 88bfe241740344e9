// Buildkite: builds with their jobs, of the REST API; or jobs in files of their own.
//
// Law: a job's `runnable_at` is when all it waits for was done, so its queue is started_at -
// runnable_at exactly: the best payload of all. A `manual` job is a block step: a person, until
// `unblocked_at`. Blind spot: without include_retried_jobs=true first attempts are not there.

#include "readers/ci/walk.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

void add_job(Json item, const std::string& build, ci::Documents& documents, ci::Sink& sink) {
    const std::string type = item["type"].text();
    if (type == "waiter") {
        return;  // a barrier, no work
    }
    std::string name = item["name"].text();
    if (name.empty()) {
        name = item["step_key"].text();
    }
    Job job{.run = sink.key(build),
            .attempt = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                           item["retries_count"].integer().value_or(0), 0, 999)) +
                       1,
            .name = name,
            .result = ci::result_of(item["state"].text()),
            .ready = item["runnable_at"].time(),
            .started = item["started_at"].time(),
            .completed = item["finished_at"].time(),
            .may_fail = item["soft_failed"].truth()};
    if (type == "manual") {
        job.waits_for_person = true;
        job.started = job.completed = item["unblocked_at"].time();
        job.result = job.completed ? RunResult::success : RunResult::unfinished;
    }
    sink.add(item["id"].id(), std::move(job), documents.line());
}

void add_build(Json item, ci::Documents& documents, ci::Sink& sink) {
    const std::string id = item["id"].id();
    const std::string source = item["source"].text();
    const bool pull_request = item["pull_request"].is_object();
    sink.add(id,
             Run{.pipeline = item["pipeline"]["slug"].text(),
                 .branch = item["branch"].text(),
                 .sha = item["commit"].text(),
                 .trigger = pull_request ? Trigger::pull_request : ci::trigger_of(source),
                 .result = ci::result_of(item["state"].text()),
                 .created = item["created_at"].time(),
                 .started = item["started_at"].time(),
                 .ended = item["finished_at"].time()},
             documents.line());
    for (const Json job : item["jobs"].items()) {
        add_job(job, id, documents, sink);
    }
}

// https://.../builds/12/jobs/... names its build by number only; build_id where there is one.
[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    if (root["number"] && root["state"] && root["id"] && !root["type"]) {
        add_build(root, documents, sink);  // also a part of one: its jobs are whole
    } else if (!documents.partial() && root["type"] && root["build_id"]) {
        add_job(root, root["build_id"].id(), documents, sink);
    } else {
        return false;
    }
    return true;
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view head = sample.head;
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(head)) {
        return Sureness::no;
    }
    const int own = ci::keys_in(head,
                                {"runnable_at",
                                 "scheduled_at",
                                 "step_key",
                                 "soft_failed",
                                 "rebuilt_from",
                                 "retries_count"});
    return own >= 2 ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "buildkite", take);
}

}  // namespace

extern constinit const Reader buildkite{
    .id = "buildkite",
    .reads = "Buildkite builds with their jobs (REST API v2). Export: plimsoll how buildkite",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
