// Every reader of plans, fed with any bytes; then findings and projections of what they made of
// them.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "model/plan_findings.hpp"
#include "model/plan_projection.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    for (const Reader* reader : all_readers()) {
        if (!reader->id.starts_with("explain")) {
            continue;
        }
        Evidence evidence;
        Input input;
        input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
            static_cast<void>(reader->recognises(stream.sample()));
            reader->read(stream, {}, evidence, input);
        });
        constexpr std::array<double, 2> scales{10, 100};
        for (const auto& [shape, plans] : evidence.plans.by_shape) {
            for (const Plan& plan : plans) {
                static_cast<void>(model::findings_of(plan));
                static_cast<void>(model::project(plan, {}, scales));
            }
        }
    }
    return 0;
}
