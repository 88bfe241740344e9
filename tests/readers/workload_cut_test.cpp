// A log that is cut in two files says together what the whole says, but for what spans the cut,
// and that is counted as such.
#include "catch.hpp"
#include "core/error.hpp"
#include "log_help.hpp"

#include <string>
#include <vector>

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader postgres_log;
}

namespace {

using readers::postgres_log;

std::string entry(int i, int process, std::string_view message) {
    const std::string two = (i / 10) % 60 < 10 ? "0" : "";
    return "2026-11-21 01:0" + std::to_string((i / 600) % 10) + ":" + two +
           std::to_string((i / 10) % 60) + "." + std::to_string(i % 10) + "00 UTC [" +
           std::to_string(process) + "] app@shop " + std::string{message} + "\n";
}

std::string with_text(int entries) {
    std::string out;
    for (int i = 0; i < entries; ++i) {
        const int process = 10 + i % 3;
        switch (i % 5) {
            case 0:
                out += entry(i, process, "LOG:  duration: 1.500 ms  statement: SELECT a\n\tFROM t");
                break;
            case 1:
                out +=
                    entry(i, process, "LOG:  duration: 2.000 ms  execute S: UPDATE t SET a = $1");
                out += entry(i, process, "DETAIL:  parameters: $1 = '" + std::to_string(i) + "'");
                break;
            case 2:
                out += entry(i, process, "ERROR:  deadlock detected");
                break;
            case 3:
                out += entry(i, process, "LOG:  duration: 0.100 ms  parse S: UPDATE t SET a = $1");
                break;
            default:
                out += entry(i, process, "LOG:  duration: 1100.000 ms  statement: SELECT b FROM u");
                break;
        }
    }
    return out;
}

std::string without_text(int entries) {
    std::string out;
    for (int i = 0; i < entries; ++i) {
        out += entry(
            i, 10 + i % 3, i % 6 < 3 ? "LOG:  statement: SELECT 1" : "LOG:  duration: 2.000 ms");
    }
    return out;
}

Workload both(const std::string& text, std::size_t cut, unsigned threads) {
    Workload merged = read_text(postgres_log, text.substr(0, cut), {.threads = threads}).workload();
    merged.merge(read_text(postgres_log, text.substr(cut), {.threads = threads}).workload());
    return merged;
}

std::vector<std::size_t> entry_starts(const std::string& text) {
    std::vector<std::size_t> starts;
    for (std::size_t at = text.find("\n2026"); at != std::string::npos;
         at = text.find("\n2026", at + 1)) {
        starts.push_back(at + 1);
    }
    return starts;
}

std::map<std::string, std::uint64_t> times_of(const std::map<std::string, Failures>& errors) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& [state, failures] : errors) {
        out[state] = failures.times;
    }
    return out;
}

}  // namespace

TEST_CASE(
    "counts, time, histograms and load of two files are those of the whole, wherever it is cut") {
    const std::string text = with_text(60);
    const Workload whole = read_text(postgres_log, text).workload();
    for (const std::size_t cut : entry_starts(text)) {
        if (text.compare(cut + 40, 6, "DETAIL") == 0) {
            continue;  // within an entry
        }
        const Workload two = both(text, cut, static_cast<unsigned>(1 + cut % 3));
        INFO("cut at " << cut);
        CHECK(two.entries == whole.entries);
        CHECK(two.statement_messages == whole.statement_messages);
        CHECK(two.execute_messages == whole.execute_messages);
        CHECK(two.parse_messages == whole.parse_messages);
        CHECK(times_of(two.errors) == times_of(whole.errors));
        CHECK(two.deadlocks.size() == whole.deadlocks.size());
        CHECK(two.busy_us == whole.busy_us);
        CHECK(two.held_us == whole.held_us);
        CHECK(two.arrivals == whole.arrivals);
        CHECK(two.short_us == whole.short_us);
        CHECK(two.long_busy_us == whole.long_busy_us);
        REQUIRE(two.statements.size() == whole.statements.size());
        for (const auto& [id, statement] : whole.statements) {
            CHECK(two.statements.at(id).total == statement.total);
            CHECK(two.statements.at(id).periods == statement.periods);
            CHECK(two.statements.at(id).parse_bind_us == statement.parse_bind_us);
            CHECK(two.statements.at(id).repeats.asked == statement.repeats.asked);
            // What a cache held at the cut is not known to the second file: never more hits.
            CHECK(two.statements.at(id).repeats.within[2].calls <=
                  statement.repeats.within[2].calls);
        }
    }
}

TEST_CASE("a duration whose text is in the file before is unattributed, not lost and not guessed") {
    const std::string text = without_text(60);
    const Workload whole = read_text(postgres_log, text).workload();
    CHECK(whole.statement_messages == Tally{30, 60'000});
    for (const std::size_t cut : entry_starts(text)) {
        const Workload two = both(text, cut, 1);
        INFO("cut at " << cut);
        CHECK(two.statement_messages.time_us + two.unattributed.time_us == 60'000);
        CHECK(two.statement_messages.calls + two.unattributed.calls == 30);
        CHECK(two.statement_messages.calls + two.untimed_calls == 30);
        CHECK(two.unattributed.calls <= 3);  // one a session
    }
}

TEST_CASE("a cut within an entry loses that entry at most, and counts its bytes") {
    const std::string text = with_text(80);
    const Workload whole = read_text(postgres_log, text).workload();
    // Either part is large enough that half an entry is less than the tenth that refuses a log.
    for (std::size_t cut = 1500; cut + 1500 < text.size(); cut += 37) {
        const ReadLog one = read_text(postgres_log, text.substr(0, cut));
        const ReadLog two = read_text(postgres_log, text.substr(cut));
        INFO("cut at " << cut);
        const std::uint64_t entries = one.workload().entries + two.workload().entries;
        CHECK(entries <= whole.entries);
        CHECK(entries + 1 >= whole.entries);
        CHECK(one.input.skipped + two.input.skipped <= 2);
    }
}
