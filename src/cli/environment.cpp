#include "cli/environment.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace plimsoll::cli {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

app::Environment plimsoll_variables() {
    app::Environment out;
    for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
        const std::string_view whole{*one};
        const std::size_t equals = whole.find('=');
        if (whole.starts_with("PLIMSOLL_") && equals != std::string_view::npos) {
            out.emplace(whole.substr(0, equals), whole.substr(equals + 1));
        }
    }
    return out;
}

const std::vector<std::string>& reading_options() {
    static const std::vector<std::string> names{"config",
                                                "log-prefix",
                                                "unit",
                                                "log-timezone",
                                                "threads",
                                                "no-cache",
                                                "low-memory",
                                                "find-renames",
                                                "interval",
                                                "system",
                                                "color"};
    return names;
}

}  // namespace plimsoll::cli
