// Azure Pipelines: builds, and their timelines of stages, jobs, tasks and checkpoints.
//
// Law: a timeline is a tree by parentId; a Job record is a job, Task records below it are its
// steps, a Checkpoint is a person (an approval). Times have seven digits of a second; 0001-01-01
// means never. Blind spots: a job's wait for an agent is not in the record; a timeline names its
// build by URL only, so the script of `plimsoll how azure` adds buildId.

#include "readers/ci/walk.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

[[nodiscard]] std::string build_of(Json timeline) {
    std::string id = timeline["buildId"].id();
    const std::string url = timeline["url"].text();
    const std::size_t at = url.find("uilds/");
    if (id.empty() && at != std::string::npos) {
        const std::size_t end = url.find_first_not_of("0123456789", at + 6);
        id = url.substr(at + 6, end == std::string::npos ? end : end - at - 6);
    }
    return id;
}

[[nodiscard]] RunResult result_of(Json record) {
    return ci::result_of(record["result"].text());
}

[[nodiscard]] std::string branch_of(std::string ref) {
    constexpr std::string_view heads = "refs/heads/";
    return ref.starts_with(heads) ? ref.substr(heads.size()) : ref;
}

void add_build(Json item, ci::Documents& documents, ci::Sink& sink) {
    sink.add(item["id"].id(),
             Run{.project = item["project"]["name"].text(),
                 .pipeline = item["definition"]["name"].text(),
                 .branch = branch_of(item["sourceBranch"].text()),
                 .sha = item["sourceVersion"].text(),
                 .trigger = ci::trigger_of(item["reason"].text()),
                 .result = result_of(item),
                 .created = item["queueTime"].time(),
                 .started = item["startTime"].time(),
                 .ended = item["finishTime"].time()},
             documents.line());
}

[[nodiscard]] Job job_of(Json record, const std::string& run) {
    const std::int64_t attempt = record["attempt"].integer().value_or(1);
    return {.run = run,
            .attempt = static_cast<std::uint32_t>(std::clamp<std::int64_t>(attempt, 1, 1'000)),
            .name = record["name"].text(),
            .result = result_of(record),
            .started = record["startTime"].time(),
            .completed = record["finishTime"].time(),
            .waits_for_person = record["type"].text().starts_with("Checkpoint")};
}

void add_timeline(Json records,
                  const std::string& build,
                  ci::Documents& documents,
                  ci::Sink& sink) {
    std::map<std::string, std::vector<Json>> tasks;
    for (const Json record : records.items()) {
        if (record["type"].text() == "Task") {
            tasks[record["parentId"].id()].push_back(record);
        }
    }
    for (const Json record : records.items()) {
        const std::string type = record["type"].text();
        if (type != "Job" && type != "Checkpoint") {
            continue;  // a stage or phase is its jobs; Checkpoint.Approval lies within its
                       // Checkpoint
        }
        Job job = job_of(record, sink.key(build));
        std::vector<Json>& steps = tasks[record["id"].id()];
        std::ranges::stable_sort(
            steps, {}, [](Json step) { return step["order"].integer().value_or(0); });
        for (const Json step : steps) {
            sink.add_step(job,
                          step["name"].text(),
                          {.result = result_of(step),
                           .started = step["startTime"].time(),
                           .completed = step["finishTime"].time()});
        }
        sink.add(build + "/" + record["id"].id() + "/" + std::to_string(job.attempt),
                 std::move(job),
                 documents.line());
    }
}

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    if (const Json records = ci::list_in(root, {"records"})) {
        const std::string build = build_of(root);
        if (build.empty()) {
            return false;
        }
        sink.imply(build, Run{}, documents.line());
        add_timeline(records, build, documents, sink);
        return true;
    }
    if (const Json builds = ci::list_in(root, {"value"})) {
        for (const Json item : builds.items()) {
            add_build(item, documents, sink);
        }
        return true;
    }
    if (documents.partial() || !root["buildNumber"]) {
        return false;
    }
    add_build(root, documents, sink);
    return true;
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view head = sample.head;
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(head)) {
        return Sureness::no;
    }
    const bool builds =
        ci::keys_in(head,
                    {"buildNumber", "queueTime", "sourceVersion", "definition", "finishTime"}) >= 4;
    const bool timeline =
        ci::keys_in(head, {"records"}) > 0 &&
        ci::keys_in(head, {"parentId", "workerName", "previousAttempts", "startTime"}) >= 2;
    return builds || timeline ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "azure", take);
}

}  // namespace

extern constinit const Reader azure_pipelines{
    .id = "azure-pipelines",
    .reads = "Azure Pipelines builds and timelines. Export: plimsoll how azure",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
