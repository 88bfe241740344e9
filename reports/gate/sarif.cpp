// SARIF 2.1.0 for code scanning: what fails as errors, what is to be looked at as warnings, what
// was accepted as suppressed. GitHub shows 5,000 results of a run and takes 10 MB compressed: the
// worst 5,000 rows are kept, and a note of the run says how many were not.
#include "gate/gate.hpp"
#include "shared/safe_text.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <map>

namespace plimsoll::reports::gate {
namespace {

using wire::Json;

constexpr std::size_t most_results = 5000;
constexpr std::size_t longest_message = 1000;

// A relative reference: everything but unreserved characters and '/' by its code.
[[nodiscard]] std::string uri_of(const std::string& path) {
    std::string out;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view{"-._~/"}.find(c) != std::string_view::npos;
        out += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

[[nodiscard]] std::string rule_of(const GateRow& row) {
    return fmt::format("plimsoll/{}/{}", row.kind, to_text(row.change));
}

[[nodiscard]] const char* level_of(const GateResult& result, const GateRow& row) {
    return fails(result, row) ? "error" : row.alarm == Alarm::amber ? "warning" : "note";
}

[[nodiscard]] Json result_of(const GateResult& result, const GateRow& row, std::size_t rule) {
    const Place place = place_of(row);
    const std::string words = message(row);
    Json out;
    out["ruleId"] = rule_of(row);
    out["ruleIndex"] = rule;
    out["level"] = level_of(result, row);
    out["message"]["text"] = shared::whole_prefix(words, longest_message);
    Json where;
    where["physicalLocation"]["artifactLocation"]["uri"] = uri_of(place.path);
    where["physicalLocation"]["region"]["startLine"] = place.line;
    out["locations"] = Json::array({std::move(where)});
    out["partialFingerprints"]["plimsollId/v1"] = fingerprint(row);
    if (!row.accepted.empty()) {
        Json suppression;
        suppression["kind"] = "external";
        suppression["justification"] = shared::safe_text(row.accepted);
        out["suppressions"] = Json::array({std::move(suppression)});
    }
    return out;
}

[[nodiscard]] Json rule_json(const GateRow& row) {
    Json rule;
    rule["id"] = rule_of(row);
    rule["shortDescription"]["text"] = fmt::format("{}: {}", row.kind, to_text(row.change));
    return rule;
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle&) {
    Json rules = Json::array();
    Json results = Json::array();
    std::map<std::string, std::size_t> indexes;
    std::size_t all = 0;
    for (const GateRow& row : result.rows) {
        if (row.alarm == Alarm::none && row.accepted.empty()) {
            continue;
        }
        if (++all > most_results) {
            continue;
        }
        const auto [found, is_new] = indexes.try_emplace(rule_of(row), rules.size());
        if (is_new) {
            rules.push_back(rule_json(row));
        }
        results.push_back(result_of(result, row, found->second));
    }
    Json invocation;
    invocation["executionSuccessful"] = true;
    if (all > most_results) {
        Json note;
        note["level"] = "note";
        note["message"]["text"] =
            fmt::format("{} of {} results are kept, the worst", most_results, all);
        invocation["toolExecutionNotifications"] = Json::array({std::move(note)});
    }
    Json driver;
    driver["name"] = "plimsoll";
    driver["version"] = shared::safe_text(result.tool_version);
    driver["rules"] = std::move(rules);
    Json run;
    run["tool"]["driver"] = std::move(driver);
    run["invocations"] = Json::array({std::move(invocation)});
    run["columnKind"] = "utf16CodeUnits";
    run["results"] = std::move(results);
    Json document;
    document["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                          "sarif-schema-2.1.0.json";
    document["version"] = "2.1.0";
    document["runs"] = Json::array({std::move(run)});
    return document.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace

extern constinit const GateReport sarif{
    .id = "sarif", .writes = "SARIF 2.1.0 for code scanning", .write = write};

}  // namespace plimsoll::reports::gate
