#include "gate/gate.hpp"

#include "shared/figures.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll {

std::span<const GateReport* const> all_gate_reports() noexcept {
    namespace gate = reports::gate;
    static constexpr std::array<const GateReport*, 8> table{&gate::text,
                                                            &gate::json,
                                                            &gate::markdown,
                                                            &gate::html,
                                                            &gate::sarif,
                                                            &gate::junit,
                                                            &gate::gitlab,
                                                            &gate::github};
    return table;
}

}  // namespace plimsoll

namespace plimsoll::reports::gate {
namespace {

[[nodiscard]] std::string line_of(const LoadLine& line) {
    if (line.measured == 0) {
        return "not known";
    }
    const std::string range =
        std::isfinite(line.high)
            ? fmt::format(
                  "{} to {}", shared::multiple(line.low, " "), shared::multiple(line.high, " "))
            : fmt::format("{} or more", shared::multiple(line.low, " "));
    return std::isfinite(line.at) ? fmt::format("{}x ({})", shared::multiple(line.at, " "), range)
                                  : range + "x";
}

}  // namespace

bool fails(const GateResult& result, const GateRow& row) {
    return row.alarm == Alarm::red ||
           (row.alarm == Alarm::amber && result.rules.fail_on == "amber");
}

bool notable(const GateRow& row) {
    return row.alarm != Alarm::none || !row.accepted.empty() || row.change == Change::better ||
           row.change == Change::fixed;
}

std::vector<const GateRow*> notable_rows(const GateResult& result) {
    std::vector<const GateRow*> out;
    for (const GateRow& row : result.rows) {
        if (notable(row)) {
            out.push_back(&row);
        }
    }
    return out;
}

std::string_view verdict_word(GateVerdict verdict) noexcept {
    switch (verdict) {
        case GateVerdict::passed:
            return "PASSED";
        case GateVerdict::failed:
            return "FAILED";
        case GateVerdict::missing:
            break;
    }
    return "EVIDENCE MISSING";
}

std::string line_words(const GateResult& result) {
    std::string out = "Load line " + line_of(result.after);
    if (result.has_before) {
        out += ", was " + line_of(result.before);
    }
    return out + ".";
}

std::string count_words(const GateResult& result) {
    std::string out;
    for (const auto& [change, count] : result.counts) {
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, change);
    }
    return out.empty() ? "nothing to judge" : out;
}

std::string message(const GateRow& row) {
    std::string out = shared::safe_text(row.name) + ": " + shared::safe_text(row.says);
    if (!row.accepted.empty()) {
        out += " Accepted: " + shared::safe_text(row.accepted) + ".";
    }
    if (!row.fix.empty()) {
        out += " First step: " + shared::safe_text(row.fix) + ".";
    }
    return out;
}

Place place_of(const GateRow& row) {
    const std::string& path = row.place.source;
    const bool usable = !path.empty() && path.front() != '/' &&
                        path.find("..") == std::string::npos &&
                        path.find("://") == std::string::npos &&
                        path.find('\\') == std::string::npos && shared::safe_text(path) == path;
    return usable ? Place{path, std::max<std::uint64_t>(row.place.line, 1)}
                  : Place{"plimsoll.toml", 1};
}

std::string fingerprint(const GateRow& row) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
    for (const char c : row.kind + "\n" + row.id) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return fmt::format("{:016x}", hash);
}

std::string plain_markdown(std::string_view words, std::size_t most) {
    const std::string_view start = shared::whole_prefix(words, most);
    std::string out;
    for (const char letter : shared::safe_text(start)) {
        if (letter == '@' || letter == '#') {
            out += letter == '@' ? "@<!-- -->" : "&#35;<!-- -->";  // no mention, no reference
        } else if (std::string_view{"\\`*_{}[]()+-!|~$^=<>&:\"'"}.find(letter) !=
                   std::string_view::npos) {
            out += fmt::format("&#{};", static_cast<int>(letter));
        } else {
            out += letter;
        }
    }
    return start.size() < words.size() ? out + "…" : out;
}

}  // namespace plimsoll::reports::gate
