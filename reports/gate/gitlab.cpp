// GitLab's code quality report. The fingerprint is of what the row is about, without its figures,
// so that a merge request shows a thing as new once. The worst 5,000 are kept.
#include "gate/gate.hpp"
#include "shared/safe_text.hpp"
#include "wire/json.hpp"

namespace plimsoll::reports::gate {
namespace {

using wire::Json;

constexpr std::size_t most_rows = 5000;

[[nodiscard]] const char* severity_of(const GateResult& result, const GateRow& row) {
    if (!fails(result, row)) {
        return "minor";
    }
    return row.id == "load-line" ? "critical" : "major";
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle&) {
    Json out = Json::array();
    for (const GateRow& row : result.rows) {
        if (row.alarm == Alarm::none || out.size() == most_rows) {
            continue;
        }
        const Place place = place_of(row);
        Json one;
        one["description"] = shared::whole_prefix(message(row), 1000);
        one["check_name"] = "plimsoll/" + row.kind + "/" + std::string{to_text(row.change)};
        one["fingerprint"] = fingerprint(row);
        one["severity"] = severity_of(result, row);
        one["location"]["path"] = place.path;
        one["location"]["lines"]["begin"] = place.line;
        out.push_back(std::move(one));
    }
    return out.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace

extern constinit const GateReport gitlab{
    .id = "gitlab", .writes = "GitLab code quality JSON", .write = write};

}  // namespace plimsoll::reports::gate
