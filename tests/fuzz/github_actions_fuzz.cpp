// Any bytes as a GitHub Actions export: no crash, no negative time.
#include "evidence/evidence.hpp"
#include "evidence/runs.hpp"
#include "input/sources.hpp"
#include "model/critical_path.hpp"

#include <cstdint>
#include <cstdlib>

namespace plimsoll::readers {
extern const Reader github_actions;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    Evidence evidence;
    Input input;
    // Not for_each_source_in alone: its unpacking has a target of its own.
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
        (void)readers::github_actions.recognises(stream.sample());
        readers::github_actions.read(stream, ReadOptions{}, evidence, input);
    });
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
    return 0;
}
