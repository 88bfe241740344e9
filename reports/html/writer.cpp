#include "html/writer.hpp"

#include "shared/safe_text.hpp"

#include <algorithm>

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

void Writer::start(Name tag, Attributes attributes) {
    out_ += '<';
    out_ += tag.text();
    for (const Attribute& attribute : attributes) {
        out_ += ' ';
        out_ += attribute.name();
        out_ += "=\"";
        escape(out_, attribute.value());
        out_ += '"';
    }
    out_ += '>';
}

void Writer::end(Name tag) {
    out_ += "</";
    out_ += tag.text();
    out_ += '>';
}

}  // namespace plimsoll::reports::page
