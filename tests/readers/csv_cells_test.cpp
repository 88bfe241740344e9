// Cells and records of tables: tables of edge cases, and the rule that nothing ambiguous is
// guessed.
#include "catch.hpp"
#include "input/sources.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"
#include "readers/csv/latency_columns.hpp"

#include <cstdlib>

using namespace plimsoll;
using namespace plimsoll::readers::csv;

namespace {

std::vector<std::vector<std::string>> records_of(std::string_view text, char separator = ',') {
    std::vector<std::vector<std::string>> out;
    input::for_each_source_in("sample", text, [&](input::Stream& stream, bool) {
        Records records{stream, separator};
        while (records.next()) {
            out.emplace_back(records.fields().begin(), records.fields().end());
            if (records.broken()) {
                out.back().emplace_back("BROKEN");
            }
        }
    });
    return out;
}

using Table = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("records: quotes, comments, blank lines, carriage returns, a byte order mark") {
    CHECK(records_of("\xEF\xBB\xBF"
                     "a,b\r\n# no\r\n\r\n 1 , 2 \n") == Table{{"a", "b"}, {"1", "2"}});
    CHECK(records_of("\"a,b\",\"c\"\"d\",e\n") == Table{{"a,b", "c\"d", "e"}});
    CHECK(records_of("\"two\nlines\",x\ny,z\n") == Table{{"two\nlines", "x"}, {"y", "z"}});
    CHECK(records_of("a;b;;\n", ';') == Table{{"a", "b", "", ""}});
    CHECK(records_of("a\tb\n", '\t') == Table{{"a", "b"}});
    CHECK(records_of("a,\"never closed\nx\n") == Table{{"BROKEN"}});
    CHECK(records_of("") == Table{});
    CHECK(records_of(std::string(2'000'000, 'x') + "\na,b\n") == Table{{"BROKEN"}, {"a", "b"}});
    const std::string nul("a\0b,c\n", 6);
    CHECK(records_of(nul) == Table{{std::string("a\0b", 3), "c"}});
}

TEST_CASE("the separator is the one that the header holds most of") {
    CHECK(separator_of("time,p99") == ',');
    CHECK(separator_of("time;p99,5;p50") == ';');
    CHECK(separator_of("time\tp99") == '\t');
    CHECK(separator_of("\"a;b;c\",d") == ',');
    CHECK(separator_of("time") == ',');
}

TEST_CASE("numbers with groups and either decimal sign") {
    struct Case {
        const char* cell;
        char decimal;
        std::optional<double> value;
    };
    const Case c = GENERATE(Case{"80", '.', 80},
                            Case{"-1.5", '.', -1.5},
                            Case{"+2", '.', 2},
                            Case{"1e3", '.', 1000},
                            Case{"1,234.5", '.', 1234.5},
                            Case{"1.234,5", ',', 1234.5},
                            Case{"1 234 567", '.', 1234567},
                            Case{"1'234", '.', 1234},
                            Case{"1\xC2\xA0"
                                 "234,5",
                                 ',',
                                 1234.5},
                            Case{"12\xE2\x80\xAF"
                                 "345",
                                 '.',
                                 12345},
                            Case{"12,34", '.', std::nullopt},
                            Case{"0,123", '.', std::nullopt},
                            Case{"1,2345", '.', std::nullopt},
                            Case{"0,123", ',', 0.123},
                            Case{"0.123", ',', std::nullopt},
                            Case{"nan", '.', std::nullopt},
                            Case{"inf", '.', std::nullopt},
                            Case{"", '.', std::nullopt},
                            Case{"1e999", '.', std::nullopt},
                            Case{"12 ms", '.', std::nullopt},
                            Case{"0x10", '.', std::nullopt},
                            Case{",5", ',', 0.5});
    CAPTURE(c.cell, c.decimal);
    CHECK(number(c.cell, c.decimal) == c.value);
}

TEST_CASE("a number of digits is the double that strtod gives, to the bit") {
    std::uint64_t state = 88172645463325252;
    const auto random = [&](std::uint64_t below) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state % below;
    };
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::uint64_t length = 1 + random(19); text.size() < length;) {
            text += static_cast<char>('0' + random(10));
        }
        if (random(4) != 0 && text.size() > 2) {
            text[1 + random(text.size() - 2)] = '.';
        }
        const std::optional<double> found = number(text, '.');
        CAPTURE(text);
        REQUIRE(found.has_value());
        REQUIRE(*found == std::strtod(text.c_str(), nullptr));
    }
    for (const char* const text :
         {"1.2.3", "1..2", "..", "-", "1-2", "2e", "1234567890123456789012x"}) {
        CAPTURE(text);
        CHECK_FALSE(number(text, '.'));
    }
}

TEST_CASE("the decimal sign is proven or not, never guessed") {
    const auto proven = [](std::vector<std::string_view> cells) { return decimal_sign(cells); };
    CHECK(proven({"80.5", "1,234.5"}) == '.');
    CHECK(proven({"80,5", "140,25"}) == ',');
    CHECK(proven({"1,234", "2,345"}) == std::nullopt);
    CHECK(proven({"80", "140"}) == std::nullopt);
    CHECK(proven({"80.5", "80,5"}) == std::nullopt);
    CHECK(proven({"0,123"}) == ',');
    CHECK(is_ambiguous("1,234"));
    CHECK(is_ambiguous("12.345"));
    CHECK_FALSE(is_ambiguous("0.123"));
    CHECK_FALSE(is_ambiguous("1234.567"));
}

TEST_CASE("durations with units in the cell") {
    const auto millis = [](std::string_view cell) {
        const auto found = duration(cell);
        return found && found->nanos_per_unit
                   ? std::optional{found->value * *found->nanos_per_unit / 1e6}
                   : std::nullopt;
    };
    CHECK(millis("80 ms") == 80.0);
    CHECK(millis("1.2s") == 1200.0);
    CHECK(millis("350 \xC2\xB5s") == 0.35);
    CHECK(millis("350 \xCE\xBCs") == 0.35);
    CHECK(millis("2 min") == 120'000.0);
    CHECK(millis("80") == std::nullopt);
    CHECK(duration("80")->value == 80);
    CHECK_FALSE(duration("80 m"));
    CHECK_FALSE(duration("fast"));
    CHECK_FALSE(duration(""));
}

TEST_CASE("times: zones, epochs by size, slashed dates only in a known order") {
    const auto at =
        [](std::string_view cell, DayOrder order = DayOrder::unknown, Micros offset = Micros{0}) {
            const auto found = time_of(cell, {.offset = offset, .order = order});
            return found ? to_text(found->at) : std::string{};
        };
    CHECK(at("2026-11-20T08:15:00+01:00") == "2026-11-20T07:15:00Z");
    CHECK(at("2026-11-20 08:15:00") == "2026-11-20T08:15:00Z");
    CHECK(at("2026-11-20 08:15", DayOrder::unknown, std::chrono::hours{2}) ==
          "2026-11-20T06:15:00Z");
    CHECK(at("1795162500") == "2026-11-20T08:15:00Z");
    CHECK(at("1795162500000") == "2026-11-20T08:15:00Z");
    CHECK(at("1795162500000000") == "2026-11-20T08:15:00Z");
    CHECK(at("1795162500000000000") == "2026-11-20T08:15:00Z");
    CHECK(at("1795162500.5") == "2026-11-20T08:15:00.500Z");
    CHECK(at("12345").empty());
    CHECK(at("-1795162500").empty());
    CHECK(at("20/11/2026 08:15:00", DayOrder::day_first) == "2026-11-20T08:15:00Z");
    CHECK(at("11/20/2026, 3:05:00 PM", DayOrder::month_first) == "2026-11-20T15:05:00Z");
    CHECK(at("11/20/2026 12:05 AM", DayOrder::month_first) == "2026-11-20T00:05:00Z");
    CHECK(at("20.11.2026 08:15", DayOrder::day_first) == "2026-11-20T08:15:00Z");
    CHECK(at("05/06/2026").empty());
    CHECK(at("Total").empty());
    CHECK(at("2026-13-01").empty());
    CHECK(day_order("20/11/2026") == DayOrder::day_first);
    CHECK(day_order("11/20/2026") == DayOrder::month_first);
    CHECK(day_order("05/06/2026") == DayOrder::unknown);
    CHECK(zone_offset("+05:30") == Micros{19'800'000'000});
    CHECK(zone_offset("-0800") == -std::chrono::hours{8});
    CHECK_FALSE(zone_offset("CET"));
}

TEST_CASE("what a header says") {
    struct Case {
        const char* header;
        Role role;
        int permille;
        double nanos;  // 0: none
        const char* route;
    };
    const Case c = GENERATE(
        Case{"p50_ms", Role::percentile, 500, 1e6, ""},
        Case{"p99 (ms)", Role::percentile, 990, 1e6, ""},
        Case{"p99ms", Role::percentile, 990, 1e6, ""},
        Case{"P95", Role::percentile, 950, 0, ""},
        Case{"99th percentile [s]", Role::percentile, 990, 1e9, ""},
        Case{"latency_p99_seconds", Role::percentile, 990, 1e9, ""},
        Case{"median (us)", Role::percentile, 500, 1e3, ""},
        Case{"0.95", Role::percentile, 950, 0, ""},
        Case{"p(95)", Role::percentile, 950, 0, ""},
        Case{"99%", Role::percentile, 990, 0, ""},
        Case{"p99.9 ms", Role::percentile, 999, 1e6, ""},
        Case{"p99 /checkout", Role::percentile, 990, 0, "/checkout"},
        Case{"{handler=\"/pay\", quantile=\"0.99\"}", Role::percentile, 990, 0, "handler /pay"},
        Case{"Response time p95, ms", Role::percentile, 950, 1e6, ""},
        Case{"Time", Role::time, 0, 0, ""},
        Case{"@timestamp", Role::time, 0, 0, ""},
        Case{"service", Role::service, 0, 0, ""},
        Case{"endpoint", Role::route, 0, 0, ""},
        Case{"count", Role::count, 0, 0, ""},
        Case{"rps", Role::rate, 0, 0, ""},
        Case{"p50 to p99", Role::ignored, 0, 0, ""},
        Case{"p", Role::ignored, 0, 0, ""},
        Case{"", Role::ignored, 0, 0, ""},
        Case{"errors", Role::ignored, 0, 0, ""},
        Case{"p100", Role::ignored, 0, 0, ""});
    CAPTURE(c.header);
    const LatencyColumn column = latency_column(c.header);
    CHECK(column.role == c.role);
    CHECK(column.permille == c.permille);
    CHECK(column.nanos_per_unit.value_or(0) == c.nanos);
    CHECK(column.route == c.route);
}
