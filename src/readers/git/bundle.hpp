// Bundle: a repository in one file, as `git bundle create` writes it.
//
// A line "# v2 git bundle" (or v3 with "@capability" lines), lines "-ID comment" for what the
// reader must have already, lines "ID refname", a blank line, a pack. Its pack is indexed into a
// bare repository in a temporary folder, which is removed with the Bundle whatever happens.
#pragma once

#include "input/stream.hpp"
#include "readers/git/library.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace plimsoll::readers::git {

[[nodiscard]] bool is_bundle(std::string_view head) noexcept;

// A folder that is removed with the value.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// Unpacks the stream into a bare repository in the folder, with the bundle's references and HEAD.
// Throws Error (untrusted) when the bundle needs commits that it does not hold, or is damaged.
[[nodiscard]] Repository unpack_bundle(input::Stream& stream, const std::filesystem::path& folder);

}  // namespace plimsoll::readers::git
