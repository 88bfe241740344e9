#include "input/sources.hpp"

#include "core/error.hpp"
#include "input/rotation.hpp"
#include "input/unpack.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace plimsoll::input {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] Error unreadable(const std::string& where, std::string why) {
    return Error{{.status = Status::unreadable,
                  .what = "cannot open an input",
                  .where = where,
                  .why = std::move(why),
                  .remedy = "check the path; `-` reads standard input"}};
}

class File {
public:
    File(int descriptor, OnBytes on_bytes)
        : descriptor_{descriptor}, on_bytes_{std::move(on_bytes)} {}
    ~File() {
        if (descriptor_ > 2) {
            close(descriptor_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] std::size_t read(std::span<char> into) const {
        while (true) {
            const ssize_t got = ::read(descriptor_, into.data(), into.size());
            if (got >= 0) {
                if (on_bytes_) {
                    on_bytes_(static_cast<std::size_t>(got));
                }
                return static_cast<std::size_t>(got);
            }
            if (errno != EINTR) {
                throw Damage{std::string{"reading stops: "} + std::strerror(errno)};
            }
        }
    }

private:
    int descriptor_;
    OnBytes on_bytes_;
};

[[nodiscard]] Pull pull_from(int descriptor, const OnBytes& on_bytes) {
    const auto file = std::make_shared<File>(descriptor, on_bytes);
    return [file](std::span<char> into) { return file->read(into); };
}

[[nodiscard]] bool is_connection(const std::string& path) {
    return path.starts_with("postgresql://") || path.starts_with("postgres://");
}

// The name to show for a connection: never its password.
[[nodiscard]] std::string without_password(const std::string& connection) {
    const std::size_t start = connection.find("://") + 3;
    const std::size_t at = connection.find('@', start);
    const std::size_t colon = connection.find(':', start);
    std::string shown = connection.substr(0, connection.find('?'));
    if (at != std::string::npos && colon < at) {
        shown.erase(colon, at - colon);
    }
    return shown;
}

[[nodiscard]] bool is_git_repository(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / ".git", ignored) ||
           (fs::exists(folder / "HEAD", ignored) && fs::is_directory(folder / "objects", ignored) &&
            fs::is_directory(folder / "refs", ignored));
}

// What a folder shows, in order of names.
[[nodiscard]] std::vector<fs::path> entries_of(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, error}) {
        if (!entry.path().filename().string().starts_with('.')) {
            entries.push_back(entry.path());
        }
    }
    if (error) {
        throw unreadable(folder.string(), error.message());
    }
    std::ranges::sort(entries);
    return entries;
}

[[nodiscard]] std::uint64_t size_of(const fs::path& path) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        const std::uintmax_t size = fs::file_size(path, error);
        return error ? 0 : size;
    }
    if (!fs::is_directory(path, error) || fs::is_symlink(path, error) || is_git_repository(path)) {
        return 0;
    }
    std::uint64_t sum = 0;
    for (const fs::path& entry : entries_of(path)) {
        sum += size_of(entry);
    }
    return sum;
}

void use_file(const std::string& path, const Use& use, const OnBytes& on_bytes, bool named) {
    unpack({.name = path, .path = path, .pull = open_file(path, on_bytes), .named = named}, use);
}

// Offers sets of rotated files to `use_set`; what it does not take comes file by file.
void use_files(const std::vector<std::string>& files,
               const Use& use,
               const OnBytes& on_bytes,
               const UseSet& use_set,
               bool named) {
    for (const std::vector<std::string>& set : rotated_sets(files)) {
        if (set.size() > 1 && use_set && use_set(set)) {
            continue;
        }
        for (const std::string& file : set) {
            use_file(file, use, on_bytes, named);
        }
    }
}
void use_folder(const fs::path& folder,
                const Use& use,
                const OnBytes& on_bytes,
                const UseSet& use_set,
                bool named) {
    if (is_git_repository(folder)) {
        Stream stream{SourceKind::git_repository, folder.string(), folder.string(), {}};
        use(stream, named);
        return;
    }
    std::error_code error;
    std::vector<std::string> files;  // since the last folder: all come in order of names
    const auto flush = [&] { use_files(std::exchange(files, {}), use, on_bytes, use_set, false); };
    for (const fs::path& entry : entries_of(folder)) {
        if (fs::is_directory(entry, error) && !fs::is_symlink(entry, error)) {
            flush();
            use_folder(entry, use, on_bytes, use_set, false);
        } else if (fs::is_regular_file(entry, error) && !is_configuration(entry.string())) {
            files.push_back(entry.string());
        }
    }
    flush();
}

}  // namespace

Pull open_file(const std::string& path, const OnBytes& on_bytes) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        throw unreadable(path, std::strerror(errno));
    }
    return pull_from(descriptor, on_bytes);
}

bool is_configuration(const std::string& path) {
    return fs::path{path}.filename() == "plimsoll.toml";
}

std::uint64_t bytes_on_disk(std::span<const std::string> paths) {
    std::uint64_t sum = 0;
    for (const std::string& path : paths) {
        if (path == "-") {
            return 0;
        }
        sum += is_connection(path) ? 0 : size_of(path);
    }
    return sum;
}

void for_each_source(std::span<const std::string> paths,
                     const Use& use,
                     const OnBytes& on_bytes,
                     const UseSet& use_set) {
    std::vector<std::string> files;  // since the last path that is none
    const auto flush = [&] { use_files(std::exchange(files, {}), use, on_bytes, use_set, true); };
    for (const std::string& path : paths) {
        std::error_code error;
        if (path != "-" && !is_connection(path) && !fs::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        flush();
        if (path == "-") {
            unpack({.name = "(stdin)",
                    .path = {},
                    .pull = pull_from(STDIN_FILENO, on_bytes),
                    .named = true},
                   use);
        } else if (is_connection(path)) {
            Stream stream{SourceKind::database, without_password(path), path, {}};
            use(stream, true);
        } else {
            use_folder(path, use, on_bytes, use_set, true);
        }
    }
    flush();
}

void for_each_source_in(std::string name, std::string_view bytes, const Use& use) {
    const auto rest = std::make_shared<std::string_view>(bytes);
    const Pull pull = [rest](std::span<char> into) {
        const std::size_t size = rest->copy(into.data(), into.size());
        rest->remove_prefix(size);
        return size;
    };
    unpack({.name = std::move(name), .path = {}, .pull = pull, .named = true}, use);
}

}  // namespace plimsoll::input
