// `plimsoll collect postgresql://... -o FILE`.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace plimsoll::cli {

struct CollectFlags {
    std::string connection;
    std::string output;
    double interval_s = 60;
    double statement_timeout_s = 10;
    bool keep_values = false;
};

void add_collect_options(CLI::App& command, CollectFlags& flags);
// untrusted (4) when the capture is not complete; it is written all the same.
[[nodiscard]] Status run_collect(const CollectFlags& flags);

}  // namespace plimsoll::cli
