#include "model/coupling.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace plimsoll::model {

Inverted invert(const SetsView& sets, std::size_t things) {
    Inverted out;
    out.ends.resize(things + 1);
    for (const std::uint32_t thing : sets.things) {
        ++out.ends[thing + 1];
    }
    std::partial_sum(out.ends.begin(), out.ends.end(), out.ends.begin());
    out.sets.resize(sets.things.size());
    // While filling, ends[t] is where thing t's next set goes; then it is where they end.
    for (std::size_t set = 0; set < sets.size(); ++set) {
        for (const std::uint32_t thing : sets[set]) {
            out.sets[out.ends[thing]++] = static_cast<std::uint32_t>(set);
        }
    }
    out.ends.resize(things);
    return out;
}

std::vector<Coupled> coupled_pairs(const SetsView& sets,
                                   std::size_t things,
                                   const CouplingRules& rules) {
    const Inverted by_thing = invert(sets, things);
    const SetsView holders{by_thing.ends, by_thing.sets};
    std::vector<std::uint32_t> count(things);
    std::vector<std::uint32_t> seen;
    std::vector<Coupled> out;
    for (std::uint32_t a = 0; a < things; ++a) {
        const std::span<const std::uint32_t> sets_of_a = holders[a];
        if (sets_of_a.size() < rules.min_shared) {
            continue;
        }
        for (const std::uint32_t set : sets_of_a) {
            for (const std::uint32_t b : sets[set]) {
                if (b > a && count[b]++ == 0) {
                    seen.push_back(b);
                }
            }
        }
        for (const std::uint32_t b : seen) {
            const Coupled pair{.a = a,
                               .b = b,
                               .shared = count[b],
                               .sets_of_a = static_cast<std::uint32_t>(sets_of_a.size()),
                               .sets_of_b = static_cast<std::uint32_t>(holders[b].size())};
            count[b] = 0;
            // 200 shared >= degree (a + b): no division, so a pair on the limit is never lost.
            const double both = double{1} * pair.sets_of_a + pair.sets_of_b;
            if (pair.shared >= rules.min_shared && both >= 2 * rules.min_average &&
                200.0 * pair.shared >= rules.min_degree * both) {
                out.push_back(pair);
            }
        }
        seen.clear();
    }
    std::ranges::sort(out, [](const Coupled& x, const Coupled& y) {
        // x.degree > y.degree as whole numbers: shared_x (sum of y) > shared_y (sum of x).
        const std::uint64_t left =
            std::uint64_t{x.shared} * (std::uint64_t{y.sets_of_a} + y.sets_of_b);
        const std::uint64_t right =
            std::uint64_t{y.shared} * (std::uint64_t{x.sets_of_a} + x.sets_of_b);
        return left != right ? left > right
                             : std::tie(y.shared, x.a, x.b) < std::tie(x.shared, y.a, y.b);
    });
    return out;
}

}  // namespace plimsoll::model
