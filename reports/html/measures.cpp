// Figures one below the other, each with what it rests on: its formula, the observations behind it
// and the places where it was read.
#include "html/sections.hpp"

#include <algorithm>

namespace plimsoll::reports::page {
namespace {

// How a figure came about, below it: its formula, the observations behind it, the places.
void basis(Page& page, const Seen<Measure>& measure, bool with_places) {
    const bool places_here = with_places && !measure->origins.empty();
    if (measure->formula.empty() && measure->samples <= 0 && !places_here) {
        return;
    }
    page.w.element("small", {}, [&] {
        prose(page, "code", "", measure.at(&Measure::formula));
        if (measure->samples > 0) {
            page.w.text(measure->formula.empty() ? "" : "; ");
            figure(page, measure.at(&Measure::samples));
            page.w.text(measure->samples == 1 ? " observation" : " observations");
        }
        if (places_here) {
            page.w.text(measure->formula.empty() && measure->samples <= 0 ? "from " : ", from ");
            places(page, measure.at(&Measure::origins));
        }
    });
}

}  // namespace

void measure_list(Page& page, const Seen<std::vector<Measure>>& all) {
    const auto same_places = [&](const Measure& measure) {
        return measure.origins == all->front().origins;
    };
    const bool shared_places =
        all->size() > 1 && std::all_of(all->begin(), all->end(), same_places);
    const std::size_t shown = std::min(all->size(), most_measures);
    page.w.element("ul", {{"class", "ev"}}, [&] {
        for (std::size_t i = 0; i < shown; ++i) {
            const Seen<Measure> measure = all.at(i);
            const Within within{page, measure.path()};
            page.w.element("li", {{"data-in", within.place()}}, [&] {
                prose(page, "span", "", measure.at(&Measure::name));
                page.w.element("b", {}, [&] { measure_value(page, measure); });
                basis(page, measure, !shared_places);
            });
        }
    });
    left_out(page, all.path(), shown, all->size());
    if (shared_places && !all->front().origins.empty()) {
        page.w.element("p", {{"class", "conf"}}, [&] {
            page.w.text("All read from ");
            places(page, all.at(0).at(&Measure::origins));
        });
    }
}

}  // namespace plimsoll::reports::page
