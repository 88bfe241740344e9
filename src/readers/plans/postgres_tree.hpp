// PostgreSQL's plan tree, from the document that any of its four forms gives.
//
// Law (PostgreSQL 9.6 to 18): times, rows and rows removed are averages over the loops, buffers are
// sums; below a Gather the loops are spread over processes, so time on the clock is time x loops /
// processes, and the processes that took part are the loops of the Gather's child. Loops 0: never
// executed. Blind spots: averages are rounded (rows to whole ones before 18), so rows x loops is
// off by up to half a loop each; with parallel_leader_participation and an idle leader the split
// among processes is uneven.
#pragma once

#include "evidence/plans.hpp"
#include "readers/plans/document.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::readers::plans {

// A plan that cannot be true: a number out of range, a node without a type.
struct Refused {
    std::string why;
};

// Is it an object with a "Plan" in it?
[[nodiscard]] bool is_postgres_plan(const Value& value) noexcept;

// One result, {"Plan": ..., "Execution Time": ...}. Throws Refused.
[[nodiscard]] Plan postgres_plan(const Value& result, bool keep_literals);

// A plan in a document, and the statement that it, or what is wrapped around it, says it is of.
struct FoundPlan {
    const Value* result = nullptr;
    std::string statement;  // empty when none is said
};

// Every plan in a document, however it is wrapped: lists, {"QUERY PLAN": [...]}, {"plan": {...}}.
[[nodiscard]] std::vector<FoundPlan> find_plans(const Value& document,
                                                bool (*is_plan)(const Value&) noexcept);

// A number of a property; 0 when it is not there. Throws Refused when it is none, or out of range.
[[nodiscard]] double number_of(const Value& object, std::string_view name);
// The same for a text.
[[nodiscard]] double to_number(std::string_view text, std::string_view name);

}  // namespace plimsoll::readers::plans
