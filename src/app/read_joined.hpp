// The log of a database that a rotation cut into files, read as the one log that it was: what spans
// the cut (an entry, a run of calls, a session, a duration and its text) is whole.
//
// Law: files are joined only when their names say that they are one log (input/rotation.hpp), one
// reader is the surest of all of them, each begins when the one before has ended, give or take two
// seconds, and the whole is as well understood as is asked of one file. Else nothing is joined, and
// each is read alone. Places stay those of the files. Blind spot: clocks that were set back at the
// moment of a rotation keep two files apart.
#pragma once

#include "app/read.hpp"
#include "core/input_record.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::app {

struct JoinedRead {
    Input input;
    Evidence shard;
};

using ReaderFor = std::function<const Reader*(const Sample&)>;

// Nothing when the files, oldest first, are not to be joined. `most_unread`: share of the bytes.
[[nodiscard]] std::optional<JoinedRead> read_joined(const std::vector<std::string>& files,
                                                    const ReadRequest& request,
                                                    const ReaderFor& reader_for,
                                                    double most_unread);

}  // namespace plimsoll::app
