// Any bytes as the parts of a repository that we parse ourselves: a commit, a tree, a remembered
// walk, a moved path; and as a bundle behind its first line. No crash, and no folder left behind.
#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "readers/git/commit_text.hpp"
#include "readers/git/log_format.hpp"
#include "readers/git/tree_diff.hpp"
#include "readers/git/walk_log.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::readers {
extern const Reader git_history;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    static_cast<void>(readers::git::parse_commit(bytes));
    static_cast<void>(readers::git::unpack_walk(bytes));
    static_cast<void>(readers::git::moved_path(bytes));
    std::string_view rest = bytes;
    readers::git::TreeEntry entry;
    while (readers::git::next_entry(rest, entry)) {
        static_cast<void>(entry.object());
    }
    Evidence evidence;
    Input input;
    const std::string bundle = "# v2 git bundle\n" + std::string{bytes};
    try {
        input::for_each_source_in("fuzz", bundle, [&](input::Stream& stream, bool) {
            if (readers::git_history.recognises(stream.sample()) == Sureness::certain) {
                readers::git_history.read(stream, ReadOptions{}, evidence, input);
            }
        });
    } catch (const Error&) {
        // Four parts, and the end of this source: what is asked for.
    }
    evidence.history.validate();
    return 0;
}
