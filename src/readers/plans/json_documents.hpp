// JSON documents in a stream that may hold several, and other text around them.
//
// Results of EXPLAIN come concatenated, one to a line, in arrays of thousands, or wrapped ({"QUERY
// PLAN": ...}). So every outermost object is taken by itself: memory is bounded by one object, and
// one broken object costs only itself.
#pragma once

#include "readers/plans/document.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace plimsoll::readers::plans {

constexpr std::size_t deepest = 1000;                     // objects and lists within each other
constexpr std::size_t largest_document = 32U * 1048576U;  // bytes

// A document that cannot be read, and where.
struct Broken {
    std::uint64_t line = 0;
    std::string why;
};

// One object with the line that it begins at. An object that is never closed comes with whole =
// false, and so does one that is too large or too deep, with what is left of it.
struct JsonText {
    std::string_view text;
    std::uint64_t line = 1;
    bool whole = true;
    std::string why;  // when not whole
};

// Cuts a stream of text, given in pieces, into objects.
class JsonCutter {
public:
    explicit JsonCutter(std::function<void(const JsonText&)> use) : use_{std::move(use)} {}
    void add(std::string_view piece);
    void end();
    // Counts lines from 1 again.
    void restart() noexcept { line_ = 1; }
    // Is no object begun?
    [[nodiscard]] bool outside() const noexcept { return depth_ == 0; }

private:
    void take(char c);
    void finish(bool whole, std::string why);

    std::function<void(const JsonText&)> use_;
    std::string held_;
    std::uint64_t line_ = 1;
    std::uint64_t began_ = 1;
    std::size_t depth_ = 0;
    bool in_text_ = false;
    bool escaped_ = false;
    bool too_large_ = false;
    bool too_deep_ = false;
};

// Throws Broken with the line counted from `first_line`.
[[nodiscard]] Value parse_json(std::string_view text, std::uint64_t first_line = 1);

// Replaces bytes that are no UTF-8, and control characters within texts, by '?': a plan is not lost
// for a literal in another encoding.
void make_utf8(std::string& text);

}  // namespace plimsoll::readers::plans
