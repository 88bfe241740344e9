// Runs the built program as a user would, and catches what it prints.
#pragma once

#include <string>
#include <vector>

namespace plimsoll::test {

struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

// The program with these arguments; `input` goes to its standard input. `environment` is put in
// front, as in "NO_COLOR=1".
[[nodiscard]] Ran run_program(const std::vector<std::string>& arguments,
                              const std::string& input = {},
                              const std::string& environment = {});

// A folder of its own for one test, removed with all in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] std::string path(const std::string& name = {}) const;
    // Writes a file in it and gives its path.
    std::string write(const std::string& name, const std::string& content) const;

private:
    std::string path_;
};

[[nodiscard]] std::string slurp(const std::string& path);

}  // namespace plimsoll::test
