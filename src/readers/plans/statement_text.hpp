// The statement that a plan is of, where the source shows it: as "Query Text", or as the EXPLAIN
// that was typed above the plan. It joins a plan to its class in a log, and so to its share of all
// time.
//
// Law: the class is that of the statement without its EXPLAIN, made as logs make it
// (readers/sql/classes.hpp). Blind spot: a statement pasted without its parameters ($1) is of the
// same class; one that the log cut is not.
#pragma once

#include "evidence/plans.hpp"
#include "readers/sql/lexer.hpp"

#include <string>
#include <string_view>

namespace plimsoll::readers::plans {

// "EXPLAIN (ANALYZE, BUFFERS) select 1;" and "ANALYZE FORMAT=JSON select 1\G": the statement alone.
[[nodiscard]] std::string_view without_explain(std::string_view sql);

// Gives the plan its class and its text without literals. Does nothing for an empty or cut
// statement.
void name_statement(std::string_view sql, Plan& plan);

// Watches the lines between plans for a statement that is explained.
class StatementEcho {
public:
    // Does the line belong to a statement, and to no plan? `begins_plan`: it looks like a plan's
    // first.
    [[nodiscard]] bool take(std::string_view line, bool begins_plan);
    [[nodiscard]] static bool begins(std::string_view line);
    // The statement of the plan that follows, once; empty when none was shown.
    [[nodiscard]] std::string release();

private:
    void append(std::string_view part);

    std::string held_;
    bool open_ = false;
    bool quoted_ = false;
};

}  // namespace plimsoll::readers::plans
