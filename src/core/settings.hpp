// Settings: what a person told us, as opposed to what was measured: plimsoll.toml and the command
// line.
//
// Every rule of judgement that has a number takes it from a Threshold, which carries its unit and
// its reason, and which a user may override with a reason of his own. Reports print every override.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"
#include "core/texts.hpp"
#include "core/zone.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// A number of a rule. Declared as constants in the check or rule that uses them.
struct Threshold {
    std::string_view id;  // "connection-pool.hold-cv2"
    double value = 0;
    std::string_view unit;    // "ratio", "weeks", "ms", "1" for a pure number
    std::string_view reason;  // where the number comes from, in a sentence
};

struct ThresholdOverride {
    double value = 0;
    std::string reason;
    Origin origin;
};

enum class Reply : std::uint8_t { yes, no, unknown };
template <>
inline constexpr std::array<std::string_view, 3> texts_of<Reply>{"yes", "no", "unknown"};

// What a person answered to a question of ours; design.md section 5 lists the question ids.
struct Answer {
    Reply reply = Reply::unknown;
    std::optional<Instant> on;
    std::string by;
    std::string note;
    Origin origin;
};

// A connection pool of one application, or the request threads of one service.
struct PoolSize {
    double size = 0;       // slots of one instance
    double instances = 1;  // how many instances hold such a pool
    [[nodiscard]] double slots() const noexcept { return size * instances; }
};

// How a table grows as the business does: the one bit that no plan shows.
enum class TableGrowth : std::uint8_t { unknown, static_, denser, longer };
template <>
inline constexpr std::array<std::string_view, 4> texts_of<TableGrowth>{
    "unknown", "static", "denser", "longer"};

struct TableNote {
    std::string module;
    std::optional<double> rows;
    TableGrowth growth = TableGrowth::unknown;
    std::map<std::string, std::string> refers;  // foreign keys: column, the table that it points to
};

// A stretch of time that must not count: a holiday, a back-fill. Always shown in the report.
struct Mask {
    Instant from;
    Instant until;
    std::string why;
};

struct Settings {
    std::string system_name;
    double target = 10;  // the multiple of today's load that is asked for: [system] target
    Zone zone;           // of its days and weeks: [system] timezone
    std::optional<double> features_total;
    std::optional<double> cores;  // of the database host
    std::optional<double> memory_bytes;
    std::optional<double> max_connections;
    std::map<std::string, PoolSize> pools;
    std::map<std::string, PoolSize> workers;
    std::map<std::string, double> growth;  // "data" or "team": exponent over load
    std::vector<std::pair<std::string, std::string>> modules;  // glob of paths, module; first wins
    std::map<std::string, TableNote> tables;
    std::map<std::string, Answer> answers;
    std::map<std::string, ThresholdOverride> thresholds;
    std::vector<Mask> masks;
    std::optional<Instant> now;  // the audit's clock: answers age by it; nothing else reads a clock
    std::string path;            // the configuration file read, empty when none

    [[nodiscard]] double value_of(const Threshold& threshold) const {
        const auto found = thresholds.find(std::string{threshold.id});
        return found == thresholds.end() ? threshold.value : found->second.value;
    }
    [[nodiscard]] const Answer* answer(std::string_view question) const {
        const auto found = answers.find(std::string{question});
        return found == answers.end() || found->second.reply == Reply::unknown ? nullptr
                                                                               : &found->second;
    }
};

// What a reader must be told because the bytes do not say it.
struct ReadOptions {
    std::string log_prefix;    // log_line_prefix, when inference fails or is not wanted
    std::string latency_unit;  // "ns", "us", "ms" or "s": histogram files do not say
    std::string log_timezone;  // offset such as +01:00, for time stamps that name a zone
    bool keep_literals = false;
    std::string cache_folder;                    // where a git walk is remembered; empty: nowhere
    bool low_memory = false;                     // less memory for more time
    double interval_s = 60;                      // between two snapshots of a live database
    std::int64_t statement_timeout_ms = 10'000;  // of our own statements there
    bool keep_values = false;  // of text columns in the statistics of a live database
    unsigned threads = 1;
    // Percent of likeness from which a file that moved and was edited in one commit is followed;
    // 0: only files that moved as they were.
    std::uint32_t find_renames = 0;
};

}  // namespace plimsoll
