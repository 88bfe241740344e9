// Unpacking: gz, zst, xz, bz2, lz4, tar and zip by content, nested up to three deep, through
// libarchive.
//
// Law of bombs: gzip expands at most 1,032 times, honest logs 5 to 50 times. What expands more than
// 1,000 times beyond the first gibibyte is taken for a bomb: the stream ends there with damage.
#pragma once

#include "input/sources.hpp"

#include <optional>
#include <string>

namespace plimsoll::input {

struct Packed {
    std::string name;
    std::string path;
    Pull pull;
    bool named = false;
    int depth = 0;
};

// Calls `use` with the source itself, or with each member when it is packed.
void unpack(Packed packed, const Use& use);

// The bytes themselves, or those of the one stream that is packed in them; nothing for an archive
// of files. Throws Damage.
[[nodiscard]] std::optional<Pull> unpacked(Pull packed);

}  // namespace plimsoll::input
