#include "readers/plans/frames.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace plimsoll::readers::plans {
namespace {

constexpr std::array<std::string_view, 4> bars{"│", "║", "|", "┃"};
constexpr std::array<std::string_view, 4> continuations{"↵", "⏎", "+", "¶"};
constexpr std::string_view blanks = " \t\r";

[[nodiscard]] std::string_view right_trimmed(std::string_view text) {
    const std::size_t last = text.find_last_not_of(blanks);
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}
[[nodiscard]] std::string_view trimmed(std::string_view text) {
    text = right_trimmed(text);
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

// Only characters that draw: - + = | and the box drawing block (U+2500 to U+257F: E2 94, E2 95).
[[nodiscard]] bool is_border(std::string_view text) {
    std::size_t drawn = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        if (std::string_view{"-+=|"}.find(rest.front()) != std::string_view::npos) {
            ++drawn;
            ++at;
        } else if (rest.size() >= 3 &&
                   (rest.starts_with("\xE2\x94") || rest.starts_with("\xE2\x95"))) {
            ++drawn;
            at += 3;
        } else if (rest.front() == ' ') {
            ++at;
        } else {
            return false;
        }
    }
    return drawn >= 3;
}

// "(12 rows)", "(12 Zeilen)", "(1 строка)"
[[nodiscard]] bool is_row_count(std::string_view text) {
    if (text.size() < 4 || text.front() != '(' || text.back() != ')') {
        return false;
    }
    const std::size_t after = text.find_first_not_of("0123456789", 1);
    return after > 1 && text[after] == ' ' && text.find('=') == std::string_view::npos &&
           text.find_first_of(" ()", after + 1) == text.size() - 1;
}

[[nodiscard]] std::string undoubled(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        at += text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"' ? 1U : 0U;
    }
    return out;
}

// A whole line in quotes, as grids copy it; a line of JSON such as "Plan": { is none.
[[nodiscard]] bool is_quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
        return false;
    }
    const std::string_view inside = text.substr(1, text.size() - 2);
    for (std::size_t at = inside.find('"'); at != std::string_view::npos;
         at = inside.find('"', at + 2)) {
        if (at + 1 >= inside.size() || inside[at + 1] != '"') {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<std::string> unframed(std::string_view line) {
    std::string_view text = right_trimmed(line);
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    const std::string_view bare = trimmed(text);
    if (bare.empty() || is_border(bare) || is_row_count(bare)) {
        return std::nullopt;
    }
    for (const std::string_view bar : bars) {
        if (bare.starts_with(bar)) {
            text = text.substr(text.find(bar) + bar.size());
            text = right_trimmed(text);
            if (text.ends_with(bar)) {
                text = right_trimmed(text.substr(0, text.size() - bar.size()));
            }
            break;
        }
    }
    for (const std::string_view sign : continuations) {
        // psql sets the sign apart from the text, or at the end of a full column.
        if (text.ends_with(sign) && trimmed(text).size() > sign.size()) {
            text = right_trimmed(text.substr(0, text.size() - sign.size()));
            break;
        }
    }
    for (const std::string_view name : {"EXPLAIN: ", "ANALYZE: "}) {  // mysql's \G
        if (trimmed(text).starts_with(name)) {
            return std::string{trimmed(text).substr(name.size())};
        }
    }
    if (trimmed(text) == "EXPLAIN" || trimmed(text) == "ANALYZE" || trimmed(text) == "QUERY PLAN" ||
        trimmed(text) == "\"QUERY PLAN\"" || trimmed(text).empty()) {
        return std::nullopt;
    }
    if (is_quoted(trimmed(text))) {
        const std::string_view quoted = trimmed(text);
        return undoubled(quoted.substr(1, quoted.size() - 2));
    }
    return std::string{text};
}

}  // namespace plimsoll::readers::plans
