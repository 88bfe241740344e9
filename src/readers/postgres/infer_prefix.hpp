// Infers a log_line_prefix from the first lines of a log.
//
// Law: the prefixes that distributions, clouds and guides set are tried first; failing those, one
// is built from the text before the severity: time stamps, [numbers], key=value, user@database,
// session ids. The prefix that explains the most lines wins; between equals, the one that names the
// most fields. Blind spot: two fields of the same look (user and database without a label) are
// taken in the usual order.
#pragma once

#include "readers/postgres/prefix.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::postgres {

struct Inferred {
    std::vector<Prefix> prefixes;     // the most frequent first; empty when none explains a line
    double share = 0;                 // of the lines that look like entries
    std::vector<std::string> tried;   // those that are set somewhere, then those guessed here
    std::vector<std::string> unread;  // the first lines that none explains
};

[[nodiscard]] Inferred infer_prefix(std::string_view head, std::string_view zone);
// The first lines of entries in `head`, those that do not begin with a tab.
[[nodiscard]] std::vector<std::string_view> entry_lines(std::string_view head, bool whole);
// Does the line hold a severity of PostgreSQL, wherever it stands? Where it begins, or npos.
[[nodiscard]] std::size_t find_severity(std::string_view line) noexcept;

}  // namespace plimsoll::readers::postgres
