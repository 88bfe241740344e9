// Input: what became of one source. bytes read + bytes skipped = its size, always.
#pragma once

#include "core/instant.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll {

struct FirstSkipped {
    std::uint64_t line = 0;  // 0: nothing was skipped, or the source has no lines
    std::string why;
    friend bool operator==(const FirstSkipped&, const FirstSkipped&) = default;
    static constexpr void fields(auto&& field) {
        field("line", &FirstSkipped::line);
        field("why", &FirstSkipped::why);
    }
};

struct Input {
    std::string name;         // as the user wrote it; members of archives as "logs.tar!a.log"
    std::string reader;       // id of the reader that took it; empty when none did
    std::uint64_t bytes = 0;  // after decompression
    std::string sha256;  // of the decompressed bytes; a git repository's HEAD; empty when not asked
    Span span;           // from the first to the last event in it
    std::uint64_t records = 0;
    std::uint64_t skipped = 0;        // records that could not be understood
    std::uint64_t skipped_bytes = 0;  // their size
    FirstSkipped first_skipped;
    std::string
        note;  // what the reader inferred and the user should know: a prefix, a unit, a threshold
    // Damaged, or refused: not all of it is in the evidence. Travels in digests, so that an audit
    // of a digest is no surer than one of the sources.
    bool in_part = false;

    void skip(std::uint64_t line, std::uint64_t size, std::string_view why) {
        if (skipped++ == 0 || line < first_skipped.line) {
            first_skipped = {.line = line, .why = std::string{why}};
        }
        skipped_bytes += size;
    }
    // What is not understood, as a share of the bytes.
    [[nodiscard]] double unread_share() const noexcept {
        return bytes == 0 ? 0 : static_cast<double>(skipped_bytes) / static_cast<double>(bytes);
    }
    friend bool operator==(const Input&, const Input&) = default;
    static constexpr void fields(auto&& field) {
        field("name", &Input::name);
        field("reader", &Input::reader);
        field("bytes", &Input::bytes);
        field("sha256", &Input::sha256);
        field("span", &Input::span);
        field("records", &Input::records);
        field("skipped", &Input::skipped);
        field("skipped_bytes", &Input::skipped_bytes);
        field("first_skipped", &Input::first_skipped);
        field("note", &Input::note);
        field("in_part", &Input::in_part);
    }
};

}  // namespace plimsoll
