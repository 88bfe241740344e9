// GitHub Actions: runs, jobs and deployments as the REST API, `gh` and webhooks print them.
//
// Law of completion: a run ended when its last job did. `updated_at` moves with later comments and
// retries and is never read as an end. A job's `created_at` is stamped when all it needs was done,
// which is what makes queue times and the graph of needs recoverable without the workflow's YAML.
// Attempts: `run_started_at` starts anew with each re-run, `created_at` stays with the first.
// Blind spots: `gh run view` has no readiness of jobs, so their queue time is unknown; an approval
// of an environment looks like a queue; runs older than the retention (90 days by default) are
// gone.

#include "readers/ci/sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

// Of a job or run: `conclusion` when it has one; `status` never says how it ended.
[[nodiscard]] RunResult conclusion_of(Json thing) {
    return ci::result_of(thing["conclusion"].text());
}

[[nodiscard]] std::uint32_t attempt_of(Json number) {
    const std::int64_t attempt = number.integer().value_or(1);
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(attempt, 1, 1'000));
}

// The last part of https://api.github.com/repos/o/r/deployments/42.
[[nodiscard]] std::string last_part(const std::string& url) {
    return url.substr(url.find_last_of('/') + 1);
}

// "https://github.com/o/r/actions/runs/1" and "https://api.github.com/repos/o/r/..." both hold o/r.
[[nodiscard]] std::string project_of(const std::string& url) {
    const std::size_t api = url.find("/repos/");
    const std::size_t host = url.find("://");
    std::size_t at = api == std::string::npos ? url.find('/', host + 3) : api + 6;
    if (host == std::string::npos || at == std::string::npos) {
        return {};
    }
    const std::size_t owner = url.find('/', ++at);
    const std::size_t name = owner == std::string::npos ? owner : url.find('/', owner + 1);
    return name == std::string::npos ? std::string{} : url.substr(at, name - at);
}

class Reading {
public:
    Reading(input::Stream& stream, Evidence& evidence, Input& input)
        : documents_{stream, input}, sink_{evidence, input, "github"} {}

    void all() {
        while (const Json root = documents_.next()) {
            object(root);
        }
        finish();
    }

private:
    void object(Json root) {
        if (const Json runs = root["workflow_runs"]; runs.is_array()) {
            page(root, runs);
        } else if (const Json jobs = root["jobs"]; jobs.is_array()) {
            jobs_of(root, jobs);
        } else if (documents_.partial()) {
            documents_.skip("a part of an object");
        } else if (!webhook(root) && !single(root)) {
            const std::string message = root["message"].text();
            documents_.skip(message.empty() ? "an object that is no run, job or deployment"
                                            : "the API answered: " + message);
        }
    }

    void page(Json root, Json runs) {
        total_ = std::max(total_, root["total_count"].integer().value_or(0));
        for (const Json item : runs.items()) {
            run(item);
        }
    }

    // A page of jobs, or what `gh run view --json` prints of one run.
    void jobs_of(Json root, Json jobs) {
        const std::string id = root["databaseId"].id();
        if (!id.empty()) {
            view_run(root);
        }
        for (const Json item : jobs.items()) {
            if (id.empty() && item["run_id"]) {
                job(item);
            } else if (!id.empty() && item["databaseId"]) {
                view_job(item, id, attempt_of(root["attempt"]));
            } else {
                documents_.skip("a job without its run: add databaseId to gh run view --json");
            }
        }
    }

    [[nodiscard]] bool webhook(Json root) {
        if (const Json item = root["workflow_job"]; item.is_object()) {
            job(item);
            return true;
        }
        if (const Json item = root["workflow_run"]; item.is_object()) {
            run(item);
            return true;
        }
        if (const Json item = root["deployment"]; item.is_object()) {
            deployment(item);
            if (const Json status = root["deployment_status"]; status.is_object()) {
                deployment_status(status, item["id"].id());
            }
            return true;
        }
        return false;
    }

    [[nodiscard]] bool single(Json root) {
        if (root["run_id"] && root["id"]) {
            job(root);
        } else if (root["id"] && root["head_sha"] && (root["workflow_id"] || root["run_number"])) {
            run(root);
        } else if (root["databaseId"] && (root["headSha"] || root["createdAt"])) {
            view_run(root);
        } else if (root["deployment_url"] && root["state"]) {
            deployment_status(root, last_part(root["deployment_url"].text()));
        } else if (root["id"] && root["sha"] && root["environment"]) {
            deployment(root);
        } else {
            return false;
        }
        return true;
    }

    void run(Json item) {
        const std::string id = item["id"].id();
        if (id.empty()) {
            documents_.skip("a run without an id");
            return;
        }
        ++runs_;
        std::string project = item["repository"]["full_name"].text();
        if (project.empty()) {
            project = project_of(item["url"].text());
        }
        const std::string file = item["path"].text();
        sink_.add(id,
                  Run{.project = project,
                      .pipeline = item["name"].text(),
                      .file = file.substr(0, file.find('@')),  // a reusable one carries its ref
                      .branch = item["head_branch"].text(),
                      .sha = item["head_sha"].text(),
                      .trigger = ci::trigger_of(item["event"].text()),
                      .result = conclusion_of(item),
                      .attempt = attempt_of(item["run_attempt"]),
                      .created = item["created_at"].time(),
                      .started = item["run_started_at"].time()},
                  documents_.line());
    }

    void job(Json item) {
        const std::string id = item["id"].id();
        const std::string run_id = item["run_id"].id();
        if (id.empty() || run_id.empty()) {
            documents_.skip("a job without an id or a run");
            return;
        }
        Job job{.run = sink_.key(run_id),
                .attempt = attempt_of(item["run_attempt"]),
                .name = item["name"].text(),
                .result = conclusion_of(item),
                .ready = item["created_at"].time(),
                .started = item["started_at"].time(),
                .completed = item["completed_at"].time()};
        for (const Json step : item["steps"].items()) {
            sink_.add_step(job,
                           step["name"].text(),
                           {.result = conclusion_of(step),
                            .started = step["started_at"].time(),
                            .completed = step["completed_at"].time()});
        }
        add_run_of(item, run_id);
        sink_.add(id, std::move(job), documents_.line());
    }

    // A job tells its run's workflow, commit and branch: enough when the list of runs is not there.
    void add_run_of(Json item, const std::string& run_id) {
        sink_.imply(run_id,
                    Run{.project = project_of(item["url"].text()),
                        .pipeline = item["workflow_name"].text(),
                        .branch = item["head_branch"].text(),
                        .sha = item["head_sha"].text()},
                    documents_.line());
    }

    void view_run(Json item) {
        ++runs_;
        std::string name = item["workflowName"].text();
        if (name.empty()) {
            name = item["name"].text();
        }
        sink_.add(item["databaseId"].id(),
                  Run{.project = project_of(item["url"].text()),
                      .pipeline = name,
                      .branch = item["headBranch"].text(),
                      .sha = item["headSha"].text(),
                      .trigger = ci::trigger_of(item["event"].text()),
                      .result = conclusion_of(item),
                      .attempt = attempt_of(item["attempt"]),
                      .created = item["createdAt"].time(),
                      .started = item["startedAt"].time()},
                  documents_.line());
    }

    void view_job(Json item, const std::string& run_id, std::uint32_t attempt) {
        Job job{.run = sink_.key(run_id),
                .attempt = attempt,
                .name = item["name"].text(),
                .result = conclusion_of(item),
                .started = item["startedAt"].time(),
                .completed = item["completedAt"].time()};
        for (const Json step : item["steps"].items()) {
            sink_.add_step(job,
                           step["name"].text(),
                           {.result = conclusion_of(step),
                            .started = step["startedAt"].time(),
                            .completed = step["completedAt"].time()});
        }
        sink_.add(item["databaseId"].id(), std::move(job), documents_.line());
    }

    void deployment(Json item) {
        sink_.add(item["id"].id(),
                  Deployment{.environment = item["environment"].text(),
                             .branch = item["ref"].text(),
                             .sha = item["sha"].text(),
                             .created = item["created_at"].time()},
                  documents_.line());
    }

    // `inactive` only says that a later deployment took over.
    void deployment_status(Json item, const std::string& id) {
        const RunResult result = ci::result_of(item["state"].text());
        Deployment deployment{.environment = item["environment"].text(), .result = result};
        if (result != RunResult::unfinished) {
            deployment.finished = item["created_at"].time();
        }
        sink_.add(id, std::move(deployment), documents_.line());
    }

    // What the API leaves out without a word. Its counts saturate, so more runs than counted is
    // normal.
    void finish() {
        if (runs_ == 1000) {
            sink_.note("exactly 1000 runs: GitHub gives no more for one filtered query, so the "
                       "window may be "
                       "cut off; ask for shorter windows");
        } else if (total_ > static_cast<std::int64_t>(runs_)) {
            sink_.note(fmt::format(
                "the API counts {} runs, {} are here: export with --paginate", total_, runs_));
        }
    }

    ci::Documents documents_;
    ci::Sink sink_;
    std::size_t runs_ = 0;
    std::int64_t total_ = 0;
};

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view head = sample.head;
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(head)) {
        return Sureness::no;
    }
    const bool plain =
        ci::keys_in(head, {"workflow_runs", "workflow_job", "workflow_run"}) > 0 ||
        ci::keys_in(head, {"run_id", "head_sha", "started_at", "runner_name"}) >= 3 ||
        ci::keys_in(head, {"head_sha", "run_number", "workflow_id", "run_attempt"}) >= 2 ||
        ci::keys_in(head, {"deployment_url", "state", "log_url"}) == 3 ||
        ci::keys_in(head, {"original_environment", "sha", "statuses_url"}) >= 2;
    if (plain) {
        return Sureness::certain;
    }
    if (ci::keys_in(head, {"databaseId"}) > 0 &&
        ci::keys_in(head, {"headSha", "headBranch", "workflowName", "startedAt", "conclusion"}) >
            0) {
        return Sureness::likely;
    }
    return ci::keys_in(head, {"total_count", "jobs"}) == 2 ? Sureness::maybe : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    Reading{stream, evidence, input}.all();
}

}  // namespace

extern constinit const Reader github_actions{
    .id = "github-actions",
    .reads =
        "GitHub Actions runs, jobs and deployments: REST pages as `gh api --paginate` prints them, "
        "gh run list/view --json, webhooks. Export: plimsoll how github",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
