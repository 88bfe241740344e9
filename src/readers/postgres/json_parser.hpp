// JsonParser: PostgreSQL's jsonlog (15 and later): one flat object a line.
//
// Law: the keys of jsonlog.c; order and unknown keys do not matter, keys that are null are left
// out. The server does not check the bytes, so invalid UTF-8 is passed on as it is. Blind spot: a
// line that is not a flat object is not understood and counted.
#pragma once

#include "readers/postgres/clock.hpp"
#include "readers/postgres/message.hpp"
#include "readers/workload/event.hpp"
#include "readers/workload/scan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::postgres {

class JsonParser {
public:
    explicit JsonParser(std::string_view zone, bool keep_literals = false)
        : clock_{zone}, messages_{keep_literals} {}
    [[nodiscard]] const std::string& unknown_zone() const noexcept { return clock_.unknown_zone(); }

    struct Cut {
        std::size_t first = 0;
        std::size_t last = 0;
    };
    // Lines are records, and blocks are of whole lines.
    [[nodiscard]] static Cut cut(std::string_view /*carried*/, std::string_view block) {
        return {.first = 0, .last = block.size()};
    }
    void start() { messages_.start(); }
    void parse(std::string_view records, workload::BlockEvents& out);
    void learn(const std::string& /*prefix*/) {}

private:
    // What of an object is asked for.
    enum class Field : std::uint8_t {
        other,
        process,
        user,
        database,
        message,
        detail,
        context,
        statement,
        time,
        session,
        state,
        severity,
        application
    };
    // Behind which a value follows; with its opening quote, if it has one.
    struct Key {
        Field field = Field::other;
        bool quoted = false;
    };
    // A key that was met before, as the bytes from the end of the value before it up to its own
    // value, and which keys have followed it. A server writes the same keys in the same order,
    // line after line: comparing costs a quarter of reading them.
    struct KnownKey {
        scan::KnownUpTo<32> text;
        Key key;
        std::array<std::uint8_t, 4> next{};  // 0 is none
    };

    [[nodiscard]] static Field field_of(std::string_view key) noexcept;
    [[nodiscard, gnu::always_inline]] std::size_t known_behind(std::size_t last,
                                                               const char* at,
                                                               const char* end) const noexcept;
    [[nodiscard]] std::size_t learn(std::size_t last, std::string_view text, Key key);
    [[nodiscard]] static bool read_key(const char*& at, const char* end, Key& key);
    [[nodiscard]] bool understand(std::string_view line, Record& record);
    void set(Field field, std::string_view value, bool escaped, Record& record);

    std::vector<KnownKey> keys_{1};  // the first one stands for the beginning of a line
    Clock clock_;
    Messages messages_;
    std::array<std::string, 7> scratch_;
};

}  // namespace plimsoll::readers::postgres
