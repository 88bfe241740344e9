// The header lines of a slow-query log, in the order that one server writes them and in any other.
#include "catch.hpp"
#include "readers/mysql/cursor.hpp"
#include "readers/mysql/slow_parser.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace plimsoll;
using readers::mysql::Cursor;
using readers::mysql::SlowParser;
using readers::workload::BlockEvents;

namespace {

BlockEvents parsed(const std::string& headers) {
    static std::string text;  // events hold no views, notes of what is unread do
    text = "# User@Host: app[app] @ localhost []  Id:     8\n" + headers +
           "SET timestamp=1795223383;\nSELECT 1;\n";
    BlockEvents out;
    SlowParser parser;
    parser.start();
    parser.parse(text, out);
    return out;
}

}  // namespace

TEST_CASE("a header says the same in the order of MariaDB, of Percona and of MySQL, and folded") {
    const auto server = GENERATE(
        as<std::string>{},
        // MariaDB 10.11
        "# Thread_id: 256  Schema: shop  QC_hit: No\n"
        "# Query_time: 1.000026  Lock_time: 0.000007  Rows_sent: 3  Rows_examined: 45\n"
        "# Rows_affected: 0  Bytes_sent: 352\n"
        "# Tmp_tables: 1  Tmp_disk_tables: 0  Tmp_table_sizes: 253976\n"
        "# Full_scan: Yes  Full_join: No  Tmp_table: Yes  Tmp_table_on_disk: No\n"
        "# Filesort: No  Filesort_on_disk: No  Merge_passes: 0  Priority_queue: No\n"
        "# Pages_accessed: 9  Pages_read: 0  Pages_prefetched: 0  Pages_updated: 0\n"
        "# Pages_read_time: 0.0000  Engine_time: 0.0053\n"
        "# explain: id\tselect_type\ttable\n",
        // Percona Server
        "# Schema: shop  Last_errno: 0  Killed: 0\n"
        "# Query_time: 1.000026  Lock_time: 0.000007  Rows_sent: 3  Rows_examined: 45  "
        "Rows_affected: 0  Thread_id: 256\n",
        // MySQL 8.0 with log_slow_extra: one blank, and more behind
        "# Query_time: 1.000026  Lock_time: 0.000007 Rows_sent: 3  Rows_examined: 45 Thread_id: "
        "256 Schema: shop Errno: 0 Killed: 0 Bytes_received: 0\n",
        // Any other order
        "# Rows_examined: 45  Rows_sent: 3  Lock_time: 0.000007  Query_time: 1.000026\n"
        "# Schema: shop  Thread_id: 256\n");
    INFO(server);
    const BlockEvents out = parsed(server);
    REQUIRE(out.events.size() == 1);
    const readers::workload::Event& event = out.events.front();
    CHECK(event.duration_us == 1'000'026);
    CHECK(event.lock_us == 7);
    CHECK(event.rows == 3);
    CHECK(event.examined == 45);
    CHECK(event.session == 256);
    CHECK(event.at_us == 1'795'223'384'000'026);
    CHECK(out.who.front().user == "app");
    CHECK(out.who.front().database == "shop");
    CHECK(out.unread.records == 0);
}

TEST_CASE("a session without a database has none, and no other key is taken for its name") {
    const std::string times = "# Query_time: 0.5  Lock_time: 0  Rows_sent: 0  Rows_examined: 0\n";
    const auto server = GENERATE(as<std::string>{},
                                 "# Thread_id: 9  Schema:   QC_hit: No\n",
                                 "# Schema:   Last_errno: 0  Thread_id: 9\n",
                                 "# Thread_id: 9  Schema: \n",
                                 "# Thread_id: 9 Schema:  QC_hit: No\n");
    INFO(server);
    const BlockEvents out = parsed(server + times);
    REQUIRE(out.events.size() == 1);
    CHECK(out.who.front().database.empty());
    CHECK(out.events.front().session == 9);
    CHECK(out.events.front().duration_us == 500'000);
}

TEST_CASE("numbers that are broken do no harm") {
    const auto server = GENERATE(
        as<std::string>{},
        "# Query_time: 99999999999999999999  Lock_time: x  Rows_sent: -1  Rows_examined: 1e9\n",
        "# Query_time: 1.2.3  Lock_time:   Rows_sent:   Rows_examined: 99999999999999999999999\n",
        "# Query_time: \n",
        "# Query_time: 0.1  Lock_time: 0.1  Rows_sent: 1  Rows_examined: 1x  Thread_id: 5\n");
    INFO(server);
    const BlockEvents out = parsed(server);
    for (const readers::workload::Event& event : out.events) {
        CHECK(event.duration_us >= 0);
        CHECK(event.duration_us <= 7LL * 86'400 * 1'000'000);
        CHECK(event.lock_us >= 0);
    }
}

TEST_CASE("a time is the same whichever came before it") {
    const auto [time, behind_us] =
        GENERATE(table<std::string, std::int64_t>({{"2026-11-21T01:09:43.000700Z", 700},
                                                   {"2026-11-21T01:09:59.999999Z", 16'999'999},
                                                   {"2026-11-21T01:10:00.000000Z", 17'000'000},
                                                   {"2026-11-21T02:09:43.000000+01:00", 0},
                                                   {"2026-11-21T01:09:43.5Z", 500'000},
                                                   {"2026-11-21T01:09:43.0007000Z", 700},
                                                   {"2026-11-21T01:09:43Z", 0},
                                                   {"2026-11-21T01:09: 3.000700Z", -1},
                                                   {"2026-11-21T01:09:75.000000Z", -1},
                                                   {"2026-13-21T01:09:43.000000Z", -1},
                                                   {"261121  1:09:43", -1}}));
    constexpr std::int64_t base_us = 1'795'223'383LL * 1'000'000;  // 2026-11-21 01:09:43 UTC
    const std::string record =
        "# User@Host: app[app] @ localhost []  Id:     8\n# Query_time: 0.000100  Lock_time: "
        "0.000000 Rows_sent: 0  Rows_examined: 0\nSET timestamp=1795220000;\nSELECT 1;\n";
    for (const std::string before :
         {"", "# Time: 2026-11-21T01:09:12.345678Z\n", "# Time: 2026-11-22T01:09:12.345678Z\n"}) {
        INFO(before << time);
        const std::string text =
            (before.empty() ? "" : before + record) + "# Time: " + time + "\n" + record;
        BlockEvents out;
        SlowParser parser;
        parser.start();
        parser.parse(text, out);
        REQUIRE(out.events.size() == (before.empty() ? 1U : 2U));
        const auto& event = out.events.back();
        // What is no exact time leaves SET timestamp, which a client may have set.
        CHECK(event.by_client == (behind_us < 0));
        CHECK(event.at_us ==
              (behind_us < 0 ? 1'795'220'000LL * 1'000'000 + 100 : base_us + behind_us));
        CHECK(out.lines == (before.empty() ? 5U : 10U));
    }
}

TEST_CASE("a cursor reads numbers of any length, wherever the text ends") {
    const std::string digits = "12345678901234567890";
    for (std::size_t length = 0; length <= digits.size(); ++length) {
        for (const std::string behind : {"", " ", ";\n", ".5 and more", "x", "\x80\xff\xba"}) {
            const std::string text = digits.substr(0, length) + behind;
            Cursor cursor{text};
            const std::uint64_t expected =
                length == 0 ? 0 : std::stoull(digits.substr(0, std::min<std::size_t>(length, 16)));
            INFO(text);
            CHECK(cursor.number() == expected);
            CHECK(cursor.rest() == behind);
        }
    }
}

TEST_CASE("a cursor reads seconds as microseconds") {
    const auto [text, expected] =
        GENERATE(table<std::string, std::int64_t>({{"0.000047  Lock", 47},
                                                   {"0.000047", 47},
                                                   {"12.5 ", 12'500'000},
                                                   {"12.5", 12'500'000},
                                                   {"1", 1'000'000},
                                                   {"1.", 1'000'000},
                                                   {".25      ", 250'000},
                                                   {"3.1234567 ", 3'123'456},
                                                   {"3.12345678", 3'123'456},
                                                   {"604799.999999 ", 604'799'999'999},
                                                   {"604800.000001 ", 604'800'000'000},
                                                   {"99999999999999999999.9 ", 604'800'000'000},
                                                   {"x", 0},
                                                   {"", 0}}));
    INFO(text);
    CHECK(Cursor{text}.micros() == expected);
}

// Eight bytes are read at once where they look like "0.000047"; what only looks so is not.
TEST_CASE("seconds are what their digits say, whatever stands between and behind them") {
    std::mt19937 random{20261122};
    const std::string often = "0123456789";
    const std::string seldom = "./:- x\x80\xff\xb0\xae\x01\n";
    for (int i = 0; i < 200'000; ++i) {
        std::string text;
        for (int at = 0; at < 10; ++at) {
            const bool dot = at == 1 && random() % 8 != 0;
            const std::string& bytes = random() % 12 == 0 ? seldom : often;
            text += dot ? '.' : bytes[random() % bytes.size()];
        }
        std::size_t at = 0;
        std::int64_t expected = 0;
        const auto digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
        for (; digit(); ++at) {
            expected = expected * 10 + (text[at] - '0');
        }
        expected = std::min<std::int64_t>(expected, 604'800) * 1'000'000;
        if (at < text.size() && text[at] == '.') {
            ++at;
            const std::size_t most = at + 8;
            for (std::int64_t unit = 100'000; digit() && at < most; ++at, unit /= 10) {
                expected += (text[at] - '0') * unit;
            }
        }
        Cursor cursor{text};
        const std::int64_t us = cursor.micros();
        if (us != std::min<std::int64_t>(expected, 604'800'000'000) ||
            cursor.rest() != text.substr(at)) {
            INFO(text);
            CHECK(us == std::min<std::int64_t>(expected, 604'800'000'000));
            CHECK(cursor.rest() == text.substr(at));
        }
    }
}

TEST_CASE("a byte is found wherever it lies, and names are compared to the last byte") {
    std::mt19937 random{7};
    for (std::size_t size = 0; size < 200; ++size) {
        std::string text(size, 'a');
        for (int i = 0; i < 3 && size != 0; ++i) {
            text[random() % size] = '\n';
        }
        for (std::size_t from = 0; from <= size; ++from) {
            const char* const found =
                readers::scan::first_far(text.data() + from, text.data() + size, '\n');
            const std::size_t expected = std::min(size, text.find('\n', from));
            REQUIRE(static_cast<std::size_t>(found - text.data()) == expected);
        }
    }
    for (std::size_t size = 0; size < 40; ++size) {
        const std::string name(size, 'n');
        CHECK(readers::scan::equal(name, name));
        CHECK_FALSE(readers::scan::equal(name, name + "n"));
        for (std::size_t at = 0; at < size; ++at) {
            std::string other = name;
            other[at] = 'm';
            CHECK_FALSE(readers::scan::equal(name, other));
        }
    }
}

// The way that is quick must say what the way that takes any line says: a header in which each line
// is broken a little is read by the second from there on.
TEST_CASE("The next line feed is found from any place, also from one before the last") {
    std::mt19937 random{11};
    for (int round = 0; round < 50; ++round) {
        std::string text(random() % 400, 'x');
        for (char& c : text) {
            c = random() % 40 == 0 ? '\n' : c;
        }
        readers::scan::Forward feeds{text, '\n'};
        for (int i = 0; i < 40; ++i) {
            const std::size_t from = random() % (text.size() + 1);
            const auto found =
                static_cast<std::size_t>(feeds.find(text.data() + from) - text.data());
            CHECK(found == std::min(text.find('\n', from), text.size()));
        }
    }
}

TEST_CASE("a usual header and one with a line that is not usual say the same") {
    const std::vector<std::string> lines{
        "# User@Host: app[app] @ localhost []",
        "# Thread_id: 256  Schema: shop  QC_hit: No",
        "# Query_time: 1.000026  Lock_time: 0.000007  Rows_sent: 3  Rows_examined: 45",
        "# Rows_affected: 0  Bytes_sent: 352",
        "SET timestamp=1795223383;",
        "SELECT 1;"};
    for (std::size_t odd = 0; odd <= lines.size(); ++odd) {
        std::string text = "# Time: 261121  1:06:25\n";
        for (std::size_t i = 0; i < lines.size(); ++i) {
            text += lines[i] + (i == odd ? "\r\n" : "\n");
        }
        BlockEvents out;
        SlowParser parser;
        parser.start();
        parser.parse(text, out);
        INFO(text);
        REQUIRE(out.events.size() == 1);
        const readers::workload::Event& event = out.events.front();
        CHECK(event.duration_us == 1'000'026);
        CHECK(event.lock_us == 7);
        CHECK(event.rows == 3);
        CHECK(event.examined == 45);
        CHECK(event.session == 256);
        CHECK(event.at_us == 1'795'223'384'000'026);
        CHECK(event.line == 7);
        CHECK(out.who.front().user == "app");
        CHECK(out.who.front().database == "shop");
        CHECK(out.lines == 7);
        CHECK(out.unread.records == 0);
    }
}

// Lines that come again are compared, not read: what a record says must not depend on those before.
TEST_CASE("a record says the same behind others as alone") {
    std::mt19937 random{20261122};
    const auto any = [&](const std::vector<std::string>& of) { return of[random() % of.size()]; };
    std::string text;
    BlockEvents alone;
    for (int i = 0; i < 3'000; ++i) {
        const std::string record =
            "# User@Host: " +
            any({"app[app] @ localhost []",
                 "api[api] @ localhost []",
                 "app[app] @ h [10.0.0.1]",
                 "[] @ localhost []",
                 "a]b[x] @ h []",
                 "app[app] @ localhost []  Id:     8",
                 "app[app] @ localhost []  Id: 9",
                 "app[app] @ localhost [] x: [1]",
                 "billing[billing] @ " + std::string(70, 'h') + " []"}) +
            "\n" +
            any({"# Thread_id: 7  Schema: shop  QC_hit: No\n",
                 "# Thread_id: 12  Schema: shop  QC_hit: No\n",
                 "# Thread_id: 12  Schema:   QC_hit: No\n",
                 "# Thread_id: 5 Schema: s QC_hit: No\n",
                 "# Thread_id: 3  Schema: sales  QC_hit: Yes\n",
                 "",
                 "# Schema: other  Last_errno: 0  Killed: 0\n",
                 "# Thread_id: 3  Schema: shop  QC_hit: No\n# Schema: late  Killed: 0\n"}) +
            any({"# Query_time: 0.000140  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0\n",
                 "# Query_time: 9.999999  Lock_time: 1.5  Rows_sent: 10  Rows_examined: 12345678\n",
                 "# Query_time: 12.000001  Lock_time: 0.0000001 Rows_sent: 1 Rows_examined: 1\n"}) +
            any({"SET timestamp=1795223383;\n",
                 "SET timestamp=1795223384;\n",
                 "SET timestamp=99;\n",
                 "use shop;\nSET timestamp=1795223383;\n"}) +
            "SELECT " + std::to_string(i) + ";\n";
        BlockEvents one;
        SlowParser fresh;
        fresh.start();
        fresh.parse(record, one);
        REQUIRE(one.events.size() == 1);
        one.events.front().who = static_cast<std::uint32_t>(alone.who.size());
        alone.who.push_back(one.who.front());
        alone.events.push_back(one.events.front());
        text += record;
    }
    BlockEvents all;
    SlowParser parser;
    parser.start();
    parser.parse(text, all);
    REQUIRE(all.events.size() == alone.events.size());
    for (std::size_t i = 0; i < all.events.size(); ++i) {
        const readers::workload::Event& got = all.events[i];
        const readers::workload::Event& expected = alone.events[i];
        INFO("record " << i);
        CHECK(all.who[got.who] == alone.who[expected.who]);
        CHECK(got.at_us == expected.at_us);
        CHECK(got.duration_us == expected.duration_us);
        CHECK(got.lock_us == expected.lock_us);
        CHECK(got.session == expected.session);
        CHECK(got.rows == expected.rows);
        CHECK(got.examined == expected.examined);
        CHECK(got.statement == expected.statement);
        CHECK(got.values == expected.values);
    }
}
