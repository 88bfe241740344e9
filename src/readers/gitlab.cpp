// GitLab CI: pipelines, jobs, bridges and deployments of the REST API, and pipeline and job
// webhooks.
//
// Law of readiness: all jobs are created with the pipeline, so a job was ready `queued_duration`
// before it started; what lies between the end of what it needs and then is a manual gate or a
// delay. The pipeline's own `duration` leaves out queues and gates and is not read: one of our
// fixtures differs 44-fold. Blind spots: a list of pipelines has no times of work; without
// include_retried=true failed first attempts are not there; a bridge's time is its downstream
// pipeline's, counted where that is exported too.

#include "readers/ci/walk.hpp"

#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

// https://gitlab.com/group/project/-/pipelines/1 holds group/project.
[[nodiscard]] std::string project_of(const std::string& url) {
    const std::size_t host = url.find("://");
    const std::size_t path = host == std::string::npos ? host : url.find('/', host + 3);
    const std::size_t end = url.find("/-/");
    return path == std::string::npos || end == std::string::npos || end <= path
               ? std::string{}
               : url.substr(path + 1, end - path - 1);
}

[[nodiscard]] Trigger trigger_of(Json pipeline) {
    const std::string ref = pipeline["ref"].text();
    return ref.ends_with("/train") ? Trigger::merge_queue
                                   : ci::trigger_of(pipeline["source"].text());
}

void add_pipeline(Json item, Json project, ci::Documents& documents, ci::Sink& sink) {
    std::string name = item["name"].text();
    std::string where = project["path_with_namespace"].text();
    if (where.empty()) {
        where = project_of(item["web_url"].text());
    }
    sink.add(item["id"].id(),
             Run{.project = where,
                 .pipeline = name.empty() ? "pipeline" : name,
                 .branch = item["ref"].text(),
                 .sha = item["sha"].text(),
                 .trigger = trigger_of(item),
                 .result = ci::result_of(item["status"].text()),
                 .created = item["created_at"].time(),
                 .started = item["started_at"].time(),
                 .ended = item["finished_at"].time()},
             documents.line());
}

void add_job(Json item, const std::string& pipeline, ci::Documents& documents, ci::Sink& sink) {
    const std::string status = item["status"].text();
    const Json environment = item["environment"];
    Job job{
        .run = sink.key(pipeline),
        .name = item["name"].text(),
        .stage = item["stage"].text(),
        .environment = environment.is_object() ? environment["name"].text() : environment.text(),
        .result = ci::result_of(status),
        .started = item["started_at"].time(),
        .completed = item["finished_at"].time(),
        .waits_for_person = status == "manual",
        .may_fail = item["allow_failure"].truth()};
    const std::optional<double> queued = item["queued_duration"].number();
    if (job.started && queued && *queued >= 0 && *queued < 1e8) {
        job.ready = *job.started - Micros{static_cast<std::int64_t>(*queued * 1e6)};
    }
    sink.add(item["id"].id(), std::move(job), documents.line());
}

void add_deployment(Json item, ci::Documents& documents, ci::Sink& sink) {
    const Json job = item["deployable"];
    std::optional<Instant> finished = item["finished_at"].time();
    if (!finished && job) {
        finished = job["finished_at"].time();
    }
    sink.add(item["id"].id(),
             Deployment{.environment = item["environment"]["name"].text(),
                        .branch = item["ref"].text(),
                        .sha = item["sha"].text(),
                        .result = ci::result_of(item["status"].text()),
                        .created = item["created_at"].time(),
                        .finished = finished},
             documents.line());
}

// A job's webhook names everything with a prefix.
void add_build_event(Json root, ci::Documents& documents, ci::Sink& sink) {
    Job job{.run = sink.key(root["pipeline_id"].id()),
            .name = root["build_name"].text(),
            .stage = root["build_stage"].text(),
            .result = ci::result_of(root["build_status"].text()),
            .started = root["build_started_at"].time(),
            .completed = root["build_finished_at"].time(),
            .may_fail = root["build_allow_failure"].truth()};
    sink.imply(root["pipeline_id"].id(),
               Run{.branch = root["ref"].text(), .sha = root["sha"].text()},
               documents.line());
    sink.add(root["build_id"].id(), std::move(job), documents.line());
}

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    if (const Json builds = root["builds"]; builds.is_array() && root["object_attributes"]) {
        const std::string id = root["object_attributes"]["id"].id();
        add_pipeline(root["object_attributes"], root["project"], documents, sink);
        for (const Json item : builds.items()) {
            add_job(item, id, documents, sink);
        }
        return true;
    }
    if (documents.partial()) {
        return false;
    }
    if (root["build_id"] && root["pipeline_id"]) {
        add_build_event(root, documents, sink);
    } else if (root["id"] && root["environment"].is_object() &&
               (root["deployable"] || root["iid"])) {
        add_deployment(root, documents, sink);
    } else if (root["id"] && root["pipeline"].is_object()) {
        const Json pipeline = root["pipeline"];
        sink.imply(pipeline["id"].id(),
                   Run{.project = project_of(root["web_url"].text()),
                       .branch = pipeline["ref"].text(),
                       .sha = pipeline["sha"].text(),
                       .trigger = trigger_of(pipeline)},
                   documents.line());
        add_job(root, pipeline["id"].id(), documents, sink);
    } else if (root["id"] && root["sha"] && root["ref"] && root["status"]) {
        add_pipeline(root, {}, documents, sink);
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
    const bool events =
        ci::keys_in(head, {"object_kind"}) > 0 &&
        ci::keys_in(head, {"object_attributes", "builds", "build_id", "build_stage"}) > 0;
    const bool jobs =
        ci::keys_in(head, {"stage", "allow_failure", "pipeline", "finished_at", "ref"}) >= 4;
    const bool pipelines =
        ci::keys_in(head, {"iid", "sha", "ref", "source", "web_url", "status"}) >= 5;
    const bool deployments = ci::keys_in(head, {"deployable", "environment", "iid", "sha"}) == 4;
    return events || jobs || pipelines || deployments ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "gitlab", take);
}

}  // namespace

extern constinit const Reader gitlab{
    .id = "gitlab",
    .reads = "GitLab CI pipelines, jobs (include_retried=true) and deployments of the REST API, "
             "and webhooks. "
             "Export: plimsoll how gitlab",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
