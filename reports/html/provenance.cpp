// Inputs and gaps: what was read down to the byte, what was not there and how to get it, and what a
// person overrode.
#include "html/sections.hpp"
#include "shared/places.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace plimsoll::reports::page {
namespace {

void rejected(Page& page, const Seen<Input>& input) {
    figure(page, input.at(&Input::skipped));
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

// What was read under, without the folder that heads the table.
void name_cell(Page& page, const Seen<Input>& input) {
    const Seen<std::string> name = input.at(&Input::name);
    const std::string shown{shared::without_folder(*name, page.folder)};
    page.w.element("th", {{"scope", "row"}}, [&] {
        figure(page, "span", name.path(), shared::shown(shown, As::text), As::file);
        prose(page, "small", "", input.at(&Input::note));
    });
}

void number_cell(Page& page, const Seen<std::uint64_t>& value, As as) {
    const std::string shown = shared::shown(static_cast<double>(*value), as);
    if (as == As::number) {
        page.w.element("td", {{"class", "r"}, {"data-f", below(page, value.path())}}, shown);
    } else {
        page.w.element("td",
                       {{"class", "r"},
                        {"data-f", below(page, value.path())},
                        {"data-as", shared::name_of(as)}},
                       shown);
    }
}

void covers(Page& page, const Seen<Span>& span) {
    page.w.element("td", {}, [&] {
        if (!span->from || !span->to) {
            return;
        }
        day(page, span.at(&Span::from));
        if (to_date(*span->from) != to_date(*span->to)) {
            page.w.text(" to ");
            day(page, span.at(&Span::to));
        }
    });
}

void input_row(Page& page, const Seen<Input>& input) {
    const Within within{page, input.path()};
    page.w.element("tr", {{"data-in", within.place()}}, [&] {
        name_cell(page, input);
        if (input->reader.empty()) {
            page.w.element("td", {{"class", "hit"}}, "not recognised");
        } else {
            cell(page, input.at(&Input::reader));
        }
        number_cell(page, input.at(&Input::bytes), As::bytes);
        covers(page, input.at(&Input::span));
        number_cell(page, input.at(&Input::records), As::number);
        if (input->skipped == 0) {
            figure(page, input.at(&Input::skipped), As::number, "td");
        } else {
            page.w.element("td", {}, [&] { rejected(page, input); });
        }
        const Seen<std::string> digest = input.at(&Input::sha256);
        if (digest->empty()) {
            page.w.element("td", {}, "");
        } else {
            prose(page, "td", "code", digest, As::hash);
        }
    });
}

constexpr std::size_t most_inputs = 24;

// Those to look at first where not all have room: what lost records, or was not understood.
[[nodiscard]] std::vector<std::size_t> inputs_in_order(const std::vector<Input>& all) {
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), 0U);
    if (all.size() > most_inputs) {
        std::stable_partition(
            order.begin(), order.end(), [&](std::size_t i) { return all[i].skipped > 0; });
    }
    return order;
}

void inputs(Page& page) {
    const Seen<std::vector<Input>> all = page.seen.at(&Audit::inputs);
    if (all->empty()) {
        page.w.element("p", {{"class", "card"}}, "Nothing was read.");
        return;
    }
    const std::vector<std::size_t> order = inputs_in_order(*all);
    std::size_t shown = 0;
    scroll(page, "Inputs", [&] {
        page.w.element("table", {{"class", "inputs"}}, [&] {
            page.w.element("caption", {}, [&] {
                page.w.text("What was read");
                if (!page.folder.empty()) {
                    page.w.text(", below " + std::string{label_of(page.folder)});
                }
            });
            table_head(page,
                       {"Input", "Read as", ">Size", "Covers", ">Records", "Skipped", "SHA-256"});
            page.w.element("tbody", {}, [&] {
                for (; shown < std::min(order.size(), most_inputs) && !page.full(); ++shown) {
                    input_row(page, all.at(order[shown]));
                }
            });
        });
    });
    left_out(page, all.path(), shown, all->size());
}

// Gaps that one and the same thing would close, in the order of the first of each.
using GapGroup = std::vector<std::size_t>;
[[nodiscard]] std::vector<GapGroup> grouped(const std::vector<Gap>& all) {
    std::vector<GapGroup> out;
    for (std::size_t i = 0; i < std::min(all.size(), most_items); ++i) {
        const auto same = std::find_if(out.begin(), out.end(), [&](const GapGroup& group) {
            const Gap& first = all[group.front()];
            return first.missing == all[i].missing && first.how == all[i].how;
        });
        if (same == out.end()) {
            out.push_back({i});
        } else {
            same->push_back(i);
        }
    }
    return out;
}

void gap_row(Page& page, const Seen<std::vector<Gap>>& all, const GapGroup& group) {
    page.w.element("tr", {}, [&] {
        page.w.element("th", {{"scope", "row"}}, [&] {
            for (const std::size_t i : group) {
                const Seen<std::string> id = all.at(i).at(&Gap::id);
                page.w.text(i == group.front() ? "" : ", ");
                page.w.element("span",
                               {{"id", anchor("gap-", i)}, {"data-f", id.path()}},
                               shared::shown(*id, As::text));
            }
        });
        const Seen<Gap> first = all.at(group.front());
        cell(page, first.at(&Gap::missing));
        page.w.element("td", {}, [&] {
            for (const std::size_t i : group) {
                page.w.text(i == group.front() ? "" : "; ");
                prose(page, "span", "", all.at(i).at(&Gap::would_add));
            }
        });
        cell(page, first.at(&Gap::how), "code");
    });
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
                for (const GapGroup& group : grouped(*all)) {
                    if (page.full()) {
                        break;
                    }
                    gap_row(page, all, group);
                    shown += group.size();
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
                        head_cell(page, row.at(&Override::id));
                        cell(page, row.at(&Override::value));
                        cell(page, row.at(&Override::reason));
                        cell(page, row.at(&Override::origin));
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
