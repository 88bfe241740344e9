// Reader: turns one format into evidence. A file in src/readers/ defines one and nothing else.
//
// The contract, in the order it is used:
//   1. recognises() looks at the first kilobytes, never at the name, and says how sure it is. It
//      must be cheap and must not throw.
//   2. read() adds to the evidence and keeps the account in `input`: records, skipped records and
//      bytes with their first place, the span of time. A record that cannot be understood is
//      skipped and counted.
//   3. read() throws Error only when going on would give a wrong answer, never for one record.
//
// A reader keeps no state between sources and reads no clock, environment or locale: the same bytes
// give the same evidence on every machine. What a cut between two sources halves is a skipped
// record in each. Memory must not grow with the size of the source.
#pragma once

#include "core/input_record.hpp"
#include "core/kinds.hpp"
#include "core/settings.hpp"
#include "core/texts.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace plimsoll {

struct Evidence;

namespace input {
class Stream;
}

enum class SourceKind : std::uint8_t { bytes, git_repository, database };

// What recognises() may look at.
struct Sample {
    SourceKind kind = SourceKind::bytes;
    std::string_view head;  // the first bytes, decompressed; up to input::Stream::head_size
    bool whole = false;     // head is all there is
};

// The surest wins; between equals the order of names decides.
enum class Sureness : std::uint8_t { no, maybe, likely, certain };

struct Reader {
    std::string_view id;     // the file's name, with '-' for '_'
    std::string_view reads;  // product, versions, and how to switch the log on
    Kinds yields;
    Sureness (*recognises)(const Sample&) noexcept = nullptr;
    void (*read)(input::Stream&, const ReadOptions&, Evidence&, Input&) = nullptr;
    // What it reads names inputs of its own, which stand for it in the list of inputs: a digest.
    bool carries_inputs = false;
};

// Every reader in src/readers/, in order of file name.
[[nodiscard]] std::span<const Reader* const> all_readers() noexcept;

}  // namespace plimsoll
