// Inputs and gaps: what was read down to the byte, what was not there and how to get it, and what a
// person overrode.
#include "html/sections.hpp"

#include <algorithm>

namespace plimsoll::reports::page {
namespace {

void rejected(Page& page, const Seen<Input>& input) {
    figure(page, input.at(&Input::skipped));
    if (input->skipped == 0) {
        return;
    }
    page.w.element("small", {}, [&] {
        figure(page, input.at(&Input::skipped_bytes), As::bytes);
        const Seen<FirstSkipped> first = input.at(&Input::first_skipped);
        if (first->line > 0) {
            page.w.text(", first at line ");
            figure(page, first.at(&FirstSkipped::line));
        }
        if (!first->why.empty()) {
            page.w.text(": ");
            prose(page, "span", "", first.at(&FirstSkipped::why));
        }
    });
}

void input_row(Page& page, const Seen<Input>& input) {
    page.w.element("tr", {}, [&] {
        page.w.element("th", {{"scope", "row"}}, [&] {
            prose(page, "span", "", input.at(&Input::name));
            prose(page, "small", "", input.at(&Input::note));
        });
        page.w.element("td", {}, [&] {
            if (input->reader.empty()) {
                page.w.element("span", {{"class", "hit"}}, "not recognised");
            } else {
                prose(page, "span", "", input.at(&Input::reader));
            }
        });
        page.w.element(
            "td", {{"class", "r"}}, [&] { figure(page, input.at(&Input::bytes), As::bytes); });
        page.w.element("td", {}, [&] {
            const Seen<Span> span = input.at(&Input::span);
            if (span->from && span->to) {
                day(page, span.at(&Span::from));
                page.w.text(" to ");
                day(page, span.at(&Span::to));
            }
        });
        page.w.element("td", {{"class", "r"}}, [&] { figure(page, input.at(&Input::records)); });
        page.w.element("td", {}, [&] { rejected(page, input); });
        page.w.element(
            "td", {}, [&] { prose(page, "code", "", input.at(&Input::sha256), As::hash); });
    });
}

void inputs(Page& page) {
    const Seen<std::vector<Input>> all = page.seen.at(&Audit::inputs);
    if (all->empty()) {
        page.w.element("p", {{"class", "card"}}, "Nothing was read.");
        return;
    }
    std::size_t shown = 0;
    scroll(page, "Inputs", [&] {
        page.w.element("table", {{"class", "inputs"}}, [&] {
            page.w.element("caption", {}, "What was read");
            table_head(page,
                       {"Input", "Read as", ">Size", "Covers", ">Records", "Skipped", "SHA-256"});
            page.w.element("tbody", {}, [&] {
                for (; shown < std::min(all->size(), most_items) && !page.full(); ++shown) {
                    input_row(page, all.at(shown));
                }
            });
        });
    });
    left_out(page, all.path(), shown, all->size());
}

void gaps(Page& page) {
    const Seen<std::vector<Gap>> all = page.seen.at(&Audit::gaps);
    if (all->empty()) {
        page.w.element("p",
                       {{"class", "card"}},
                       page.audit.findings.empty()
                           ? "No check was asked, so none could name what is missing."
                           : "No gap: every check had the evidence it asked for.");
        return;
    }
    std::size_t shown = 0;
    scroll(page, "Gaps", [&] {
        page.w.element("table", {{"class", "gaps"}}, [&] {
            page.w.element("caption", {}, "What is missing, and what it would add");
            table_head(page, {"Gap", "Missing", "Would add", "How to get it"});
            page.w.element("tbody", {}, [&] {
                for (; shown < std::min(all->size(), most_items) && !page.full(); ++shown) {
                    const Seen<Gap> gap = all.at(shown);
                    page.w.element("tr", {{"id", anchor("gap-", shown)}}, [&] {
                        page.w.element("th", {{"scope", "row"}}, [&] {
                            prose(page, "span", "", gap.at(&Gap::id));
                        });
                        page.w.element(
                            "td", {}, [&] { prose(page, "span", "", gap.at(&Gap::missing)); });
                        page.w.element(
                            "td", {}, [&] { prose(page, "span", "", gap.at(&Gap::would_add)); });
                        page.w.element(
                            "td", {}, [&] { prose(page, "code", "", gap.at(&Gap::how)); });
                    });
                }
            });
        });
    });
    left_out(page, all.path(), shown, all->size());
}

void overrides(Page& page) {
    const Seen<std::vector<Override>> all = page.seen.at(&Audit::overrides);
    if (all->empty()) {
        return;
    }
    std::size_t shown = 0;
    scroll(page, "Overrides", [&] {
        page.w.element("table", {}, [&] {
            page.w.element("caption", {}, "What a person changed or left out");
            table_head(page, {"Threshold or stretch", "Value", "Reason given", "Set in"});
            page.w.element("tbody", {}, [&] {
                for (; shown < std::min(all->size(), most_items) && !page.full(); ++shown) {
                    const Seen<Override> row = all.at(shown);
                    page.w.element("tr", {}, [&] {
                        page.w.element("th", {{"scope", "row"}}, [&] {
                            prose(page, "span", "", row.at(&Override::id));
                        });
                        page.w.element(
                            "td", {}, [&] { prose(page, "span", "", row.at(&Override::value)); });
                        page.w.element(
                            "td", {}, [&] { prose(page, "span", "", row.at(&Override::reason)); });
                        page.w.element(
                            "td", {}, [&] { prose(page, "span", "", row.at(&Override::origin)); });
                    });
                }
            });
        });
    });
    left_out(page, all.path(), shown, all->size());
}

void warnings(Page& page) {
    const Seen<std::vector<std::string>> all = page.seen.at(&Audit::warnings);
    if (all->empty()) {
        return;
    }
    page.w.element("h3", {{"class", "gap"}}, "Warnings");
    std::size_t shown = 0;
    page.w.element("ul", {{"class", "plain"}}, [&] {
        for (; shown < std::min(all->size(), most_rows) && !page.full(); ++shown) {
            prose(page, "li", "", all.at(shown));
        }
    });
    left_out(page, all.path(), shown, all->size());
}

void kinds(Page& page, std::string_view title, const Seen<std::vector<std::string>>& all) {
    if (all->empty()) {
        return;
    }
    page.w.element("p", {{"class", "conf"}}, [&] {
        page.w.text(title);
        for (std::size_t i = 0; i < std::min(all->size(), most_rows); ++i) {
            page.w.text(i == 0 ? "" : ", ");
            prose(page, "span", "", all.at(i));
        }
        page.w.text(".");
    });
}

}  // namespace

void provenance(Page& page) {
    section(page,
            "provenance",
            "Inputs and gaps",
            "What was read, down to the byte, and what was not there. Bytes read and bytes skipped "
            "add up "
            "to the size of each input.",
            [&] {
                prose(page, "p", "card", page.seen.at(&Audit::redacted));
                inputs(page);
                kinds(page, "Kinds of evidence supplied: ", page.seen.at(&Audit::kinds_supplied));
                kinds(page, "Kinds that can be used: ", page.seen.at(&Audit::kinds_known));
                gaps(page);
                overrides(page);
                warnings(page);
            });
}

}  // namespace plimsoll::reports::page
