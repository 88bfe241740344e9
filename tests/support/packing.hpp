// Packs bytes as strangers' files come: compressed, or as archives with members.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace plimsoll::test {

// filter: "gzip", "zstd", "xz", "bzip2", "lz4" or "none". format: "raw", "tar" or "zip".
[[nodiscard]] std::string pack(const std::string& filter,
                               const std::string& format,
                               const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace plimsoll::test
