// Patterns: what one call means next to the calls around it: runs of the same statement (N+1), and
// reads that ask the same again (what a cache would have answered).
//
// Law of a run: five or more calls of one class in a session, less than 50 ms from the end of one
// to the start of the next, not all with the same parameters. BEGIN and COMMIT do not count and do
// not end it. Law of a repeat: text and parameters are the same, and no statement of the log wrote
// to a table of it since. Blind spots: a pooler that mixes clients in one session breaks runs; a
// logging threshold hides them. Values are remembered in a table of fixed size, so a repeat may be
// missed, never invented but by a collision of 64-bit hashes.
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
    explicit Patterns(std::string source) : source_{std::move(source)}, asked_(asked_size) {}

    void follow(const Call& call, Run& run, const std::string& application);
    // The session ends, or something else comes: what the run was is now known.
    void end(Run& run, const std::string& application);
    // `tables` numbers the tables of the statement; a write to one makes older answers stale.
    void ask(const Call& call, const std::vector<std::uint32_t>& tables, Repeats& repeats);
    void write(std::int64_t at_us, const std::vector<std::uint32_t>& tables);
    [[nodiscard]] std::map<std::uint64_t, CallRuns> finish() { return std::move(runs_); }

private:
    static constexpr std::uint64_t shortest_run = 5;
    static constexpr std::int64_t longest_gap_us = 50'000;
    static constexpr std::size_t asked_size = 65'536;
    struct Asked {
        std::uint64_t values = 0;
        std::int64_t at_us = 0;
    };
    std::string source_;
    std::map<std::uint64_t, CallRuns> runs_;
    std::vector<Asked> asked_;
    std::vector<std::int64_t> written_us_;  // by number of table
};

}  // namespace plimsoll::readers::workload
