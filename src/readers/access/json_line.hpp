// Access logs as JSON lines: the fields are found by their usual names.
#pragma once

#include "readers/access/line.hpp"

#include <memory>
#include <string>

namespace plimsoll::readers::access {

// An object with a time, and a duration or a request's path.
[[nodiscard]] bool is_request(std::string_view line) noexcept;

class JsonLines {
public:
    // `micros_per_unit` of durations whose name says no unit; 0: ask for it.
    JsonLines(double micros_per_unit, std::string source);
    ~JsonLines();
    JsonLines(const JsonLines&) = delete;
    JsonLines& operator=(const JsonLines&) = delete;

    // Why the line cannot be used, or an empty text; the views of `out` live until the next call.
    // Throws Error (usage) for a duration without a unit.
    [[nodiscard]] std::string_view parse(std::string_view line, Request& out);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace plimsoll::readers::access
