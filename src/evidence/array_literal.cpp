#include "evidence/array_literal.hpp"

#include <utility>

namespace plimsoll {

std::vector<std::string> elements_of(std::string_view literal) {
    std::vector<std::string> out;
    if (literal.size() < 2 || literal.front() != '{' || literal == "{}") {
        return out;
    }
    literal = literal.substr(1, literal.size() - 2);
    std::string element;
    bool quoted = false;
    for (std::size_t i = 0; i < literal.size(); ++i) {
        const char c = literal[i];
        if (c == '\\' && i + 1 < literal.size()) {
            element += literal[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            out.push_back(std::move(element));
            element.clear();
        } else {
            element += c;
        }
    }
    out.push_back(std::move(element));
    return out;
}

std::string literal_of(const std::vector<std::string>& elements) {
    std::string out = "{";
    for (const std::string& element : elements) {
        out += out.size() > 1 ? ",\"" : "\"";
        for (const char c : element) {
            out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        }
        out += '"';
    }
    return out + "}";
}

}  // namespace plimsoll
