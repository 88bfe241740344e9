#include "readers/git/library.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace plimsoll::readers::git {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] std::string first_kilobytes(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text(65'536, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

// "gitdir: PATH" files point from a worktree or submodule to its repository.
[[nodiscard]] fs::path git_folder(const fs::path& folder) {
    std::error_code ignored;
    const fs::path dot = folder / ".git";
    if (fs::is_directory(dot, ignored)) {
        return dot;
    }
    if (fs::is_regular_file(dot, ignored)) {
        std::string text = first_kilobytes(dot);
        constexpr std::string_view key = "gitdir: ";
        if (text.starts_with(key)) {
            text = text.substr(key.size(), text.find_first_of("\r\n") - key.size());
            return folder / text;
        }
    }
    return folder;
}

// libgit2 1.5 knows SHA-1 only, and blames a "corrupted loose reference".
[[nodiscard]] bool uses_sha256(const std::string& folder) {
    fs::path where = git_folder(folder);
    const std::string common = first_kilobytes(where / "commondir");
    if (!common.empty()) {
        where /= common.substr(0, common.find_first_of("\r\n"));
    }
    std::string config = first_kilobytes(where / "config");
    std::erase_if(config, [](char c) { return c == ' ' || c == '\t'; });
    std::ranges::transform(config, config.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return config.find("objectformat=sha256") != std::string::npos;
}

}  // namespace

Library::Library() {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);  // reading runs no hooks
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM,
                            GIT_CONFIG_LEVEL_GLOBAL,
                            GIT_CONFIG_LEVEL_XDG,
                            GIT_CONFIG_LEVEL_PROGRAMDATA}) {
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
}

Library::~Library() {
    git_libgit2_shutdown();
}

std::string last_error() {
    const git_error* error = git_error_last();
    return error == nullptr || error->message == nullptr ? "git says nothing more" : error->message;
}

Repository open_repository(const std::string& folder) {
    if (uses_sha256(folder)) {
        throw Error{
            {.status = Status::unreadable,
             .what = "this repository uses SHA-256 object ids",
             .where = folder,
             .why = "libgit2 reads SHA-1 repositories only (extensions.objectformat = sha256)",
             .remedy = "give a log instead: git log --numstat --date=short "
                       "--pretty=format:'--%h--%cd--%cn' > history.log"}};
    }
    git_repository* opened = nullptr;
    if (git_repository_open_ext(&opened, folder.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) <
        0) {
        throw Error{{.status = Status::unreadable,
                     .what = "cannot open the git repository",
                     .where = folder,
                     .why = last_error(),
                     .remedy = "check that `git -C " + folder + " log` works"}};
    }
    return Repository{opened};
}

std::string common_folder(git_repository* repository) {
    const char* folder = git_repository_commondir(repository);
    return folder == nullptr ? git_repository_path(repository) : folder;
}

}  // namespace plimsoll::readers::git
