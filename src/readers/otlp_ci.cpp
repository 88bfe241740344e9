// CI runs as OpenTelemetry spans, in OTLP/JSON (one export request an object, as file exporters and
// `otel-cli` write it), by the CI/CD conventions.
//
// Law: a span with cicd.pipeline.task.* is a job; one with cicd.pipeline.* and none of a task is
// the run; a span below a job is a step of it. The trace is the run where no run id is said. Times
// are nanoseconds since 1970, as texts. The conventions' results are our own vocabulary. Blind
// spots: a step whose job is in another request is left out and counted; a job's wait for a runner
// is seen only where an exporter makes it a span of its own (name beginning "queue"), and needs are
// not said.

#include "readers/ci/walk.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;
using Attributes = std::map<std::string, Json>;

void read_attributes(Json owner, Attributes& out) {
    for (const Json attribute : owner["attributes"].items()) {
        const std::string key = attribute["key"].text();
        if (key.starts_with("cicd.") || key.starts_with("vcs.") || key.starts_with("deployment.") ||
            key.starts_with("error.") || key.starts_with("service.")) {
            out[key] = attribute["value"];
        }
    }
}

[[nodiscard]] std::string text_of(const Attributes& all,
                                  std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const auto found = all.find(std::string{name});
        if (found == all.end()) {
            continue;
        }
        std::string text = found->second["stringValue"].text();
        text = text.empty() ? found->second["intValue"].id() : text;
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

// "1772438400000000000", or the number itself.
[[nodiscard]] std::optional<Instant> time_of(Json nanoseconds) {
    const std::optional<std::int64_t> value = nanoseconds.integer();
    constexpr std::int64_t year_2000 = 946'684'800LL * 1'000'000'000LL;
    return value && *value >= year_2000 ? std::optional{instant(*value / 1'000)} : std::nullopt;
}

[[nodiscard]] RunResult result_of(const Attributes& all,
                                  std::initializer_list<std::string_view> names,
                                  Json span) {
    if (const std::string word = text_of(all, names); !word.empty()) {
        return ci::result_of(word);
    }
    const std::string code = span["status"]["code"].id();
    return code == "2" || code == "STATUS_CODE_ERROR" ? RunResult::failure
           : code == "1" || code == "STATUS_CODE_OK"  ? RunResult::success
                                                      : RunResult::unfinished;
}

struct Span {
    Json json;
    Attributes all;  // the resource's, then its own
};

class Request {
public:
    Request(ci::Documents& documents, ci::Sink& sink) : documents_{documents}, sink_{sink} {}

    // False when no span of it is of CI.
    [[nodiscard]] bool take(Json root) {
        for (const Json resource : root["resourceSpans"].items()) {
            Attributes shared;
            read_attributes(resource["resource"], shared);
            for (const Json scope :
                 ci::list_in(resource, {"scopeSpans", "instrumentationLibrarySpans"}).items()) {
                for (const Json span : scope["spans"].items()) {
                    Span& one = spans_.emplace_back(Span{.json = span, .all = shared});
                    read_attributes(span, one.all);
                }
            }
        }
        for (Span& span : spans_) {
            if (is_job(span)) {
                begin_job(span);
            }
        }
        for (const Span& span : spans_) {
            add_other(span);
        }
        for (auto& [id, job] : jobs_) {
            sink_.add(id, std::move(job), documents_.line());
            found_ = true;
        }
        return found_;
    }

private:
    [[nodiscard]] static bool is_job(const Span& span) {
        return span.all.contains("cicd.pipeline.task.run.id") ||
               span.all.contains("cicd.pipeline.task.name");
    }
    [[nodiscard]] static bool is_run(const Span& span) {
        return !is_job(span) && (span.all.contains("cicd.pipeline.run.id") ||
                                 span.all.contains("cicd.pipeline.name"));
    }
    // Requests of one run may come in any order, and not each of their spans names the run: the
    // trace is the same in all.
    [[nodiscard]] static std::string run_of(const Span& span) {
        std::string trace = span.json["traceId"].text();
        return trace.empty() ? text_of(span.all, {"cicd.pipeline.run.id"}) : trace;
    }
    void begin_job(const Span& span) {
        const std::string run = run_of(span);
        Job job{.run = sink_.key(run),
                .name = text_of(span.all, {"cicd.pipeline.task.name"}),
                .environment =
                    text_of(span.all, {"deployment.environment.name", "deployment.environment"}),
                .result = result_of(span.all,
                                    {"cicd.pipeline.task.run.result", "cicd.pipeline.task.result"},
                                    span.json),
                .started = time_of(span.json["startTimeUnixNano"]),
                .completed = time_of(span.json["endTimeUnixNano"])};
        job.name = job.name.empty() ? span.json["name"].text() : job.name;
        std::string id = text_of(span.all, {"cicd.pipeline.task.run.id"});
        id = run + "/" + (id.empty() ? span.json["spanId"].text() : id);
        // A queue span of a job bears its attributes too.
        if (span.json["name"].text().starts_with("queue")) {
            job.ready = job.started;
            job.started.reset();
            job.completed.reset();
            job.result = RunResult::unfinished;
        }
        by_span_[span.json["spanId"].text()] = id;
        const auto [known, fresh] = jobs_.try_emplace(id, job);
        if (!fresh) {
            // Steps may bear their job's attributes: the longest of them is the job itself.
            join(known->second, job, span);
        }
        imply_run(span, run);
    }
    void join(Job& known, Job& other, const Span& span) {
        if (other.ready && !other.started) {
            known.ready = other.ready;
            return;
        }
        if (!known.started) {  // the queue span came first
            other.ready = known.ready;
            known = std::move(other);
            return;
        }
        const bool within = other.started && other.completed && known.completed &&
                            *other.started >= *known.started &&
                            *other.completed <= *known.completed;
        Job& outer = within ? known : other;
        const Job& inner = within ? other : known;
        sink_.add_step(
            outer,
            within ? span.json["name"].text() : inner.name,
            {.result = inner.result, .started = inner.started, .completed = inner.completed});
        if (!within) {
            other.ready = other.ready ? other.ready : known.ready;
            known = std::move(other);
        }
    }
    void add_other(const Span& span) {
        if (is_job(span)) {
            return;
        }
        const auto parent = by_span_.find(span.json["parentSpanId"].text());
        if (parent != by_span_.end()) {
            sink_.add_step(jobs_[parent->second],
                           span.json["name"].text(),
                           {.result = result_of(span.all, {}, span.json),
                            .started = time_of(span.json["startTimeUnixNano"]),
                            .completed = time_of(span.json["endTimeUnixNano"])});
        } else if (is_run(span) && span.json["parentSpanId"].text().empty()) {
            add_run(span);
        } else {
            sink_.note("spans that are neither a run, nor a job, nor a step of a job of the same "
                       "request are left out");
        }
    }
    [[nodiscard]] static Run described(const Span& span) {
        Run run{.project = text_of(
                    span.all, {"vcs.repository.name", "vcs.repository.url.full", "service.name"}),
                .pipeline = text_of(span.all, {"cicd.pipeline.name"}),
                .branch = text_of(span.all, {"vcs.ref.head.name", "vcs.repository.ref.name"}),
                .sha = text_of(span.all, {"vcs.ref.head.revision", "vcs.repository.ref.revision"})};
        const std::string change = text_of(span.all, {"vcs.change.id", "vcs.repository.change.id"});
        run.trigger = change.empty() ? Trigger::unknown : Trigger::pull_request;
        return run;
    }
    void imply_run(const Span& span, const std::string& id) {
        sink_.imply(id, described(span), documents_.line());
    }
    void add_run(const Span& span) {
        Run run = described(span);
        run.pipeline = run.pipeline.empty() ? span.json["name"].text() : run.pipeline;
        run.result =
            result_of(span.all, {"cicd.pipeline.result", "cicd.pipeline.run.result"}, span.json);
        run.created = time_of(span.json["startTimeUnixNano"]);
        run.ended = time_of(span.json["endTimeUnixNano"]);
        sink_.add(run_of(span), std::move(run), documents_.line());
        found_ = true;
    }

    ci::Documents& documents_;
    ci::Sink& sink_;
    std::vector<Span> spans_;
    std::map<std::string, std::string> by_span_;  // job id by span
    std::map<std::string, Job> jobs_;
    bool found_ = false;
};

[[nodiscard]] bool take(Json root, ci::Documents& documents, ci::Sink& sink) {
    return root["resourceSpans"].is_array() && Request{documents, sink}.take(root);
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool spans = sample.kind == SourceKind::bytes && ci::begins_as_json(sample.head) &&
                       ci::keys_in(sample.head, {"resourceSpans"}) == 1;
    const bool of_ci = sample.head.find("\"cicd.pipeline.") != std::string_view::npos;
    return spans && of_ci ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::each_object(stream, evidence, input, "otlp", take);
}

}  // namespace

extern constinit const Reader otlp_ci{
    .id = "otlp-ci",
    .reads = "CI runs as OpenTelemetry spans (OTLP/JSON, CI/CD conventions)",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
