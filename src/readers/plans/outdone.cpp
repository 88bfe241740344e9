#include "readers/plans/outdone.hpp"

#include "evidence/plans.hpp"
#include "readers/sql/hash.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <functional>

namespace plimsoll::readers {
namespace {

[[nodiscard]] bool is_digit(const char* at, const char* end) {
    return at < end && *at >= '0' && *at <= '9';
}

// Behind a number as auto_explain writes them, "-12.50"; `at` itself when there is none. What is
// not valid in JSON ("007") or may overflow is none.
[[nodiscard]] const char* number_end(const char* const at, const char* const end) {
    constexpr std::ptrdiff_t most_digits = 18;
    const char* stop = at < end && *at == '-' ? at + 1 : at;
    const char* const digits = stop;
    while (is_digit(stop, end)) {
        ++stop;
    }
    const std::ptrdiff_t whole = stop - digits;
    if (whole == 0 || whole > most_digits || (whole > 1 && *digits == '0')) {
        return at;
    }
    if (stop < end && *stop == '.' && is_digit(stop + 1, end)) {
        ++stop;
        while (is_digit(stop, end)) {
            ++stop;
        }
    }
    return stop;
}

// The closing quote of the text that begins at `at`, or the end.
[[nodiscard]] const char* closing_quote(const char* at, const char* end) {
    at = scan::either(at, end, '"', '\\');
    while (at < end && *at == '\\') {
        at = scan::either(at + std::min<std::ptrdiff_t>(2, end - at), end, '"', '\\');
    }
    return at;
}

[[nodiscard]] std::string_view after_query_text(std::string_view body) {
    constexpr std::string_view key = "\"Query Text\": \"";
    const std::size_t at = body.substr(0, 256).find(key);
    if (at == std::string_view::npos) {
        return body;
    }
    const char* const end = body.data() + body.size();
    const char* const quote = closing_quote(body.data() + at + key.size(), end);
    return {quote, static_cast<std::size_t>(end - quote)};
}

}  // namespace

std::uint64_t plan_skeleton(std::string_view body) noexcept {
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || body[first] != '{') {
        return 0;
    }
    const std::string_view rest = after_query_text(body.substr(first));
    const char* at = rest.data();
    const char* const end = at + rest.size();
    std::uint64_t hash = rest.size() == body.size() - first ? 1 : 2;
    if (at < end && *at == '"') {
        ++at;  // closes the query's text
    }
    const char* from = at;  // of what is not in the hash yet
    while (at < end) {
        if (*at == '"') {
            at = closing_quote(at + 1, end);
            at += at < end ? 1 : 0;
            continue;
        }
        const bool value = at > rest.data() && (at[-1] == ' ' || at[-1] == '[' || at[-1] == ',');
        const char* const stop = value ? number_end(at, end) : at;
        if (stop == at) {
            ++at;
            continue;
        }
        hash = sql::hash_of({from, static_cast<std::size_t>(at - from)}, hash);
        from = at = stop;
    }
    return sql::hash_of({from, static_cast<std::size_t>(end - from)}, hash);
}

bool OutdonePlans::outdone(std::uint64_t skeleton, std::int64_t duration_us) const {
    const auto found = slowest_.find(skeleton);
    return skeleton != 0 && found != slowest_.end() &&
           found->second.size() == Plans::most_of_a_shape && duration_us < found->second.front();
}

void OutdonePlans::add(std::uint64_t skeleton, std::int64_t duration_us) {
    if (skeleton == 0 || (slowest_.size() == most_skeletons && !slowest_.contains(skeleton))) {
        return;
    }
    std::vector<std::int64_t>& heap = slowest_[skeleton];
    heap.push_back(duration_us);
    std::ranges::push_heap(heap, std::greater{});
    if (heap.size() > Plans::most_of_a_shape) {
        std::ranges::pop_heap(heap, std::greater{});
        heap.pop_back();
    }
}

}  // namespace plimsoll::readers
