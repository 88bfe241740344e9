// The published schema accepts what is written and refuses what is not.
//
// The validator below knows the part of JSON Schema that we use, and fails on any other word, so
// that a new word cannot pass unread.
#include "wire/schema.hpp"

#include "app/schema.hpp"
#include "catch.hpp"
#include "core/audit.hpp"
#include "support/sample_audit.hpp"

#include <string>

using namespace plimsoll;
using wire::Json;

namespace {

bool has_type(const Json& value, const std::string& type) {
    return type == "object"    ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "string"  ? value.is_string()
           : type == "integer" ? value.is_number_integer()
           : type == "number"  ? value.is_number()
           : type == "boolean" ? value.is_boolean()
           : type == "null"    ? value.is_null()
                               : throw std::runtime_error("type " + type);
}

// Where `value` breaks the schema; empty when it does not.
std::string breach(const Json& schema, const Json& value, const std::string& at);

std::string breach_of_object(const Json& schema, const Json& value, const std::string& at) {
    for (const Json& name : schema.value("required", Json::array())) {
        if (!value.contains(name.get<std::string>())) {
            return at + "." + name.get<std::string>() + " is missing";
        }
    }
    for (const auto& [name, held] : value.items()) {
        const Json properties = schema.value("properties", Json::object());
        const Json& inner = properties.contains(name) ? properties.at(name)
                            : schema.contains("additionalProperties")
                                ? schema.at("additionalProperties")
                                : Json::object();
        if (std::string found = breach(inner, held, at + "." + name); !found.empty()) {
            return found;
        }
    }
    return {};
}

std::string breach(const Json& schema, const Json& value, const std::string& at) {
    for (const auto& [word, rule] : schema.items()) {
        if (word == "type") {
            const Json types = rule.is_array() ? rule : Json::array({rule});
            bool any = false;
            for (const Json& type : types) {
                any = any || has_type(value, type.get<std::string>());
            }
            if (!any) {
                return at + " is no " + rule.dump();
            }
        } else if (word == "enum") {
            if (std::find(rule.begin(), rule.end(), value) == rule.end()) {
                return at + " is none of " + rule.dump();
            }
        } else if (word == "anyOf") {
            bool any = false;
            for (const Json& one : rule) {
                any = any || breach(one, value, at).empty();
            }
            if (!any) {
                return at + " fits no alternative";
            }
        } else if (word == "items") {
            for (std::size_t i = 0; i < value.size(); ++i) {
                std::string found = breach(rule, value[i], at + "." + std::to_string(i));
                if (!found.empty()) {
                    return found;
                }
            }
        } else if (word != "properties" && word != "required" && word != "additionalProperties" &&
                   word != "description" && word != "format" && word != "$schema" &&
                   word != "$id" && word != "title") {
            throw std::runtime_error("the schema says " + word);
        }
    }
    return value.is_object() ? breach_of_object(schema, value, at) : std::string{};
}

}  // namespace

TEST_CASE("every audit that is written fits the published schema", "[schema]") {
    const Json schema = wire::parse(app::schema("audit").value());
    for (const Audit& audit :
         {Audit{}, testing::rich_audit(), testing::hostile_audit(), testing::numberless_audit()}) {
        const Json written = wire::parse(wire::dump(wire::to_json(audit)));
        CHECK(breach(schema, written, "audit") == "");
    }
}

TEST_CASE("a wrong type, a wrong word and a missing field break it", "[schema]") {
    const Json schema = wire::schema_of<Audit>();
    const Json right = wire::to_json(testing::rich_audit());
    REQUIRE(breach(schema, right, "audit").empty());
    Json wrong = right;
    wrong["load_line"]["at"] = "4.1";
    CHECK(breach(schema, wrong, "audit") == "audit.load_line.at is no [\"number\",\"null\"]");
    wrong = right;
    wrong["verdict"]["outcome"] = "perhaps";
    CHECK(breach(schema, wrong, "audit").starts_with("audit.verdict.outcome is none of"));
    wrong = right;
    wrong["limits"][0].erase("formula");
    CHECK(breach(schema, wrong, "audit") == "audit.limits.0.formula is missing");
    wrong = right;
    wrong["added_in_2027"] = 1;
    CHECK(breach(schema, wrong, "audit").empty());
}

TEST_CASE("each schema says which document it is of", "[schema]") {
    CHECK_FALSE(app::schema("nothing"));
    for (const std::string_view name : app::schema_names()) {
        const Json schema = wire::parse(app::schema(name).value());
        CHECK(schema.at("$id") == "plimsoll." + std::string{name} + "/1");
        CHECK(schema.at("type") == "object");
    }
}
