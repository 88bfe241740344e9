// For tests of the CI readers: bytes in, pipelines and the account of the source out; and payloads
// in the providers' exact shapes, made here.
#pragma once

#include "core/reader.hpp"
#include "evidence/evidence.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::test {

struct ReadResult {
    Evidence evidence;
    Input input;
    Sureness sureness = Sureness::no;
    [[nodiscard]] const Pipelines& pipelines() const { return evidence.pipelines; }
};

// Reads the bytes as one source called "export.json" with this reader, whether it recognises them
// or not.
[[nodiscard]] ReadResult read_with(const Reader& reader, std::string_view bytes);

// Seconds after 2026-03-02T08:00:00Z, a Monday, as text.
[[nodiscard]] std::string clock(std::int64_t seconds);
[[nodiscard]] Instant at(std::int64_t seconds);

// A job in the shape of GitHub's REST API; `more` goes in before the steps.
struct GithubJob {
    std::int64_t id = 1;
    std::int64_t run = 1;
    std::string name = "build";
    std::int64_t created = 0;
    std::int64_t started = 0;
    std::int64_t completed = 60;
    std::string conclusion = "success";
    std::int64_t attempt = 1;
    std::string steps = "[]";
};
[[nodiscard]] std::string json_of(const GithubJob& job);
[[nodiscard]] std::string github_run(std::int64_t id,
                                     std::int64_t created,
                                     std::string_view more = {});
[[nodiscard]] std::string github_step(std::string_view name, std::int64_t from, std::int64_t to);
[[nodiscard]] std::string jobs_page(std::string_view jobs);  // comma-separated

}  // namespace plimsoll::test
