// Changing a text made by hand: what stands in it, and each of its lines.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::test {

// Every `what` of the text, replaced.
inline std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

// As JSON writes it between quotes.
inline std::string in_json(const std::string& text) {
    return replaced(
        replaced(replaced(replaced(text, "\\", "\\\\"), "\"", "\\\""), "\n", "\\n"), "\t", "\\t");
}

// Each line of the text, which ends with a line feed, changed.
template <class Change>
std::string each_line(const std::string& text, const Change& change) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t feed = text.find('\n', at);
        out += change(text.substr(at, feed - at)) + "\n";
        at = feed + 1;
    }
    return out;
}

}  // namespace plimsoll::test
