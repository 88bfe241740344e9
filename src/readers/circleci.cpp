// CircleCI: pipelines, workflows and jobs of API v2, and workflow runs of its insights.
//
// Law: a workflow is a run; its jobs name what they depend on, so the graph of needs is given, and
// a job was ready when the last of those stopped. An approval job is a person. Branch and commit
// stand in the pipeline. Blind spots: the list of jobs does not name its workflow (the script of
// `plimsoll how circleci` adds it): without it each list is a run of its own; insights have no jobs
// and 90 days.

#include "readers/ci/walk.hpp"

#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

void add_job(Json item, const std::string& run, ci::Documents& documents, ci::Sink& sink) {
    Job job{.run = sink.key(run),
            .name = item["name"].text(),
            .result = ci::result_of(item["status"].text()),
            .started = item["started_at"].time(),
            .completed = item["stopped_at"].time(),
            .waits_for_person = item["type"].text() == "approval",
            .needs_known = item["dependencies"].is_array()};
    for (const Json need : item["dependencies"].items()) {
        job.needs.push_back(sink.key(need.id()));
    }
    sink.add(item["id"].id(), std::move(job), documents.line());
}

void add_workflow(Json item, ci::Documents& documents, ci::Sink& sink) {
    sink.add(item["id"].id(),
             Run{.project = item["project_slug"].text(),
                 .parent = sink.key("pipeline:" + item["pipeline_id"].id()),
                 .pipeline = item["name"].text(),
                 .result = ci::result_of(item["status"].text()),
                 .created = item["created_at"].time(),
                 .ended = item["stopped_at"].time()},
             documents.line());
}

void add_pipeline(Json item, ci::Documents& documents, ci::Sink& sink) {
    const std::string type = item["trigger"]["type"].text();
    sink.add("pipeline:" + item["id"].id(),
             Run{.project = item["project_slug"].text(),
                 .branch = item["vcs"]["branch"].text(),
                 .sha = item["vcs"]["revision"].text(),
                 .trigger = type == "api" ? Trigger::manual : ci::trigger_of(type),
                 .created = item["created_at"].time()},
             documents.line());
}

// A workflow run of the insights: a whole without parts.
void add_insight(Json item, ci::Documents& documents, ci::Sink& sink) {
    const std::string id = item["id"].id();
    const RunResult result = ci::result_of(item["status"].text());
    Job whole{.run = sink.key(id), .name = "workflow", .result = result};
    whole.started = item["created_at"].time();
    whole.completed = item["stopped_at"].time();
    whole.stands_for_run = true;
    sink.add(id,
             Run{.pipeline = "workflow",
                 .branch = item["branch"].text(),
                 .result = result,
                 .created = whole.started,
                 .ended = whole.completed},
             documents.line());
    sink.add(id + "#whole", std::move(whole), documents.line());
}

[[nodiscard]] bool add(Json item,
                       const std::string& run,
                       ci::Documents& documents,
                       ci::Sink& sink) {
    if (item["dependencies"].is_array() || (item["type"] && item["started_at"])) {
        add_job(item, run, documents, sink);
    } else if (item["pipeline_id"]) {
        add_workflow(item, documents, sink);
    } else if (item["vcs"]) {
        add_pipeline(item, documents, sink);
    } else if (item["duration"] && item["created_at"] && item["id"]) {
        add_insight(item, documents, sink);
    } else {
        return false;
    }
    return true;
}

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    const Json items = ci::list_in(root, {"items"});
    if (!items) {
        return !documents.partial() && add(root, root["workflow_id"].id(), documents, sink);
    }
    std::string run = root["workflow_id"].id();
    bool all = true;
    for (const Json item : items.items()) {
        run = run.empty() ? "jobs:" + item["id"].id() : run;
        all = add(item, run, documents, sink) && all;
    }
    return all;
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view head = sample.head;
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(head)) {
        return Sureness::no;
    }
    const bool jobs =
        ci::keys_in(head, {"job_number", "dependencies", "stopped_at", "project_slug"}) >= 3;
    const bool workflows = ci::keys_in(head, {"pipeline_id", "pipeline_number", "stopped_at"}) >= 2;
    const bool pipelines = ci::keys_in(head, {"project_slug", "vcs", "trigger", "errors"}) >= 3;
    const bool insights = ci::keys_in(head, {"credits_used", "duration", "stopped_at"}) == 3;
    return jobs || workflows || pipelines || insights ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "circleci", take);
}

}  // namespace

extern constinit const Reader circleci{
    .id = "circleci",
    .reads =
        "CircleCI pipelines, workflows and jobs (API v2), insights. Export: plimsoll how circleci",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
