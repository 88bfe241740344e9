// The figure of a finding that a test asks for; a test that asks for one that is not there fails.
#pragma once

#include "catch.hpp"
#include "core/finding.hpp"

#include <algorithm>
#include <string_view>

namespace plimsoll::test {

[[nodiscard]] inline const Measure& measure(const Finding& finding, std::string_view id) {
    const auto found = std::ranges::find(finding.measures, id, &Measure::id);
    INFO("measure " << id << " of: " << finding.says);
    REQUIRE(found != finding.measures.end());
    return *found;
}

}  // namespace plimsoll::test
