// Any bytes as the source of the reader gauges-csv: an Error is an answer, a crash is not.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plimsoll::readers {
extern const Reader gauges_csv;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    ReadOptions options;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
        Evidence evidence;
        Input input;
        try {
            (void)readers::gauges_csv.recognises(stream.sample());
            readers::gauges_csv.read(stream, options, evidence, input);
        } catch (const Error&) {
        }
    });
    return 0;
}
