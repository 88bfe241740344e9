#include "readers/traces/collector.hpp"

#include "readers/csv/csv.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace plimsoll::readers::traces {
namespace {

constexpr std::int64_t last_us = 253'402'300'799'000'000;  // of the year 9999
constexpr std::int64_t longest_us = 30LL * 86'400 * 1'000'000;
constexpr std::size_t longest_name = 120;

// An id as a number: hex digits are what they say, anything else is hashed (FNV-1a).
[[nodiscard]] std::uint64_t id_of(std::string_view text) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    bool zeros = true;
    for (const char c : text) {
        const auto lower = static_cast<unsigned char>(c >= 'A' && c <= 'F' ? c + 32 : c);
        if (zeros && lower == '0') {
            continue;  // an id of 64 bits is padded to 128 by some
        }
        zeros = false;
        hash = (hash ^ lower) * 0x100000001B3ULL;
    }
    return zeros ? 0 : std::max<std::uint64_t>(hash, 1);
}

}  // namespace

bool names_timeout(std::string_view text) {
    const std::string lower = csv::lower(text.substr(0, 300));
    static constexpr std::array<std::string_view, 6> words{
        "timeout", "timed out", "timed_out", "deadline", "time-out", "etimedout"};
    return std::ranges::any_of(
        words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string_view host_of(std::string_view address) noexcept {
    if (const std::size_t scheme = address.find("://"); scheme != std::string_view::npos) {
        address.remove_prefix(scheme + 3);
    }
    if (const std::size_t user = address.find('@'); user < address.find('/')) {
        address.remove_prefix(user + 1);  // a password may stand before it
    }
    if (address.starts_with('[')) {
        return address.substr(0, address.find(']') + 1);
    }
    return address.substr(0, address.find_first_of(":/?#"));
}

Collector::Collector(std::string source, Calls& calls, Input& input)
    : source_{std::move(source)}, calls_{calls}, input_{input} {}

std::uint32_t Collector::name(std::string_view text) {
    text = text.substr(0, longest_name);
    if (text.empty()) {
        return 0;
    }
    const auto [found, fresh] = numbers_.try_emplace(std::string{text}, 0);
    if (!fresh) {
        return found->second;
    }
    if (names_.size() >= most_names) {
        numbers_.erase(found);
        return text == "(other)" ? 0 : name("(other)");
    }
    found->second = static_cast<std::uint32_t>(names_.size());
    names_.emplace_back(text);
    return found->second;
}

std::string_view Collector::add(const RawSpan& raw, std::uint64_t line) {
    if (names_.size() == 1) {
        (void)name("(other)");
    }
    if (raw.trace.empty() || id_of(raw.id) == 0) {
        return "a span without trace or id";
    }
    if (raw.start_us <= 0 || raw.start_us > last_us) {
        return "a span's start is out of range";
    }
    if (raw.length_us < 0 || raw.length_us > longest_us) {
        return "a span ends before it starts, or lasts more than a month";
    }
    if (raw.service.empty()) {
        return "a span without the name of its service";
    }
    TraceSpan span{.id = id_of(raw.id),
                   .parent = id_of(raw.parent),
                   .start_us = raw.start_us,
                   .end_us = raw.start_us + raw.length_us,
                   .service = name(raw.service),
                   .name = 0,
                   .peer = name(raw.peer),
                   .line = static_cast<std::uint32_t>(std::min<std::uint64_t>(line, UINT32_MAX)),
                   .kind = raw.kind,
                   .error = raw.error,
                   .timed_out = raw.timed_out,
                   .follows = raw.follows};
    if (raw.route.empty()) {
        span.name = name(raw.name);
    } else {
        std::string route{raw.method.substr(0, 20)};
        route += route.empty() ? "" : " ";
        route += raw.route;
        span.name = name(route);
    }
    input_.span.cover(instant(span.start_us));
    input_.span.cover(instant(span.end_us));
    Open& open = open_[id_of(raw.trace)];
    open.spans.push_back(span);
    open.touched = ++clock_;
    if (++spans_ >= most_open) {
        close_oldest();
    }
    return {};
}

void Collector::close_oldest() {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> order;  // touched, trace
    for (const auto& [trace, open] : open_) {
        order.emplace_back(open.touched, trace);
    }
    std::ranges::sort(order);
    for (const auto& [touched, trace] : order) {
        if (spans_ <= most_open / 2) {
            break;
        }
        const auto found = open_.find(trace);
        spans_ -= found->second.spans.size();
        ++closed_early_;
        add_trace(std::move(found->second.spans), names_, source_, calls_);
        open_.erase(found);
    }
}

void Collector::finish() {
    const std::uint64_t incomplete_before = calls_.incomplete;
    const std::uint64_t traces_before = calls_.traces;
    for (auto& [trace, open] : open_) {
        add_trace(std::move(open.spans), names_, source_, calls_);
    }
    open_.clear();
    input_.note = std::to_string(calls_.traces - traces_before) + " whole traces";
    if (calls_.incomplete != incomplete_before) {
        input_.note += ", " + std::to_string(calls_.incomplete - incomplete_before) +
                       " without their beginning: they tell who calls whom, and nothing of depth";
    }
    if (closed_early_ != 0) {
        input_.note += "; spans of one trace lie far apart in the file: sort it by trace";
    }
    input_.note += "; shares hold when traces are sampled at their start, not when errors and slow "
                   "ones are kept";
}

}  // namespace plimsoll::readers::traces
