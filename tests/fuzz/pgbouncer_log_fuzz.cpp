// Any bytes as a log of this format: an Error is an answer, a crash is not.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <cstdint>
#include <string_view>

namespace plimsoll::readers {
extern const Reader pgbouncer_log;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    try {
        input::for_each_source_in("fuzz", bytes, [](input::Stream& stream, bool) {
            Evidence evidence;
            Input input;
            (void)readers::pgbouncer_log.recognises(stream.sample());
            readers::pgbouncer_log.read(stream, {}, evidence, input);
        });
    } catch (const Error&) {
    }
    return 0;
}
