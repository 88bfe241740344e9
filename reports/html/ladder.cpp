// The ladder: what to do, least disruptive first, each step with the load line before and after it.
// Printed, it is page two alone.
#include "html/sections.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::page {
namespace {

// The end of the little axes: the same for all steps, so that they can be compared down the page.
[[nodiscard]] double axis_end(const Audit& audit) {
    double largest = 1;
    for (const Prescription& step : audit.prescriptions) {
        if (step.effect) {
            for (const double value : {step.effect->from, step.effect->to, step.effect->high}) {
                largest = std::isfinite(value) ? std::max(largest, value) : largest;
            }
        }
    }
    return largest <= 9 ? 10 : largest <= 18 ? 20 : largest <= 90 ? 100 : 1000;
}

[[nodiscard]] std::vector<double> ticks(double end) {
    if (end <= 10) {
        return {1, 2, 5, 10};
    }
    if (end <= 20) {
        return {1, 2, 5, 10, 20};
    }
    return end <= 100 ? std::vector<double>{1, 3, 10, 30, 100}
                      : std::vector<double>{1, 10, 100, 1000};
}

[[nodiscard]] std::string_view side(double at) {
    return at < 0.08 ? "start" : at > 0.92 ? "end" : "middle";
}

void little_axis(Page& page, double end) {
    page.w.leaf("line", {{"x1", "0"}, {"x2", "100%"}, {"y1", "30"}, {"y2", "30"}, {"class", "ax"}});
    for (const double tick : ticks(end)) {
        const double at = shared::on_axis(tick, end);
        page.w.leaf(
            "line",
            {{"x1", across(at)}, {"x2", across(at)}, {"y1", "27"}, {"y2", "33"}, {"class", "ax"}});
        page.w.element("text",
                       {{"x", across(at)}, {"y", "50"}, {"text-anchor", side(at)}},
                       fmt::format("{:.0f}×", tick));
    }
}

void drawing(Page& page, const Seen<LineEffect>& effect, double end) {
    const double from = shared::on_axis(effect->from, end);
    const double to = shared::on_axis(effect->to, end);
    const auto line = [&](double a, double b, std::string_view style) {
        page.w.leaf(
            "line",
            {{"x1", across(a)}, {"x2", across(b)}, {"y1", "30"}, {"y2", "30"}, {"class", style}});
    };
    page.w.element("svg", {{"height", "54"}, {"aria-hidden", "true"}}, [&] {
        little_axis(page, end);
        line(shared::on_axis(effect->low, end), shared::on_axis(effect->high, end), "iv");
        line(from, to, "mv");
        page.w.leaf("circle", {{"cx", across(from)}, {"cy", "30"}, {"r", "5"}, {"class", "a"}});
        page.w.leaf("circle", {{"cx", across(to)}, {"cy", "30"}, {"r", "6"}, {"class", "b"}});
        page.w.element("text",
                       {{"x", across(to)}, {"y", "15"}, {"text-anchor", side(to)}, {"class", "to"}},
                       [&] { multiple(page, effect.at(&LineEffect::to), "tspan"); });
    });
}

void effect_of(Page& page, const Seen<Prescription>& step, double end) {
    page.w.element("div", {{"class", "fx"}}, [&] {
        if (!step->effect) {
            page.w.element("p", {{"class", "na"}}, "Does not move the load line.");
        } else {
            const Seen<LineEffect> effect = step.at(&Prescription::effect).inside();
            drawing(page, effect, end);
            page.w.element("p", {}, [&] {
                const std::string_view at_most = shared::is_bound(*effect) ? "at most " : "";
                page.w.text("Load line ");
                if (effect->from == effect->to) {
                    page.w.text("stays ");
                } else {
                    page.w.text(at_most);
                    multiple(page, effect.at(&LineEffect::from));
                    page.w.text(" → ");
                }
                page.w.text(at_most);
                multiple(page, effect.at(&LineEffect::to));
                page.w.text(" (");
                interval(
                    page, effect.at(&LineEffect::low), effect.at(&LineEffect::high), As::multiple);
                page.w.text(")");
            });
        }
        prose(page, "p", "", step.at(&Prescription::also));
        for (const std::string& sign : step->clears) {
            page.w.element(
                "p", {}, "Clears the sign: " + std::string{label_of(sign_title(page.audit, sign))});
        }
    });
}

// A command or setting is set in fixed width; a sentence is not. Only the style differs.
[[nodiscard]] bool reads_as_prose(std::string_view action) {
    return action.ends_with('.') && action.find('\n') == std::string_view::npos;
}

void tag(Page& page, std::string_view before, const Seen<std::string>& text) {
    if (!text->empty()) {
        page.w.element("span", {}, [&] {
            page.w.text(before);
            prose(page, "span", "", text);
        });
    }
}

void body(Page& page, const Seen<Prescription>& step) {
    page.w.element("div", {{"class", "body"}}, [&] {
        page.w.element("h3", {}, [&] {
            prose(page, "span", "", step.at(&Prescription::title));
            page.w.text(" ");
            evidence_list(page, step->evidence);
        });
        page.w.element("p", {{"class", "tags"}}, [&] {
            page.w.element("span", {{"class", "rung"}}, shared::rung_word(step->rung));
            tag(page, "", step.at(&Prescription::effort));
            tag(page, "touches ", step.at(&Prescription::reach));
            tag(page, "undo: ", step.at(&Prescription::undo));
        });
        prose(page,
              "pre",
              reads_as_prose(step->action) ? "prose" : "cmd",
              step.at(&Prescription::action));
        if (!step->verify.empty()) {
            page.w.element("p", {{"class", "tags"}}, [&] {
                page.w.text("Check it later: ");
                prose(page, "code", "", step.at(&Prescription::verify));
            });
        }
        if (!step->model.empty()) {
            page.w.element("p", {{"class", "tags"}}, [&] {
                page.w.text("How the effect was computed: ");
                prose(page, "span", "", step.at(&Prescription::model));
            });
        }
    });
}

}  // namespace

void ladder(Page& page) {
    const Seen<std::vector<Prescription>> steps = page.seen.at(&Audit::prescriptions);
    section(
        page,
        "do",
        "What to do, least disruptive first",
        steps->empty() ? ""
                       : "Steps build on each other: each starts from the load line that the step "
                         "before it leaves, because mending the first limit uncovers the second.",
        [&] {
            if (steps->empty()) {
                page.w.element("p",
                               {{"class", "card"}},
                               "No step is prescribed: none of what was measured would lift the "
                               "load line below the stage that is asked for, or clear a sign.");
                return;
            }
            const double end = axis_end(page.audit);
            std::size_t shown = 0;
            page.w.element("ol", {{"class", "ladder"}}, [&] {
                for (; shown < std::min(steps->size(), most_rows) && !page.full(); ++shown) {
                    const Seen<Prescription> step = steps.at(shown);
                    page.w.element("li", {{"id", anchor("step-", shown)}}, [&] {
                        body(page, step);
                        effect_of(page, step, end);
                    });
                }
            });
            left_out(page, steps.path(), shown, steps->size());
        });
}

}  // namespace plimsoll::reports::page
