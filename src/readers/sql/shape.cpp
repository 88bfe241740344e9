#include "readers/sql/shape.hpp"

#include "readers/sql/bytes.hpp"
#include "readers/sql/hash.hpp"
#include "readers/workload/scan.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace plimsoll::readers::sql {
namespace {

constexpr std::size_t wide = 16;

// A bit for each byte of the sixteen that may begin a literal, a name in quotes or a comment: ' " `
// $ # - / and a digit that is not within a word. `after_word`: the byte before them is of a word.
#ifdef __SSE2__
[[nodiscard]] inline unsigned starts(const char* at, bool after_word) noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    const auto within = [](__m128i of, char first, char last) {
        const __m128i from = _mm_sub_epi8(of, _mm_set1_epi8(first));
        const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
        return _mm_cmpeq_epi8(_mm_min_epu8(from, most), from);
    };
    const auto bits = [](__m128i of) { return static_cast<unsigned>(_mm_movemask_epi8(of)); };
    const __m128i digit = within(bytes, '0', '9');
    const __m128i letter = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i joins = _mm_or_si128(is('_'), is('$'));
    // Bytes above 127 are of words, and their sign bit says so.
    const unsigned word =
        bits(_mm_or_si128(_mm_or_si128(bytes, digit), _mm_or_si128(letter, joins)));
    const __m128i marks = _mm_or_si128(_mm_or_si128(within(bytes, '"', '$'), is('\'')),
                                       _mm_or_si128(_mm_or_si128(is('`'), is('-')), is('/')));
    return bits(marks) | (bits(digit) & ~((word << 1U) | (after_word ? 1U : 0U)));
}
#else
[[nodiscard]] inline unsigned starts(const char* at, bool after_word) noexcept {
    unsigned found = 0;
    for (std::size_t i = 0; i < wide; ++i) {
        const char c = at[i];
        const bool mark = c == '\'' || c == '"' || c == '`' || c == '$' || c == '#' || c == '-' ||
                          c == '/' || (class_of(c) == Class::digit && !after_word);
        found |= mark ? 1U << i : 0U;
        after_word = in_word(c);
    }
    return found;
}
#endif

class Scan {
public:
    Scan(std::string_view sql, bool mysql) noexcept
        : begin_{sql.data()}, end_{sql.data() + sql.size()}, mysql_{mysql} {}

    [[nodiscard]] std::uint64_t shape() noexcept {
        const char* at = begin_;
        const char* from = begin_;  // of what is not in the hash yet
        while ((at = next_start(at)) != end_) {
            const char* const stop = token(at);
            if (stop == nullptr) {
                return 0;
            }
            if (drop_ != '\0') {
                add(from, at);
                hash_ = detail::fold(hash_ ^ static_cast<unsigned char>(drop_), odd);
                from = stop;
            }
            at = stop;
        }
        add(from, end_);
        return hash_ == 0 ? 1 : hash_;
    }

private:
    static constexpr std::uint64_t odd = 0xC2B2AE3D27D4EB4FULL;
    static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ULL;

    [[nodiscard]] const char* next_start(const char* at) const noexcept {
        while (at < end_) {
            const bool after_word = at > begin_ && in_word(at[-1]);
            const auto left = static_cast<std::size_t>(end_ - at);
            unsigned found = 0;
            if (left >= wide) {
                found = starts(at, after_word);
            } else {
                char last[wide] = {};
                std::memcpy(last, at, left);
                found = starts(last, after_word);
            }
            if (found != 0) {
                return at + std::countr_zero(found);
            }
            at += left < wide ? left : wide;
        }
        return end_;
    }

    // The end of what begins here, nullptr when only the lexer can tell; drop_ is what stands for
    // it in the hash, '\0' when it is in the hash as it is.
    [[nodiscard]] const char* token(const char* at) noexcept {
        const bool in_a_word = at > begin_ && in_word(at[-1]);
        const char next = end_ - at > 1 ? at[1] : '\0';
        drop_ = '\0';
        switch (*at) {
            case '-':
            case '/':
                if (next != (*at == '-' ? '-' : '*')) {
                    return at + 1;
                }
                drop_ = '\2';
                return comment_end(at);
            case '#':
                return mysql_ ? nullptr : at + 1;
            case '`':
                return quoted_end(at, false);
            case '"':
                if (!mysql_) {
                    return quoted_end(at, false);
                }
                [[fallthrough]];
            case '\'':
                if (in_a_word || (at > begin_ && at[-1] == '&')) {
                    return nullptr;
                }
                break;
            case '$':
                if (in_a_word) {
                    return at + 1;
                }
                if (class_of(next) != Class::digit) {
                    return nullptr;
                }
                break;
            default:
                break;
        }
        // A number takes a sign and a dot before it along, other literals do not.
        drop_ = class_of(*at) != Class::digit ? '\1' : at > begin_ && at[-1] == '.' ? '\3' : '\4';
        const char* const stop = literal_end(at);
        return stop != nullptr && in_list(at) ? list_end(stop) : stop;
    }

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
            return number_end(at, end_);
        }
        const char* stop = at + 1;
        while (stop < end_ &&
               (class_of(*stop) == Class::letter || class_of(*stop) == Class::digit)) {
            ++stop;
        }
        return stop;
    }

    [[nodiscard]] const char* skip_blanks(const char* at) const noexcept {
        while (at < end_ && class_of(*at) == Class::blank) {
            ++at;
        }
        return at;
    }

    // Is the literal the first in "in (" or "["?
    [[nodiscard]] bool in_list(const char* at) const noexcept {
        const auto back = [&] {
            while (at > begin_ && class_of(at[-1]) == Class::blank) {
                --at;
            }
            return at > begin_;
        };
        if (!back() || (at[-1] != '(' && at[-1] != '[')) {
            return false;
        }
        if (*--at == '[') {
            return true;
        }
        return back() && at - begin_ > 2 && (at[-1] == 'n' || at[-1] == 'N') &&
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

    void add(const char* at, const char* to) noexcept {
        auto left = static_cast<std::size_t>(to - at);
        std::uint64_t hash = hash_ ^ (left * golden);
        std::uint64_t other = odd;
        while (left > 16) {
            hash = detail::fold(hash ^ detail::load8(at), golden);
            other = detail::fold(other ^ detail::load8(at + 8), odd);
            at += 16;
            left -= 16;
        }
        // The last sixteen bytes overlap what is in already, when there are so many.
        std::uint64_t one = 0;
        std::uint64_t two = 0;
        if (left >= 8) {
            one = detail::load8(at);
            two = detail::load8(at + left - 8);
        } else if (left >= 4) {
            one = detail::load4(at);
            two = detail::load4(at + left - 4);
        } else {
            for (std::size_t i = 0; i < left; ++i) {
                one = (one << 8U) | static_cast<unsigned char>(at[i]);
            }
        }
        hash_ = detail::fold(hash ^ one, golden ^ two) ^ other;
    }

    const char* begin_;
    const char* end_;
    bool mysql_;
    char drop_ = '\0';
    std::uint64_t hash_ = golden;
};

}  // namespace

std::uint64_t shape_of(std::string_view sql, Dialect dialect) noexcept {
    return Scan{sql, dialect == Dialect::mysql}.shape();
}

}  // namespace plimsoll::readers::sql
