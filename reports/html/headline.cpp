// The headline: one sentence, the verdict, four facts and the load line. Printed, it is page one
// alone.
#include "html/sections.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::page {
namespace {

template <std::invocable Value, std::invocable Note>
void fact(Page& page, std::string_view name, Value&& value, Note&& note) {
    page.w.element("div", {}, [&] {
        page.w.element("dt", {}, name);
        page.w.element("dd", {}, [&] {
            std::forward<Value>(value)();
            page.w.element("small", {}, std::forward<Note>(note));
        });
    });
}

void load_line_fact(Page& page) {
    const Seen<LoadLine> line = page.seen.at(&Audit::load_line);
    fact(
        page,
        "Load line",
        [&] {
            if (std::isfinite(line->at)) {
                multiple(page, line.at(&LoadLine::at));
            } else if (shared::is_known(*line)) {
                interval(page, line.at(&LoadLine::low), line.at(&LoadLine::high), As::multiple);
            } else {
                page.w.text("Not known");
            }
        },
        [&] {
            if (std::isfinite(line->at)) {
                interval(page, line.at(&LoadLine::low), line.at(&LoadLine::high), As::multiple);
                page.w.text("; ");
            }
            figure(page, line.at(&LoadLine::measured));
            page.w.text(" of ");
            figure(page, line.at(&LoadLine::known));
            page.w.text(" limits measured");
        });
}

[[nodiscard]] std::size_t signs_in(const Audit& audit, Outcome state) {
    return static_cast<std::size_t>(
        std::count_if(audit.signs.begin(), audit.signs.end(), [&](const SignVerdict& sign) {
            return sign.state == state;
        }));
}

void signs_fact(Page& page) {
    const Audit& audit = page.audit;
    fact(
        page,
        "Signs present",
        [&] {
            count(page, "signs", signs_in(audit, Outcome::present), "state=present");
            page.w.text(" of ");
            count(page, "signs", audit.signs.size());
        },
        [&] {
            count(page, "signs", signs_in(audit, Outcome::latent), "state=latent");
            page.w.text(" latent, ");
            count(page,
                  "signs",
                  signs_in(audit, Outcome::insufficient) + signs_in(audit, Outcome::failed),
                  "state=insufficient|failed");
            page.w.text(" not assessed");
        });
}

void verdict_fact(Page& page) {
    const std::vector<CriterionVerdict>& criteria = page.audit.verdict.criteria;
    const auto unknown = std::count_if(
        criteria.begin(), criteria.end(), [](const CriterionVerdict& row) { return !row.level; });
    fact(
        page,
        "Verdict",
        [&] { page.w.text(shared::outcome_word(page.audit.verdict.outcome)); },
        [&] {
            count(page, "verdict.criteria", static_cast<std::size_t>(unknown), "level=null");
            page.w.text(" of ");
            count(page, "verdict.criteria", criteria.size());
            page.w.text(" criteria without an answer");
        });
}

void evidence_fact(Page& page) {
    fact(
        page,
        "Kinds of evidence",
        [&] {
            count(page, "kinds_supplied", page.audit.kinds_supplied.size());
            page.w.text(" of ");
            count(page, "kinds_known", page.audit.kinds_known.size());
        },
        [&] {
            count(page, "gaps", page.audit.gaps.size());
            page.w.text(page.audit.gaps.size() == 1 ? " gap listed below" : " gaps listed below");
        });
}

}  // namespace

void headline(Page& page) {
    page.w.element("div", {{"class", "hull"}, {"id", "headline"}}, [&] {
        prose(page, "p", "kicker", page.seen.at(&Audit::system));
        if (page.audit.headline.empty()) {
            page.w.element("h1", {}, "No load line can be drawn from the inputs given.");
        } else {
            prose(page, "h1", "", page.seen.at(&Audit::headline));
        }
        prose(page, "p", "sub", page.seen.at(&Audit::subline));
        page.w.element("dl", {{"class", "facts"}}, [&] {
            load_line_fact(page);
            signs_fact(page);
            verdict_fact(page);
            evidence_fact(page);
        });
        load_line(page);
    });
}

}  // namespace plimsoll::reports::page
