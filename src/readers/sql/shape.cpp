#include "readers/sql/shape.hpp"

#include "readers/sql/bytes.hpp"
#include "readers/sql/hash.hpp"
#include "readers/sql/literals.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace plimsoll::readers::sql {
namespace {

// What may begin a literal or a comment, as bits, the first byte lowest. Of a `Lane` of 16 bytes,
// put together in a window of 64.
struct Lane {
    unsigned marks = 0;   // ' " ` $ # - /
    unsigned digits = 0;  // 0 to 9
    unsigned names = 0;   // the quote that names stand in
};
struct Window {
    std::uint64_t starts = 0;  // a mark but for the quote of names, or the first digit of a run
    std::uint64_t names = 0;
};

constexpr std::size_t lane_size = 16;
constexpr std::size_t window_size = 64;

#ifdef __SSE2__
[[nodiscard]] inline Lane lane_of(const char* at, char name_quote) noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    const auto within = [&](char first, char last) {
        const __m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
        const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
        return _mm_cmpeq_epi8(_mm_min_epu8(from, most), from);
    };
    const auto bits = [](__m128i of) { return static_cast<unsigned>(_mm_movemask_epi8(of)); };
    const __m128i quotes = _mm_or_si128(_mm_or_si128(within('"', '$'), is('\'')), is('`'));
    return {.marks = bits(_mm_or_si128(quotes, _mm_or_si128(is('-'), is('/')))),
            .digits = bits(within('0', '9')),
            .names = bits(is(name_quote))};
}
#else
[[nodiscard]] inline Lane lane_of(const char* at, char name_quote) noexcept {
    Lane lane;
    for (std::size_t i = 0; i < lane_size; ++i) {
        const char c = at[i];
        const bool quote = c == '\'' || c == '"' || c == '`';
        const bool mark = quote || c == '$' || c == '#' || c == '-' || c == '/';
        lane.marks |= (mark ? 1U : 0U) << i;
        lane.digits |= (class_of(c) == Class::digit ? 1U : 0U) << i;
        lane.names |= (c == name_quote ? 1U : 0U) << i;
    }
    return lane;
}
#endif

// A bit for each place up to which, itself included, an odd number of bits is set.
[[nodiscard]] constexpr std::uint64_t odd_so_far(std::uint64_t bits) noexcept {
    bits ^= bits << 1U;
    bits ^= bits << 2U;
    bits ^= bits << 4U;
    bits ^= bits << 8U;
    bits ^= bits << 16U;
    bits ^= bits << 32U;
    return bits;
}

class Scan {
public:
    Scan(std::string_view sql, bool mysql) noexcept
        : begin_{sql.data()},
          end_{sql.data() + sql.size()},
          base_{sql.data()},
          literals_{sql, mysql},
          mysql_{mysql},
          name_quote_{mysql ? '`' : '"'} {
        look();
    }

    // What is dropped goes to `dropped`.
    [[nodiscard]] std::uint64_t shape(Dropped& dropped) {
        const char* at = begin_;
        const char* from = begin_;  // of what is not in the hash yet
        while ((at = next_start(at)) != end_) {
            const char* const stop = token(from, at);
            if (stop == nullptr) {
                return 0;
            }
            if (drop_ != '\0') {
                add(from, at);
                hash_ = detail::fold(hash_ ^ static_cast<unsigned char>(drop_), odd);
                dropped.push_back({.begin = static_cast<std::uint32_t>(at - begin_),
                                   .end = static_cast<std::uint32_t>(stop - begin_),
                                   .list = list_});
                from = stop;
            }
            at = stop;
        }
        if (open_name_) {
            return 0;
        }
        add(from, end_);
        return hash_ == 0 ? 1 : hash_;
    }

private:
    static constexpr std::uint64_t odd = 0xC2B2AE3D27D4EB4FULL;
    static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ULL;

    // The lane at `at`; what is behind the end counts as blanks.
    [[nodiscard]] Lane lane_at(const char* at) const noexcept {
        const auto left = static_cast<std::size_t>(end_ - at);
        if (left >= lane_size) {
            return lane_of(at, name_quote_);
        }
        if (static_cast<std::size_t>(end_ - begin_) >= lane_size) {
            const Lane last = lane_of(end_ - lane_size, name_quote_);
            const std::size_t known = lane_size - left;
            return {.marks = last.marks >> known,
                    .digits = last.digits >> known,
                    .names = last.names >> known};
        }
        char copy[lane_size] = {};
        std::copy(at, end_, copy);
        return lane_of(copy, name_quote_);
    }

    // Takes the window at base_.
    void look() noexcept {
        std::uint64_t marks = 0;
        std::uint64_t digits = 0;
        std::uint64_t names = 0;
        const auto put = [&](const Lane& lane, std::size_t i) {
            marks |= std::uint64_t{lane.marks} << i;
            digits |= std::uint64_t{lane.digits} << i;
            names |= std::uint64_t{lane.names} << i;
        };
        const auto left = static_cast<std::size_t>(end_ - base_);
        if (left >= window_size) {
            put(lane_of(base_, name_quote_), 0);
            put(lane_of(base_ + lane_size, name_quote_), lane_size);
            put(lane_of(base_ + 2 * lane_size, name_quote_), 2 * lane_size);
            put(lane_of(base_ + 3 * lane_size, name_quote_), 3 * lane_size);
        } else {
            for (std::size_t i = 0; i < left; i += lane_size) {
                put(lane_at(base_ + i), i);
            }
        }
        const bool after_digit = base_ > begin_ && class_of(base_[-1]) == Class::digit;
        const std::uint64_t going_on = (digits << 1U) | (after_digit ? 1U : 0U);
        window_ = {.starts = (marks & ~names) | (digits & ~going_on), .names = names};
    }

    // The first byte from `at` on, which is not within a name, that may begin what is not in the
    // hash; the end when there is none. Most of what an ORM writes is names in quotes: between an
    // odd quote and the next even one is a name, and a doubled quote ends one and begins the next.
    [[nodiscard]] const char* next_start(const char* at) noexcept {
        bool in_name = false;
        while (at < end_) {
            if (static_cast<std::size_t>(at - base_) >= window_size) {
                base_ += static_cast<std::size_t>(at - base_) / window_size * window_size;
                look();
            }
            const std::uint64_t rest = ~std::uint64_t{0} << static_cast<std::size_t>(at - base_);
            const std::uint64_t quotes = window_.names & rest;
            const std::uint64_t names =
                (quotes == 0 ? 0 : odd_so_far(quotes)) ^ (in_name ? rest : 0);
            const std::uint64_t found = window_.starts & rest & ~names;
            if (found != 0) {
                return base_ + std::countr_zero(found);
            }
            in_name = (names >> (window_size - 1)) != 0;
            at = static_cast<std::size_t>(end_ - base_) > window_size ? base_ + window_size : end_;
        }
        open_name_ = in_name;
        return end_;
    }

    // The end of what begins here, nullptr when only the lexer can tell; drop_ is what stands for
    // it in the hash, '\0' when it is in the hash as it is; before `from` is what was dropped last.
    [[nodiscard]] const char* token(const char* from, const char* at) noexcept {
        const bool in_a_word = at > begin_ && in_word(at[-1]);
        const char next = end_ - at > 1 ? at[1] : '\0';
        drop_ = '\0';
        list_ = false;
        switch (*at) {
            case '-':
            case '/':
                if (next != (*at == '-' ? '-' : '*')) {
                    return at + 1;
                }
                drop_ = '\2';
                return literals_.comment_end(at);
            case '#':
                return mysql_ ? nullptr : at + 1;
            case '`':
                return literals_.quoted_end(at, false);
            case '"':
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
                if (in_a_word) {
                    return at + 1;  // a digit of a name
                }
                break;
        }
        // A number takes a sign and a dot before it along, other literals do not.
        drop_ = class_of(*at) != Class::digit ? '\1' : at > begin_ && at[-1] == '.' ? '\3' : '\4';
        list_ = Literals::in_list(from, at);
        const char* const stop = literals_.literal_end(at);
        return stop != nullptr && list_ ? literals_.list_end(stop) : stop;
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
    const char* base_;  // of the window
    Window window_;
    Literals literals_;
    bool mysql_;
    char name_quote_;
    bool open_name_ = false;  // the text ends within a name
    char drop_ = '\0';
    bool list_ = false;  // what is dropped is the first of a list, and the rest of it goes along
    std::uint64_t hash_ = golden;
};

}  // namespace

std::uint64_t shape_of(std::string_view sql, Dialect dialect, Dropped& dropped) {
    dropped.clear();
    return Scan{sql, dialect == Dialect::mysql}.shape(dropped);
}

std::uint64_t shape_of(std::string_view sql, Dialect dialect) {
    Dropped dropped;
    return shape_of(sql, dialect, dropped);
}

}  // namespace plimsoll::readers::sql
