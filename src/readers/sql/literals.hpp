// Literals: where what changes from call to call ends: comments, quoted text, numbers, parameters,
// and lists of them.
//
// Law: what only the lexer can tell (a nested comment, a literal that does not end) has no end
// here, nullptr.
#pragma once

#include "readers/sql/bytes.hpp"
#include "readers/workload/scan.hpp"

#include <cstddef>
#include <cstring>
#include <string_view>

namespace plimsoll::readers::sql {

class Literals {
public:
    Literals(std::string_view sql, bool mysql) noexcept
        : begin_{sql.data()}, end_{sql.data() + sql.size()}, mysql_{mysql} {}

    [[nodiscard]] const char* comment_end(const char* at) const noexcept {
        if (*at == '-') {
            const void* feed = std::memchr(at, '\n', static_cast<std::size_t>(end_ - at));
            return feed == nullptr ? end_ : static_cast<const char*>(feed);
        }
        for (at += 2; end_ - at > 1; ++at) {
            if (*at == '*' && at[1] == '/') {
                return at + 2;
            }
            if (*at == '/' && at[1] == '*') {
                return nullptr;  // nested, or not: the lexer knows
            }
        }
        return nullptr;
    }

    // Behind the closing quote; a doubled one goes on.
    [[nodiscard]] const char* quoted_end(const char* at, bool backslash) const noexcept {
        const char quote = *at++;
        while (at < end_) {
            // Without escapes a backslash is a byte like others.
            at = scan::either(at, end_, quote, backslash ? '\\' : quote);
            if (at < end_ && *at != quote) {
                at += end_ - at > 1 ? 2 : 1;
                continue;
            }
            if (at == end_) {
                break;
            }
            ++at;
            if (at == end_ || *at != quote) {
                return at;
            }
            ++at;
        }
        return nullptr;
    }

    [[nodiscard]] const char* literal_end(const char* at) const noexcept {
        if (*at == '\'' || *at == '"') {
            return quoted_end(at, mysql_);
        }
        if (*at != '$') {
            return number_end(begin_, at, end_);
        }
        const char* stop = at + 1;
        while (stop < end_ &&
               (class_of(*stop) == Class::letter || class_of(*stop) == Class::digit)) {
            ++stop;
        }
        return stop;
    }

    // Is the literal at `at` the first in "in (" or "["? Looks back to `from`, behind what is no
    // literal: the end of a comment may read like "in".
    [[nodiscard]] static bool in_list(const char* from, const char* at) noexcept {
        const auto back = [&] {
            while (at > from && class_of(at[-1]) == Class::blank) {
                --at;
            }
            return at > from;
        };
        if (!back() || (at[-1] != '(' && at[-1] != '[')) {
            return false;
        }
        if (*--at == '[') {
            return true;
        }
        return back() && at - from > 2 && (at[-1] == 'n' || at[-1] == 'N') &&
               (at[-2] == 'i' || at[-2] == 'I') && class_of(at[-3]) == Class::blank;
    }

    // Behind the last of the plain literals that follow with commas up to the closing bracket;
    // behind the first when something else comes.
    [[nodiscard]] const char* list_end(const char* const first) const noexcept {
        const char* stop = first;
        while (true) {
            const char* at = skip_blanks(stop);
            if (at == end_ || *at != ',') {
                return at < end_ && class_of(*at) == Class::close ? stop : first;
            }
            at = skip_blanks(at + 1);
            const bool parameter = end_ - at > 1 && *at == '$' && class_of(at[1]) == Class::digit;
            if (at == end_ || (class_of(*at) != Class::digit && *at != '\'' && !parameter)) {
                return first;
            }
            at = literal_end(at);
            if (at == nullptr) {
                return first;
            }
            stop = at;
        }
    }

private:
    [[nodiscard]] const char* skip_blanks(const char* at) const noexcept {
        while (at < end_ && class_of(*at) == Class::blank) {
            ++at;
        }
        return at;
    }

    const char* begin_;
    const char* end_;
    bool mysql_;
};

}  // namespace plimsoll::readers::sql
