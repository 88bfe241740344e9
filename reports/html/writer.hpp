// Writer: HTML whose misuse does not compile.
//
// Markup can only come from literals: tag and attribute names are types with a consteval
// constructor, run-time text is always escaped (and made visible: shared/safe_text.hpp), a link can
// only lead to a place in the same page, and an element closes itself because its content is a
// call (cells, rows and items of lists by HTML's own rule). There is no way to write an event
// handler, a style attribute or an address of the outside world.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace plimsoll::reports::page {

// A tag or attribute name: a literal of letters, digits, '-' and ':'.
class Name {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to become a name by itself
    consteval Name(const char* text) : text_{text} {
        if (text_.empty()) {
            throw "an empty name";
        }
        for (const char letter : text_) {
            const bool fine = (letter >= 'a' && letter <= 'z') ||
                              (letter >= 'A' && letter <= 'Z') ||
                              (letter >= '0' && letter <= '9') || letter == '-' || letter == ':';
            if (!fine) {
                throw "not a name";
            }
        }
    }
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

// The name of an attribute that may carry free text: nothing that runs, styles or fetches.
class AttributeName : public Name {
public:
    // NOLINTNEXTLINE(google-explicit-constructor)
    consteval AttributeName(const char* text) : Name{text} {
        const std::string_view name{text};
        if (name.starts_with("on") || name == "style" || name == "href" || name == "src" ||
            name == "srcdoc" || name == "action" || name == "formaction" || name == "xlink:href") {
            throw "an attribute that could run, style or fetch";
        }
    }
};

// An element of a drawing that holds nothing. Only these close themselves: in HTML proper "<td/>"
// opens a cell and leaves it open.
class Shape : public Name {
public:
    // NOLINTNEXTLINE(google-explicit-constructor)
    consteval Shape(const char* text) : Name{text} {
        const std::string_view name{text};
        if (name != "rect" && name != "line" && name != "circle" && name != "path" &&
            name != "use") {
            throw "not a shape without content";
        }
    }
};

class Attribute {
public:
    Attribute(AttributeName name, std::string value)
        : name_{name.text()}, value_{std::move(value)} {}
    Attribute(AttributeName name, std::string_view value) : name_{name.text()}, value_{value} {}
    Attribute(AttributeName name, const char* value) : name_{name.text()}, value_{value} {}

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] std::string_view value() const noexcept { return value_; }

private:
    struct Link {};
    Attribute(Link, std::string value) : name_{"href"}, value_{std::move(value)} {}
    friend Attribute link_to(std::string_view anchor);
    std::string_view name_;
    std::string value_;
};

// The only way to make a link: to an id in this page. What is no letter, digit or '-' is dropped.
[[nodiscard]] Attribute link_to(std::string_view anchor);

using Attributes = std::initializer_list<Attribute>;

class Writer {
public:
    void text(std::string_view text);
    // An element without content and end tag: meta, input.
    void lone(Name tag, Attributes attributes = {}) { start(tag, attributes, ">"); }
    // A shape of a drawing.
    void leaf(Shape tag, Attributes attributes = {}) { start(tag, attributes, "/>"); }
    void element(Name tag, Attributes attributes, std::string_view content) {
        start(tag, attributes, ">");
        text(content);
        end(tag);
    }
    template <std::invocable Content>
    void element(Name tag, Attributes attributes, Content&& content) {
        start(tag, attributes, ">");
        std::forward<Content>(content)();
        end(tag);
    }
    // The style sheet and the script that are built into the program, and the document type.
    void built_in(std::string_view asset) { out_ += asset; }
    // JSON inside a script element: no '<', '>' or '&' reaches the page, so nothing can end it.
    void json(std::string_view json);

    [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void start(Name tag, Attributes attributes, std::string_view close);
    void end(Name tag);
    std::string out_;
};

// `text` with what HTML would interpret as entities.
void escape(std::string& out, std::string_view text);

}  // namespace plimsoll::reports::page
