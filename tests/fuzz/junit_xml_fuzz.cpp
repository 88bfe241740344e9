// Any bytes as a JUnit report: no crash, no time below zero.
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <cstdint>
#include <cstdlib>

namespace plimsoll::readers {
extern const Reader junit_xml;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    Evidence evidence;
    Input input;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
        (void)readers::junit_xml.recognises(stream.sample());
        readers::junit_xml.read(stream, ReadOptions{}, evidence, input);
    });
    for (const auto& [name, suite] : evidence.pipelines.suites) {
        if (suite.time_us() < 0 || suite.flaky > suite.cases) {
            std::abort();
        }
    }
    return 0;
}
