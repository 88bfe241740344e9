// Reading: every source goes to the reader that is surest of it, and its account is kept.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::app {

struct ReadRequest {
    std::vector<std::string> paths;
    ReadOptions options;
    // A shard may hold nothing that is understood (an empty log) without being an error: its digest
    // says so, as that of all sources together would.
    bool may_be_nothing = false;
    bool hash =
        true;  // SHA-256 of every input: provenance, and how a shard counted twice is noticed
    std::function<void(const std::string& source)> on_source = {};  // before each is read
    std::function<void(std::size_t bytes)> on_bytes = {};           // after each read from disk
};

// What was read. `errors` are sources that could not be trusted: their evidence is not in
// `evidence`, and the caller ends with their status after saying what the rest shows.
struct ReadResult {
    Evidence evidence;
    std::vector<Error> errors;
    std::vector<std::string> warnings;
};

// Unread bytes of one input: from here on a warning, and from there on a refusal.
inline constexpr Threshold unread_warns{
    .id = "read.unread-warns",
    .value = 0.01,
    .unit = "share of bytes",
    .reason = "a hundredth of a log does not move a share or a peak that is printed to two digits"};
inline constexpr Threshold unread_refuses{
    .id = "read.unread-refuses",
    .value = 0.10,
    .unit = "share of bytes",
    .reason = "who misses a tenth has most likely misunderstood the format, not met noise"};

// Throws Error (unreadable) when a path cannot be opened, or when nothing at all could be read.
[[nodiscard]] ReadResult read(const ReadRequest& request, const Settings& settings);

}  // namespace plimsoll::app
