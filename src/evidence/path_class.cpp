#include "evidence/path_class.hpp"

#include <algorithm>
#include <cctype>
#include <span>
#include <string>

namespace plimsoll {
namespace {

using Words = std::span<const std::string_view>;

[[nodiscard]] std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return out;
}

[[nodiscard]] bool has(Words words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

[[nodiscard]] bool ends_with_any(std::string_view name, Words endings) {
    return std::ranges::any_of(endings,
                               [&](std::string_view ending) { return name.ends_with(ending); });
}

constexpr auto vendored_folders = std::to_array<std::string_view>(
    {"vendor", "node_modules", "third_party", "thirdparty", "bower_components", ".yarn", "dist"});
constexpr auto locale_folders =
    std::to_array<std::string_view>({"locale", "locales", "translations", "i18n"});
constexpr auto generated_folders =
    std::to_array<std::string_view>({"__snapshots__", "cassettes", "generated"});
constexpr auto test_folders = std::to_array<std::string_view>(
    {"test", "tests", "spec", "specs", "__tests__", "testdata", "fixtures", "e2e"});
constexpr auto test_endings = std::to_array<std::string_view>({"_test.go",
                                                               "_spec.rb",
                                                               "_test.rb",
                                                               "test.java",
                                                               "tests.java",
                                                               "it.java",
                                                               "tests.cs",
                                                               "test.cs",
                                                               "_test.py",
                                                               "_test.cpp",
                                                               "_test.cc",
                                                               "_test.exs",
                                                               ".feature",
                                                               "test.kt",
                                                               "test.php"});
constexpr auto generated_endings = std::to_array<std::string_view>({".min.js",
                                                                    ".min.css",
                                                                    ".snap",
                                                                    ".map",
                                                                    ".pb.go",
                                                                    ".gen.go",
                                                                    "_pb2.py",
                                                                    ".pb.cc",
                                                                    ".pb.h",
                                                                    "_generated.go"});
constexpr auto locale_endings =
    std::to_array<std::string_view>({".po", ".pot", ".mo", ".xlf", ".arb"});
constexpr auto document_endings = std::to_array<std::string_view>({".md", ".rst", ".adoc", ".txt"});
constexpr auto asset_endings = std::to_array<std::string_view>(
    {".svg", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".woff", ".woff2", ".ttf", ".pdf"});
constexpr auto manifest_endings = std::to_array<std::string_view>(
    {".lock", ".csproj", ".sln", ".gemspec", ".props", ".lockfile"});
constexpr auto manifest_names = std::to_array<std::string_view>(
    {"package.json", "package-lock.json", "pnpm-lock.yaml", "go.mod",           "go.sum",
     "pom.xml",      "gemfile",           "build.gradle",   "build.gradle.kts", "gradle.properties",
     "dockerfile",   "cargo.toml",        "pyproject.toml", "setup.py",         "setup.cfg",
     "version",      "version.rb",        "version.go",     "version.py",       "composer.json",
     "mix.exs",      "codeowners"});

[[nodiscard]] bool is_test_name(std::string_view name) {
    return ends_with_any(name, test_endings) ||
           (name.starts_with("test_") && name.ends_with(".py")) ||
           name.find(".test.") != std::string_view::npos ||
           name.find(".spec.") != std::string_view::npos;
}

// Folders first: a document in tests/ is a test.
[[nodiscard]] PathClass class_of_folders(std::string_view folders) {
    PathClass found = PathClass::product;
    bool first = true;
    while (!folders.empty()) {
        const std::string_view folder = folders.substr(0, folders.find('/'));
        folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
        if (has(vendored_folders, folder)) {
            return PathClass::vendored;
        }
        if (has(generated_folders, folder)) {
            found = PathClass::generated;
        } else if (has(test_folders, folder) || (first && folder == "features")) {
            found = found == PathClass::product ? PathClass::test : found;
        } else if (has(locale_folders, folder)) {
            found = found == PathClass::product ? PathClass::locale : found;
        } else if (first && (folder == "doc" || folder == "docs")) {
            found = PathClass::document;
        }
        first = false;
    }
    return found;
}

}  // namespace

PathClass class_of_path(std::string_view path) {
    const std::string text = lower(path);
    const std::size_t slash = text.rfind('/');
    const std::string_view all = text;
    const std::string_view name = slash == std::string::npos ? all : all.substr(slash + 1);
    const PathClass folder =
        slash == std::string::npos ? PathClass::product : class_of_folders(all.substr(0, slash));
    if (folder != PathClass::product) {
        return folder;
    }
    if (is_test_name(name)) {
        return PathClass::test;
    }
    if (ends_with_any(name, generated_endings) ||
        name.find(".generated.") != std::string_view::npos) {
        return PathClass::generated;
    }
    if (ends_with_any(name, locale_endings)) {
        return PathClass::locale;
    }
    if (has(manifest_names, name) || ends_with_any(name, manifest_endings) ||
        name.starts_with("gemfile") ||
        (name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in")))) {
        return PathClass::manifest;
    }
    if (ends_with_any(name, document_endings) || name.starts_with("changelog") ||
        name == "license") {
        return PathClass::document;
    }
    return ends_with_any(name, asset_endings) ? PathClass::asset : PathClass::product;
}

bool is_schema_path(std::string_view path) {
    static constexpr auto words = std::to_array<std::string_view>({"schema",
                                                                   "structure",
                                                                   "migration",
                                                                   "migrations",
                                                                   "migrate",
                                                                   "changelog",
                                                                   "changeset",
                                                                   "changesets",
                                                                   "ddl"});
    const std::string text = lower(path);
    if (text.ends_with(".sql")) {
        return true;
    }
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), segment.size() + 1));
        const std::string_view stem = segment.substr(0, segment.find('.'));
        const bool is_file = rest.empty();
        // "schema.rb" and "structure.sql" are dumps; a folder "structure/" is not.
        if (has(words, stem) &&
            (is_file ? segment == "schema.rb" || stem == "migrations" || stem == "ddl"
                     : stem != "schema" && stem != "structure")) {
            return true;
        }
    }
    return false;
}

}  // namespace plimsoll
