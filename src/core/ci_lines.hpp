// Lines that a CI platform would obey: GitHub's runner takes a printed line that begins with "::",
// after blanks, for a command, and one that holds "##[" anywhere. Names of jobs, branches and
// queries are chosen by whoever may push, so no text of ours may print either.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll {

// `text` with such lines made harmless by a blank; everything else is as it was.
[[nodiscard]] inline std::string without_commands(std::string_view text) {
    std::string out;
    bool only_blanks = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const std::string_view rest = text.substr(i);
        if (only_blanks && rest.starts_with("::")) {
            out += ": :";
            ++i;
            only_blanks = false;
            continue;
        }
        if (rest.starts_with("##[")) {
            out += "## [";
            i += 2;
            only_blanks = false;
            continue;
        }
        out += c;
        const bool ends = c == '\n' || c == '\r';
        // Any byte that a runtime's trim might take for a blank keeps the line's beginning open.
        const bool blank =
            static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F;
        only_blanks = ends || (only_blanks && blank);
    }
    return out;
}

}  // namespace plimsoll
