#include "app/catalogue.hpp"

#include "catalogue_text.hpp"
#include "core/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plimsoll::app {
namespace {

[[nodiscard]] std::string_view take_until(std::string_view& rest, char end) {
    const std::size_t at = std::min(rest.find(end), rest.size());
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return part;
}

[[nodiscard]] bool claims(const Check& check, std::string_view row) {
    std::string_view rest = check.claims;
    while (!rest.empty()) {
        if (take_until(rest, ' ') == row) {
            return true;
        }
    }
    return false;
}

[[nodiscard]] std::string_view kind_name(std::string_view kind) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 11> names{
        {{"S", "sign or symptom"},
         {"L", "limit of a stage"},
         {"A", "cause, or what makes patching fail"},
         {"B", "boundary rule"},
         {"X", "extraction criterion"},
         {"E", "criterion for evolving"},
         {"R", "criterion for rebuilding"},
         {"P", "remedy"},
         {"M", "rule for this program"},
         {"C", "context, or a claimed result"},
         {"Q", "question"}}};
    const auto found = std::ranges::find(names, kind, [](const auto& name) { return name.first; });
    return found == names.end() ? kind : found->second;
}

struct RungPage {
    std::string_view disrupts;
    std::string_view effect;
};

// In the order of Rung; what each disrupts and how its effect is computed (research/limits 1.6).
constexpr std::array<RungPage, texts_of<Rung>.size()> rungs{
    {{"nothing", "more limits measured, intervals narrower"},
     {"a setting, minutes, reversible",
      "slots or threads after over before, refused where the database could not bear them"},
     {"one query, hours", "1 / (1 - share of time that goes)"},
     {"library level, days", "threads that one dependency can hold, attempts per call"},
     {"the pipeline, days", "stages by the share of changes that need them; the lane as a queue"},
     {"application code and the risk of stale data",
      "1 / (1 - share of reads that the log asks again within the age)"},
     {"infrastructure, weeks", "reads that may lag; never more than 1 / (share of writes)"},
     {"code and infrastructure, weeks",
      "time of the span taken off the path; work is moved, not removed"},
     {"the schema, weeks", "time of the aggregates less refreshing them"},
     {"code, months", "change sets that cross; a prediction about people, so no factor on load"},
     {"a new system, months; only with an extraction criterion",
      "1 / (1 - share of the part split off)"},
     {"the data, quarters", "shards x (1 - share of statements that cross them)"},
     {"everything; only through the verdict", "none that a log could show"}}};

}  // namespace

std::vector<CatalogueRow> catalogue() {
    std::vector<CatalogueRow> out;
    std::string_view rest = embedded::catalogue_tsv;
    (void)take_until(rest, '\n');  // the header
    while (!rest.empty()) {
        std::string_view line = take_until(rest, '\n');
        CatalogueRow row;
        for (std::string_view* cell : {&row.id,
                                       &row.kind,
                                       &row.claim,
                                       &row.evidence,
                                       &row.metric,
                                       &row.threshold,
                                       &row.answered_by}) {
            *cell = take_until(line, '\t');
        }
        out.push_back(row);
    }
    return out;
}

std::vector<std::string_view> checks_for(std::string_view row) {
    std::vector<std::string_view> out;
    for (const Check* check : all_checks()) {
        if (claims(*check, row)) {
            out.push_back(check->id);
        }
    }
    return out;
}

std::optional<std::string> explain_row(std::string_view id) {
    const std::vector<CatalogueRow> rows = catalogue();
    const auto row = std::ranges::find(rows, id, &CatalogueRow::id);
    if (row == rows.end()) {
        return std::nullopt;
    }
    std::string out = fmt::format("{}: {}\n  {}\n\nEvidence   {}\nMeasured   {}\nThreshold  {}\n\n",
                                  row->id,
                                  kind_name(row->kind),
                                  row->claim,
                                  row->evidence,
                                  row->metric,
                                  row->threshold);
    for (const std::string_view check : checks_for(id)) {
        out += fmt::format("Answered by the check {0}: plimsoll explain {0}\n", check);
    }
    if (!row->answered_by.empty()) {
        out += fmt::format("Answered by: {}\n", row->answered_by);
    }
    return out;
}

std::optional<std::string> explain_rung(std::string_view id) {
    const auto found = std::ranges::find(texts_of<Rung>, id);
    if (found == texts_of<Rung>.end()) {
        return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(found - texts_of<Rung>.begin());
    return fmt::format(
        "{}: rung {} of {} of the ladder, least disruptive first\n  disrupts  {}\n  effect    {}\n",
        id,
        at,
        texts_of<Rung>.size() - 1,
        rungs[at].disrupts,
        rungs[at].effect);
}

}  // namespace plimsoll::app
