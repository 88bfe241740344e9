#include "app/output.hpp"

#include "core/error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace plimsoll::app {
namespace {

// Where the file under way stands, for a signal handler, which may touch nothing else.
std::array<char, 4096> under_way{};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

[[nodiscard]] Error unwritable(const std::string& path) {
    return Error{{.status = Status::unwritable,
                  .what = "cannot write an output",
                  .where = path,
                  .why = std::strerror(errno),
                  .remedy = "name a folder that exists and may be written to"}};
}

[[nodiscard]] bool write_all(int file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t wrote = ::write(file, content.data(), content.size());
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        content.remove_prefix(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
    }
    return true;
}

// Readable as a new file would be; mkstemp makes it private.
void give_usual_rights(int file) {
    const mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(file, static_cast<mode_t>(0666) & ~mask);
}

}  // namespace

void abandon_writing() noexcept {
    if (under_way[0] != '\0') {
        unlink(under_way.data());
    }
}

void write_file(const std::string& path, std::string_view content) {
    const std::string pattern = path + ".XXXXXX";
    std::vector<char> name{pattern.begin(), pattern.end()};
    name.push_back('\0');
    const int file = mkstemp(name.data());
    if (file < 0) {
        throw unwritable(path);
    }
    if (name.size() <= under_way.size()) {
        std::memcpy(under_way.data(), name.data(), name.size());
    }
    give_usual_rights(file);
    const bool written = write_all(file, content) && fsync(file) == 0;
    const bool closed = close(file) == 0;
    if (!written || !closed || std::rename(name.data(), path.c_str()) != 0) {
        const int why = errno;
        unlink(name.data());
        under_way[0] = '\0';
        errno = why;
        throw unwritable(path);
    }
    under_way[0] = '\0';
}

}  // namespace plimsoll::app
