// Finding and counting bytes in short pieces, where a call of memchr costs more than the search.
//
// Law: sixteen bytes at a time with SSE2, which every x86-64 has; one by one elsewhere. Nothing
// behind `end` is read.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace plimsoll::readers::scan {

// The first `a` or `b` of [at, end), or end.
[[nodiscard]] inline const char* either(const char* at, const char* end, char a, char b) noexcept {
#ifdef __SSE2__
    const __m128i all_a = _mm_set1_epi8(a);
    const __m128i all_b = _mm_set1_epi8(b);
    for (; end - at >= 16; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const auto found = static_cast<unsigned>(_mm_movemask_epi8(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, all_a), _mm_cmpeq_epi8(bytes, all_b))));
        if (found != 0) {
            return at + std::countr_zero(found);
        }
    }
#endif
    while (at < end && *at != a && *at != b) {
        ++at;
    }
    return at;
}

[[nodiscard]] inline const char* first(const char* at, const char* end, char a) noexcept {
    return either(at, end, a, a);
}

// As first(), for what is some way off: 64 bytes at a time from `at` on. So the rounds depend on
// how long a line is, which the processor foresees, and not on where it lies, which it cannot.
[[nodiscard]] inline const char* first_far(const char* at, const char* end, char a) noexcept {
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi8(a);
    for (; end - at >= 64; at += 64) {
        const auto bits = [&](std::size_t from) {
            const auto* const bytes = reinterpret_cast<const __m128i*>(at + from);
            return std::uint64_t{static_cast<unsigned>(
                       _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(bytes), all)))}
                   << from;
        };
        const std::uint64_t found = bits(0) | bits(16) | bits(32) | bits(48);
        if (found != 0) {
            return at + std::countr_zero(found);
        }
    }
#endif
    return first(at, end, a);
}

[[nodiscard]] inline std::size_t count(std::string_view text, char c) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    std::size_t found = 0;
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi8(c);
    while (end - at >= 16) {
        // A byte of the sum holds at most 255.
        const std::ptrdiff_t rounds = (end - at) / 16 < 255 ? (end - at) / 16 : 255;
        __m128i sum = _mm_setzero_si128();
        for (std::ptrdiff_t i = 0; i < rounds; ++i, at += 16) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(bytes, all));
        }
        const __m128i halves = _mm_sad_epu8(sum, _mm_setzero_si128());
        found += static_cast<std::size_t>(_mm_cvtsi128_si64(halves)) +
                 static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(halves, halves)));
    }
#endif
    for (; at < end; ++at) {
        found += *at == c ? 1 : 0;
    }
    return found;
}

// Are they the same? For names, which are short.
[[nodiscard]] inline bool equal(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size() || a.size() > 16) {
        return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
    }
    // The first and the last bytes, which overlap.
    const auto same = [&]<class Word>(Word) {
        const auto at = [](std::string_view text, std::size_t from) {
            Word word{};
            std::memcpy(&word, text.data() + from, sizeof word);
            return word;
        };
        const std::size_t last = a.size() - sizeof(Word);
        return at(a, 0) == at(b, 0) && at(a, last) == at(b, last);
    };
    if (a.size() >= 8) {
        return same(std::uint64_t{});
    }
    if (a.size() >= 4) {
        return same(std::uint32_t{});
    }
    return a.size() < 2 ? a.empty() || a[0] == b[0]
                        : a[0] == b[0] && a[1] == b[1] && a.back() == b.back();
}

// Are `size` bytes the same? For texts of some length, of which the first bytes mostly tell.
[[nodiscard]] inline bool same(const char* a, const char* b, std::size_t size) noexcept {
    const auto differ = [](const char* one, const char* other) {
        std::array<std::uint64_t, 2> x{};
        std::array<std::uint64_t, 2> y{};
        std::memcpy(x.data(), one, sizeof x);
        std::memcpy(y.data(), other, sizeof y);
        return ((x[0] ^ y[0]) | (x[1] ^ y[1])) != 0;
    };
    if (size < 16) {
        return equal({a, size}, {b, size});
    }
    const std::size_t last = size - 16;
    for (std::size_t i = 0; i < last; i += 16) {
        if (differ(a + i, b + i)) {
            return false;
        }
    }
    return !differ(a + last, b + last);  // overlaps what is compared already
}

#ifdef __SSE2__
// A bit for each of sixty-four bytes in which the two differ, or of thirty-two.
template <std::size_t Size>
[[nodiscard]] std::uint64_t different(const char* a, const char* b) noexcept {
    static_assert(Size == 64 || Size == 32);
    const auto same_bits = [&](std::size_t from) {
        const __m128i one = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + from));
        const __m128i other = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + from));
        return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(one, other)))}
               << from;
    };
    if constexpr (Size == 32) {
        return ~(same_bits(0) | same_bits(16));
    } else {
        return ~(same_bits(0) | same_bits(16) | same_bits(32) | same_bits(48));
    }
}
#endif

// A short text that was met before, to tell whether it comes again.
template <std::size_t Most>
class KnownUpTo {
public:
    static constexpr std::size_t most = Most;
    // A text that is too long, or empty, is none.
    void keep(std::string_view text) noexcept {
        size_ = text.size() <= most ? static_cast<std::uint8_t>(text.copy(bytes_.data(), most)) : 0;
    }
    // All that may be, where there are so many bytes: how long the text is, is not to be foreseen.
    [[nodiscard]] bool begins(const char* at, const char* end) const noexcept {
        const auto left = static_cast<std::size_t>(end - at);
#ifdef __SSE2__
        if (left >= most && size_ != 0) {
            return (different<most>(at, bytes_.data()) << (64U - size_)) == 0;
        }
#endif
        return size_ != 0 && left >= size_ && same(bytes_.data(), at, size_);
    }
    [[nodiscard]] std::size_t size() const noexcept {
        return size_;
    }

private:
    std::array<char, most> bytes_{};
    std::uint8_t size_ = 0;
};
using Known = KnownUpTo<64>;

// The places of one byte in a text, for who goes through it from front to back: each 64 bytes are
// looked at once, however many lines end in them.
class Forward {
public:
    Forward(std::string_view text, char c) noexcept
        : begin_{text.data()}, base_{begin_}, end_{begin_ + text.size()}, c_{c} {
        look();
    }
    // The first from `at` on, or the end. `at` lies in the text; going back costs a look.
    [[nodiscard]] const char* find(const char* at) noexcept {
        while (at < end_) {
            auto into = static_cast<std::size_t>(at - base_);
            if (into >= size) {  // behind the 64 bytes, or before them
                const auto place = static_cast<std::size_t>(at - begin_);
                base_ = begin_ + place / size * size;
                into = place % size;
                look();
            }
            const std::uint64_t found = found_ >> into;
            if (found != 0) {
                return at + std::countr_zero(found);
            }
            at = static_cast<std::size_t>(end_ - base_) > size ? base_ + size : end_;
        }
        return end_;
    }

private:
    static constexpr std::size_t size = 64;

    void look() noexcept {
        const auto left = static_cast<std::size_t>(end_ - base_);
#ifdef __SSE2__
        if (left >= size) {
            const __m128i all = _mm_set1_epi8(c_);
            const auto bits = [&](std::size_t from) {
                const auto* const bytes = reinterpret_cast<const __m128i*>(base_ + from);
                return std::uint64_t{static_cast<unsigned>(
                           _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(bytes), all)))}
                       << from;
            };
            found_ = bits(0) | bits(16) | bits(32) | bits(48);
            return;
        }
#endif
        found_ = 0;
        for (std::size_t i = 0; i < size && i < left; ++i) {
            found_ |= std::uint64_t{base_[i] == c_ ? 1U : 0U} << i;
        }
    }

    const char* begin_;
    const char* base_;
    const char* end_;
    std::uint64_t found_ = 0;  // a bit for each of the 64 bytes from base_ on
    char c_;
};

// Has the processor fetch a text into its nearest cache some way ahead of who reads it. It does so
// by itself where bytes are read one after the other, but not all the way for a parser that leaps
// from line to line: of MySQL's log, waiting for them was 2 to 5 % of the time.
class Ahead {
public:
    explicit Ahead(std::string_view text) noexcept
        : next_{text.data()}, end_{text.data() + text.size()} {}
    // The reader is at `at`, which never goes back.
    void reach(const char* at) noexcept {
        if (end_ - at > distance + line) {
            for (; next_ < at + distance; next_ += line) {
                __builtin_prefetch(next_);
            }
        }
    }

private:
    static constexpr std::ptrdiff_t distance = 1024;  // two or three records
    static constexpr std::ptrdiff_t line = 64;        // of the cache
    const char* next_;
    const char* end_;
};

// Copies [at, end) to `out` up to the first `c`, and returns where that is, or end. `out` has room
// for all of it and fifteen bytes more.
[[nodiscard]] inline const char* copy_to(const char* at,
                                         const char* end,
                                         char c,
                                         char*& out) noexcept {
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi8(c);
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
        const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, all)));
        const int step = found == 0 ? 16 : std::countr_zero(found);
        at += step;
        out += step;
        if (found != 0) {
            return at;
        }
    }
#endif
    while (at < end && *at != c) {
        *out++ = *at++;
    }
    return at;
}

}  // namespace plimsoll::readers::scan
