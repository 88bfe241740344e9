#include "app/config_schema.hpp"

#include "app/gate_settings.hpp"
#include "app/questions.hpp"
#include "core/check.hpp"
#include "core/kinds.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace plimsoll::app {
namespace {

using wire::Json;

[[nodiscard]] Json of_type(const char* type, std::string_view does) {
    return {{"type", type}, {"description", does}};
}

[[nodiscard]] Json positive(std::string_view does) {
    return {{"type", "number"}, {"exclusiveMinimum", 0}, {"description", does}};
}

[[nodiscard]] Json object_of(Json properties, std::string_view does) {
    return {{"type", "object"},
            {"description", does},
            {"properties", std::move(properties)},
            {"additionalProperties", false}};
}

[[nodiscard]] Json map_of(Json value, std::string_view does) {
    return {{"type", "object"}, {"description", does}, {"additionalProperties", std::move(value)}};
}

template <Worded Enum>
[[nodiscard]] Json words() {
    Json out = Json::array();
    for (const std::string_view word : texts_of<Enum>) {
        out.push_back(word);
    }
    return {{"enum", std::move(out)}};
}

[[nodiscard]] Json either(Json one, Json other) {
    return {{"anyOf", Json::array({std::move(one), std::move(other)})}};
}

[[nodiscard]] Json sizes(const char* key, std::string_view does) {
    Json properties;
    properties[key] = positive("of one instance");
    properties["instances"] = positive("how many instances have one");
    Json whole = object_of(std::move(properties), does);
    whole["required"] = Json::array({key});
    return map_of(either(std::move(whole), positive("of the only instance")), does);
}

// A day or an instant: TOML's own, which editors show as text.
[[nodiscard]] Json date(std::string_view does) {
    return of_type("string", does);
}

[[nodiscard]] Json table_notes() {
    Json properties;
    properties["module"] = of_type("string", "the module that owns it");
    properties["rows"] = of_type("number", "how many rows it has today");
    properties["grows"] = words<TableGrowth>();
    properties["refers"] = map_of(of_type("string", "the table that the column points to"),
                                  "columns that point to other tables");
    return map_of(either(object_of(std::move(properties), "a table"),
                         of_type("string", "the module that owns it")),
                  "tables of the database");
}

[[nodiscard]] Json answers() {
    Json properties = Json::object();
    for (const Question& question : questions) {
        Json fields;
        fields["answer"] = words<Reply>();
        fields["on"] = date("the day of the answer; answers age");
        fields["by"] = of_type("string", "who says so");
        fields["note"] = of_type("string", "why");
        Json answer = either(object_of(std::move(fields), question.asks), words<Reply>());
        answer["description"] = question.asks;
        properties[std::string{question.id}] = std::move(answer);
    }
    return {{"type", "object"},
            {"description", "answers of people to what no log answers"},
            {"properties", std::move(properties)}};
}

[[nodiscard]] Json thresholds() {
    Json properties = Json::object();
    for (const Check* check : all_checks()) {
        for (const Threshold& threshold : check->thresholds) {
            Json fields;
            fields["value"] = Json{{"type", "number"}, {"default", threshold.value}};
            fields["reason"] =
                of_type("string", "why it is another value here; every report prints it");
            Json one = object_of(
                std::move(fields),
                fmt::format("{} ({}; {})", threshold.reason, threshold.unit, threshold.value));
            one["required"] = Json::array({"value", "reason"});
            properties[std::string{threshold.id}] = std::move(one);
        }
    }
    return {{"type", "object"},
            {"description", "numbers of rules, each with the reason for changing it"},
            {"properties", std::move(properties)}};
}

[[nodiscard]] Json masks() {
    Json fields;
    fields["from"] = date("its beginning");
    fields["until"] = date("its end");
    fields["why"] = of_type("string", "shown in every report");
    Json one = object_of(std::move(fields), "a stretch of time that must not count");
    one["required"] = Json::array({"from", "until", "why"});
    return {{"type", "array"}, {"items", std::move(one)}};
}

[[nodiscard]] Json gate_value(const GateSetting& setting) {
    Json out{{"description", setting.does}};
    switch (setting.form) {
        case SettingForm::flag:
            out["type"] = "boolean";
            break;
        case SettingForm::number:
        case SettingForm::share:
            out["type"] = Json::array({"number", "string"});
            break;
        case SettingForm::list:
            out["type"] = Json::array({"array", "string"});
            out["items"] = Json{{"type", "string"}};
            break;
        case SettingForm::pairs:
            out["type"] = "object";
            out["additionalProperties"] = Json{{"type", Json::array({"number", "string"})}};
            break;
        case SettingForm::word:
        case SettingForm::text:
            out["type"] = "string";
    }
    if (setting.form == SettingForm::word) {
        out["enum"] = Json::array();
        std::string_view left = setting.words;
        while (!left.empty()) {
            const std::size_t end = std::min(left.find(' '), left.size());
            out["enum"].push_back(left.substr(0, end));
            left.remove_prefix(std::min(end + 1, left.size()));
        }
    }
    if (!setting.standard.empty()) {
        out["description"] = fmt::format("{} (default: {})", setting.does, setting.standard);
    }
    return out;
}

[[nodiscard]] Json gate_section() {
    Json properties = Json::object();
    for (const GateSetting& setting : gate_settings()) {
        std::string key{setting.name};
        std::ranges::replace(key, '-', '_');
        properties[key] = gate_value(setting);
    }
    return object_of(std::move(properties), "what `plimsoll gate` does when not told otherwise");
}

[[nodiscard]] Json system_section() {
    Json properties;
    properties["name"] = of_type("string", "as reports call it");
    properties["target"] =
        Json{{"type", Json::array({"string", "number"})},
             {"description", "the multiple of today's load that is asked for: \"10x\""}};
    properties["timezone"] =
        of_type("string", "whose days and weeks count: Europe/Berlin, +01:00, or a rule of POSIX");
    properties["features_total"] = positive("how many features there are");
    return object_of(std::move(properties), "what is audited");
}

}  // namespace

Json config_schema() {
    Json host;
    host["cores"] = positive("of the database host");
    host["memory"] =
        Json{{"type", Json::array({"string", "number"})}, {"description", "\"16 GiB\", or bytes"}};
    Json limits;
    limits["max_connections"] = positive("of the database");
    limits["pool"] = sizes("size", "connection pools by application");
    limits["workers"] = sizes("threads", "request threads by service");
    Json sections;
    sections["system"] = system_section();
    sections["host"] = object_of(std::move(host), "the database host");
    sections["limits"] = object_of(std::move(limits), "what is configured and no log shows");
    sections["growth"] = map_of(of_type("number", "exponent over load"), "how data and team grow");
    sections["modules"] =
        map_of(of_type("string", "a module"), "globs of paths, the first match wins");
    sections["tables"] = table_notes();
    sections["answers"] = answers();
    sections["thresholds"] = thresholds();
    sections["mask"] = masks();
    sections["gate"] = gate_section();
    Json out{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"$id", "plimsoll.config/1"}};
    out["title"] = "plimsoll.toml";
    const Json body = object_of(std::move(sections), "what a person tells plimsoll");
    for (const auto& [key, value] : body.items()) {
        out[key] = value;
    }
    return out;
}

}  // namespace plimsoll::app
