// A reader of the HTML that our writer makes: every element closed, every attribute quoted. It is
// not a browser; tests/browser runs a real one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::testing {

struct Element {
    std::string tag;
    std::map<std::string, std::string> attributes;  // decoded
    // Text and elements in order: a piece of text has an empty tag.
    std::vector<Element> inside;
    std::string text;  // of a piece of text, decoded

    [[nodiscard]] bool has(const std::string& attribute) const {
        return attributes.contains(attribute);
    }
    [[nodiscard]] std::string at(const std::string& attribute) const {
        const auto found = attributes.find(attribute);
        return found == attributes.end() ? std::string{} : found->second;
    }
    // All text in it.
    [[nodiscard]] std::string all_text() const;
    // Tags with their nesting and nothing else: "html(head(meta()meta())body(...))".
    [[nodiscard]] std::string tree() const;
    // Calls visit for every element, outer ones first.
    void each(const std::function<void(const Element&)>& visit) const;
};

// Throws std::runtime_error with the place when tags do not nest.
[[nodiscard]] Element scan_html(std::string_view html);

}  // namespace plimsoll::testing
