#include "readers/git/log_format.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace plimsoll::readers::git {
namespace {

constexpr std::size_t date_size = 10;

[[nodiscard]] bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

[[nodiscard]] bool is_date(std::string_view text) noexcept {
    if (text.size() < date_size) {
        return false;
    }
    for (std::size_t i = 0; i < date_size; ++i) {
        if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) {
            return false;
        }
    }
    return true;
}

// The hexadecimal digits in front; empty when there are none.
[[nodiscard]] std::string_view hex_prefix(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size() &&
           (is_digit(text[size]) || (text[size] >= 'a' && text[size] <= 'f'))) {
        ++size;
    }
    return text.substr(0, size);
}

[[nodiscard]] std::optional<LogHeader> dashed_header(std::string_view line) noexcept {
    constexpr std::string_view dashes = "--";
    line.remove_prefix(dashes.size());
    LogHeader out;
    out.rev = hex_prefix(line);
    line.remove_prefix(out.rev.size());
    if (out.rev.empty() || !line.starts_with(dashes) || !is_date(line.substr(2))) {
        return std::nullopt;
    }
    out.date = line.substr(2, date_size);
    line.remove_prefix(2 + date_size);
    if (!line.starts_with(dashes)) {
        return std::nullopt;
    }
    out.author = line.substr(2);
    return out;
}

// The author reaches to the first date that stands between blanks.
[[nodiscard]] std::optional<LogHeader> bracket_header(std::string_view line) noexcept {
    line.remove_prefix(1);
    LogHeader out;
    out.rev = hex_prefix(line);
    line.remove_prefix(out.rev.size());
    if (out.rev.empty() || !line.starts_with("] ")) {
        return std::nullopt;
    }
    line.remove_prefix(2);
    for (std::size_t at = line.find(' ', 1); at != std::string_view::npos;
         at = line.find(' ', at + 1)) {
        const std::string_view rest = line.substr(at + 1);
        if (is_date(rest) && (rest.size() == date_size || rest[date_size] == ' ')) {
            out.author = line.substr(0, at);
            out.date = rest.substr(0, date_size);
            out.subject = rest.substr(std::min(rest.size(), date_size + 1));
            return out;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<LogHeader> parse_log_header(std::string_view line) noexcept {
    return line.starts_with("--")  ? dashed_header(line)
           : line.starts_with('[') ? bracket_header(line)
                                   : std::nullopt;
}

std::optional<LogChange> parse_log_change(std::string_view line) noexcept {
    const std::size_t first = line.find('\t');
    const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    if (second == std::string_view::npos || second + 1 >= line.size()) {
        return std::nullopt;
    }
    const LogChange out{.added = line.substr(0, first),
                        .deleted = line.substr(first + 1, second - first - 1),
                        .path = line.substr(second + 1)};
    const auto numeric = [](std::string_view text) {
        return std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '-'; });
    };
    return numeric(out.added) && numeric(out.deleted) ? std::optional{out} : std::nullopt;
}

std::uint32_t lines_of(std::string_view text) noexcept {
    std::uint32_t lines = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lines);
    return error == std::errc::result_out_of_range ? std::numeric_limits<std::uint32_t>::max()
                                                   : lines;
}

std::string unquoted(std::string_view path) {
    if (path.size() < 2 || path.front() != '"' || path.back() != '"') {
        return std::string{path};
    }
    path = path.substr(1, path.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '\\' || i + 1 == path.size()) {
            out += path[i];
            continue;
        }
        ++i;
        const auto octal = [](char c) { return c >= '0' && c <= '7'; };
        if (i + 2 < path.size() && octal(path[i]) && octal(path[i + 1]) && octal(path[i + 2])) {
            const int byte = (path[i] - '0') * 64 + (path[i + 1] - '0') * 8 + (path[i + 2] - '0');
            out += static_cast<char>(byte);
            i += 2;
        } else {
            constexpr std::string_view letters = "abfnrtv";
            constexpr std::string_view bytes = "\a\b\f\n\r\t\v";
            const std::size_t at = letters.find(path[i]);
            out += at == std::string_view::npos ? path[i] : bytes[at];
        }
    }
    return out;
}

std::optional<MovedPath> moved_path(std::string_view path) {
    constexpr std::string_view arrow = " => ";
    const std::size_t at = path.find(arrow);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t open = path.rfind('{', at);
    const std::size_t close = path.find('}', at);
    if (open == std::string_view::npos || close == std::string_view::npos) {
        return MovedPath{unquoted(path.substr(0, at)), unquoted(path.substr(at + arrow.size()))};
    }
    const std::string_view before = path.substr(0, open);
    const std::string_view after = path.substr(close + 1);
    const auto whole = [&](std::string_view middle) {
        std::string out{before};
        out += middle;
        // An empty middle leaves two slashes: "a/{ => b}/c" comes from "a/c".
        out += middle.empty() && out.ends_with('/') && after.starts_with('/') ? after.substr(1)
                                                                              : after;
        return out;
    };
    return MovedPath{whole(path.substr(open + 1, at - open - 1)),
                     whole(path.substr(at + arrow.size(), close - at - arrow.size()))};
}

}  // namespace plimsoll::readers::git
