// A history and a fleet as one HTML page each: the same shell, style and rules as the report.
#include "fleet/figures.hpp"
#include "html/page.hpp"
#include "html/shell.hpp"
#include "shared/limits.hpp"
#include "shared/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace plimsoll {
namespace {

using reports::fleet::line_in_words;
using reports::fleet::need_word;
using reports::page::across;
using reports::page::Writer;
using reports::shared::move_word;
using reports::shared::on_axis;
using reports::shared::outcome_word;

constexpr std::size_t most_systems = 2000;

// The interval and the best estimate on the log axis from 1x to 1000x; words stand beside it.
void strip(Writer& w, const Estimate& line) {
    w.element("svg", {{"class", "bars"}, {"height", "16"}, {"aria-hidden", "true"}}, [&] {
        for (const double tick : {1.0, 10.0, 100.0, 1000.0}) {
            w.leaf("line",
                   {{"x1", across(on_axis(tick))},
                    {"x2", across(on_axis(tick))},
                    {"y1", "0"},
                    {"y2", "16"},
                    {"class", "mid"}});
        }
        if (!line.known()) {
            return;
        }
        const double low = on_axis(line.low);
        const double high = on_axis(line.high);
        w.leaf("rect",
               {{"x", across(low)},
                {"y", "5"},
                {"height", "6"},
                {"rx", "2"},
                {"width", across(std::max(high - low, 0.006))},
                {"class", "ev1"}});
        if (line.has_point()) {
            w.leaf("rect",
                   {{"x", across(on_axis(line.at))},
                    {"y", "2"},
                    {"height", "12"},
                    {"width", "3"},
                    {"class", "rb1"}});
        }
    });
}

void cells_of(Writer& w, const PastAudit& audit) {
    w.element("td", {{"class", "g"}}, [&] { strip(w, audit.line); });
    w.element("td", {}, [&] {
        w.text(line_in_words(audit.line, "×"));
        w.element(
            "small", {}, fmt::format("{} of {} limits measured", audit.measured, audit.known));
    });
    w.element("td", {}, [&] {
        w.text(outcome_word(audit.outcome));
        w.element("small", {}, fmt::format("{} of 5 signs present", audit.signs_present));
    });
}

void heads(Writer& w, std::initializer_list<std::string_view> names) {
    w.element("thead", {}, [&] {
        w.element("tr", {}, [&] {
            for (const std::string_view name : names) {
                w.element("th", {{"scope", "col"}}, name);
            }
        });
    });
}

template <std::invocable Rows>
void table(Writer& w,
           std::string_view label,
           std::initializer_list<std::string_view> names,
           Rows&& rows) {
    w.element("div",
              {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", label}},
              [&] {
                  w.element("table", {{"class", "strips"}}, [&] {
                      heads(w, names);
                      w.element("tbody", {}, std::forward<Rows>(rows));
                  });
              });
}

void audits(Writer& w, const SystemHistory& history) {
    std::multimap<std::string, const PastAudit*> again;
    for (const PastAudit& one : history.rescored) {
        again.emplace(one.rescored_from, &one);
    }
    table(w, "Audits", {"Audit", "1× … 1000×", "Load line", "Verdict"}, [&] {
        for (const PastAudit& audit : history.audits) {
            w.element("tr", {}, [&] {
                w.element("th", {{"scope", "row"}}, to_date(audit.taken_at));
                cells_of(w, audit);
            });
            const auto [from, to] = again.equal_range(audit.id);
            for (auto other = from; other != to; ++other) {
                w.element("tr", {}, [&] {
                    w.element("th",
                              {{"scope", "row"}},
                              "by rules " + other->second->rules_version.substr(0, 8));
                    cells_of(w, *other->second);
                });
            }
        }
    });
}

void predictions(Writer& w, const SystemHistory& history) {
    w.element("h2", {}, "Foretold, and what came");
    if (history.predictions.empty()) {
        w.element("p", {{"class", "card"}}, "No audit that is kept foretold an effect.");
        return;
    }
    table(w, "Predictions", {"Audit", "Step", "Foretold", "Came", "What it says"}, [&] {
        for (const PastPrediction& one : history.predictions) {
            w.element("tr", {}, [&] {
                w.element("th", {{"scope", "row"}}, to_date(one.taken_at));
                w.element("td", {}, one.title);
                w.element("td", {}, line_in_words(one.foretold, "×"));
                w.element("td", {}, line_in_words(one.came, "×"));
                w.element("td", {}, one.says.empty() ? "no later audit yet" : one.says);
            });
        }
    });
}

}  // namespace

std::string history_html(const SystemHistory& history) {
    Writer w;
    return document(w, "plimsoll: history of " + history.system, [&] {
        w.element("h1", {}, history.system + ": load line over time");
        w.element("p",
                  {{"class", "lede"}},
                  fmt::format("{} audits. The bar is the interval on a scale from 1× to 1000× of "
                              "that day’s load, the mark its best estimate. A row “by rules” is "
                              "the same evidence judged by other rules: its difference is the "
                              "rules’, not the system’s.",
                              history.audits.size()));
        audits(w, history);
        predictions(w, history);
    });
}

std::string fleet_html(const Fleet& fleet) {
    Writer w;
    return document(w, "plimsoll: fleet", [&] {
        w.element("h1",
                  {},
                  fmt::format("{} system{}, those that need a person first",
                              fleet.rows.size(),
                              fleet.rows.size() == 1 ? "" : "s"));
        w.element("p",
                  {{"class", "lede"}},
                  "The order: overloaded today, got worse, to be rebuilt, below the stage asked "
                  "for, stale, without enough evidence, and those that hold; within each by the "
                  "upper end of the load line.");
        const std::size_t shown = std::min(fleet.rows.size(), most_systems);
        table(w,
              "Systems",
              {"System",
               "Needs",
               "1× … 1000×",
               "Load line",
               "Verdict",
               "Since the audit before",
               "Audited"},
              [&] {
                  for (std::size_t i = 0; i < shown; ++i) {
                      const FleetRow& one = fleet.rows[i];
                      w.element("tr", {}, [&] {
                          w.element("th", {{"scope", "row"}}, one.now.system);
                          w.element("td", {}, [&] {
                              w.text(need_word(one.need));
                              w.element("small", {}, one.why);
                          });
                          cells_of(w, one.now);
                          w.element("td",
                                    {},
                                    one.before ? std::string{move_word(one.move)} : "first audit");
                          w.element("td", {{"class", "d"}}, to_date(one.now.taken_at));
                      });
                  }
              });
        if (shown < fleet.rows.size()) {
            w.element(
                "p",
                {{"class", "left"}},
                fmt::format(
                    "{} of {} systems are shown; all are in the JSON.", shown, fleet.rows.size()));
        }
    });
}

}  // namespace plimsoll
