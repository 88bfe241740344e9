// What a capture holds of the values in pg_stats, type by type: places and stand-ins, no values.
#include "readers/live/redaction.hpp"

#include "app/planner/recognition.hpp"
#include "app/planner/scaling.hpp"
#include "catch.hpp"
#include "evidence/array_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace plimsoll;
using namespace plimsoll::readers::live;

namespace {

const std::string key(64, 'a');

DbColumn column(std::string type, std::string common, std::string histogram) {
    return {.name = "c",
            .type = std::move(type),
            .analyzed = true,
            .common = std::move(common),
            .frequencies = "{0.5,0.25,0.125}",
            .histogram = std::move(histogram)};
}

DbColumn redacted(DbColumn one, char category, const std::string& with = {}) {
    redact(one, category, with);
    return one;
}

std::string without_marks(const std::string& common) {
    std::vector<std::string> values = elements_of(common);
    for (std::string& value : values) {
        value.erase(std::min(value.size(), value.find('#')));
    }
    return literal_of(values);
}

}  // namespace

TEST_CASE("array literals survive quotes, commas, backslashes and what is no array") {
    const std::vector<std::string> values{"a", "", "b,c", "\"d\"", "e\\f", "{g}", " h ", "NULL"};
    CHECK(elements_of(literal_of(values)) == values);
    CHECK(elements_of("{}").empty());
    CHECK(elements_of("").empty());
    CHECK(elements_of("x").empty());
    CHECK(elements_of("{a,\"b") == std::vector<std::string>{"a", ""});  // cut: what is there of it
    CHECK(elements_of("{1,2}") == std::vector<std::string>{"1", "2"});
}

TEST_CASE("numbers and instants keep their place and lose their digits") {
    struct Row {
        const char* type;
        char category;
        const char* histogram;
        const char* after;
    };
    for (const Row& row : {
             Row{"integer", 'N', "{1,2,3,4,5}", "{1,2,3,4,5}"},
             Row{"bigint", 'N', "{1,203,407,612,19987}", "{0,200,400,610,19000}"},
             Row{"integer", 'N', "{17,918273645}", "{17,900000000}"},
             Row{"bigint", 'N', "{-918273645,3,9}", "{-1000000000,3,9}"},
             Row{"bigint", 'N', "{9223372036854775806}", "{9000000000000000000}"},
             Row{"integer", 'N', "{4711}", "{4000}"},
             Row{"numeric(10,2)", 'N', "{1.25,3.75,1234567.89}", "{1.2,3.7,1200000}"},
             Row{"double precision",
                 'N',
                 "{0.001234567,0.5,NaN,Infinity}",
                 "{0.,0.5,NaN,Infinity}"},
             Row{"shop.price", 'N', "{10,20,98765}", "{10,20,90000}"},
             Row{"date", 'D', "{1987-03-14,2020-05-06}", "{1986-12-23,2020-02-08}"},
             Row{"date",
                 'D',
                 "{2026-01-01,2026-01-02,2026-01-03}",
                 "{2026-01-01,2026-01-02,2026-01-03}"},
             Row{"timestamp with time zone",
                 'D',
                 "{\"2026-01-01 00:00:00+00\",\"2026-01-04 17:23:11.481516+00\",\"2026-01-08 "
                 "03:04:05+00\"}",
                 "{\"2026-01-01 00:00:00+00\",\"2026-01-04 17:00:00+00\",\"2026-01-08 "
                 "03:00:00+00\"}"},
             Row{"timestamp without time zone",
                 'D',
                 "{\"2026-01-01 00:00:01.5\",\"2026-01-01 00:00:02.25\",infinity}",
                 "{\"2026-01-01 00:00:01.5\",\"2026-01-01 00:00:02.2\",infinity}"},
         }) {
        INFO(row.histogram);
        const DbColumn one = redacted(column(row.type, "", row.histogram), row.category);
        std::vector<std::string> got = elements_of(one.histogram);
        std::vector<std::string> asked = elements_of(row.after);
        for (std::string& text : got) {  // ".200000" is ".2"
            while (text.find('.') != std::string::npos && text.find('+') == std::string::npos &&
                   text.ends_with('0')) {
                text.pop_back();
            }
        }
        CHECK(got == asked);
        CHECK_FALSE(one.redacted);
    }
}

TEST_CASE("no value of any other type is left, with or without a key") {
    struct Row {
        const char* type;
        char category;
        const char* value;
    };
    for (const Row& row : {Row{"text", 'S', "alice@example.com"},
                           Row{"character varying(40)", 'S', "Alice Marker"},
                           Row{"uuid", 'U', "6f1ed002-ab55-5353-8b3c-4f4b4d41524b"},
                           Row{"jsonb", 'U', "{\\\"marker\\\": 1}"},
                           Row{"text[]", 'A', "{marker,b}"},
                           Row{"shop.state", 'E', "marker"},
                           Row{"inet", 'I', "10.9.8.7"},
                           Row{"money", 'N', "$918.27"},
                           Row{"interval", 'T', "3 days 04:05:06"},
                           Row{"time without time zone", 'D', "13:45:59"},
                           Row{"timestamp without time zone", 'D', "0044-03-15 00:00:00 BC"},
                           Row{"regclass", 'N', "marker_table"},
                           Row{"bytea", 'U', "\\\\x6d61726b6572"},
                           Row{"point", 'G', "(9,182736)"}}) {
        const std::string array = "{\"" + std::string{row.value} + "\",\"x\"}";
        for (const std::string& with : {std::string{}, key}) {
            INFO(row.type);
            const DbColumn one = redacted(column(row.type, array, array), row.category, with);
            CHECK(one.redacted);
            CHECK(one.histogram.empty());
            CHECK(one.common.find(elements_of(array).front()) == std::string::npos);
            CHECK(one.common.empty() == with.empty());
            if (!with.empty()) {
                CHECK(elements_of(one.common).size() == 2);
                CHECK(elements_of(one.common).front() == stand_in(key, elements_of(array).front()));
            }
        }
    }
    CHECK_FALSE(redacted(column("boolean", "{t,f}", ""), 'B', key).redacted);
    CHECK_FALSE(redacted(column("text", "", ""), 'S', key).redacted);
}

TEST_CASE("rounding keeps the order and moves a bound by a quarter of its bucket at most") {
    std::mt19937_64 random{7};
    for (int turn = 0; turn < 300; ++turn) {
        std::vector<long double> values;
        const double spread = std::pow(10, static_cast<double>(random() % 15));
        for (std::size_t i = 0; i < 2 + random() % 100; ++i) {
            const double share = static_cast<double>(random() % 1'000'003) / 1'000'003;
            values.push_back(std::floor(spread * share * share * share) - spread / 3);
        }
        std::ranges::sort(values);
        values.erase(std::unique(values.begin(), values.end()), values.end());
        std::vector<std::string> texts;
        for (const long double value : values) {
            texts.push_back(fmt::format("{:.0f}", value));
        }
        const std::vector<std::string> after =
            elements_of(redacted(column("bigint", "", literal_of(texts)), 'N').histogram);
        REQUIRE(after.size() == texts.size());
        for (std::size_t i = 0; i < after.size(); ++i) {
            const long double was = std::stold(texts[i]);
            const long double now = std::stold(after[i]);
            INFO(texts[i] << " " << after[i]);
            CHECK(now <= was);
            if (i > 0) {
                CHECK(std::stold(after[i - 1]) < now);
                CHECK(was - now <= 0.25L * (was - std::stold(texts[i - 1])) + 1e-6L);
            }
        }
    }
}

TEST_CASE("a stand-in tells nothing without its key, and the same value the same under it") {
    CHECK(stand_in(key, "done") == stand_in(key, "done"));
    CHECK(stand_in(key, "done") != stand_in(key, "open"));
    CHECK(stand_in(key, "done") != stand_in(std::string(64, 'b'), "done"));
    CHECK(stand_in(key, "done").size() == 17);
    CHECK(stand_in("", "done").empty());
    CHECK(key_mark(key) != key_mark(std::string(64, 'b')));
    CHECK(key_mark(key).find(key.substr(0, 8)) == std::string::npos);
}

TEST_CASE("what a question names is recognised, and nothing else") {
    using app::planner::literals_in;
    using app::planner::recognised;
    CHECK(literals_in(
              "select 'it''s', E'a\\'b', 12.5, -7, x1, \"q'1\" -- 'no' 9\n from t2 where a = $1") ==
          std::set<std::string>{"it's", "a'b", "12.5", "-12.5", "7", "-7"});
    CHECK(literals_in("'never ends") == std::set<std::string>{"never ends"});
    CHECK(literals_in("").empty());
    DatabaseCapture capture;
    capture.settings[key_setting] = key_mark(key);
    DbTable& table = capture.tables["public.t"];
    table.kind = "r";
    table.columns = {redacted(column("text", "{done,open,lost}", "{a,z}"), 'S', key),
                     redacted(column("s.state", "{done,open,lost}", ""), 'E', key),
                     redacted(column("integer", "{1,918273645,5}", ""), 'N', key)};
    const auto seen = recognised(capture, literals_in("a = 'open' and n = 918273645"), key);
    const std::vector<DbColumn>& columns = seen.tables.at("public.t").columns;
    CHECK(elements_of(columns[0].common) ==
          std::vector<std::string>{stand_in(key, "done"), "open", stand_in(key, "lost")});
    CHECK(elements_of(columns[0].frequencies) == std::vector<std::string>{"0.5", "0.25", "0.125"});
    CHECK_FALSE(columns[0].redacted);
    // A stand-in is no label of an enumeration: what is not recognised counts among the rest.
    CHECK(elements_of(columns[1].common) == std::vector<std::string>{"open"});
    CHECK(elements_of(columns[1].frequencies) == std::vector<std::string>{"0.25"});
    CHECK(without_marks(columns[2].common) == literal_of({"1", "918273645", "5"}));
    // Another key, or none: nothing is recognised, and nothing of it reaches a planner.
    for (const std::string& other : {std::string{}, std::string(64, 'b')}) {
        const DatabaseCapture blind = recognised(capture, {"open"}, other);
        CHECK(blind.tables.at("public.t").columns[0].redacted);
        const app::planner::Scaled scaled = app::planner::scaled(blind, {}, 1);
        REQUIRE(scaled.columns.size() == 3);
        CHECK(scaled.columns[0].common.empty());
        CHECK(scaled.columns[0].frequencies.empty());
        CHECK(scaled.columns[1].common.empty());
        CHECK(elements_of(scaled.columns[2].common) ==
              std::vector<std::string>{"1", "900000000", "5"});
    }
    // Values that were kept may look like anything.
    capture.keeps_values = true;
    table.columns = {column("text", "{C#0123456789abcdef}", "")};
    CHECK(app::planner::scaled(capture, {}, 1).columns[0].common == "{C#0123456789abcdef}");
}
