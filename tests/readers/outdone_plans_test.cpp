// Plans that are not parsed because sixteen of their shape were slower: what is kept must be the
// same as if each had been parsed.
#include "catch.hpp"
#include "log_help.hpp"
#include "readers/plans/auto_explain.hpp"
#include "readers/plans/outdone.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace plimsoll;
using readers::plan_skeleton;

namespace plimsoll::readers {
extern const Reader postgres_log;
}

namespace {

std::string body(const std::string& table, const std::string& rows, const std::string& literal) {
    return "{\n  \"Query Text\": \"SELECT * FROM " + table + " WHERE k = '" + literal +
           "'\",\n  \"Plan\": {\n    \"Node Type\": \"Seq Scan\",\n    \"Relation Name\": \"" +
           table + "\",\n    \"Startup Cost\": 0.00,\n    \"Total Cost\": " + rows +
           ",\n    \"Plan Rows\": " + rows + ",\n    \"Plan Width\": 4\n  }\n}";
}

std::string tabbed(const std::string& text) {
    std::string out = "\t";
    for (const char c : text) {
        out += c;
        out += c == '\n' ? "\t" : "";
    }
    return out + "\n";
}

}  // namespace

TEST_CASE("a skeleton is the same where numbers and the query's text differ, and only there") {
    const std::uint64_t one = plan_skeleton(body("t1", "10", "a"));
    CHECK(one != 0);
    CHECK(plan_skeleton(body("t1", "2500.75", "another \\\" literal")) == one);
    CHECK(plan_skeleton(body("t1", "-3", "a")) == one);
    CHECK(plan_skeleton(body("t2", "10", "a")) != one);
    CHECK(plan_skeleton(body("t1", "007", "a")) != one);     // not valid JSON
    CHECK(plan_skeleton(body("t1", "1.2.3", "a")) != one);   // nor this
    CHECK(plan_skeleton(body("t1", "\"10\"", "a")) != one);  // a text
    CHECK(plan_skeleton(body("t1", "[10, 11]", "a")) != plan_skeleton(body("t1", "[10]", "a")));
    CHECK(plan_skeleton("Query Text: SELECT 1\nResult  (cost=0.00..0.01 rows=1 width=4)") == 0);
    CHECK(plan_skeleton("") == 0);
    CHECK(plan_skeleton("  {\"Query Text\": \"cut within") != 0);
}

TEST_CASE("the plans that a log keeps are those that parsing every one of them keeps") {
    std::mt19937 random{20261121};
    std::string log;
    struct Written {
        std::string text;
        double duration_ms = 0;
        std::uint64_t line = 0;
        std::size_t table = 0;
    };
    std::vector<Written> all;
    std::uint64_t line = 0;
    for (int i = 0; i < 600; ++i) {
        const std::size_t table = random() % 3;
        // Few values, so that many are as slow as the fastest that is kept.
        const std::string duration = std::to_string(1 + random() % 60);
        const std::string text = body("t" + std::to_string(table),
                                      random() % 50 == 0 ? "broken" : std::to_string(i),
                                      std::to_string(random()));
        log += "2026-11-21 01:00:00.000 UTC [7] app@shop LOG:  duration: " + duration +
               ".000 ms  plan:\n" + tabbed(text);
        all.push_back({.text = text + "\n",
                       .duration_ms = std::stod(duration),
                       .line = line + 1,
                       .table = table});
        line += 2 + static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    }
    for (std::size_t table = 0; table < 3; ++table) {
        log += "2026-11-21 01:00:01.000 UTC [7] app@shop LOG:  duration: 1.000 ms  statement: "
               "SELECT * FROM t" +
               std::to_string(table) + " WHERE k = 'x'\n";
    }
    const ReadLog read = read_text(readers::postgres_log, log);
    REQUIRE(read.workload().statements.size() == 3);
    Plans expected;
    for (const Written& one : all) {
        for (const auto& [id, statement] : read.workload().statements) {
            if (statement.tables.contains("t" + std::to_string(one.table))) {
                readers::read_auto_explain(one.text,
                                           id,
                                           statement.text,
                                           one.duration_ms,
                                           {.source = "test.log", .line = one.line},
                                           expected);
            }
        }
    }
    CHECK(read.evidence.plans.seen == expected.seen);
    CHECK(read.evidence.plans.seen < 600);
    CHECK(read.evidence.plans.seen > 500);
    CHECK(read.evidence.plans.by_shape == expected.by_shape);
    REQUIRE(read.evidence.plans.by_shape.size() == 3);
    CHECK(read.evidence.plans.by_shape.begin()->second.size() == Plans::most_of_a_shape);
}
