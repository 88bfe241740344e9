#include "readers/metrics/text_sample.hpp"

#include "readers/metrics/cumulative.hpp"

#include <algorithm>
#include <string>

namespace plimsoll::readers::metrics {
namespace {

constexpr std::size_t most_labels = 100;
constexpr std::size_t longest_value = 500;

[[nodiscard]] bool is_name(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == ':';
    });
}

void skip_blanks(std::string_view& rest) noexcept {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
}

[[nodiscard]] std::string_view take_word(std::string_view& rest) noexcept {
    skip_blanks(rest);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
}

// Behind the opening quote up to the closing one; nothing when there is none.
[[nodiscard]] std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string out;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return out;
        }
        char c = rest[i];
        if (c == '\\' && i + 1 < rest.size()) {
            c = rest[++i] == 'n' ? '\n' : rest[i];
        }
        if (out.size() < longest_value) {
            out += c;
        }
    }
    return std::nullopt;
}

// Behind the opening brace up to and with the closing one.
[[nodiscard]] bool take_labels(std::string_view& rest, Labels& labels) {
    for (;;) {
        skip_blanks(rest);
        if (rest.starts_with('}')) {
            rest.remove_prefix(1);
            return true;
        }
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos) {
            return false;
        }
        std::string_view name = rest.substr(0, equals);
        name = name.substr(0, name.find_last_not_of(" \t") + 1);
        rest.remove_prefix(equals + 1);
        skip_blanks(rest);
        if (!is_name(name) || !rest.starts_with('"')) {
            return false;
        }
        rest.remove_prefix(1);
        std::optional<std::string> value = take_quoted(rest);
        if (!value) {
            return false;
        }
        if (labels.size() < most_labels) {
            labels[std::string{name.substr(0, 200)}] = std::move(*value);
        }
        skip_blanks(rest);
        if (rest.starts_with(',')) {
            rest.remove_prefix(1);
        }
    }
}

}  // namespace

std::optional<TextSample> text_sample(std::string_view line) {
    TextSample out;
    skip_blanks(line);
    out.name = line.substr(0, line.find_first_of("{ \t"));
    line.remove_prefix(out.name.size());
    skip_blanks(line);
    if (!is_name(out.name)) {
        return std::nullopt;
    }
    if (line.starts_with('{')) {
        line.remove_prefix(1);
        if (!take_labels(line, out.labels)) {
            return std::nullopt;
        }
    }
    const std::optional<double> value = sample_value(take_word(line));
    if (!value) {
        return std::nullopt;
    }
    out.value = *value;
    const std::string_view stamp = take_word(line);
    if (!stamp.empty() && stamp != "#") {
        out.stamp = sample_value(stamp);
        if (!out.stamp) {
            return std::nullopt;
        }
    }
    return out;
}

}  // namespace plimsoll::readers::metrics
