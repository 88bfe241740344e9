// Since last time: which figures moved, whether the move is real, and what became of the steps that
// the earlier audit foretold. Without an earlier audit: how to give one.
#include "html/sections.hpp"
#include "shared/words.hpp"

#include <algorithm>

namespace plimsoll::reports::page {
namespace {

void value(Page& page, const Seen<Estimate>& estimate) {
    if (!estimate->known()) {
        page.w.element("span", {{"class", "na"}}, shared::not_known);
        return;
    }
    if (!estimate->has_point()) {
        interval(page, estimate.at(&Estimate::low), estimate.at(&Estimate::high), As::number);
        return;
    }
    figure(page, estimate.at(&Estimate::at));
    interval_after(page, estimate, As::number);
}

void then_and_now(Page& page, const Seen<Moved>& moved) {
    if (!moved->then_word.empty()) {
        page.w.element("td", {}, [&] { prose(page, "span", "", moved.at(&Moved::then_word)); });
        page.w.element("td", {}, [&] { prose(page, "span", "", moved.at(&Moved::now_word)); });
        return;
    }
    page.w.element("td", {{"class", "n"}}, [&] { value(page, moved.at(&Moved::then)); });
    page.w.element("td", {{"class", "n"}}, [&] {
        value(page, moved.at(&Moved::now));
        if (!moved->unit.empty() && moved->unit != "1") {
            page.w.text(" ");
            prose(page, "span", "u", moved.at(&Moved::unit));
        }
    });
}

void row(Page& page, const Seen<Moved>& moved) {
    page.w.element("tr", {}, [&] {
        page.w.element(
            "th", {{"scope", "row"}}, [&] { prose(page, "span", "", moved.at(&Moved::name)); });
        then_and_now(page, moved);
        page.w.element("td", {}, shared::move_word(moved->move));
        page.w.element("td", {}, [&] { prose(page, "span", "", moved.at(&Moved::why)); });
    });
}

// The Audit has news first and what did not move last: the latter are names only.
void figures(Page& page, const Seen<std::vector<Moved>>& all) {
    std::size_t news = 0;
    while (news < all->size() && (*all)[news].move != Move::unchanged) {
        ++news;
    }
    const std::size_t shown = std::min(news, most_rows);
    if (news > 0) {
        scroll(page, "Figures then and now", [&] {
            page.w.element("table", {}, [&] {
                table_head(page, {"Figure", ">Then", ">Now", "Change", "Is it real?"});
                page.w.element("tbody", {}, [&] {
                    for (std::size_t i = 0; i < shown && !page.full(); ++i) {
                        row(page, all.at(i));
                    }
                });
            });
        });
        left_out(page, all.path(), shown, news);
    }
    if (news == all->size()) {
        return;
    }
    page.w.element("p", {{"class", "conf"}}, [&] {
        page.w.text("Unchanged: ");
        for (std::size_t i = news; i < std::min(all->size(), news + most_rows); ++i) {
            page.w.text(i == news ? "" : ", ");
            prose(page, "span", "", all.at(i).at(&Moved::name));
        }
        page.w.text(all->size() > news + most_rows ? " and more." : ".");
    });
}

void foretold(Page& page, const Seen<std::vector<Foretold>>& all) {
    if (all->empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "What the earlier audit foretold");
    const std::size_t shown = std::min(all->size(), most_rows);
    scroll(page, "Steps foretold", [&] {
        page.w.element("table", {}, [&] {
            table_head(page, {"Step, or limit", ">Foretold", ">Now", "What came of it"});
            page.w.element("tbody", {}, [&] {
                for (std::size_t i = 0; i < shown && !page.full(); ++i) {
                    const Seen<Foretold> one = all.at(i);
                    page.w.element("tr", {}, [&] {
                        page.w.element("th", {{"scope", "row"}}, [&] {
                            prose(page, "span", "", one.at(&Foretold::title));
                        });
                        page.w.element("td", {{"class", "n"}}, [&] {
                            value(page, one.at(&Foretold::predicted));
                        });
                        page.w.element("td", {{"class", "n"}}, [&] {
                            value(page, one.at(&Foretold::observed));
                        });
                        page.w.element(
                            "td", {}, [&] { prose(page, "span", "", one.at(&Foretold::says)); });
                    });
                }
            });
        });
    });
    left_out(page, all.path(), shown, all->size());
}

void compared(Page& page, const Seen<SinceLast>& since) {
    page.w.element("p", {}, [&] {
        page.w.text("Against the audit of ");
        day(page, since.at(&SinceLast::audited_at));
        page.w.text(
            ". A move is called real where the two intervals do not overlap; anything less, chance "
            "alone could do.");
    });
    if (!since->notes.empty()) {
        page.w.element("ul", {{"class", "plain"}}, [&] {
            const Seen<std::vector<std::string>> notes = since.at(&SinceLast::notes);
            for (std::size_t i = 0; i < std::min(notes->size(), most_rows); ++i) {
                prose(page, "li", "", notes.at(i));
            }
        });
    }
    figures(page, since.at(&SinceLast::moved));
    foretold(page, since.at(&SinceLast::foretold));
}

}  // namespace

void since_last(Page& page) {
    section(page, "since", "Since last time", "", [&] {
        if (page.audit.since_last) {
            compared(page, page.seen.at(&Audit::since_last).inside());
            return;
        }
        page.w.element("p", {{"class", "card"}}, [&] {
            page.w.text(
                "No earlier audit was given, so nothing is said about what moved. Keep this "
                "audit’s JSON; next time: ");
            page.w.element("code", {}, "plimsoll audit PATH... --since earlier.json");
        });
    });
}

}  // namespace plimsoll::reports::page
