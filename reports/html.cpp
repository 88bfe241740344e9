// The Audit as one HTML file that a stakeholder reads in three minutes and an engineer can act on.
//
// No request leaves the page: style and script are inside, and a content policy allows those two by
// their hash and nothing else. The page is complete without the script, which only adds
// conveniences.
#include "core/report.hpp"
#include "html/sections.hpp"
#include "html/shell.hpp"
#include "shared/words.hpp"

#include <array>

namespace plimsoll::reports {
namespace {

using page::Page;

// What the drawings repeat: the hatching and the shapes of the four states.
void patterns(Page& page) {
    const auto pattern = [&](std::string_view id, std::string_view width) {
        page.w.element("pattern",
                       {{"id", id},
                        {"width", "7"},
                        {"height", "7"},
                        {"patternUnits", "userSpaceOnUse"},
                        {"patternTransform", "rotate(45)"}},
                       [&] {
                           page.w.leaf("rect", {{"width", width}, {"height", "7"}});
                       });
    };
    page.w.element(
        "svg", {{"width", "0"}, {"height", "0"}, {"aria-hidden", "true"}, {"class", "sr"}}, [&] {
            page.w.element("defs", {}, [&] {
                pattern("hat", "2");
                pattern("hat2", "2.4");
                page::icon_shapes(page);
            });
        });
}

// Light or dark by choice, without script: the style sheet asks which radio button is checked.
void theme(Page& page) {
    page.w.element("form", {{"class", "theme"}, {"aria-label", "Colours"}}, [&] {
        const auto choice = [&](std::string_view id, std::string_view label, bool checked) {
            if (checked) {
                page.w.lone("input",
                            {{"type", "radio"},
                             {"name", "th"},
                             {"id", id},
                             {"class", "sr"},
                             {"checked", ""}});
            } else {
                page.w.lone("input",
                            {{"type", "radio"}, {"name", "th"}, {"id", id}, {"class", "sr"}});
            }
            page.w.element("label", {{"for", id}}, label);
        };
        choice("th-a", "Auto", true);
        choice("th-l", "Light", false);
        choice("th-d", "Dark", false);
    });
}

void top(Page& page) {
    page.w.element("header", {{"class", "top"}}, [&] {
        page.w.element("span", {{"class", "brand"}}, [&] {
            page::plimsoll_mark(page);
            page.w.text("plimsoll");
        });
        page.w.element("span", {{"class", "meta"}}, [&] {
            const page::Seen<Span> span = page.seen.at(&Audit::span);
            if (span->from && span->to) {
                page.w.text("Evidence from ");
                page::day(page, span.at(&Span::from));
                page.w.text(" to ");
                page::day(page, span.at(&Span::to));
                page.w.text(". ");
            }
            if (page.audit.audited_at) {
                page.w.text("Audited on ");
                page::day(page, page.seen.at(&Audit::audited_at));
            } else {
                page.w.text("Audited");
            }
            page.w.text(" with plimsoll");
            page.w.text(page.audit.tool_version.empty() ? "" : " ");
            page::prose(page, "span", "", page.seen.at(&Audit::tool_version));
            if (!page.audit.rules_version.empty()) {
                page.w.text(", rules ");
                page::prose(page, "span", "", page.seen.at(&Audit::rules_version), page::As::hash);
            }
            page.w.text(".");
        });
        theme(page);
    });
}

void contents(Page& page) {
    struct Entry {
        std::string_view id;
        std::string_view title;
    };
    static constexpr std::array entries{
        Entry{"headline", "Load line"},
        Entry{"do", "What to do"},
        Entry{"signs", "Five signs"},
        Entry{"stages", "Stages"},
        Entry{"verdict", "Evolve or rebuild"},
        Entry{"since", "Since last time"},
        Entry{"evidence", "Evidence"},
        Entry{"provenance", "Inputs and gaps"},
        Entry{"method", "Method"},
        Entry{"glossary", "Glossary"},
    };
    page.w.element("nav", {{"class", "rail"}, {"aria-label", "Contents"}}, [&] {
        page.w.element("details", {}, [&] {
            page.w.element("summary", {}, "Contents");
            page.w.element("ol", {}, [&] {
                for (const Entry& entry : entries) {
                    page.w.element("li", {}, [&] {
                        page.w.element("a", {page::link_to(entry.id)}, entry.title);
                    });
                }
            });
        });
    });
}

void body(Page& page) {
    patterns(page);
    page.w.element("a", {page::link_to("headline"), {"class", "skip"}}, "Skip to the report");
    page.w.element("div", {{"class", "shell"}}, [&] {
        top(page);
        contents(page);
        page.w.element("main", {}, [&] {
            page::headline(page);
            page::ladder(page);
            page::signs(page);
            page::stages(page);
            page::decision(page);
            page::since_last(page);
            page::evidences(page);
            page::provenance(page);
            page::method(page);
        });
        page.w.element(
            "footer",
            {},
            "One file; nothing is fetched and nothing leaves this page. Every figure is a "
            "field of the audit’s JSON.");
    });
    page.w.element("script", {{"type", "application/json"}, {"id", "plimsoll-data"}}, [&] {
        page.w.json("{" + page.readings + "}");
    });
    page::script(page.w);
}

[[nodiscard]] std::string write(const Audit& audit, const Style&) {
    Page page{audit};
    page.w.built_in("<!doctype html>\n");
    page.w.element("html", {{"lang", "en"}}, [&] {
        head(page.w,
             audit.system.empty()
                 ? std::string{"plimsoll: load line"}
                 : "plimsoll: load line of " + std::string{page::label_of(audit.system)});
        page.w.element("body", {}, [&] { body(page); });
    });
    return page.w.take() + "\n";
}

}  // namespace

extern constinit const Report html{
    .id = "html",
    .writes = "one page to read, print and send: charts, no script needed, nothing fetched",
    .write = write,
};

}  // namespace plimsoll::reports
