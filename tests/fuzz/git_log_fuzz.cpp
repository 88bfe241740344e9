// Any bytes as a `git log` export.
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "readers/git/log_format.hpp"

#include <cstdint>

namespace plimsoll::readers {
extern const Reader git_log;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)readers::git::moved_path(bytes);
    Evidence evidence;
    Input input;
    input::for_each_source_in("fuzz", bytes, [&](input::Stream& stream, bool) {
        (void)readers::git_log.recognises(stream.sample());
        readers::git_log.read(stream, ReadOptions{}, evidence, input);
    });
    evidence.history.validate();
    return 0;
}
