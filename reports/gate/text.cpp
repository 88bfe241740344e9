// The gate for a terminal or a CI log: verdict first, then what fails, what to look at, what became
// better; at most `most_rows` of each, and the rest counted.
#include "core/ci_lines.hpp"
#include "gate/gate.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>

namespace plimsoll::reports::gate {
namespace {

constexpr std::size_t most_rows = 20;

[[nodiscard]] std::string inked(std::string_view words, std::string_view code, bool colour) {
    return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, words) : std::string{words};
}

[[nodiscard]] std::string_view ink_of(GateVerdict verdict) {
    return verdict == GateVerdict::passed   ? "32;1"
           : verdict == GateVerdict::failed ? "31;1"
                                            : "33;1";
}

void put(std::string& out, const GateRow& row) {
    out += fmt::format("  {:<12} {}\n", to_text(row.change), shared::safe_text(row.name));
    out += fmt::format("               {}\n", shared::safe_text(row.says));
    const auto line = [&](std::string_view what, const std::string& words) {
        if (!words.empty()) {
            out += fmt::format("               {} {}\n", what, shared::safe_text(words));
        }
    };
    line("accepted:", row.accepted);
    if (!row.place.source.empty() && row.alarm != Alarm::none) {
        line("where:", to_text(row.place));
    }
    line("first step:", row.fix);
    if (row.alarm == Alarm::red) {
        line("more:", row.explain);
    }
    if (row.name != row.id && row.alarm != Alarm::none) {
        line("id:", row.id);
    }
}

template <class Which>
void group(std::string& out, const GateResult& result, std::string_view title, const Which& which) {
    std::size_t seen = 0;
    for (const GateRow& row : result.rows) {
        if (!which(row)) {
            continue;
        }
        if (seen++ == 0) {
            out += fmt::format("\n{}\n", title);
        }
        if (seen <= most_rows) {
            put(out, row);
        }
    }
    if (seen > most_rows) {
        out += fmt::format("  and {} more; all are in --format json=FILE\n", seen - most_rows);
    }
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle& style) {
    std::string out =
        fmt::format("plimsoll gate: {}: {}\n",
                    inked(verdict_word(result.verdict), ink_of(result.verdict), style.colour),
                    shared::safe_text(result.says));
    out += line_words(result) + "\n";
    if (!result.baseline.empty()) {
        out += "Baseline: " + shared::safe_text(result.baseline) + ".\n";
    }
    for (const std::string& note : result.notes) {
        out += "Note: " + shared::safe_text(note) + ".\n";
    }
    group(out, result, "Fails", [&](const GateRow& row) { return fails(result, row); });
    group(out, result, "To look at", [&](const GateRow& row) {
        return !fails(result, row) && row.alarm == Alarm::amber;
    });
    group(out, result, "Accepted", [](const GateRow& row) { return !row.accepted.empty(); });
    group(out, result, "Better", [](const GateRow& row) {
        return row.change == Change::better || row.change == Change::fixed;
    });
    out += fmt::format("\nAll rows: {}.\n", count_words(result));
    out += fmt::format(
        "Rules: policy {}, effect {:.0f} % ({:.0f} % of p95), alpha {:.3g} over all series, "
        "{} new runs against {}{}.\n",
        result.rules.policy,
        result.rules.effect * 100,
        result.rules.tail_effect * 100,
        result.rules.alpha,
        result.rules.min_runs,
        result.rules.min_baseline_runs,
        result.rules.soft ? "; soft: the status is 0 whatever the verdict" : "");
    return without_commands(out);
}

}  // namespace

extern constinit const GateReport text{
    .id = "text", .writes = "verdict, what fails and why, for a terminal or a log", .write = write};

}  // namespace plimsoll::reports::gate
