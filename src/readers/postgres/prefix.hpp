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
};

// Reads "LOG:  " at the front of `rest`; `rest` is left at the message. Relays may have folded the
// blanks.
[[nodiscard]] Severity take_severity(std::string_view& rest) noexcept;

}  // namespace plimsoll::readers::postgres
