// Bitbucket Pipelines: pipelines and their steps, of the REST API.
//
// Law: steps run one after the other, but for parallel groups; a step's start against the end of
// what came before is queue. A pipeline that is paused for a manual step is in no state of work.
// Blind spot: a page of steps does not name its pipeline unless the steps do (or the export script
// adds it).

#include "readers/ci/walk.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

[[nodiscard]] RunResult result_of(Json item) {
    return ci::result_of(item["state"]["result"]["name"].text());
}

void add_pipeline(Json item, ci::Documents& documents, ci::Sink& sink) {
    const std::string trigger = item["trigger"]["name"].text();
    sink.add(item["uuid"].id(),
             Run{.project = item["repository"]["full_name"].text(),
                 .pipeline = "pipeline",
                 .branch = item["target"]["ref_name"].text(),
                 .sha = item["target"]["commit"]["hash"].text(),
                 .trigger = ci::trigger_of(trigger),
                 .result = result_of(item),
                 .created = item["created_on"].time(),
                 .ended = item["completed_on"].time()},
             documents.line());
}

void add_step(Json item, const std::string& pipeline, ci::Documents& documents, ci::Sink& sink) {
    const std::int64_t attempt = item["run_number"].integer().value_or(1);
    Job job{.run = sink.key(pipeline),
            .attempt = static_cast<std::uint32_t>(std::clamp<std::int64_t>(attempt, 1, 1'000)),
            .name = item["name"].text(),
            .environment = item["environment"]["name"].text(),
            .result = result_of(item),
            .started = item["started_on"].time(),
            .completed = item["completed_on"].time()};
    sink.add(
        item["uuid"].id() + "/" + std::to_string(job.attempt), std::move(job), documents.line());
}

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    const Json values = ci::list_in(root, {"values"});
    if (!values) {
        const bool whole = !documents.partial() && root["uuid"] && root["target"];
        if (whole) {
            add_pipeline(root, documents, sink);
        }
        return whole;
    }
    bool all = true;
    for (const Json item : values.items()) {
        std::string pipeline = item["pipeline"]["uuid"].id();
        if (pipeline.empty()) {
            pipeline = root["pipeline_uuid"].id();
        }
        if (item["target"]) {
            add_pipeline(item, documents, sink);
        } else if (!pipeline.empty()) {
            add_step(item, pipeline, documents, sink);
        } else {
            all = false;
        }
    }
    return all;
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view head = sample.head;
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(head)) {
        return Sureness::no;
    }
    const bool pipelines = ci::keys_in(head, {"uuid", "created_on", "target", "build_number"}) >= 3;
    const bool steps =
        ci::keys_in(head, {"uuid", "started_on", "completed_on", "run_number", "pipeline"}) >= 3;
    return pipelines || steps ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "bitbucket", take);
}

}  // namespace

extern constinit const Reader bitbucket{
    .id = "bitbucket",
    .reads = "Bitbucket pipelines and steps. Export: plimsoll how bitbucket",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
