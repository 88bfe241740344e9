// Report: the Audit in one format. A file or folder in reports/ defines one and nothing else.
#pragma once

#include "core/audit.hpp"

#include <span>
#include <string>
#include <string_view>

namespace plimsoll {

// How to write for the place that shows it; decided by main, which alone knows the terminal.
struct Style {
    bool colour = false;
    bool ascii = false;
    int width = 80;
};

struct Report {
    std::string_view id;      // what --format takes, and --ID FILE writes
    std::string_view writes;  // one line for --help
    std::string (*write)(const Audit&, const Style&) = nullptr;
};

// Every report in reports/, in order of file name.
[[nodiscard]] std::span<const Report* const> all_reports() noexcept;

}  // namespace plimsoll
