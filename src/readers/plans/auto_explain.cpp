#include "readers/plans/auto_explain.hpp"

#include "readers/plans/transcript.hpp"

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
    plans::read_transcript(body, false, sink);
}

}  // namespace plimsoll::readers
