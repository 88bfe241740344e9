#include "support/ci.hpp"

#include "input/sources.hpp"

#include <algorithm>

namespace plimsoll::test {
namespace {

[[nodiscard]] std::string in_quotes(std::string_view text) {
    return "\"" + std::string{text} + "\"";
}

[[nodiscard]] std::string member(std::string_view key, std::string_view value) {
    return in_quotes(key) + ":" + std::string{value} + ",";
}

}  // namespace

ReadResult read_with(const Reader& reader, std::string_view bytes) {
    ReadResult out;
    input::for_each_source_in("export.json", bytes, [&](input::Stream& stream, bool) {
        out.sureness = std::max(out.sureness, reader.recognises(stream.sample()));
        out.input.name = stream.name();
        reader.read(stream, ReadOptions{}, out.evidence, out.input);
        out.input.bytes = stream.bytes();
    });
    return out;
}

Instant at(std::int64_t seconds) {
    return instant((1'772'438'400 + seconds) * 1'000'000);
}

std::string clock(std::int64_t seconds) {
    return to_text(at(seconds));
}

std::string json_of(const GithubJob& job) {
    return "{" + member("id", std::to_string(job.id)) + member("run_id", std::to_string(job.run)) +
           member("workflow_name", in_quotes("CI")) + member("head_branch", in_quotes("main")) +
           member("head_sha", in_quotes("5f3c0a")) +
           member("run_attempt", std::to_string(job.attempt)) +
           member("url", in_quotes("https://api.github.com/repos/acme/shop/actions/jobs/1")) +
           member("status", in_quotes("completed")) +
           member("conclusion", in_quotes(job.conclusion)) +
           member("created_at", in_quotes(clock(job.created))) +
           member("started_at", in_quotes(clock(job.started))) +
           member("completed_at", in_quotes(clock(job.completed))) +
           member("name", in_quotes(job.name)) + member("steps", job.steps) +
           "\"labels\":[\"ubuntu-latest\"],\"runner_name\":\"r-1\"}";
}

std::string github_run(std::int64_t id, std::int64_t created, std::string_view more) {
    return "{" + member("id", std::to_string(id)) + member("name", in_quotes("CI")) +
           member("path", in_quotes(".github/workflows/ci.yml")) +
           member("head_branch", in_quotes("main")) + member("head_sha", in_quotes("5f3c0a")) +
           member("run_number", "7") + member("event", in_quotes("push")) +
           member("status", in_quotes("completed")) + member("conclusion", in_quotes("success")) +
           member("workflow_id", "9") + member("run_attempt", "1") +
           member("created_at", in_quotes(clock(created))) +
           member("updated_at", in_quotes(clock(created + 90'000))) +
           member("run_started_at", in_quotes(clock(created))) + std::string{more} +
           "\"repository\":{\"id\":3,\"full_name\":\"acme/shop\"}}";
}

std::string github_step(std::string_view name, std::int64_t from, std::int64_t to) {
    return "{" + member("name", in_quotes(name)) + member("status", in_quotes("completed")) +
           member("conclusion", in_quotes("success")) + member("number", "1") +
           member("started_at", in_quotes(clock(from))) +
           "\"completed_at\":" + in_quotes(clock(to)) + "}";
}

std::string jobs_page(std::string_view jobs) {
    return R"({"total_count":1,"jobs":[)" + std::string{jobs} + "]}";
}

}  // namespace plimsoll::test
