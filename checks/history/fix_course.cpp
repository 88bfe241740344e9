#include "checks/history/fix_course.hpp"

#include "checks/history/aftermath.hpp"
#include "checks/history/quarters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace plimsoll::checks {
namespace {

constexpr std::size_t sizes = 3;  // one file, two to four, more

[[nodiscard]] std::size_t size_class(std::size_t files) {
    return files == 1 ? 0 : files <= 4 ? 1 : 2;
}

struct Counts {
    std::array<std::uint64_t, sizes> changes{};
    std::array<std::uint64_t, sizes> followed{};
    [[nodiscard]] std::uint64_t all() const { return changes[0] + changes[1] + changes[2]; }
};

// Non-fixes whose fortnight is over, by quarter and size.
[[nodiscard]] std::map<std::int64_t, Counts> count(const ChangeSets& all) {
    std::map<std::int64_t, Counts> out;
    const std::vector<bool> followed = followed_by_fix(all);
    for (std::size_t set = 0; set < all.sets.size(); ++set) {
        if (all.sets[set].fix || all.sets.back().at - all.sets[set].at < fortnight) {
            continue;
        }
        Counts& quarter = out[quarter_of(all.sets[set].at)];
        const std::size_t size = size_class(all.files_of(set).size());
        ++quarter.changes[size];
        quarter.followed[size] += followed[set] ? 1 : 0;
    }
    return out;
}

// Weighted shares; variance by the shares with one added to either side, so that 0 of n is not
// certain. Nothing when a size that counts has too few changes.
[[nodiscard]] std::optional<Estimate> standardised(const Counts& quarter, const Counts& whole) {
    constexpr std::uint64_t least = 5;
    constexpr double ninety_percent = 1.645;
    double share = 0;
    double variance = 0;
    for (std::size_t size = 0; size < sizes; ++size) {
        if (whole.changes[size] == 0) {
            continue;
        }
        if (quarter.changes[size] < least) {
            return std::nullopt;
        }
        const double weight =
            static_cast<double>(whole.changes[size]) / static_cast<double>(whole.all());
        const auto n = static_cast<double>(quarter.changes[size]);
        const auto k = static_cast<double>(quarter.followed[size]);
        const double p = (k + 1) / (n + 2);
        share += weight * k / n;
        variance += weight * weight * p * (1 - p) / n;
    }
    const double half = ninety_percent * std::sqrt(variance);
    return Estimate{
        .at = share, .low = std::max(0.0, share - half), .high = std::min(1.0, share + half)};
}

}  // namespace

FixCourse fix_course(const Boundaries& found) {
    constexpr std::size_t least_quarters = 6;
    FixCourse out;
    const std::map<std::int64_t, Counts> quarters = count(found.all);
    Counts whole;
    for (const auto& [number, quarter] : quarters) {
        for (std::size_t size = 0; size < sizes; ++size) {
            whole.changes[size] += quarter.changes[size];
        }
    }
    std::vector<double> years;
    std::vector<double> shares;
    for (const auto& [number, quarter] : quarters) {
        if (const std::optional<Estimate> share = standardised(quarter, whole)) {
            out.quarters.push_back(
                {.begins = begin_of(number), .changes = quarter.all(), .share = *share});
            out.changes += quarter.all();
            years.push_back(static_cast<double>(number) / 4);
            shares.push_back(share->at);
        }
    }
    if (years.size() >= least_quarters) {
        out.per_year = model::theil_sen(years, shares);
    }
    return out;
}

Exhibit fix_course_series(const FixCourse& course, const Boundaries& found) {
    Exhibit out;
    out.key = "history.fix-after-by-quarter";
    out.form = Form::series;
    out.title = "Changes that a fix of one of their files follows within 14 days";
    out.caption = fmt::format(
        "As if every quarter had the sizes of the whole history; {}s. Only the course means "
        "anything: levels depend on how messages are written.",
        to_text(found.all.unit));
    out.unit = "share";
    Line line{.name = "followed by a fix", .points = {}};
    for (const FixCourse::Quarter& quarter : course.quarters) {
        line.points.push_back({.at = instant(quarter.begins * 1'000'000),
                               .value = quarter.share.at,
                               .low = quarter.share.low,
                               .high = quarter.share.high});
    }
    out.lines = {line};
    return out;
}

}  // namespace plimsoll::checks
