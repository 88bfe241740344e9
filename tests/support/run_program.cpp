#include "support/run_program.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace plimsoll::test {
namespace {

[[nodiscard]] std::string quoted(const std::string& word) {
    std::string out = "'";
    for (const char c : word) {
        out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    }
    return out + "'";
}

}  // namespace

std::string slurp(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

TemporaryFolder::TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "plimsoll-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error{"cannot make a temporary folder"};
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::path(const std::string& name) const {
    return name.empty() ? path_ : path_ + "/" + name;
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << content;
    return file.string();
}

Ran run_program(const std::vector<std::string>& arguments,
                const std::string& input,
                const std::string& environment) {
    const TemporaryFolder folder;
    const std::string in = folder.write("in", input);
    std::string command =
        "env SOURCE_DATE_EPOCH=1795305600 XDG_CONFIG_HOME=" + quoted(folder.path("config")) + " " +
        environment + " " + quoted(PLIMSOLL_PROGRAM);
    for (const std::string& argument : arguments) {
        command += " " + quoted(argument);
    }
    command += " < " + quoted(in) + " > " + quoted(folder.path("out")) + " 2> " +
               quoted(folder.path("err"));
    const int status = std::system(command.c_str());
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            .out = slurp(folder.path("out")),
            .err = slurp(folder.path("err"))};
}

}  // namespace plimsoll::test
