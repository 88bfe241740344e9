// Collector: spans in any order gathered into traces, which are handed to the evidence and
// forgotten.
//
// Law of size: as many spans are open at a time as fit in `most_open`; then the half of the traces
// that were touched longest ago is closed. A span that comes later opens its trace again, which
// then counts as incomplete. Names are kept once; beyond `most_names` they are "(other)".
#pragma once

#include "core/input_record.hpp"
#include "evidence/trace_spans.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plimsoll::readers::traces {

// A span with its texts, as a format gives it.
struct RawSpan {
    std::string_view trace;
    std::string_view id;
    std::string_view parent;  // empty or zeros: none
    std::string_view service;
    std::string_view name;
    std::string_view route;   // of a server span: shown for the name
    std::string_view method;  // before the route
    std::string_view peer;
    std::int64_t start_us = 0;
    std::int64_t length_us = 0;
    SpanKind kind = SpanKind::unknown;
    bool error = false;
    bool timed_out = false;
    bool follows = false;
};

class Collector {
public:
    static constexpr std::size_t most_open = 1'000'000;
    static constexpr std::size_t most_names = 50'000;

    Collector(std::string source, Calls& calls, Input& input);

    // Returns why the span cannot be used, or an empty text.
    [[nodiscard]] std::string_view add(const RawSpan& raw, std::uint64_t line);
    // Closes all traces. Call once, at the end.
    void finish();

private:
    struct Open {
        std::vector<TraceSpan> spans;
        std::uint64_t touched = 0;
    };

    [[nodiscard]] std::uint32_t name(std::string_view text);
    void close_oldest();

    std::string source_;
    Calls& calls_;
    Input& input_;
    std::vector<std::string> names_{std::string{}};
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::unordered_map<std::uint64_t, Open> open_;  // by hash of the trace's id
    std::size_t spans_ = 0;
    std::uint64_t clock_ = 0;
    std::uint64_t closed_early_ = 0;
};

// Does the text of a status or an error name a time-out: "deadline exceeded", "timed out"?
[[nodiscard]] bool names_timeout(std::string_view text);
// "https://pay.example.com:443/x" to "pay.example.com"; "10.0.0.7:5432" to "10.0.0.7".
[[nodiscard]] std::string_view host_of(std::string_view address) noexcept;

}  // namespace plimsoll::readers::traces
