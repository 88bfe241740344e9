// .ninja_log: what a build spent its time on, command by command.
//
// Law: header "# ninja log v5" (to v7), then START END MTIME OUTPUT HASH with tabs, milliseconds
// from the build's start. Several outputs of one command share hash, start and end, and are one.
// The file is appended to: a start that lies before the one of the line above begins another build.
// Day and hour are in no line; the newest MTIME (nanoseconds, in old versions seconds) dates a
// build to within a command. A log that ninja has compacted keeps only the last run of each
// command, in no order: its builds go back in time, and it is refused, because their times would
// mean nothing. Blind spot: a build that was cut off looks like one that finished.

#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/sink.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::readers {
namespace {

constexpr std::size_t most_steps = 200;  // the longest commands of a build; the rest are one step
constexpr std::size_t most_builds = 20'000;
constexpr std::int64_t longest_ms = 30LL * 86'400'000;

struct Command {
    std::int64_t start = 0;  // ms
    std::int64_t end = 0;
    std::string output;
    [[nodiscard]] std::int64_t length() const { return end - start; }
};

[[nodiscard]] std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{out}
                                                                    : std::nullopt;
}

// Seconds or nanoseconds since 1970, as microseconds.
[[nodiscard]] std::int64_t mtime_us(std::int64_t value) {
    return value > 100'000'000'000'000 ? value / 1'000 : value * 1'000'000;
}

class Builds {
public:
    Builds(Evidence& evidence, Input& input) : sink_{evidence, input, "ninja"}, input_{input} {}

    void add(std::string_view line, std::uint64_t at) {
        if (line.empty() || line.starts_with('#')) {
            return;
        }
        std::array<std::string_view, 5> cells;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::size_t tab = i + 1 < cells.size() ? line.find('\t') : std::string_view::npos;
            cells[i] = line.substr(0, tab);
            line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
        }
        const std::optional<std::int64_t> start = number(cells[0]);
        const std::optional<std::int64_t> end = number(cells[1]);
        const std::optional<std::int64_t> mtime = number(cells[2]);
        if (!start || !end || !mtime || *start < 0 || *end < *start || *end > longest_ms ||
            cells[4].empty()) {
            input_.skip(at, cells[0].size(), "not START END MTIME OUTPUT HASH");
            return;
        }
        ++input_.records;
        // Lines come as commands end, so the end goes backwards only where another build began.
        if (*end < last_end_) {
            close(at);
        }
        last_end_ = *end;
        first_line_ = first_line_ == 0 ? at : first_line_;
        newest_us_ = std::max(newest_us_, mtime_us(std::max<std::int64_t>(*mtime, 0)));
        if (seen_.emplace(std::string{cells[4]}, *start, *end).second) {
            commands_.push_back({.start = *start, .end = *end, .output = std::string{cells[3]}});
        }
        shed();
    }

    // All that was kept, unless the log is compacted.
    void finish(std::uint64_t last_line) {
        close(last_line);
        if (builds_ >= 5 && backwards_ * 5 > builds_) {
            input_.records = 0;
            input_.skip(
                1, input_.bytes, "compacted by ninja: the last run of each command, in no order");
            return;
        }
        for (Build& build : kept_) {
            sink_.add(build.id, std::move(build.run), build.line);
            sink_.add(build.id, std::move(build.job), build.line);
            input_.records -= 2;  // commands are the records
        }
        if (!kept_.empty()) {
            sink_.note("dated by the newest output: exact to the length of a command");
        }
    }

    void close(std::uint64_t next_line) {
        shed(true);
        if (!commands_.empty() && newest_us_ > 946'684'800'000'000) {
            ++builds_;
            backwards_ += newest_us_ < before_us_ ? 1U : 0U;
            before_us_ = newest_us_;
            write();
        } else if (!commands_.empty()) {
            input_.skip(first_line_, 0, "a build that no time dates");
        }
        commands_.clear();
        seen_.clear();
        last_end_ = newest_us_ = longest_end_ = 0;
        first_line_ = next_line;
    }

private:
    // Keeps the longest commands only: memory is that of a build's distinct hashes at most.
    void shed(bool last = false) {
        if (commands_.size() < (last ? most_steps + 1 : 64 * most_steps)) {
            return;
        }
        for (const Command& command : commands_) {
            longest_end_ = std::max(longest_end_, command.end);
        }
        std::ranges::sort(commands_, [](const Command& a, const Command& b) {
            return std::tuple{-a.length(), a.start, std::string_view{a.output}} <
                   std::tuple{-b.length(), b.start, std::string_view{b.output}};
        });
        commands_.resize(std::min(commands_.size(), most_steps));
        if (seen_.size() > 1'000'000) {
            seen_.clear();
        }
    }

    void write() {
        std::int64_t end_ms = longest_end_;
        for (const Command& command : commands_) {
            end_ms = std::max(end_ms, command.end);
        }
        const std::int64_t begin_us = newest_us_ - end_ms * 1'000;
        const std::string id = std::to_string(newest_us_) + "/" + std::to_string(end_ms);
        Job job{.run = sink_.key(id),
                .name = "ninja",
                .result = RunResult::success,
                .started = instant(begin_us),
                .completed = instant(newest_us_)};
        std::ranges::sort(commands_, {}, [](const Command& c) {
            return std::tuple{c.start, c.end};
        });
        for (const Command& command : commands_) {
            sink_.add_step(job,
                           "build " + command.output,
                           {.result = RunResult::success,
                            .started = instant(begin_us + command.start * 1'000),
                            .completed = instant(begin_us + command.end * 1'000)});
        }
        if (kept_.size() < most_builds) {
            kept_.push_back({.id = id,
                             .run = {.pipeline = "ninja",
                                     .result = RunResult::success,
                                     .created = instant(begin_us),
                                     .started = instant(begin_us),
                                     .ended = instant(newest_us_)},
                             .job = std::move(job),
                             .line = first_line_});
        }
    }

    struct Build {
        std::string id;
        Run run;
        Job job;
        std::uint64_t line = 0;
    };

    ci::Sink sink_;
    Input& input_;
    std::vector<Command> commands_;
    std::set<std::tuple<std::string, std::int64_t, std::int64_t>> seen_;
    std::int64_t last_end_ = 0;
    std::int64_t longest_end_ = 0;
    std::int64_t newest_us_ = 0;
    std::uint64_t first_line_ = 0;
    std::vector<Build> kept_;
    std::uint64_t builds_ = 0;
    std::uint64_t backwards_ = 0;  // builds that are older than the one before
    std::int64_t before_us_ = 0;
};

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return sample.kind == SourceKind::bytes && sample.head.starts_with("# ninja log v")
               ? Sureness::certain
               : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    Builds builds{evidence, input};
    input::Lines lines{stream};
    std::uint64_t at = 0;
    while (const std::optional<std::string_view> line = lines.next()) {
        builds.add(*line, ++at);
    }
    builds.finish(at);
}

}  // namespace

extern constinit const Reader ninja_log{
    .id = "ninja-log",
    .reads = ".ninja_log: the commands of builds",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
