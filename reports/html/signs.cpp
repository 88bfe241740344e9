// The five signs: state, score and confidence apart from each other, the figures behind them, and
// why a patch will not do, what would, and what would prove us wrong.
#include "html/sections.hpp"
#include "shared/words.hpp"

#include <algorithm>

namespace plimsoll::reports::page {
namespace {

void meter(Page& page, const Seen<SignVerdict>& sign) {
    const std::string style = "f-" + std::string{shared::state_class(sign->state)};
    page.w.element("svg", {{"class", "meter"}, {"aria-hidden", "true"}}, [&] {
        page.w.leaf(
            "rect",
            {{"y", "6"}, {"width", "100%"}, {"height", "9"}, {"rx", "4.5"}, {"class", "tr"}});
        if (!sign->score) {
            page.w.leaf(
                "rect",
                {{"y", "6"}, {"width", "100%"}, {"height", "9"}, {"rx", "4.5"}, {"class", "hat2"}});
            return;
        }
        const double threshold = sign->threshold / 100.0;
        page.w.leaf("rect",
                    {{"y", "6"},
                     {"width", across(*sign->score / 100.0)},
                     {"height", "9"},
                     {"rx", "4.5"},
                     {"class", style}});
        page.w.leaf("line",
                    {{"x1", across(threshold)},
                     {"x2", across(threshold)},
                     {"y1", "2"},
                     {"y2", "19"},
                     {"class", "th"}});
        page.w.element(
            "text", {{"x", across(threshold)}, {"y", "31"}, {"text-anchor", "middle"}}, [&] {
                page.w.text("counts from ");
                figure(page, sign.at(&SignVerdict::threshold), As::number, "tspan");
            });
    });
}

void state(Page& page, const Seen<SignVerdict>& sign) {
    page.w.element(
        "p", {{"class", "state s-" + std::string{shared::state_class(sign->state)}}}, [&] {
            icon(page, sign->state);
            page.w.text(shared::state_word(sign->state));
            if (sign->score) {
                page.w.text(" · ");
                figure(page, sign.at(&SignVerdict::score).inside());
                page.w.text(" of 100");
            }
        });
}

void aside(Page& page, const Seen<SignVerdict>& sign, std::size_t place) {
    page.w.element("div", {}, [&] {
        page.w.element("p", {{"class", "no"}}, anchor("Sign ", place));
        if (sign->title.empty()) {
            page.w.element("h3", {{"id", anchor("sh", place)}}, to_text(sign->id));
        } else {
            page.w.element(
                "h3",
                {{"id", anchor("sh", place)}, {"data-f", sign.at(&SignVerdict::title).path()}},
                shared::shown(sign->title, As::text));
        }
        state(page, sign);
        meter(page, sign);
        page.w.element("p", {{"class", "conf"}}, [&] {
            page.w.text("Confidence: ");
            page.w.element("b", {}, shared::confidence_word(sign->confidence));
            if (!sign->confidence_why.empty()) {
                page.w.text(", ");
                prose(page, "span", "", sign.at(&SignVerdict::confidence_why));
            }
        });
    });
}

void measures(Page& page, const Seen<SignVerdict>& sign) {
    const Seen<std::vector<Measure>> all = sign.at(&SignVerdict::measures);
    if (all->empty()) {
        return;
    }
    page.w.element("ul", {{"class", "ev"}}, [&] {
        for (std::size_t i = 0; i < std::min<std::size_t>(all->size(), 8); ++i) {
            const Seen<Measure> measure = all.at(i);
            const Within within{page, measure.path()};
            page.w.element("li", {{"data-in", within.place()}}, [&] {
                prose(page, "span", "", measure.at(&Measure::name));
                page.w.element("b", {}, [&] { measure_value(page, measure); });
            });
        }
    });
}

void says(Page& page, const Seen<SignVerdict>& sign) {
    const bool unknown = sign->state == Outcome::insufficient || sign->state == Outcome::failed;
    page.w.element("div", {}, [&] {
        prose(page, "p", "", sign.at(&SignVerdict::says));
        if (unknown) {
            page.w.element("p", {{"class", "na"}}, "A blank here is not a clean bill.");
        }
        measures(page, sign);
        page.w.element("p", {{"class", "links"}}, [&] {
            std::vector<std::string> links = sign->exhibits;
            links.insert(links.end(), sign->findings.begin(), sign->findings.end());
            evidence_list(page, links);
        });
    });
}

void part(Page& page, std::string_view title, const Seen<std::string>& text) {
    if (!text->empty()) {
        page.w.element("div", {}, [&] {
            page.w.element("h4", {}, title);
            prose(page, "p", "", text);
        });
    }
}

void reasons(Page& page, const Seen<SignVerdict>& sign) {
    if (sign->why_patching_fails.empty() && sign->re_architecture.empty() &&
        sign->would_prove_wrong.empty()) {
        return;
    }
    page.w.element("details", {}, [&] {
        page.w.element("summary",
                       {},
                       "Why patching will not fix it, what would, and what would prove "
                       "this wrong");
        page.w.element("div", {{"class", "two"}}, [&] {
            part(page, "Why patching will not fix it", sign.at(&SignVerdict::why_patching_fails));
            part(page,
                 "What the re-architecture looks like",
                 sign.at(&SignVerdict::re_architecture));
            part(page, "What would prove this wrong", sign.at(&SignVerdict::would_prove_wrong));
        });
    });
}

}  // namespace

void signs(Page& page) {
    const Seen<std::vector<SignVerdict>> all = page.seen.at(&Audit::signs);
    section(page,
            "signs",
            "Five signs",
            "The score says how strong a symptom is, the confidence how far to trust it; they are "
            "never "
            "mixed. Latent: the structure for it is there, and nothing has happened yet.",
            [&] {
                if (all->empty()) {
                    page.w.element("p", {{"class", "card"}}, "No sign was assessed.");
                }
                for (std::size_t i = 0; i < all->size() && !page.full(); ++i) {
                    const Seen<SignVerdict> sign = all.at(i);
                    page.w.element("article",
                                   {{"class", "card sign"},
                                    {"id", anchor("sign-", i)},
                                    {"aria-labelledby", anchor("sh", i)}},
                                   [&] {
                                       aside(page, sign, i);
                                       says(page, sign);
                                       reasons(page, sign);
                                   });
                }
            });
}

}  // namespace plimsoll::reports::page
