// Jenkins: builds of the JSON API, and stages of the pipeline stage view (wfapi).
//
// Law: end - start = duration + queue, and pauses for input lie inside the duration (half of it in
// a fixture of the plugin); so pauses are taken out of a stage's machine time. Stages of parallel
// branches overlap and are never summed for the wall time. A build without stages counts as one
// piece of work. Blind spots: how long a build waited for an executor is known with wfapi only;
// freestyle builds have no stages.

#include "readers/ci/walk.hpp"

#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

// "https://host/job/shop/12/" and "/job/shop/12/wfapi/describe" are both "/job/shop/12".
[[nodiscard]] std::string path_of(std::string url) {
    const std::size_t job = url.find("/job/");
    url.erase(0, job == std::string::npos ? 0 : job);
    url.erase(std::min(url.find("/wfapi"), url.size()));
    url.erase(std::min(url.find("/execution/"), url.size()));
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

// "/job/a/job/shop/12" is of "a/shop".
[[nodiscard]] std::string name_of(std::string path) {
    path.erase(std::min(path.find_last_of('/'), path.size()));
    std::string out;
    for (std::size_t at = path.find("/job/"); at != std::string::npos;
         at = path.find("/job/", at + 1)) {
        const std::string part = path.substr(at + 5, path.find("/job/", at + 1) - at - 5);
        out += (out.empty() ? "" : "/") + part;
    }
    return out;
}

[[nodiscard]] std::string branch_of(std::string name) {
    for (const std::string_view prefix : {"refs/remotes/origin/", "refs/heads/", "origin/"}) {
        if (name.starts_with(prefix)) {
            name.erase(0, prefix.size());
            break;
        }
    }
    return name;
}

[[nodiscard]] Trigger trigger_of(const std::string& cause) {
    if (cause.find("TimerTrigger") != std::string::npos) {
        return Trigger::schedule;
    }
    if (cause.find("UserId") != std::string::npos || cause.find("Replay") != std::string::npos) {
        return Trigger::manual;
    }
    return cause.find("SCM") != std::string::npos || cause.find("Branch") != std::string::npos ||
                   cause.find("Push") != std::string::npos
               ? Trigger::push
               : Trigger::other;
}

void add_actions(Run& run, Json actions) {
    for (const Json action : actions.items()) {
        if (const Json revision = action["lastBuiltRevision"]) {
            run.sha = revision["SHA1"].text();
            for (const Json branch : revision["branch"].items()) {
                run.branch = branch_of(branch["name"].text());
            }
        }
        for (const Json cause : action["causes"].items()) {
            run.trigger = trigger_of(cause["_class"].text());
        }
    }
    if (run.branch.starts_with("PR-")) {
        run.trigger = Trigger::pull_request;
    }
}

void add_build(Json item, const std::string& folder, ci::Documents& documents, ci::Sink& sink) {
    std::string id = path_of(item["url"].text());
    if (id.empty()) {
        id = folder + "/" + item["number"].id();
    }
    const std::optional<Instant> from = item["timestamp"].time_of_millis();
    const std::optional<std::int64_t> millis = item["duration"].integer();
    const bool building = item["building"].truth();
    Run run{.pipeline = name_of(id),
            .trigger = Trigger::unknown,
            .result = ci::result_of(item["result"].text()),
            .created = from,
            .started = from};
    add_actions(run, item["actions"]);
    if (from && millis && *millis >= 0 && *millis < 10'000'000'000 && !building) {
        run.ended = *from + Micros{*millis * 1000};
        Job whole{.run = sink.key(id), .name = run.pipeline, .result = run.result};
        whole.started = from;
        whole.completed = run.ended;
        whole.stands_for_run = true;
        whole.origin.line = documents.line();
        sink.add(id + "#whole", std::move(whole), documents.line());
    }
    sink.add(id, std::move(run), documents.line());
}

void add_stages(Json item, ci::Documents& documents, ci::Sink& sink) {
    const std::string id = path_of(item["_links"]["self"]["href"].text());
    const std::optional<Instant> from = item["startTimeMillis"].time_of_millis();
    sink.add(id,
             Run{.pipeline = name_of(id),
                 .result = ci::result_of(item["status"].text()),
                 .created = from,
                 .started = from,
                 .ended = item["endTimeMillis"].time_of_millis()},
             documents.line());
    for (const Json stage : item["stages"].items()) {
        Job job{.run = sink.key(id),
                .name = stage["name"].text(),
                .result = ci::result_of(stage["status"].text())};
        job.started = stage["startTimeMillis"].time_of_millis();
        const std::int64_t millis = stage["durationMillis"].integer().value_or(-1);
        if (job.started && millis >= 0 && millis < 10'000'000'000) {
            job.completed = *job.started + Micros{millis * 1000};
        }
        job.paused_us = std::clamp<std::int64_t>(
                            stage["pauseDurationMillis"].integer().value_or(0), 0, 10'000'000'000) *
                        1000;
        sink.add(id + "#" + stage["id"].id(), std::move(job), documents.line());
    }
}

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    if (const Json builds = ci::list_in(root, {"allBuilds", "builds"})) {
        std::string folder = path_of(root["url"].text());
        if (folder.empty()) {
            folder = "/job/" + root["fullName"].text();
        }
        for (const Json item : builds.items()) {
            add_build(item, folder, documents, sink);
        }
        return true;
    }
    if (documents.partial()) {
        return false;
    }
    if (root["stages"].is_array() && root["startTimeMillis"]) {
        add_stages(root, documents, sink);
    } else if (root["number"] && root["timestamp"]) {
        add_build(root, "", documents, sink);
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
    const bool stages =
        ci::keys_in(head, {"startTimeMillis", "durationMillis", "pauseDurationMillis", "stages"}) >=
        3;
    const bool builds =
        ci::keys_in(head, {"allBuilds"}) > 0 ||
        ci::keys_in(head, {"number", "timestamp", "duration", "building", "result", "builds"}) >= 4;
    return stages || builds ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "jenkins", take);
}

}  // namespace

extern constinit const Reader jenkins{
    .id = "jenkins",
    .reads = "Jenkins builds (api/json) and stages (wfapi/runs, wfapi/describe). Export: plimsoll "
             "how jenkins",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
