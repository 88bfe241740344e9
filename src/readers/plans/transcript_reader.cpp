#include "readers/plans/transcript_reader.hpp"

#include "evidence/evidence.hpp"
#include "input/stream.hpp"

#include <optional>
#include <utility>

namespace plimsoll::readers::plans {

Sureness recognises_form(const Sample& sample, Form form, Sureness when) noexcept {
    if (sample.kind != SourceKind::bytes || sample.head.find('\0') != std::string_view::npos) {
        return Sureness::no;
    }
    try {
        return form_of(sample.head) == form ? when : Sureness::no;
    } catch (...) {  // out of memory
        return Sureness::no;
    }
}

void read_plans(input::Stream& stream,
                const ReadOptions& options,
                Evidence& evidence,
                Input& input) {
    const Transcript::Sink sink{
        .plan =
            [&](Plan plan, std::uint64_t line) {
                plan.origin = {.source = stream.name(), .line = line};
                evidence.plans.add(std::move(plan));
                ++input.records;
            },
        .skip = [&](std::uint64_t line,
                    std::uint64_t bytes,
                    const std::string& why) { input.skip(line, bytes, why); }};
    Transcript transcript{sink, options.keep_literals};
    input::Lines lines{stream};
    while (const std::optional<std::string_view> line = lines.next()) {
        transcript.add_line(*line);
    }
    transcript.end();
}

}  // namespace plimsoll::readers::plans
