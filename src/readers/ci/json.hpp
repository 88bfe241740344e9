// Json: a value of a parsed document, for readers of CI exports: a lookup that never throws.
//
// A payload is somebody else's: a missing key, a null and a value of the wrong type are all "not
// there". Kept apart from simdjson so that one file compiles it.
#pragma once

#include "core/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::ci {

class Json {
public:
    Json() = default;
    [[nodiscard]] explicit operator bool() const noexcept { return document_ != nullptr; }
    [[nodiscard]] bool is_object() const noexcept;
    [[nodiscard]] bool is_array() const noexcept;
    // The member, or "not there". Of a repeated key the first.
    [[nodiscard]] Json operator[](std::string_view key) const noexcept;
    [[nodiscard]] std::vector<Json> items() const;  // of an array; empty for anything else

    // Texts are cut at 256 bytes, on the boundary of a character: a name is shown, not stored
    // whole.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string id() const;  // text, or a whole number in digits
    // A whole number, also one written as a text or as 1.6e12.
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
    [[nodiscard]] std::optional<double> number() const noexcept;
    [[nodiscard]] bool truth() const noexcept;
    // ISO 8601 in the variants that providers mix within one job. The year 0001 (and all before
    // 2000) means "never" and is nothing: taken for a time it makes spans of millions of hours.
    [[nodiscard]] std::optional<Instant> time() const noexcept;
    [[nodiscard]] std::optional<Instant> time_of_millis() const noexcept;  // since 1970

private:
    friend class Parser;
    const void* document_ = nullptr;
    std::size_t at_ = 0;
};

// A text cut at `most` bytes, never within a UTF-8 character.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t most = 256) noexcept;

class Parser {
public:
    Parser();
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    // The root, which lives until the next call; nothing when it is not JSON, and why() says why.
    // Bytes that are not UTF-8 are replaced by '?' rather than costing the page.
    [[nodiscard]] Json parse(std::string_view text);
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
    std::string why_;
};

}  // namespace plimsoll::readers::ci
