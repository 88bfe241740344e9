// People: who made a commit, after .mailmap; which of them are programs; what a subject line
// admits.
//
// Blind spots: a bot with a person's name; a fix whose message does not say so. Levels of the fix
// share depend on how a team writes messages, so only its course within one repository means
// anything.
#pragma once

#include "readers/git/library.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::readers::git {

// Is "Name <e-mail>" a program: dependabot, renovate, anything that calls itself [bot] ...?
[[nodiscard]] bool is_bot(std::string_view identity);

// Commit::fix and Commit::revert, from the first line of the message.
[[nodiscard]] std::uint8_t flags_of_subject(std::string_view subject);

// The e-mail in lower case, or the name where there is none.
[[nodiscard]] std::string address_of(std::string_view identity);

class People {
public:
    People() = default;
    // From the text of a .mailmap; an unreadable one is as good as none.
    explicit People(std::string_view mailmap);
    // The address that stands for "Name <e-mail>".
    [[nodiscard]] std::string resolve(std::string_view identity) const;

private:
    Mailmap map_;
};

}  // namespace plimsoll::readers::git
