// Patterns: what one call means next to the calls around it: runs of the same statement (N+1), and
// reads that ask the same again (what a cache would have answered).
//
// Law of a run: five or more calls of one class in a session, less than 50 ms from the end of one
// to the start of the next, not all with the same parameters. BEGIN and COMMIT do not count and do
// not end it. Law of a repeat: text and parameters are the same, and no statement of the log wrote
// to a table of it since. Blind spots: a pooler that mixes clients in one session breaks runs; a
// logging threshold hides them; where parameters are hidden, a run counts as one whose parameters
// differ, and repeats are not counted. Every read of the last hour is remembered, up to half a
// million different ones (16 MB); of what is forgotten beyond, the number is said. A repeat is
// never invented but by a collision of 64-bit hashes.
#pragma once

#include "core/origin.hpp"
#include "evidence/workload.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::readers::workload {

// A call as the patterns see it.
struct Call {
    std::uint64_t statement = 0;
    std::uint64_t values = 0;
    std::int64_t end_us = 0;
    std::int64_t duration_us = 0;
    std::uint64_t line = 0;
    StatementKind kind = StatementKind::other;
};

// What a session is in the middle of.
struct Run {
    std::uint64_t statement = 0;
    std::uint64_t parent = 0;
    std::uint64_t calls = 0;
    std::int64_t time_us = 0;
    std::int64_t waited_us = 0;
    std::int64_t last_end_us = 0;
    std::uint64_t values = 0;
    std::uint64_t line = 0;
    bool differs = false;
};

class Patterns {
public:
    explicit Patterns(std::string source) : source_{std::move(source)}, asked_(fewest_asked) {}

    void follow(const Call& call, Run& run, const std::string& application);
    // The session ends, or something else comes: what the run was is now known.
    void end(Run& run, const std::string& application);
    // `tables` numbers the tables of the statement; a write to one makes older answers stale.
    void ask(const Call& call, const std::vector<std::uint32_t>& tables, Repeats& repeats);
    void write(std::int64_t at_us, const std::vector<std::uint32_t>& tables);
    // These values are asked for soon: their place in the table is fetched meanwhile.
    void expect(std::uint64_t values) const noexcept {
        __builtin_prefetch(&asked_[values & (asked_.size() - 1)]);
    }
    [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }
    [[nodiscard]] std::map<std::uint64_t, CallRuns> finish() { return std::move(runs_); }

private:
    static constexpr std::uint64_t shortest_run = 5;
    static constexpr std::int64_t longest_gap_us = 50'000;
    static constexpr std::size_t fewest_asked = 16'384;  // a power of two
    static constexpr std::size_t most_asked = 1'048'576;
    static constexpr std::size_t farthest = 16;  // places that a value may be at
    struct Asked {
        std::uint64_t values = 0;
        std::int64_t at_us = 0;
    };
    [[nodiscard]] Asked& place_of(std::uint64_t values, std::int64_t now_us);
    void make_room(std::int64_t now_us, std::size_t places);
    std::string source_;
    std::map<std::uint64_t, CallRuns> runs_;
    std::vector<Asked> asked_;
    std::size_t used_ = 0;
    std::uint64_t forgotten_ = 0;
    std::vector<std::int64_t> written_us_;  // by number of table
};

}  // namespace plimsoll::readers::workload
