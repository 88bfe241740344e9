// FixCourse: how the share of changes that a fix follows has moved, quarter by quarter, among
// changes of equal sizes.
//
// Law: levels mean nothing (5 to 38 % in healthy projects, by how messages are written), and large
// changes are followed by fixes oftener by their size alone. So each quarter's share is
// standardised (directly): shares within changes of one, of two to four and of more files, weighted
// as the whole history has them. Slope by Theil and Sen, with its interval; nothing for less than
// six quarters. The last 14 days are left out: their fixes are still to come. Blind spot: a change
// of habit in messages looks like a change of quality.
#pragma once

#include "checks/history/boundaries.hpp"
#include "core/exhibit.hpp"
#include "model/trend.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace plimsoll::checks {

struct FixCourse {
    struct Quarter {
        std::int64_t begins = 0;  // seconds since 1970
        std::uint64_t changes = 0;
        Estimate share;  // standardised to the sizes of the whole history
    };
    std::vector<Quarter> quarters;         // with enough changes of every size
    std::uint64_t changes = 0;             // in those quarters
    std::optional<model::Slope> per_year;  // of the share
};

[[nodiscard]] FixCourse fix_course(const Boundaries& found);
[[nodiscard]] Exhibit fix_course_series(const FixCourse& course, const Boundaries& found);

}  // namespace plimsoll::checks
