// Globs over paths, as .gitignore, CODEOWNERS and plimsoll.toml write them.
//
// '*' and '?' stop at '/', '**' does not. A pattern with no '/' but at its end matches at any
// depth, one with a '/' from the root. A pattern that matches a folder matches everything in it.
// Classes such as [a-z] are taken literally. Time is bounded by pattern times path.
#pragma once

#include <string_view>

namespace plimsoll {

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view path) noexcept;

}  // namespace plimsoll
