// Container: the file around a digest: magic, signature of the type within, checksum, zstd.
//
// A damaged or foreign file is told from one of another version, because the way out differs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::wire {

// The first bytes of every container.
inline constexpr std::string_view container_magic = "plimsoll\x1a";

[[nodiscard]] std::string seal(std::uint64_t signature, std::string_view content);

// The content again. Throws Error (untrusted) that names `where` when the file is damaged, cut, or
// written by a version whose evidence has other fields.
[[nodiscard]] std::string unseal(std::uint64_t signature,
                                 std::string_view file,
                                 const std::string& where);

}  // namespace plimsoll::wire
