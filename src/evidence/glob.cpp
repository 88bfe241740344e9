#include "evidence/glob.hpp"

#include <cstddef>

namespace plimsoll {
namespace {

// One segment against one segment: the classical two pointers, one star to come back to.
[[nodiscard]] bool segment_matches(std::string_view pattern, std::string_view text) noexcept {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() &&
            (pattern[p] == '?' || (pattern[p] == text[t] && pattern[p] != '*'))) {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

// Segments of a path, one at a time.
struct Segments {
    std::string_view rest;
    bool ended = false;
    [[nodiscard]] std::string_view front() const noexcept { return rest.substr(0, rest.find('/')); }
    void next() noexcept {
        const std::size_t slash = rest.find('/');
        ended = slash == std::string_view::npos;
        rest = ended ? std::string_view{} : rest.substr(slash + 1);
    }
};

// '**' is to segments what '*' is to letters. Ends of the pattern before the path's: it named a
// folder.
[[nodiscard]] bool path_matches(std::string_view pattern, std::string_view path) noexcept {
    Segments p{pattern};
    Segments t{path};
    bool starred = false;
    Segments star{};
    Segments resume{};
    while (!t.ended) {
        if (!p.ended && p.front() == "**") {
            p.next();
            starred = true;
            star = p;
            resume = t;
            if (p.ended) {
                return true;
            }
        } else if (!p.ended && segment_matches(p.front(), t.front())) {
            p.next();
            t.next();
            if (p.ended) {
                return true;
            }
        } else if (starred) {
            resume.next();
            t = resume;
            p = star;
        } else {
            return false;
        }
    }
    while (!p.ended && p.front() == "**") {
        p.next();
    }
    return p.ended;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) noexcept {
    if (pattern.ends_with('/')) {
        pattern.remove_suffix(1);
    }
    const bool rooted = pattern.find('/') != std::string_view::npos;
    if (pattern.starts_with('/')) {
        pattern.remove_prefix(1);
    }
    if (pattern.empty()) {
        return false;
    }
    if (rooted) {
        return path_matches(pattern, path);
    }
    for (Segments t{path}; !t.ended; t.next()) {
        if (segment_matches(pattern, t.front())) {
            return true;
        }
    }
    return false;
}

}  // namespace plimsoll
