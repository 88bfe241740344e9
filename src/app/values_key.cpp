#include "app/values_key.hpp"

#include "core/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace plimsoll::app {
namespace {

constexpr std::size_t bytes = 32;

[[nodiscard]] std::string new_key() {
    std::array<unsigned char, bytes> random{};
    if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return {};
    }
    std::string out;
    for (const unsigned char one : random) {
        out += fmt::format("{:02x}", one);
    }
    return out;
}

// False when it could not be written whole. Of two programs at once one wins, and both read it.
[[nodiscard]] bool write_new(const std::string& path, const std::string& key) {
    const std::string ours = fmt::format("{}.{}", path, getpid());
    const int file = open(ours.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return false;
    }
    const std::string line = key + "\n";
    const bool whole = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const bool closed = close(file) == 0;
    const bool placed =
        whole && closed && (link(ours.c_str(), path.c_str()) == 0 || errno == EEXIST);
    (void)unlink(ours.c_str());
    return placed;
}

}  // namespace

std::string values_key(const std::string& in, bool make) {
    if (in.empty()) {
        return {};
    }
    const std::string path = in + "/values.key";
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        const std::string key = make ? new_key() : std::string{};
        std::filesystem::create_directories(in, error);
        if (key.empty() || error || !write_new(path, key)) {
            return {};
        }
    }
    std::ifstream file{path, std::ios::binary};
    std::string key{std::istreambuf_iterator<char>{file}, {}};
    key.erase(std::min(key.size(), key.find_last_not_of("\r\n ") + 1));
    const bool good = key.size() == 2 * bytes && std::ranges::all_of(key, [](char c) {
                          return std::isxdigit(static_cast<unsigned char>(c)) != 0;
                      });
    if (!good) {
        throw Error{{.status = Status::usage,
                     .what = "the key of stand-ins for values is broken",
                     .where = path,
                     .why = "it is not 64 hexadecimal digits",
                     .remedy = "put the file back, or remove it: a new one is made, and values in "
                               "captures made with the old one are no longer recognised"}};
    }
    return key;
}

}  // namespace plimsoll::app
