#include "cli/progress.hpp"

#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace plimsoll::cli {
namespace {

using std::chrono::duration;

constexpr std::chrono::milliseconds between_drawings{100};
constexpr double long_seconds = 30;    // from here on a log of a CI job wants to know
constexpr double settled_seconds = 2;  // a rate before that is noise

[[nodiscard]] std::string in_units(double bytes) {
    static constexpr std::array<std::string_view, 5> units{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < units.size()) {
        bytes /= 1000;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, units[unit]);
}

[[nodiscard]] double seconds(Progress::Clock::time_point from, Progress::Clock::time_point to) {
    return duration<double>(to - from).count();
}

}  // namespace

std::string progress_text(std::uint64_t read, std::uint64_t total, double elapsed) {
    const auto done = static_cast<double>(read);
    std::string out = in_units(done);
    if (total != 0) {
        out += " of " + in_units(static_cast<double>(total));
    }
    if (elapsed >= settled_seconds && read != 0) {
        const double rate = done / elapsed;
        out += fmt::format(", {}/s", in_units(rate));
        if (total > read) {
            const double left = static_cast<double>(total - read) / rate;
            out += left < 90 ? fmt::format(", {:.0f} s left", std::ceil(left))
                             : fmt::format(", {:.0f} min left", std::ceil(left / 60));
        }
    }
    return out;
}

Progress::Progress(std::uint64_t total)
    : total_{total}, began_{Clock::now()}, drawn_{began_}, live_{shows_progress()} {}

void Progress::source(const std::string& name) {
    source_ = name;
    draw(Clock::now());
}

void Progress::bytes(std::size_t read) {
    read_ += read;
    const Clock::time_point now = Clock::now();
    if (now - drawn_ >= between_drawings) {
        live_ ? draw(now) : line_per_tenth(now);
    }
}

void Progress::finish() {
    clear_progress();
}

void Progress::draw(Clock::time_point now) {
    drawn_ = now;
    if (live_) {
        show_progress(
            fmt::format("{}  {}", progress_text(read_, total_, seconds(began_, now)), source_));
    }
}

void Progress::line_per_tenth(Clock::time_point now) {
    drawn_ = now;
    const double elapsed = seconds(began_, now);
    if (total_ == 0 || elapsed < long_seconds) {
        return;
    }
    const auto tenths = static_cast<unsigned>(
        std::min<std::uint64_t>(10, read_ / std::max<std::uint64_t>(1, total_ / 10)));
    if (tenths > tenths_) {
        tenths_ = tenths;
        std::fputs(
            fmt::format("reading: {} %, {}\n", tenths * 10, progress_text(read_, total_, elapsed))
                .c_str(),
            stderr);
    }
}

}  // namespace plimsoll::cli
