#include "app/config.hpp"

#include "app/config_reader.hpp"
#include "core/error.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

namespace fs = std::filesystem;

// The folder that holds .git, from here upward; empty outside of a repository.
[[nodiscard]] fs::path git_root(fs::path folder) {
    std::error_code error;
    while (!fs::exists(folder / ".git", error)) {
        if (folder == folder.parent_path()) {
            return {};
        }
        folder = folder.parent_path();
    }
    return folder;
}

}  // namespace

std::string nearest(std::string_view typed, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t least = 3;
    for (const std::string_view word : known) {
        std::vector<std::size_t> row(word.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= typed.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= word.size(); ++j) {
                const std::size_t change = diagonal + (typed[i - 1] == word[j - 1] ? 0 : 1);
                diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
            }
        }
        if (row.back() < least) {
            least = row.back();
            best = word;
        }
    }
    return std::string{best};
}

Settings parse_config(std::string_view text, const std::string& name) {
    try {
        const toml::table root = toml::parse(text, name);
        return settings_from(root, name);
    } catch (const toml::parse_error& error) {
        throw Error{{.status = Status::usage,
                     .what = "the configuration is not TOML",
                     .where = fmt::format("{}:{}", name, error.source().begin.line),
                     .why = std::string{error.description()},
                     .remedy = "plimsoll init writes one with comments"}};
    }
}

std::string find_config(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        std::error_code error;
        fs::path folder = fs::absolute(path, error);
        if (error || !fs::exists(folder, error)) {
            continue;
        }
        if (!fs::is_directory(folder, error)) {
            folder = folder.parent_path();
        }
        const fs::path root = git_root(folder);
        while (true) {
            if (fs::is_regular_file(folder / "plimsoll.toml", error)) {
                return fs::proximate(folder / "plimsoll.toml", error).string();
            }
            if (root.empty() || folder == root) {
                break;
            }
            folder = folder.parent_path();
        }
    }
    return {};
}

Settings load_config(const std::string& path, std::span<const std::string> inputs) {
    const std::string found = path.empty() ? find_config(inputs) : path;
    if (found.empty()) {
        return {};
    }
    std::ifstream in{found, std::ios::binary};
    if (!in) {
        throw Error{{.status = Status::usage,
                     .what = "the configuration cannot be opened",
                     .where = found,
                     .why = "no such file, or no right to read it",
                     .remedy = "check --config"}};
    }
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return parse_config(text, found);
}

}  // namespace plimsoll::app
