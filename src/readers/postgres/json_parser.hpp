// JsonParser: PostgreSQL's jsonlog (15 and later): one flat object a line.
//
// Law: the keys of jsonlog.c; order and unknown keys do not matter, keys that are null are left
// out. The server does not check the bytes, so invalid UTF-8 is passed on as it is. Blind spot: a
// line that is not a flat object is not understood and counted.
#pragma once

#include "readers/postgres/clock.hpp"
#include "readers/postgres/message.hpp"
#include "readers/workload/event.hpp"

#include <array>
#include <string>
#include <string_view>

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
    [[nodiscard]] bool understand(std::string_view line, Record& record);
    void set(std::string_view key, std::string_view value, bool escaped, Record& record);

    Clock clock_;
    Messages messages_;
    std::array<std::string, 7> scratch_;
};

}  // namespace plimsoll::readers::postgres
