// Baselines: the file that a gate compares with, and where it may lie.
//
// The file is JSON with one series a line, so that a diff of it can be read; the same state gives
// the same bytes. It is kept below `most_bytes`: the oldest samples go first, then the series with
// the least time in them, and how many is said. A checksum over everything but what was accepted
// tells a file that was damaged, or put together by a merge of two, from one that was written here.
#pragma once

#include "core/gate.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace plimsoll::app {

inline constexpr std::string_view baseline_file_name = "plimsoll-baseline.json";
inline constexpr std::size_t most_baseline_bytes = 200'000;
inline constexpr std::size_t most_samples = 200;  // of one series: what a rank test gains from more
                                                  // is less than what older ones lose

struct WrittenBaseline {
    std::string text;
    std::size_t samples_left_out = 0;
    std::size_t series_left_out = 0;
};
[[nodiscard]] WrittenBaseline write_baseline(Snapshot snapshot,
                                             std::size_t most_bytes = most_baseline_bytes);

// Throws Error (untrusted): no baseline, of another version, damaged.
[[nodiscard]] Snapshot parse_baseline(std::string_view text, const std::string& name);

// A baseline with its place in words. `found` is false where nothing lies at the place.
struct FoundBaseline {
    Snapshot snapshot;
    std::string name;
    bool found = false;
};
// SRC: a file; a folder of earlier ones, whose samples are joined and whose latest is the state;
// git:REF[:path] of the repository that holds the working folder; git:auto[:path], the merge base
// with the main branch; none. From git comes the state; what was accepted comes from the file in
// the working folder, where there is one: the commit that needs an acceptance brings it. Throws
// Error (untrusted) for what cannot be trusted, (unreadable) for what cannot be read, (usage) for a
// REF that does not exist.
[[nodiscard]] FoundBaseline find_baseline(const std::string& source);

// git's part of it: the content of a path in a commit; nothing when the commit has no such path.
struct GitContent {
    std::string text;
    std::string name;  // "abc1234:plimsoll-baseline.json"
    bool found = false;
};
[[nodiscard]] GitContent content_in_git(const std::string& folder,
                                        const std::string& reference,
                                        const std::string& path);

}  // namespace plimsoll::app
