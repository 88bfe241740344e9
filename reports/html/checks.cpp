// What each check said: in one line, its figures one click away. What nothing could be said about
// is named by its reason.
#include "html/sections.hpp"
#include "shared/words.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace plimsoll::reports::page {
namespace {

// Whether its figures name the places of a finding already.
[[nodiscard]] bool places_named(const Finding& finding) {
    return std::all_of(finding.seen_at.begin(), finding.seen_at.end(), [&](const Origin& place) {
        return std::any_of(
            finding.measures.begin(), finding.measures.end(), [&](const Measure& measure) {
                return std::find(measure.origins.begin(), measure.origins.end(), place) !=
                       measure.origins.end();
            });
    });
}

void check_body(Page& page, const Seen<Finding>& finding) {
    prose(page, "p", "", finding.at(&Finding::says));
    if (finding->confidence != Confidence::none || !finding->confidence_why.empty()) {
        page.w.element("p", {{"class", "conf"}}, [&] {
            page.w.text("Confidence: ");
            page.w.text(shared::confidence_word(finding->confidence));
            if (!finding->confidence_why.empty()) {
                page.w.text(", ");
                prose(page, "span", "", finding.at(&Finding::confidence_why));
            }
        });
    }
    if (!finding->measures.empty()) {
        measure_list(page, finding.at(&Finding::measures));
    }
    if (!finding->seen_at.empty() && !places_named(*finding)) {
        page.w.element("p", {{"class", "conf"}}, [&] {
            page.w.text("Seen at ");
            places(page, finding.at(&Finding::seen_at));
        });
    }
}

// What the check asks; its id where it does not say.
[[nodiscard]] Seen<std::string> asked(const Seen<Finding>& finding) {
    return finding.at(finding->asks.empty() ? &Finding::check : &Finding::asks);
}

// A check in one line, its figures one click away.
void answered(Page& page, const Seen<Finding>& finding, std::size_t index) {
    const Within within{page, finding.path()};
    page.w.element("details", {{"id", anchor("check-", index)}, {"data-in", within.place()}}, [&] {
        page.w.element("summary", {}, [&] {
            icon(page, finding->outcome);
            page.w.text(" ");
            prose(page, "span", "", asked(finding));
            page.w.text(" ");
            page.w.element("small",
                           {{"class", "s-" + std::string{shared::state_class(finding->outcome)}}},
                           finding->outcome == Outcome::failed
                               ? "Not assessed: the check itself broke"
                               : shared::state_word(finding->outcome));
        });
        check_body(page, finding);
    });
}

// What nothing could be said about: each reason once, and the questions that it leaves open.
[[nodiscard]] std::size_t unanswered(Page& page,
                                     const Seen<std::vector<Finding>>& all,
                                     const std::vector<std::size_t>& which) {
    std::vector<std::string_view> reasons;
    for (const std::size_t index : which) {
        const std::string_view says = (*all)[index].says;
        if (std::find(reasons.begin(), reasons.end(), says) == reasons.end()) {
            reasons.push_back(says);
        }
    }
    std::size_t written = 0;
    const auto open_question = [&](std::size_t index) {
        const Seen<Finding> finding = all.at(index);
        const Seen<std::string> asks = asked(finding);
        page.w.element("li",
                       {{"id", anchor("check-", index)}, {"data-f", asks.path()}},
                       shared::shown(*asks, As::text));
        ++written;
    };
    page.w.element("details", {}, [&] {
        page.w.element("summary", {}, [&] {
            icon(page, Outcome::insufficient);
            page.w.text(" Not assessed, and why");
        });
        for (const std::string_view reason : reasons) {
            bool first = true;
            const auto of_reason = [&] {
                for (const std::size_t index : which) {
                    if ((*all)[index].says == reason && !page.full()) {
                        open_question(index);
                    }
                }
            };
            for (const std::size_t index : which) {
                if (first && (*all)[index].says == reason) {
                    prose(page, "p", "na", all.at(index).at(&Finding::says));
                    first = false;
                }
            }
            page.w.element("ul", {{"class", "plain"}}, of_reason);
        }
    });
    return written;
}

[[nodiscard]] bool says_nothing_else(const Finding& finding) {
    return finding.outcome == Outcome::insufficient && finding.measures.empty() &&
           finding.seen_at.empty() && finding.confidence == Confidence::none &&
           finding.confidence_why.empty();
}

}  // namespace

// What is wrong first, then what may become so, then what is not seen, then what is not known.
void checks(Page& page) {
    const Seen<std::vector<Finding>> all = page.seen.at(&Audit::findings);
    if (all->empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "What each check said");
    const std::size_t shown = std::min(all->size(), most_items);
    std::size_t written = 0;
    std::vector<std::size_t> silent;
    page.w.element("div", {{"class", "card checks"}}, [&] {
        for (const Outcome outcome : {Outcome::present,
                                      Outcome::latent,
                                      Outcome::absent,
                                      Outcome::failed,
                                      Outcome::insufficient}) {
            for (std::size_t i = 0; i < shown && !page.full(); ++i) {
                if ((*all)[i].outcome != outcome) {
                    continue;
                }
                if (says_nothing_else((*all)[i])) {
                    silent.push_back(i);
                } else {
                    answered(page, all.at(i), i);
                    ++written;
                }
            }
        }
        if (!silent.empty()) {
            written += unanswered(page, all, silent);
        }
    });
    left_out(page, all.path(), written, all->size());
}

}  // namespace plimsoll::reports::page
