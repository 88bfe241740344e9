#include "readers/ci/json.hpp"

#include <simdjson.h>

#include <bit>
#include <charconv>
#include <cmath>

namespace plimsoll::readers::ci {
namespace {

using Element = simdjson::dom::element;

// A Json is an Element without its name: both are the document and a place in it.
struct Bare {
    const void* document;
    std::size_t at;
};
static_assert(sizeof(Bare) == sizeof(Element) && std::is_trivially_copyable_v<Element>);

[[nodiscard]] Element element_of(const void* document, std::size_t at) noexcept {
    return std::bit_cast<Element>(Bare{.document = document, .at = at});
}

// 2000-01-01 and 2100-01-01: what lies outside is a sentinel or damage.
constexpr std::int64_t earliest_us = 946'684'800'000'000;
constexpr std::int64_t latest_us = 4'102'444'800'000'000;

[[nodiscard]] std::optional<Instant> within_reason(std::int64_t us) noexcept {
    return us >= earliest_us && us < latest_us ? std::optional{instant(us)} : std::nullopt;
}

// Replaces the bytes that are part of no UTF-8 character.
[[nodiscard]] std::string repaired(std::string_view text) {
    std::string out{text};
    for (std::size_t at = 0; at < out.size();) {
        const auto lead = static_cast<unsigned char>(out[at]);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        std::size_t length = 2;
        if (lead >= 0xF0) {
            length = 4;
        } else if (lead >= 0xE0) {
            length = 3;
        }
        if (at + length <= out.size() && simdjson::validate_utf8(out.data() + at, length)) {
            at += length;
        } else {
            out[at++] = '?';
        }
    }
    return out;
}

}  // namespace

std::string_view cut(std::string_view text, std::size_t most) noexcept {
    if (text.size() <= most) {
        return text;
    }
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) {
        --most;
    }
    return text.substr(0, most);
}

bool Json::is_object() const noexcept {
    return document_ != nullptr && element_of(document_, at_).is_object();
}

bool Json::is_array() const noexcept {
    return document_ != nullptr && element_of(document_, at_).is_array();
}

Json Json::operator[](std::string_view key) const noexcept {
    Json out;
    Element found;
    if (is_object() && element_of(document_, at_).at_key(key).get(found) == simdjson::SUCCESS &&
        !found.is_null()) {
        const auto bare = std::bit_cast<Bare>(found);
        out.document_ = bare.document;
        out.at_ = bare.at;
    }
    return out;
}

std::vector<Json> Json::items() const {
    std::vector<Json> out;
    simdjson::dom::array array;
    if (document_ == nullptr || element_of(document_, at_).get(array) != simdjson::SUCCESS) {
        return out;
    }
    for (const Element element : array) {
        const auto bare = std::bit_cast<Bare>(element);
        Json& item = out.emplace_back();
        item.document_ = bare.document;
        item.at_ = bare.at;
    }
    return out;
}

std::string Json::text() const {
    std::string_view out;
    if (document_ == nullptr || element_of(document_, at_).get(out) != simdjson::SUCCESS) {
        return {};
    }
    return std::string{cut(out)};
}

std::string Json::id() const {
    std::string out = text();
    if (out.empty()) {
        if (const std::optional<std::int64_t> number = integer()) {
            out = std::to_string(*number);
        }
    }
    return out;
}

std::optional<std::int64_t> Json::integer() const noexcept {
    if (document_ == nullptr) {
        return std::nullopt;
    }
    const Element element = element_of(document_, at_);
    std::int64_t whole = 0;
    if (element.get(whole) == simdjson::SUCCESS) {
        return whole;
    }
    double real = 0;
    if (element.get(real) == simdjson::SUCCESS) {
        return std::abs(real) < 9e15 && std::floor(real) == real
                   ? std::optional{static_cast<std::int64_t>(real)}
                   : std::nullopt;
    }
    std::string_view digits;
    if (element.get(digits) == simdjson::SUCCESS && !digits.empty()) {
        const char* end = digits.data() + digits.size();
        const std::from_chars_result result = std::from_chars(digits.data(), end, whole);
        if (result.ec == std::errc{} && result.ptr == end) {
            return whole;
        }
    }
    return std::nullopt;
}

std::optional<double> Json::number() const noexcept {
    double real = 0;
    if (document_ == nullptr || element_of(document_, at_).get(real) != simdjson::SUCCESS ||
        !std::isfinite(real)) {
        return std::nullopt;
    }
    return real;
}

bool Json::truth() const noexcept {
    bool out = false;
    return document_ != nullptr && element_of(document_, at_).get(out) == simdjson::SUCCESS && out;
}

std::optional<Instant> Json::time() const noexcept {
    std::string_view text;
    if (document_ == nullptr || element_of(document_, at_).get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    const std::optional<Instant> at = parse_instant(text);
    return at ? within_reason(micros(*at)) : std::nullopt;
}

std::optional<Instant> Json::time_of_millis() const noexcept {
    const std::optional<std::int64_t> millis = integer();
    return millis && *millis > 0 && *millis < latest_us / 1000 ? within_reason(*millis * 1000)
                                                               : std::nullopt;
}

struct Parser::Inside {
    simdjson::dom::parser parser;
    std::string padded;
};

Parser::Parser() : inside_{std::make_unique<Inside>()} {}
Parser::~Parser() = default;

Json Parser::parse(std::string_view text) {
    const auto attempt = [this](std::string_view bytes, Element& root) {
        inside_->padded.assign(bytes);
        inside_->padded.resize(bytes.size() + simdjson::SIMDJSON_PADDING, ' ');
        return inside_->parser.parse(inside_->padded.data(), bytes.size(), false).get(root);
    };
    Element root;
    simdjson::error_code error = attempt(text, root);
    if (error == simdjson::UTF8_ERROR) {
        error = attempt(repaired(text), root);
    }
    Json out;
    if (error != simdjson::SUCCESS) {
        why_ = simdjson::error_message(error);
        return out;
    }
    const auto bare = std::bit_cast<Bare>(root);
    out.document_ = bare.document;
    out.at_ = bare.at;
    return out;
}

}  // namespace plimsoll::readers::ci
