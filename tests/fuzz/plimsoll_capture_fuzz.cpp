// Any bytes as the source of the reader plimsoll-capture: an Error is an answer, a crash is not.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plimsoll::readers {
extern const Reader plimsoll_capture;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    ReadOptions options;
    options.latency_unit = "ms";
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
        Evidence evidence;
        Input input;
        try {
            (void)readers::plimsoll_capture.recognises(stream.sample());
            readers::plimsoll_capture.read(stream, options, evidence, input);
        } catch (const Error&) {
        }
    });
    return 0;
}
