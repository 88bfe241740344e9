// The gate for a comment on a pull request or a step summary: a marker by which a bot finds its own
// comment, the verdict, and tables of the worst rows. GitHub takes 65,536 characters of a comment
// and 1 MiB of a summary; this stays below 60,000 bytes, which serves both and GitLab.
#include "gate/gate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace plimsoll::reports::gate {
namespace {

constexpr std::size_t most_bytes = 60'000;
constexpr std::size_t kept_for_end = 600;
constexpr std::size_t most_rows = 100;
constexpr std::size_t most_notes = 10;

// Letters, digits, '-', '_', '.', '/': nothing that could end the comment that it stands in.
[[nodiscard]] std::string marker(std::string_view id) {
    std::string out;
    for (const char c : id.substr(0, 80)) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' ||
                          (c == '-' && !out.ends_with('-'));
        out += fine ? std::string{c} : std::string{};
    }
    return fmt::format("<!-- plimsoll:{} -->\n", out);
}

[[nodiscard]] std::string effect(const GateRow& row) {
    return std::isnan(row.effect.at) ? "" : fmt::format("{:+.0f} %", (row.effect.at - 1) * 100);
}

[[nodiscard]] std::string table_row(const GateRow& row) {
    const char* sign = row.alarm == Alarm::red     ? "❌"
                       : row.alarm == Alarm::amber ? "⚠️"
                       : row.accepted.empty()      ? "✅"
                                                   : "☑️";
    std::string says = plain_markdown(row.says, 300);
    if (!row.accepted.empty()) {
        says += " <br>Accepted: " + plain_markdown(row.accepted, 200);
    }
    if (!row.fix.empty()) {
        says += " <br>First step: " + plain_markdown(row.fix, 200);
    }
    return fmt::format("| {} {} | {} | {} | {} |\n",
                       sign,
                       to_text(row.change),
                       plain_markdown(row.name, 160),
                       effect(row),
                       says);
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle& style) {
    std::string out = marker(style.comment_id);
    out += fmt::format("## plimsoll gate: {}\n\n{}. {}\n",
                       verdict_word(result.verdict),
                       plain_markdown(result.says),
                       plain_markdown(line_words(result)));
    std::size_t notes = 0;
    for (const std::string& note : result.notes) {
        if (notes++ < most_notes) {
            out += "\n> " + plain_markdown(note) + "\n";
        }
    }
    const std::vector<const GateRow*> rows = notable_rows(result);
    std::size_t shown = 0;
    if (!rows.empty()) {
        out += "\n| | what | change | |\n|---|---|---:|---|\n";
        for (const GateRow* row : rows) {
            const std::string line = table_row(*row);
            if (shown == most_rows || out.size() + line.size() + kept_for_end > most_bytes) {
                break;
            }
            out += line;
            ++shown;
        }
    }
    if (shown < rows.size()) {
        out += fmt::format(
            "\n{} of {} rows are shown, the worst; all are in the JSON.\n", shown, rows.size());
    }
    out += "\n<sub>" + plain_markdown(count_words(result)) + ". ";
    if (!result.baseline.empty()) {
        out += "Baseline " + plain_markdown(result.baseline, 100) + ". ";
    }
    return out + "plimsoll " + plain_markdown(result.tool_version, 20) + "</sub>\n";
}

}  // namespace

extern constinit const GateReport markdown{
    .id = "md", .writes = "a sticky comment or a step summary", .write = write};

}  // namespace plimsoll::reports::gate
