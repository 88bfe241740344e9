// Error: something the user must act on. Four parts, the last of which is the way out.
//
// A bad record is not an Error: it is counted (core/input_record.hpp). An Error is thrown when
// going on would give a wrong answer, or none. Only main() prints it and turns it into an exit
// status.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace plimsoll {

// Exit statuses; design.md section 4. 0 and 1 are answers, the rest say why there is none.
enum class Status : std::uint8_t {
    done = 0,
    gate_failed = 1,
    usage = 2,       // command line or configuration
    unreadable = 3,  // an input is missing or cannot be read
    untrusted = 4,   // read, but not to be trusted, or evidence missing where it is required
    unwritable = 5,  // output
    internal = 70,
    interrupted = 130,
};

class Error : public std::runtime_error {
public:
    struct Parts {
        Status status = Status::internal;
        std::string what;    // "cannot read a record of the log"
        std::string where;   // file:line or byte; may be empty
        std::string why;     // what was found instead
        std::string remedy;  // a command or setting that helps
    };
    explicit Error(Parts parts) : std::runtime_error{parts.what}, parts_{std::move(parts)} {}
    [[nodiscard]] const Parts& parts() const noexcept { return parts_; }

private:
    Parts parts_;
};

}  // namespace plimsoll
