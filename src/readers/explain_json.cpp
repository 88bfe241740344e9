// PostgreSQL's EXPLAIN (FORMAT JSON), with and without ANALYZE, 9.6 to 18.
//
// Takes what people save: the bare array, objects one after the other or one a line, arrays of many
// results, auto_explain's object, wrappers around a plan such as {"QUERY PLAN": [...]}. Blind
// spots: a plan says nothing of other sessions, of locks waited for, of sending the rows; times
// with TIMING on are inflated for nodes of many rows.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/plans/json_documents.hpp"
#include "readers/plans/postgres_tree.hpp"
#include "readers/plans/statement_text.hpp"

#include <string>
#include <string_view>

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    const std::size_t first = sample.head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (sample.kind != SourceKind::bytes || first == std::string_view::npos ||
        (sample.head[first] != '[' && sample.head[first] != '{')) {
        return Sureness::no;
    }
    const bool plan = sample.head.find("\"Plan\"") != std::string_view::npos;
    const bool node = sample.head.find("\"Node Type\"") != std::string_view::npos;
    return plan && node ? Sureness::certain : Sureness::no;
}

class Session {
public:
    Session(const std::string& name, const ReadOptions& options, Evidence& evidence, Input& input)
        : name_{name}, options_{options}, evidence_{evidence}, input_{input} {}

    void read(const plans::JsonText& json) {
        if (!json.whole) {
            input_.skip(json.line, json.text.size(), "a plan cannot be read: " + json.why);
            return;
        }
        try {
            std::string text{json.text};
            plans::make_utf8(text);
            read(plans::parse_json(text, json.line), json);
        } catch (const plans::Broken& broken) {
            input_.skip(broken.line, json.text.size(), "a plan cannot be read: " + broken.why);
        }
    }

private:
    void read(const plans::Value& document, const plans::JsonText& json) {
        const auto found = plans::find_plans(document, plans::is_postgres_plan);
        if (found.empty()) {
            input_.skip(json.line, json.text.size(), "an object without a plan");
        }
        for (const plans::FoundPlan& one : found) {
            try {
                Plan plan = plans::postgres_plan(*one.result, options_.keep_literals);
                plans::name_statement(one.statement, plan);
                plan.origin = {.source = name_, .line = json.line};
                evidence_.plans.add(std::move(plan));
                ++input_.records;
            } catch (const plans::Refused& refused) {
                input_.skip(json.line,
                            json.text.size() / found.size(),
                            "a plan is refused: " + refused.why);
            }
        }
    }

    const std::string& name_;
    const ReadOptions& options_;
    Evidence& evidence_;
    Input& input_;
};

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    Session session{stream.name(), options, evidence, input};
    plans::JsonCutter cutter{[&](const plans::JsonText& json) { session.read(json); }};
    // Raw, not by lines: an array of ten thousand plans may be one line.
    std::string buffer(std::size_t{1} << 18U, '\0');
    while (const std::size_t got = stream.read(buffer)) {
        cutter.add(std::string_view{buffer}.substr(0, got));
    }
    cutter.end();
}

}  // namespace

extern constinit const Reader explain_json{
    .id = "explain-json",
    .reads = "PostgreSQL EXPLAIN (FORMAT JSON), also with ANALYZE, BUFFERS, VERBOSE, SETTINGS",
    .yields = {Kind::plans},
    .recognises = recognises,
    .read = read};

}  // namespace plimsoll::readers
