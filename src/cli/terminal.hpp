// The terminal: what it can show, how results and errors are printed.
#pragma once

#include "core/error.hpp"
#include "core/report.hpp"

#include <string>
#include <string_view>

namespace plimsoll::cli {

// Colour only on a TTY, never with NO_COLOR or TERM=dumb, always with CLICOLOR_FORCE; ASCII where
// the locale is not UTF-8; width from the terminal, else COLUMNS, else 80. `colour` is auto, always
// or never.
[[nodiscard]] Style style_of_stdout(std::string_view colour);

// A closed pipe is success (somebody looked at the head); a full disk throws Error (unwritable).
void print(std::string_view text);
// The same for text that repeats what a stranger wrote and is no report, which sees to it itself:
// what a terminal would obey is written out.
void print_text(std::string_view text);

// A small file that a command names, whole. Throws Error (unreadable).
[[nodiscard]] std::string slurp(const std::string& path);

// The four parts, on stderr.
void print_error(const Error::Parts& parts);
void print_warning(std::string_view text);
// Workflow commands of ours, on stderr, where standard output is for a program.
void print_commands(std::string_view text);

// Is standard error a terminal that can draw over a line?
[[nodiscard]] bool shows_progress();
// One line that the next one, a message or clear_progress() replaces; nothing off a terminal.
void show_progress(const std::string& text);
void clear_progress();

}  // namespace plimsoll::cli
