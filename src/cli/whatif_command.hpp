// plimsoll whatif: the load line after changes that somebody has in mind.
#pragma once

#include "app/whatif.hpp"
#include "cli/commands.hpp"

#include <string>

namespace plimsoll::cli {

struct WhatIfFlags {
    ReadFlags read;
    app::Changes changes;
    std::string format = "text";
};
[[nodiscard]] Status run_whatif(const WhatIfFlags& flags);

}  // namespace plimsoll::cli
