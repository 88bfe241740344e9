// Score: what audits of many bundles said, against the truth.
#pragma once

#include "scenarios/scenario.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace plimsoll::scenarios {

struct Share {
    std::size_t right = 0;
    std::size_t all = 0;
    void count(bool is_right) {
        ++all;
        right += is_right ? 1 : 0;
    }
    [[nodiscard]] double value() const {
        return all == 0 ? 1 : static_cast<double>(right) / static_cast<double>(all);
    }
};

struct SignScore {
    Share sensitivity;              // present, of bundles with a severe dose
    Share specificity;              // not present, of bundles without
    Share insufficient;             // insufficient, of bundles that cannot tell
    std::map<double, Share> doses;  // amount: present
};

struct Score {
    std::array<SignScore, sign_count> signs;
    Share insufficient;  // of signs and verdicts
    Share verdict;
    Share line;                                // the true line lies within the printed interval
    Share first;                               // the limit that is first in truth is named first
    Share candidates;                          // or among those that could be first
    std::vector<double> widths;                // high over low of intervals
    std::map<std::string, std::size_t> wrong;  // "scenario: what", how often
    std::size_t bundles = 0;
};

[[nodiscard]] Score score(const std::vector<Scenario>& scenarios,
                          std::uint64_t first_seed,
                          std::size_t seeds);

// RESULTS.md: tables, curves, what went wrong.
[[nodiscard]] std::string markdown(const Score& score, std::size_t scenarios, std::size_t seeds);

}  // namespace plimsoll::scenarios
