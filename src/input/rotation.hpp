// Rotation: the files that one log became, found by their names, oldest first, and read as the one
// log that they were.
//
// Law: postgresql.log.2.gz, postgresql.log.1, postgresql.log; slow.log-20261120, slow.log; and
// names that differ only in a date, as PostgreSQL's collector writes them. Where a
// number is missing, or there twice (a .1 and a .1.gz), nobody knows, and there is no set. Bytes
// follow each other as they stand, so what a file's end cuts is whole again; a file that begins
// with an entry of its own begins a line. Blind spot: names say nothing of times; who joins files
// looks whether they follow each other. Members of archives are not joined.
#pragma once

#include "input/sources.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::input {

// Each of the paths once, in order; those of a set together where the first of them stood.
[[nodiscard]] std::vector<std::vector<std::string>> rotated_sets(
    const std::vector<std::string>& paths);

struct JoinedFile {
    std::string path{};
    std::string head{};              // its first bytes, unpacked
    std::string tail{};              // its last bytes, once it is read
    bool begins_entry = true;        // not with the rest of one that the file before began
    std::uint64_t lines_before = 0;  // in the files before it, once they are read
};

// With their heads; nothing when one is no file that is read as it is, or packed by itself.
[[nodiscard]] std::optional<std::vector<JoinedFile>> look_at(const std::vector<std::string>& files);

// The bytes of all, one file after the other; fills in tails and lines.
[[nodiscard]] Pull pull_joined(const std::shared_ptr<std::vector<JoinedFile>>& files,
                               const OnBytes& on_bytes);

// "logs/postgresql.log.1 to postgresql.log".
[[nodiscard]] std::string name_of(const std::vector<JoinedFile>& files);

}  // namespace plimsoll::input
