#include "html/writer.hpp"

#include "shared/safe_text.hpp"

#include <algorithm>
#include <array>

namespace plimsoll::reports::page {

Attribute link_to(std::string_view anchor) {
    std::string target = "#";
    for (const char letter : anchor) {
        if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
            (letter >= '0' && letter <= '9') || letter == '-') {
            target += letter;
        }
    }
    return {Attribute::Link{}, std::move(target)};
}

void escape(std::string& out, std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char letter) {
        return letter >= ' ' && letter < 0x7F && letter != '<' && letter != '>' && letter != '&' &&
               letter != '"' && letter != '\'' && letter != '`';
    });
    if (plain) {
        out += text;
        return;
    }
    for (const char letter : shared::safe_text(text, {.keep_lines = true})) {
        switch (letter) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            case '`':
                out += "&#96;";
                break;
            default:
                out += letter;
        }
    }
}

void Writer::text(std::string_view text) {
    escape(out_, text);
}

void Writer::json(std::string_view json) {
    for (const char letter : json) {
        switch (letter) {
            case '<':
                out_ += "\\u003c";
                break;
            case '>':
                out_ += "\\u003e";
                break;
            case '&':
                out_ += "\\u0026";
                break;
            default:
                out_ += letter;
        }
    }
}

void Writer::start(Name tag, Attributes attributes, std::string_view close) {
    out_ += '<';
    out_ += tag.text();
    for (const Attribute& attribute : attributes) {
        out_ += ' ';
        out_ += attribute.name();
        out_ += "=\"";
        escape(out_, attribute.value());
        out_ += '"';
    }
    out_ += close;
}

void Writer::end(Name tag) {
    // HTML ends these by itself where the next one begins or what they are in ends, and they stand
    // nowhere else here. A page has thousands of them.
    static constexpr std::array<std::string_view, 4> ended_by_html{"td", "th", "tr", "li"};
    if (std::find(ended_by_html.begin(), ended_by_html.end(), tag.text()) != ended_by_html.end()) {
        return;
    }
    out_ += "</";
    out_ += tag.text();
    out_ += '>';
}

}  // namespace plimsoll::reports::page
