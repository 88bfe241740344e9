// Reads the log of pgbouncer: its statistics every minute, and the clients that it turned away.
//
// Law: a line is "TIME ZONE [pid] LEVEL text". "stats: 4874 xacts/s, ..., xact 1392 us, query 820
// us, wait 45079 us" are means of the period before. By Little's law xacts/s times the time of one
// are the server connections that transactions held on average. Blind spots: means of a minute hide
// peaks, so the gauges have names of their own and no limit is drawn from them as from samples; the
// form before 1.8 ("Stats: 1 req/s, in ... b/s, query ... us") has neither transactions nor
// waiting.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/postgres/clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers {
namespace {

struct Line {
    std::int64_t at_us = 0;
    std::string_view text;  // behind the level
};

[[nodiscard]] std::optional<Line> parsed(std::string_view line, postgres::Clock& clock) {
    Line out;
    if (!clock.take(line, out.at_us) || !line.starts_with(" [")) {
        return std::nullopt;
    }
    const std::size_t close = line.find("] ");
    if (close == std::string_view::npos || close > 16) {
        return std::nullopt;
    }
    line.remove_prefix(close + 2);
    for (const std::string_view level :
         {"LOG ", "WARNING ", "ERROR ", "DEBUG ", "NOISE ", "FATAL "}) {
        if (line.starts_with(level)) {
            out.text = line.substr(level.size());
            return out;
        }
    }
    return std::nullopt;
}

// The whole number in front of " unit", or behind "name "; nothing when the line has it not.
[[nodiscard]] std::optional<std::int64_t> before(std::string_view text, std::string_view unit) {
    const std::size_t at = text.find(unit);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t begin = text.substr(0, at).find_last_of(" ,:") + 1;
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data() + begin, text.data() + at, value);
    return error == std::errc{} && value >= 0 ? std::optional{value} : std::nullopt;
}

[[nodiscard]] std::optional<std::int64_t> behind(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    const auto [stop, error] =
        std::from_chars(text.data() + at + name.size(), text.data() + text.size(), value);
    return error == std::errc{} && value >= 0 ? std::optional{value} : std::nullopt;
}

void take_stats(const Line& line, const Origin& origin, Gauges& gauges) {
    constexpr std::int64_t most = 1'000'000'000;  // a broken number must not overflow
    const auto add = [&](const char* name, std::int64_t value_milli) {
        GaugeSeries& series = gauges.series[name];
        series.add(instant(line.at_us), {.value_milli = value_milli, .limit_milli = {}});
        keep_first(series.first_seen, origin);
    };
    const std::optional<std::int64_t> rate = before(line.text, " xacts/s");
    const std::optional<std::int64_t> length_us = behind(line.text, ", xact ");
    if (rate && length_us) {
        add("pgbouncer.transactions_per_second", std::min(*rate, most) * 1000);
        // rate * us / 1e6 connections, in thousandths
        add("pgbouncer.mean_busy", std::min(*rate, most) * std::min(*length_us, most) / 1000);
    }
    if (const std::optional<std::int64_t> wait_us = behind(line.text, ", wait ")) {
        add("pgbouncer.mean_wait_us", std::min(*wait_us, most) * 1000);
    }
    if (const std::optional<std::int64_t> query_us = behind(line.text, ", query ")) {
        add("pgbouncer.mean_query_us", std::min(*query_us, most) * 1000);
    }
}

// Why a client was turned away; empty for every other line.
[[nodiscard]] std::string_view refusal(std::string_view text) {
    for (const std::string_view why : {"query_wait_timeout",
                                       "client_login_timeout",
                                       "no more connections allowed (max_client_conn)",
                                       "server login failed"}) {
        if (text.find(why) != std::string_view::npos) {
            return why.substr(0, why.find(" (max"));
        }
    }
    return {};
}

[[nodiscard]] Sureness recognise_pgbouncer_log(const Sample& sample) noexcept {
    postgres::Clock clock{{}};
    std::string_view rest = sample.head;
    int lines = 0;
    int fitting = 0;
    bool own = false;  // what only pgbouncer says
    for (; lines < 100 && !rest.empty(); ++lines) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::optional<Line> found = parsed(line, clock);
        fitting += found ? 1 : 0;
        own = own ||
              (found && (found->text.starts_with("stats: ") || found->text.starts_with("Stats: ") ||
                         found->text.starts_with("C-0x") || found->text.starts_with("S-0x") ||
                         found->text.starts_with("process up: ")));
    }
    return own && fitting * 10 >= lines * 9 ? Sureness::certain : Sureness::no;
}

void read_pgbouncer_log(input::Stream& stream,
                        const ReadOptions& options,
                        Evidence& evidence,
                        Input& input) {
    postgres::Clock clock{options.log_timezone};
    input::Lines lines{stream};
    std::array<std::uint64_t, 2> counts{};  // pooler errors, statistics
    while (const std::optional<std::string_view> text = lines.next()) {
        const std::optional<Line> line = parsed(*text, clock);
        if (!line) {
            if (!text->empty()) {
                input.skip(lines.number(), text->size() + 1, "the line is not one of pgbouncer's");
            }
            continue;
        }
        ++input.records;
        input.span.cover(instant(line->at_us));
        if (line->text.starts_with("stats: ")) {
            ++counts[1];
            take_stats(*line, {.source = stream.name(), .line = lines.number()}, evidence.gauges);
        } else if (!refusal(line->text).empty()) {
            ++counts[0];
            GaugeSeries& series =
                evidence.gauges.series["pgbouncer." + std::string{refusal(line->text)}];
            const std::int64_t minute_us = line->at_us - (line->at_us % 60'000'000);
            const auto found = series.samples.find(instant(minute_us));
            const std::int64_t had = found == series.samples.end() ? 0 : found->second.value_milli;
            series.add(instant(minute_us), {.value_milli = had + 1000, .limit_milli = {}});
            keep_first(series.first_seen, {.source = stream.name(), .line = lines.number()});
        }
    }
    input.note = std::to_string(counts[1]) + " statistics, " + std::to_string(counts[0]) +
                 " clients turned away";
    if (!clock.unknown_zone().empty()) {
        input.note += "; the time zone " + clock.unknown_zone() +
                      " is not known and counts as UTC: give --log-timezone";
    }
}

}  // namespace

extern constinit const Reader pgbouncer_log{
    .id = "pgbouncer-log",
    .reads = "pgbouncer's log: log_stats = 1, log_pooler_errors = 1 (both are the default)",
    .yields = {Kind::gauges},
    .recognises = recognise_pgbouncer_log,
    .read = read_pgbouncer_log};

}  // namespace plimsoll::readers
