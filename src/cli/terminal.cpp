#include "cli/terminal.hpp"

#include "core/ci_lines.hpp"
#include "reports/shared/safe_text.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace plimsoll::cli {
namespace {

[[nodiscard]] std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

[[nodiscard]] bool wants_colour(std::string_view colour) {
    if (colour != "auto") {
        return colour == "always";
    }
    if (!environment("NO_COLOR").empty() || environment("TERM") == "dumb") {
        return false;
    }
    const std::string_view force = environment("CLICOLOR_FORCE");
    return isatty(STDOUT_FILENO) == 1 || (!force.empty() && force != "0");
}

[[nodiscard]] bool locale_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        std::string value{environment(name)};
        if (!value.empty()) {
            std::ranges::transform(
                value, value.begin(), [](unsigned char c) { return std::tolower(c); });
            return value.find("utf-8") != std::string::npos ||
                   value.find("utf8") != std::string::npos;
        }
    }
    return true;  // nothing said: today's terminals and files are UTF-8
}

[[nodiscard]] int width_of(int descriptor) {
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        return size.ws_col;
    }
    const int columns = std::atoi(std::string{environment("COLUMNS")}.c_str());
    return columns > 0 ? columns : 80;
}

// Paths and reasons may hold what a stranger wrote: nothing that a terminal would obey gets out.
[[nodiscard]] std::string harmless(std::string_view text) {
    return without_commands(reports::shared::safe_text(text, {.keep_lines = true}));
}

}  // namespace

Style style_of_stdout(std::string_view colour) {
    return {.colour = wants_colour(colour),
            .ascii = !locale_is_utf8(),
            .width = width_of(STDOUT_FILENO)};
}

void print(std::string_view text) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written && errno != EPIPE) {
        throw Error{{.status = Status::unwritable,
                     .what = "cannot write the result",
                     .where = "standard output",
                     .why = std::strerror(errno),
                     .remedy = "redirect it to a disk with room"}};
    }
}

std::string slurp(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        throw Error{{.status = Status::unreadable,
                     .what = "cannot open an input",
                     .where = path,
                     .why = "no such file, or no right to read it",
                     .remedy = "check the path"}};
    }
    return {std::istreambuf_iterator<char>{in}, {}};
}

void print_error(const Error::Parts& parts) {
    clear_progress();
    std::string out = fmt::format("error: {}\n", parts.what);
    for (const auto& [name, text] :
         {std::pair{"where", &parts.where}, {"why", &parts.why}, {"try", &parts.remedy}}) {
        if (!text->empty()) {
            out += fmt::format("  {:<6} {}\n", name, *text);
        }
    }
    std::fputs(harmless(out).c_str(), stderr);
}

void print_text(std::string_view text) {
    print(reports::shared::safe_text(text, {.keep_lines = true}));
}

void print_warning(std::string_view text) {
    clear_progress();
    std::fputs(harmless(fmt::format("warning: {}\n", text)).c_str(), stderr);
}

void print_commands(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

bool shows_progress() {
    return isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb";
}

void show_progress(const std::string& text) {
    if (shows_progress()) {
        const auto width = static_cast<std::size_t>(std::max(20, width_of(STDERR_FILENO) - 1));
        const std::string line = harmless("reading " + text);
        std::fprintf(
            stderr, "\r\x1b[K%.*s", static_cast<int>(std::min(width, line.size())), line.c_str());
        std::fflush(stderr);
    }
}

void clear_progress() {
    if (shows_progress()) {
        std::fputs("\r\x1b[K", stderr);
    }
}

}  // namespace plimsoll::cli
