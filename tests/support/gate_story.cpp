#include "support/gate_story.hpp"

#include "core/instant.hpp"
#include "model/ci_durations.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace plimsoll::test {

using model::Random;
using model::testing::ci_durations;
using wire::Json;

std::string github_runs(std::size_t from, std::size_t runs, double ratio, std::uint64_t seed) {
    Random random(seed + from);
    const std::vector<double> lint = ci_durations(random, runs);
    const std::vector<double> test = ci_durations(random, runs, ratio);
    std::string out;
    for (std::size_t i = 0; i < runs; ++i) {
        const std::int64_t start = first_run + static_cast<std::int64_t>(from + i) * 21'600;
        const auto at = [&](double seconds) {
            return to_text(instant((start + static_cast<std::int64_t>(seconds)) * 1'000'000));
        };
        const std::size_t id = 1000 + from + i;
        Json run{{"id", id},
                 {"name", "CI"},
                 {"path", ".github/workflows/ci.yml"},
                 {"head_branch", "main"}};
        run["head_sha"] = fmt::format("{:040x}", id);
        run["workflow_id"] = 7;
        run["run_number"] = id;
        run["event"] = "push";
        run["status"] = "completed";
        run["conclusion"] = "success";
        run["run_attempt"] = 1;
        run["created_at"] = at(0);
        run["run_started_at"] = at(0);
        run["updated_at"] = at(lint[i] / 10 + test[i] + 9);
        out += run.dump() + "\n";
        const auto job = [&](const char* name, std::size_t job_id, double from_s, double to_s) {
            Json one{{"id", job_id}, {"run_id", id}, {"run_attempt", 1}, {"name", name}};
            one["head_sha"] = run["head_sha"];
            one["status"] = "completed";
            one["conclusion"] = "success";
            one["created_at"] = at(from_s);
            one["started_at"] = at(from_s + 3);
            one["completed_at"] = at(to_s);
            one["steps"] = Json::array();
            out += one.dump() + "\n";
        };
        job("lint", id * 10, 0, lint[i] / 10);
        job("test", id * 10 + 1, lint[i] / 10 + 1, lint[i] / 10 + 1 + test[i]);
    }
    return out;
}

std::string pool_gauges(int busy) {
    std::string out = "at,name,value,limit\n";
    for (int i = 0; i < 600; ++i) {
        out += fmt::format("{},pool.web.busy,{},20\n",
                           to_text(instant((first_run + i) * 1'000'000)),
                           busy + (i % 7 == 0 ? 1 : 0));
    }
    return out;
}

Story::Story() {
    const Ran ran =
        gate(earlier,
             {"--baseline", baseline, "--allow-missing-baseline", "--write-baseline", baseline});
    if (ran.status != 0) {
        throw std::runtime_error{"no baseline was written: " + ran.out + ran.err};
    }
}

Ran Story::gate(const std::string& path,
                std::vector<std::string> arguments,
                const std::string& environment) {
    arguments.insert(arguments.begin(), {"gate", path});
    return run_program(arguments, {}, environment);
}

Ran Story::against(const std::string& path, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--baseline", baseline});
    return gate(path, arguments);
}

}  // namespace plimsoll::test
