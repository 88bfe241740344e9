// The command line as a whole: words in, exit status out.
#pragma once

#include "core/error.hpp"

namespace plimsoll::cli {

// Parses, runs one command, prints what went wrong. Never throws.
[[nodiscard]] Status run(int argc, char** argv, const char* built_from) noexcept;

}  // namespace plimsoll::cli
