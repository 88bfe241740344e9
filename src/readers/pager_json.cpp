// Incidents as PagerDuty and Opsgenie export them: GET /incidents of the one, GET /v1/incidents of
// the other.
//
// Law: when it began and ended, its title, and the services that were paged for: those count as
// down. What failed first is in neither export, so no incident of theirs has a trigger; the checks
// count them as such, and incidents.csv adds what only people know. Blind spots: one outage pages
// several services as several incidents; an incident that nobody closed has no end; a page is not
// always an outage.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/documents.hpp"
#include "readers/ci/sink.hpp"

#include <optional>

namespace plimsoll::readers {
namespace {

using ci::Json;

constexpr std::size_t most_incidents = 200'000;

[[nodiscard]] Incident of_pagerduty(Json item) {
    Incident out{.what = item["title"].text()};
    if (out.what.empty()) {
        out.what = item["summary"].text();
    }
    out.ended = item["resolved_at"].time();
    if (!out.ended && item["status"].text() == "resolved") {
        out.ended = item["last_status_change_at"].time();
    }
    if (std::string service = item["service"]["summary"].text(); !service.empty()) {
        out.features_down.insert(std::move(service));
    }
    return out;
}

[[nodiscard]] Incident of_opsgenie(Json item) {
    Incident out{.what = item["message"].text()};
    out.ended = item["impactEndDate"].time();
    for (const Json service : item["impactedServices"].items()) {
        const std::string name = service.is_object() ? service["name"].text() : service.text();
        if (!name.empty() && out.features_down.size() < 500) {
            out.features_down.insert(name);
        }
    }
    return out;
}

// Returns why the incident cannot be used, or an empty text.
[[nodiscard]] std::string_view take(Json item,
                                    Incidents& incidents,
                                    const Origin& origin,
                                    Input& input) {
    const bool opsgenie =
        static_cast<bool>(item["impactedServices"]) || static_cast<bool>(item["tinyId"]);
    const Json began = item[opsgenie ? "impactStartDate" : "created_at"];
    const std::optional<Instant> started = began ? began.time() : item["createdAt"].time();
    if (!started) {
        return "an incident without the time it began";
    }
    if (incidents.incidents.size() >= most_incidents) {
        return "there are more than 200,000 incidents";
    }
    Incident incident = opsgenie ? of_opsgenie(item) : of_pagerduty(item);
    incident.started = *started;
    if (incident.ended && *incident.ended < *started) {
        incident.ended.reset();
    }
    incident.origin = origin;
    input.span.cover(*started);
    incidents.incidents.insert(std::move(incident));
    return {};
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::Documents documents{stream, input};
    evidence.incidents.listed = true;
    while (const Json root = documents.next()) {
        std::vector<Json> items = root["incidents"].items();
        if (items.empty()) {
            items = root["data"].items();
        }
        const bool page = root["incidents"].is_array() || root["data"].is_array();
        if (!page) {
            items.push_back(root);
        }
        for (const Json item : items) {
            const std::string_view why = take(item,
                                              evidence.incidents,
                                              {.source = stream.name(), .line = documents.line()},
                                              input);
            if (why.empty()) {
                ++input.records;
            } else {
                input.skip(documents.line(), page ? 0 : documents.size(), why);
            }
        }
    }
    input.note =
        "services that were paged for count as down; what failed first is not in the export";
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(sample.head)) {
        return Sureness::no;
    }
    const bool pagerduty =
        ci::keys_in(sample.head, {"incident_number", "created_at", "service", "status"}) == 4;
    const bool opsgenie = ci::keys_in(sample.head, {"tinyId", "message", "createdAt"}) == 3;
    return pagerduty || opsgenie ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader pager_json{
    .id = "pager-json",
    .reads = "incidents of PagerDuty (GET /incidents) and Opsgenie (GET /v1/incidents)",
    .yields = {Kind::incidents},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
