// Any bytes as a git bundle, a remembered walk, a tree and a commit: no crash, and no folder left
// behind.
#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "readers/git/commit_text.hpp"
#include "readers/git/tree_diff.hpp"
#include "readers/git/walk_log.hpp"

#include <cstdint>

namespace plimsoll::readers {
extern const Reader git_history;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)readers::git::parse_commit(bytes);
    (void)readers::git::unpack_walk(bytes);
    std::string_view rest = bytes;
    readers::git::TreeEntry entry;
    while (readers::git::next_entry(rest, entry)) {
        (void)entry.object();
    }
    Evidence evidence;
    Input input;
    const std::string bundle = "# v2 git bundle\n" + std::string{bytes};
    input::for_each_source_in("fuzz", bundle, [&](input::Stream& stream, bool) {
        if (readers::git_history.recognises(stream.sample()) == Sureness::certain) {
            try {
                readers::git_history.read(stream, ReadOptions{}, evidence, input);
            } catch (const Error&) {
                // Four parts, and the end of this source: what is asked for.
            }
        }
    });
    evidence.history.validate();
    return 0;
}
