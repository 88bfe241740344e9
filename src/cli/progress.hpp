// Progress on standard error: bytes, rate and remaining time in one line that clears itself; on
// something that is no terminal nothing at all, unless the work is long: then one plain line for
// every tenth.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace plimsoll::cli {

class Progress {
public:
    using Clock = std::chrono::steady_clock;

    // `total` bytes on disk are to be read; 0 when nobody knows (standard input, a database).
    explicit Progress(std::uint64_t total);

    void source(const std::string& name);
    void bytes(std::size_t read);
    void finish();

private:
    void draw(Clock::time_point now);
    void line_per_tenth(Clock::time_point now);

    std::uint64_t total_;
    std::uint64_t read_ = 0;
    std::string source_;
    Clock::time_point began_;
    Clock::time_point drawn_;
    unsigned tenths_ = 0;
    bool live_;
};

// "1.2 GB of 4.5 GB, 310 MB/s, 11 s left"; what is not known is left out.
[[nodiscard]] std::string progress_text(std::uint64_t read, std::uint64_t total, double seconds);

}  // namespace plimsoll::cli
