// The sentences of the verdict. Reports print them; nothing else says what an audit concludes.
#pragma once

#include "core/audit.hpp"

#include <string>

namespace plimsoll::verdict::wording {

// "4.1x", "14x", ">1000x"; two significant digits, as no limit is known better.
[[nodiscard]] std::string multiple(double value);
// Shortest decimal text of a number.
[[nodiscard]] std::string plain(double value);

// How much more load, and what gives way first: one sentence.
[[nodiscard]] std::string headline(const Audit& audit);
// The verdict, and what the rungs of the ladder buy.
[[nodiscard]] std::string subline(const Audit& audit);
// The verdict with its reason.
[[nodiscard]] std::string verdict(const Audit& audit);

}  // namespace plimsoll::verdict::wording
