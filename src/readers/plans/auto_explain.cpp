#include "readers/plans/auto_explain.hpp"

#include "readers/plans/json_documents.hpp"
#include "readers/plans/postgres_tree.hpp"
#include "readers/plans/statement_text.hpp"
#include "readers/plans/transcript.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace plimsoll::readers {

void read_auto_explain(std::string_view body,
                       std::uint64_t statement_class,
                       std::string_view normalised_text,
                       double duration_ms,
                       const Origin& origin,
                       Plans& plans) {
    // "Query Text: ..." may run over lines that look like anything; the plan begins behind it.
    const plans::Transcript::Sink sink{
        .plan =
            [&](Plan plan, std::uint64_t) {
                // auto_explain prints no execution time: the entry's duration is it.
                if (duration_ms > 0) {
                    plan.total_ms = duration_ms;
                }
                if (statement_class != 0) {
                    plan.statement = statement_class;
                    plan.statement_text = normalised_text;
                }
                plan.origin = origin;
                plans.add(std::move(plan));
            },
        .skip = [](std::uint64_t, std::uint64_t, const std::string&) {}};
    // A log may hold thousands, nearly always in JSON: one document, which needs no search for
    // where it begins and ends. What is wrong with another is found below.
    if (const std::size_t at = body.find('{'); at < body.find_first_not_of(" \t\r\n") + 1) {
        std::string text{body.substr(at)};
        plans::make_utf8(text);
        try {
            if (const plans::Value document = plans::parse_json(text);
                plans::is_postgres_plan(document)) {
                Plan plan = plans::postgres_plan(document, false);
                if (statement_class == 0) {  // the log does not tell it: the body does
                    for (const plans::FoundPlan& found :
                         plans::find_plans(document, plans::is_postgres_plan)) {
                        plans::name_statement(found.statement, plan);
                    }
                }
                sink.plan(std::move(plan), 1);
                return;
            }
        } catch (const plans::Broken&) {
        } catch (const plans::Refused&) {
        }
    }
    // EXPLAIN puts a <Query> around each result, auto_explain does not.
    std::string framed;
    if (const std::size_t xml = body.find("<explain");
        xml != std::string_view::npos && body.find("<Query>") == std::string_view::npos) {
        const std::size_t begin = std::min(body.find('>', xml), body.size() - 1) + 1;
        const std::size_t end = std::max(std::min(body.rfind("</explain>"), body.size()), begin);
        framed.append(body.substr(0, begin)).append("<Query>");
        framed.append(body.substr(begin, end - begin)).append("</Query>").append(body.substr(end));
        body = framed;
    }
    plans::read_transcript(body, false, sink);
}

}  // namespace plimsoll::readers
