// Every script is a shell script that a shell accepts, and names its provider's export; and every
// command that a gap, a remedy or a page prints is one that there is.
#include "app/how.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <set>

using namespace plimsoll;

TEST_CASE("every provider has a script that sh can parse") {
    CHECK(app::how_providers().size() >= 7);
    CHECK_FALSE(app::how("no-such-provider"));
    for (const std::string_view provider : app::how_providers()) {
        CAPTURE(provider);
        const std::optional<std::string> script = app::how(provider);
        REQUIRE(script);
        CHECK(script->find("plimsoll audit") != std::string::npos);
        CHECK(script->find(" = $((") ==
              std::string::npos);  // a formatter of C++ breaks shell like that
        CHECK(script->find("| xargs -P") == std::string::npos);  // parallel writers mix their lines
        const std::unique_ptr<FILE, int (*)(FILE*)> shell{popen("sh -n", "w"),
                                                          [](FILE*) { return 0; }};
        REQUIRE(shell);
        std::fwrite(script->data(), 1, script->size(), shell.get());
        CHECK(pclose(shell.get()) == 0);
    }
}

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

// What follows "plimsoll " where a command of ours is named, by file.
std::vector<std::pair<std::string, std::string>> mentions(const std::regex& pattern,
                                                          const std::vector<const char*>& folders) {
    std::vector<std::pair<std::string, std::string>> out;
    const std::filesystem::path root{PLIMSOLL_ROOT};
    std::vector<std::filesystem::path> files{root / "README.md"};
    for (const char* folder : folders) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator{root / folder}) {
            if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
                files.push_back(entry.path());
            }
        }
    }
    for (const std::filesystem::path& file : files) {
        const std::string text = text_of(file);
        for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at) {
            out.emplace_back(file.filename().string(), (*at)[1].str());
        }
    }
    return out;
}

}  // namespace

TEST_CASE("every `plimsoll how X` that is printed names a provider that is known") {
    const std::vector<std::string_view> known = app::how_providers();
    CHECK(std::ranges::is_sorted(known));
    CHECK(std::ranges::adjacent_find(known) == known.end());
    const auto found =
        mentions(std::regex{"plimsoll how ([a-z][a-z-]*)"}, {"checks", "src", "reports"});
    CHECK(found.size() > 10);
    for (const auto& [file, provider] : found) {
        CAPTURE(file, provider);
        CHECK(std::ranges::find(known, provider) != known.end());
    }
}

TEST_CASE("every `plimsoll COMMAND` that a gap, a remedy or the README prints is a command") {
    const std::string cli = text_of(std::filesystem::path{PLIMSOLL_ROOT} / "src/cli/cli.cpp");
    std::set<std::string> commands;
    const std::regex added{"(?:add|add_subcommand|command)\\(\\s*\"([a-z]+)\""};
    for (std::sregex_iterator at{cli.begin(), cli.end(), added}, end; at != end; ++at) {
        commands.insert((*at)[1].str());
    }
    CHECK(commands.contains("audit"));
    CHECK(commands.contains("how"));
    // Only where it stands as something to type: in a text, after a quote, a bracket, a colon or a
    // backtick.
    for (const auto& [file, command] :
         mentions(std::regex{"[\"`(:] ?plimsoll ([a-z]+)"}, {"checks", "reports"})) {
        CAPTURE(file, command);
        CHECK(commands.contains(command));
    }
}
