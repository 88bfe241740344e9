// Sources: what the paths of a command line hold: files, folders, archives within archives, stdin,
// git repositories, connection strings.
//
// Containers are recognised by content, never by name. A folder is walked in order of names,
// without hidden entries and without following links to folders; a folder that is a git repository
// is one source.
#pragma once

#include "input/stream.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::input {

// Calls `use` with each source in turn; the stream lives only during the call. `named` is true when
// the user named the source himself rather than a folder or archive around it. Throws Error
// (unreadable) for a path that does not exist or cannot be opened.
using Use = std::function<void(Stream&, bool named)>;
// Called with the number of bytes after each read from a file: for progress.
using OnBytes = std::function<void(std::size_t)>;
// Offered the files that one log became, oldest first (rotation.hpp), before they come one by one;
// true when they are done with.
using UseSet = std::function<bool(const std::vector<std::string>& files)>;
void for_each_source(std::span<const std::string> paths,
                     const Use& use,
                     const OnBytes& on_bytes = {},
                     const UseSet& use_set = {});
// The bytes of a file as they are on disk. Throws Error (unreadable).
[[nodiscard]] Pull open_file(const std::string& path, const OnBytes& on_bytes);

// What the files of these paths hold on disk, packed as they are; repositories and databases count
// nothing. 0 when nobody can know (standard input).
[[nodiscard]] std::uint64_t bytes_on_disk(std::span<const std::string> paths);

// One source from bytes in memory, unpacked like a file: for tests and fuzz targets.
void for_each_source_in(std::string name, std::string_view bytes, const Use& use);

// Is this the name of our own configuration, which lies beside the inputs but is none?
[[nodiscard]] bool is_configuration(const std::string& path);

}  // namespace plimsoll::input
