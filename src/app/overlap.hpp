// Overlaps: was a log, or a part of it, read already under another name?
//
// A copied file, a rotated log beside the one it was copied from, the same hour exported twice, one
// run written as stderr and as csvlog: each would count the same calls twice. Law: two logs that
// hold the same part agree to the microsecond in the time of the calls of each second of it; two
// servers do not. Of each log the seconds whose numbers hash lowest are kept, the same ones of any
// two, so that a month of log costs 32 KB. Blind spots: a common part so short that fewer than
// `fewest_seconds` of it are kept; logs over more than two weeks, whose windows are wider, are
// compared only with others of the same width.
#pragma once

#include "evidence/workload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

struct Overlap {
    std::string with;           // the source that was first
    std::uint64_t seconds = 0;  // of those looked at that agree
    std::uint64_t looked_at = 0;
    Instant from;  // the first and the last that agree
    Instant to;
};

class Overlaps {
public:
    static constexpr std::size_t fewest_seconds = 5;
    static constexpr double least_share = 0.9;
    static constexpr std::size_t most_seconds = 1'024;  // kept of a log

    // What of the log was read before; when nothing was, remembers it under this name.
    [[nodiscard]] std::optional<Overlap> find_or_add(std::string_view name,
                                                     const Workload& workload);

private:
    struct Second {
        std::uint64_t hash = 0;  // of its number: what they are ordered by
        std::int64_t window = 0;
        std::int64_t calls = 0;
        std::int64_t time_us = 0;
    };
    struct Log {
        std::string name;
        std::int64_t width_us = 0;
        std::int64_t first = 0;  // windows that are whole lie between these two
        std::int64_t last = 0;
        std::uint64_t highest = 0;  // hashes up to this one are all there
        std::vector<Second> seconds;
    };
    [[nodiscard]] static Log log_of(std::string_view name, const Workload& workload);
    [[nodiscard]] static std::optional<Overlap> compare(const Log& before, const Log& now);

    std::vector<Log> logs_;
};

}  // namespace plimsoll::app
