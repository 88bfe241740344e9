#include "app/planner/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace plimsoll::app::planner {
namespace {

[[nodiscard]] bool word_char(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

[[nodiscard]] std::string trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blank);
    return begin == std::string_view::npos
               ? std::string{}
               : std::string{text.substr(begin, text.find_last_not_of(blank) - begin + 1)};
}

// Where the quoted piece that begins at `at` ends; `at` itself when none begins there.
[[nodiscard]] std::size_t quoted_end(std::string_view text, std::size_t at) {
    const auto after = [&](std::string_view mark, std::size_t from) {
        const std::size_t found = text.find(mark, from);
        return found == std::string_view::npos ? text.size() : found + mark.size();
    };
    const char c = text[at];
    if (c == '\'' || c == '"') {
        return after(std::string_view{&text[at], 1}, at + 1);
    }
    if (text.substr(at, 2) == "/*") {
        return after("*/", at + 2);
    }
    if (c == '$' && (at == 0 || !word_char(text[at - 1]))) {
        const std::size_t close = text.find('$', at + 1);
        const bool digits = at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9';
        if (close != std::string_view::npos && !digits &&
            std::ranges::all_of(text.substr(at + 1, close - at - 1), word_char)) {
            return after(text.substr(at, close - at + 1), close + 1);
        }
    }
    return at;
}

void note(std::string_view comment, Asked& asked) {
    const auto value = [&](std::string_view key) -> std::optional<std::string> {
        const std::string text = trimmed(comment);
        return text.starts_with(key)
                   ? std::optional{trimmed(std::string_view{text}.substr(key.size()))}
                   : std::nullopt;
    };
    const auto number = [](const std::string& text) -> std::optional<double> {
        double out = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        return error == std::errc{} && out >= 0 && end != text.data() ? std::optional{out}
                                                                      : std::nullopt;
    };
    if (const auto name = value("name:")) {
        asked.name = *name;
    } else if (const auto ms = value("ms:")) {
        asked.ms = number(*ms);
    } else if (const auto planning = value("planning:")) {
        asked.planning_ms = number(*planning).value_or(0);
    }
}

// "timestamptz $3" as "$3::timestamptz", "limit $2" as "limit 20".
[[nodiscard]] std::string plannable(const std::string& text, double rows) {
    static constexpr std::array types{
        "timestamptz", "timestamp", "date", "interval", "timetz", "time"};
    std::string out;
    std::string last;
    for (std::size_t at = 0; at < text.size();) {
        if (word_char(text[at]) && text[at] != '$') {
            const std::size_t begin = at;
            while (at < text.size() && word_char(text[at])) {
                ++at;
            }
            last = text.substr(begin, at - begin);
            out += last;
        } else if (text[at] == '$' && at + 1 < text.size() && text[at + 1] >= '0' &&
                   text[at + 1] <= '9') {
            std::size_t end = at + 1;
            while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
                ++end;
            }
            const std::string parameter = text.substr(at, end - at);
            at = end;
            if (std::ranges::find(types, last) != types.end() && out.ends_with(last + " ")) {
                out.erase(out.size() - last.size() - 1);
                out += parameter + "::" + last;
            } else if (last == "limit" && out.ends_with("limit ") && rows >= 0) {
                out += fmt::format("{:.0f}", std::max(1.0, std::ceil(rows)));
            } else {
                out += parameter;
            }
            last.clear();
        } else {
            const std::size_t end = std::max(at + 1, quoted_end(text, at));
            if (text[at] != ' ') {
                last.clear();
            }
            out += text.substr(at, end - at);
            at = end;
        }
    }
    return out;
}

}  // namespace

std::vector<Asked> statements_in(std::string_view file) {
    std::vector<Asked> out;
    Asked asked;
    std::string text;
    std::size_t line = 1;  // where `text` begins
    const auto finish = [&] {
        const std::size_t blank = std::min(text.find_first_not_of(" \t\r\n"), text.size());
        const auto lines = [](std::string_view some) {
            return static_cast<std::size_t>(std::ranges::count(some, '\n'));
        };
        asked.line = line + lines(std::string_view{text}.substr(0, blank));
        line += lines(text);
        asked.text = trimmed(text);
        text.clear();
        if (!asked.text.empty()) {
            if (asked.name.empty()) {
                asked.name = fmt::format("statement {}", out.size() + 1);
            }
            out.push_back(std::move(asked));
            asked = {};
        }
    };
    for (std::size_t at = 0; at < file.size();) {
        if (file.substr(at, 2) == "--") {
            const std::size_t end = std::min(file.size(), file.find('\n', at));
            note(file.substr(at + 2, end - at - 2), asked);
            at = end;
        } else if (file[at] == ';') {
            finish();
            ++at;
        } else {
            const std::size_t end = std::max(at + 1, quoted_end(file, at));
            text += file.substr(at, end - at);
            at = end;
        }
    }
    finish();
    return out;
}

std::vector<Asked> statements_of(const DatabaseCapture& capture, std::size_t most) {
    std::vector<Asked> out;
    if (capture.snapshots.empty()) {
        return out;
    }
    double all = 0;
    for (const auto& [id, one] : capture.snapshots.back().statements) {
        all += static_cast<double>(one.total_us);
    }
    for (const auto& [id, one] : capture.snapshots.back().statements) {
        const bool whole = !one.text.ends_with(" ...");
        if (one.calls <= 0 || !whole) {
            continue;
        }
        const auto calls = static_cast<double>(one.calls);
        out.push_back({.name = one.text,
                       .text = plannable(one.text, static_cast<double>(one.rows) / calls),
                       .generic = true,
                       .ms = static_cast<double>(one.total_us + one.planning_us) / calls / 1000,
                       .planning_ms = static_cast<double>(one.planning_us) / calls / 1000,
                       .calls = calls,
                       .share = all > 0 ? static_cast<double>(one.total_us) / all : 0});
    }
    std::ranges::stable_sort(out, [](const Asked& a, const Asked& b) { return a.share > b.share; });
    if (out.size() > most) {
        out.resize(most);
    }
    return out;
}

std::string at_scale(const std::string& text, double scale) {
    constexpr std::string_view mark = ":scale";
    std::string out = text;
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at + 1)) {
        const bool ends = at + mark.size() >= out.size() || !word_char(out[at + mark.size()]);
        const bool begins = at == 0 || out[at - 1] != ':';
        if (ends && begins) {
            // A whole number: with a fraction it would be a comparison of numerics, which no index
            // serves.
            out.replace(at, mark.size(), fmt::format("{:.0f}", scale));
        }
    }
    return out;
}

}  // namespace plimsoll::app::planner
