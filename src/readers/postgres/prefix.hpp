// Prefix: a log_line_prefix as a list of steps, made once and run on each line.
//
// Law: every escape of PostgreSQL 9 to 18 (%a %u %d %r %h %L %b %p %P %t %m %n %i %e %c %l %s %v %x
// %Q %q
// %%), with a width ("%-12u"). A text field ends where the rest of the prefix and then a severity
// match, so a name may hold the separator. %q makes two shapes: lines of background processes end
// there. Blind spot: a field followed directly by another field of text is not told apart; it ends
// at a blank.
#pragma once

#include "readers/postgres/clock.hpp"
#include "readers/postgres/record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::postgres {

class Prefix {
public:
    explicit Prefix(std::string text);

    // Reads the prefix and the severity at the front of `line` into `record`; `line` is left at the
    // message.
    [[nodiscard]] bool match(std::string_view& line, Record& record, Clock& clock) const;
    // What follows time and process in a line is nearly always what followed it in the last line of
    // the same process: remembered, it need not be taken apart again. Forgotten at the start of
    // each block, so that what a block says does not depend on who parsed the one before.
    class Tails {
    public:
        void forget() { tails_ = {}; }

    private:
        friend class Prefix;
        struct Part {
            std::uint8_t at = 0;
            std::uint8_t size = 0;
        };
        struct Tail {
            const Prefix* prefix = nullptr;
            std::uint64_t session = 0;
            std::uint8_t size = 0;
            Part user;
            Part database;
            Part application;
            Part state;
            std::array<char, 120> bytes{};
            void remember(const Prefix& owner,
                          const Record& record,
                          std::string_view rest,
                          std::string_view message);
        };
        [[nodiscard]] Tail& at(std::uint64_t session) { return tails_[session % tails_.size()]; }
        std::array<Tail, 64> tails_{};
    };
    [[nodiscard]] bool match(std::string_view& line,
                             Record& record,
                             Clock& clock,
                             Tails& tails) const;
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    // Does it say when, and who? Without either the log is of little use.
    [[nodiscard]] bool has(char escape) const noexcept {
        return text_.find(std::string{"%"} + escape) != std::string::npos;
    }
    // How many steps name something: of two prefixes that match, the one that says more is the
    // right one.
    [[nodiscard]] std::size_t fields() const noexcept { return fields_; }

private:
    struct Step {
        char escape = 0;      // 0: the literal text
        std::string literal;  // to be matched, or what ends a field
    };
    struct Budget {
        int tries = 256;  // backtracking of one line ends here
    };
    [[nodiscard]] static bool take_simple(const Step& step,
                                          std::string_view& rest,
                                          Record& record,
                                          Clock& clock);
    [[nodiscard]] bool run(std::size_t step,
                           std::string_view rest,
                           Record& record,
                           Clock& clock,
                           Budget& budget,
                           std::string_view& message) const;
    [[nodiscard]] bool run_field(std::size_t step,
                                 std::string_view rest,
                                 Record& record,
                                 Clock& clock,
                                 Budget& budget,
                                 std::string_view& message) const;

    std::string text_;
    std::vector<Step> steps_;
    std::size_t fields_ = 0;
    std::size_t head_ = 0;  // steps at the front that say themselves where they end
};

// Reads "LOG:  " at the front of `rest`; `rest` is left at the message. Relays may have folded the
// blanks.
[[nodiscard]] Severity take_severity(std::string_view& rest) noexcept;

}  // namespace plimsoll::readers::postgres
