// Method and glossary: how to read the figures, in our own words.
#include "html/sections.hpp"

#include <array>

namespace plimsoll::reports::page {
namespace {

constexpr std::array<std::string_view, 5> paragraphs{
    "A limit is the multiple of today’s load, data or team at which one resource stops being "
    "comfortable: from there on, waiting for it takes longer than using it. It is worked out from "
    "peak "
    "windows, never from means, and from how many servers share the work, never from a fixed "
    "percentage.",
    "The load line is the lowest limit on the load axis. Its interval runs from the lowest lower "
    "end to "
    "the lowest upper end of the measured limits, because any of them could be the first. A limit "
    "that "
    "was not measured could lie below the line: that is why it stays on the chart, hatched.",
    "Each sign has a state, a score and a confidence, and the three are kept apart. Present: it "
    "was "
    "seen. Latent: the structure for it is there and nothing has happened yet. Not seen: it was "
    "looked "
    "for with enough evidence. Not assessed: the evidence does not carry an answer, which is "
    "neither "
    "good nor bad.",
    "The decision adds up points of eight criteria. An unknown criterion counts as a range, from "
    "its "
    "best to its worst, and the sum is a range too; when that range reaches across the decision, "
    "there "
    "is no decision. Missing evidence never improves a result.",
    "The effect of a step is worked out from the same limits, in the order of the steps. It is a "
    "prediction, stored with the result, and a later audit shows what came of it. The same inputs "
    "and "
    "the same version give this page again, byte for byte.",
};

struct Term {
    std::string_view name;
    std::string_view means;
};

constexpr std::array terms{
    Term{"Load line", "The multiple of today’s peak at which the first resource gives way."},
    Term{"Today’s peak", "The busiest windows of the evidence that was given; 1× on every axis."},
    Term{"90 % interval",
         "Where the figure lies nine times out of ten, as far as the evidence tells. "
         "One-sided when the evidence bounds it from one side only."},
    Term{"Sign", "One of five symptoms of an architecture that no longer fits its load."},
    Term{"Latent", "The structure that causes a sign is there; the event has not come yet."},
    Term{"p99", "The time within which 99 of 100 requests are answered."},
    Term{"Change point", "A moment after which a series keeps a new level."},
    Term{"Critical path", "The chain of jobs that decides how long a pipeline takes."},
    Term{"Coupling", "The share of the changes to one part that change the other part too."},
    Term{"Evidence grade",
         "A: complete. B: sampled. C: cut off on one side. D: a person’s answer."},
    Term{"Stage", "An order of magnitude of load: up to 10×, 100× and 1000× of today."},
};

}  // namespace

void method(Page& page) {
    section(page, "method", "Method in one page", "", [&] {
        for (const std::string_view paragraph : paragraphs) {
            page.w.element("p", {}, paragraph);
        }
        page.w.element("p", {{"class", "conf"}}, [&] {
            if (!page.audit.rules_version.empty()) {
                page.w.text("Rules in force: ");
                prose(page, "code", "", page.seen.at(&Audit::rules_version), As::hash);
                page.w.text(". ");
            }
            page.w.text("Format of the result: ");
            prose(page, "code", "", page.seen.at(&Audit::schema));
            page.w.text(".");
        });
    });
    section(page, "glossary", "Glossary", "", [&] {
        page.w.element("dl", {{"class", "gl"}}, [&] {
            for (const Term& term : terms) {
                page.w.element("dt", {}, term.name);
                page.w.element("dd", {}, term.means);
            }
        });
    });
}

}  // namespace plimsoll::reports::page
