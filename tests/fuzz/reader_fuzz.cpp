// Any bytes as the source of the reader that the environment names (PLIMSOLL_READER=postgres-log):
// an Error is an answer, a crash is not.
//
// `./dev fuzz` runs this for every file in src/readers/, so a new reader is fuzzed without more.
// What came out must obey the laws of its kind: no run's critical path that misses its wall time, a
// history whose indexes are in range, plans that can be judged and projected, and evidence that a
// digest carries unchanged. Whatever calls abort() is a finding.
#include "app/digest.hpp"
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "evidence/runs.hpp"
#include "input/sources.hpp"
#include "model/critical_path.hpp"
#include "model/plan_findings.hpp"
#include "model/plan_projection.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {
using namespace plimsoll;

const Reader& reader_named(std::string_view id) {
    for (const Reader* reader : all_readers()) {
        if (reader->id == id) {
            return *reader;
        }
    }
    std::fprintf(stderr, "PLIMSOLL_READER must name a reader, as `plimsoll --help` lists them\n");
    std::exit(2);
}

const Reader& chosen_reader() {
    static const char* const id = std::getenv("PLIMSOLL_READER");
    static const Reader& reader = reader_named(id == nullptr ? "" : id);
    return reader;
}

void critical_paths_sum(const Evidence& evidence) {
    for (const RunJobs& run : runs_of(evidence.pipelines).timed) {
        const model::CriticalPath path = model::critical_path(run.tasks, run.trigger_us);
        std::int64_t sum = 0;
        for (const model::Segment& segment : path.segments) {
            sum += segment.to - segment.from;
        }
        if (sum != path.wall() || path.wall() < 0) {
            std::abort();
        }
    }
}

void plans_are_judged(const Evidence& evidence) {
    constexpr std::array<double, 2> scales{10, 100};
    for (const auto& [shape, plans] : evidence.plans.by_shape) {
        for (const Plan& plan : plans) {
            static_cast<void>(model::findings_of(plan));
            static_cast<void>(model::project(plan, {}, scales));
        }
    }
}

void digest_carries(const Evidence& evidence) {
    static const Reader& digest = reader_named("plimsoll-digest");
    const std::string packed = app::pack(evidence);
    Evidence again;
    Input input;
    input::for_each_source_in("digest", packed, [&](input::Stream& stream, bool) {
        digest.read(stream, {}, again, input);
    });
    if (app::pack(again) != packed) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ReadOptions options;
    options.latency_unit = "ms";
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    Evidence evidence;
    Input input;
    try {
        input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
            static_cast<void>(chosen_reader().recognises(stream.sample()));
            chosen_reader().read(stream, options, evidence, input);
        });
    } catch (const Error&) {
        // Four parts, and the end of this source: what is asked for.
    }
    evidence.history.validate();
    critical_paths_sum(evidence);
    plans_are_judged(evidence);
    digest_carries(evidence);
    return 0;
}
