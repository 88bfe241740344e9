#include "checks/history/merge_back.hpp"

#include "checks/history/exhibits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::checks {
namespace {

[[nodiscard]] double degree_of(double either_share) {
    return 2 * either_share / (1 + either_share);
}

}  // namespace

Together together_of(std::uint32_t a,
                     std::uint32_t b,
                     std::uint32_t sets_of_a,
                     std::uint32_t sets_of_b,
                     std::uint32_t shared) {
    Together out{.a = a, .b = b, .shared = shared, .either = sets_of_a + sets_of_b - shared};
    const Estimate share = share_of(out.shared, out.either);
    out.degree = {
        .at = degree_of(share.at), .low = degree_of(share.low), .high = degree_of(share.high)};
    return out;
}

std::vector<Together> belong_together(const Boundaries& found,
                                      const Settings& settings,
                                      const std::vector<bool>& counts) {
    std::vector<Together> out;
    const double limit = settings.value_of(merge_degree);
    for (const model::Coupled& pair : coupled_modules(found, 100 * limit)) {
        if (!counts.empty() && !(counts[pair.a] && counts[pair.b])) {
            continue;
        }
        const Together one =
            together_of(pair.a, pair.b, pair.sets_of_a, pair.sets_of_b, pair.shared);
        if (one.degree.low > limit) {
            out.push_back(one);
        }
    }
    return out;
}

Exhibit together_table(const std::vector<Together>& pairs, const Boundaries& found) {
    constexpr std::size_t most = 12;
    Exhibit out;
    out.key = "history.merge-back";
    out.title = "Modules that change together as if they were one";
    out.caption = found.basis() + ". Degree: changes of both over the average of the two.";
    out.columns = {{"module", "", false},
                   {"changes with", "", false},
                   {"together", "", true},
                   {"either", "", true},
                   {"degree", "%", true},
                   {"90 %", "", false}};
    for (std::size_t i = 0; i < std::min(most, pairs.size()); ++i) {
        const Together& pair = pairs[i];
        out.rows.push_back(
            {.cells = {{found.recent.modules[pair.a], {}},
                       {found.recent.modules[pair.b], {}},
                       {fmt::to_string(pair.shared), static_cast<double>(pair.shared)},
                       {fmt::to_string(pair.either), static_cast<double>(pair.either)},
                       {fmt::format("{:.0f}", 100 * pair.degree.at), 100 * pair.degree.at},
                       {fmt::format(
                            "{:.0f} to {:.0f}", 100 * pair.degree.low, 100 * pair.degree.high),
                        {}}},
             .depth = 0,
             .share = pair.degree.at,
             .note = {}});
    }
    if (pairs.size() > most) {
        out.left_out = fmt::format("{} more pairs", pairs.size() - most);
    }
    return out;
}

std::vector<Remedy> merge_back_remedies(const std::vector<Together>& pairs,
                                        const Boundaries& found) {
    constexpr std::size_t most = 3;
    std::vector<Remedy> out;
    for (std::size_t i = 0; i < std::min(most, pairs.size()); ++i) {
        const std::string& a = found.recent.modules[pairs[i].a];
        const std::string& b = found.recent.modules[pairs[i].b];
        out.push_back(
            {.id = fmt::format("merge-back.{}.{}", a, b),
             .rung = Rung::boundary,
             .title = fmt::format("Put {} and {} back into one", a, b),
             .action = fmt::format(
                 "One deployable, one pipeline, calls in place of requests: {} of the {} changes "
                 "to either touch both ({:.0f} %, {:.0f} to {:.0f} %).",
                 pairs[i].shared,
                 pairs[i].either,
                 100 * pairs[i].degree.at,
                 100 * pairs[i].degree.low,
                 100 * pairs[i].degree.high),
             .effort = "weeks",
             .reach = a + ", " + b,
             .undo = "revert the commits; keep both folders until a month has passed",
             .effects = {},
             .clears = {},
             .verify = fmt::format(
                 "plimsoll audit . --json audit.json: no pair {} and {} in history.merge-back",
                 a,
                 b),
             .model = "change coupling: saves coordination, moves no load limit"});
    }
    return out;
}

}  // namespace plimsoll::checks
