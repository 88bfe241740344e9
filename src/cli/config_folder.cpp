#include "cli/config_folder.hpp"

#include <cstdlib>

namespace plimsoll::cli {

std::string config_folder() {
    if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/') {
        return std::string{config} + "/plimsoll";
    }
    const char* home = std::getenv("HOME");
    return home == nullptr || *home != '/' ? std::string{}
                                           : std::string{home} + "/.config/plimsoll";
}

}  // namespace plimsoll::cli
