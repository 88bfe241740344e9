// plimsoll init: asks the questions that no log answers and begins the files that people write.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"

#include <functional>
#include <istream>
#include <map>
#include <string>

namespace plimsoll::cli {

struct InitFlags {
    std::string folder = ".";
    std::string by;
    bool no_questions = false;  // everything stays unknown
};
[[nodiscard]] Status run_init(const InitFlags& flags);

// The dialogue: "yes", "no" or nothing, and what follows is the note. The end of the input leaves
// the rest unknown. `show` prints a question.
[[nodiscard]] std::map<std::string, Answer> ask_questions(
    std::istream& in, const std::function<void(const std::string&)>& show);

}  // namespace plimsoll::cli
