// `init github` and `init gitlab`: the file that runs the gate there, built in from templates/.
#pragma once

#include <string>
#include <vector>

namespace plimsoll::app {

struct CiFile {
    std::string path;  // where it belongs in a repository
    std::string content;
    std::string next;  // what remains to be done
};

// Throws Error (usage) for a platform that is not known.
[[nodiscard]] CiFile ci_file(const std::string& platform);
[[nodiscard]] std::vector<std::string> ci_platforms();

}  // namespace plimsoll::app
