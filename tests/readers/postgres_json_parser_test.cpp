// A parser of jsonlog knows the keys that it has met; what it reads must not depend on which.
#include "catch.hpp"
#include "readers/postgres/json_parser.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

using namespace plimsoll;
using readers::postgres::JsonParser;
using readers::workload::BlockEvents;

namespace {

BlockEvents parsed(JsonParser& parser, const std::string& line) {
    BlockEvents out;
    parser.start();
    parser.parse(line, out);
    return out;
}

// All that the events of a line say, but for classes that were named before.
auto essence(const BlockEvents& block) {
    std::vector<std::tuple<std::int64_t, std::int64_t, std::uint64_t, std::uint64_t, std::uint64_t>>
        out;
    for (const readers::workload::Event& event : block.events) {
        out.emplace_back(event.at_us,
                         event.duration_us,
                         event.session,
                         event.statement,
                         event.values + static_cast<std::uint64_t>(event.kind));
    }
    std::vector<std::string> names;
    for (const readers::workload::Who& who : block.who) {
        names.push_back(who.user + "/" + who.database + "/" + who.application);
    }
    return std::tuple{out, names, block.unread.records};
}

const std::vector<std::string> fields{
    R"("timestamp":"2026-11-21 01:06:55.435 UTC")",
    R"("timestamp" : "2026-11-21 01:06:56.435 UTC")",
    R"("user":"app")",
    R"("user": "a\"b")",
    R"("dbname":"shop")",
    R"("pid":6682)",
    R"("pid": 6683)",
    R"("pid":"6684")",
    R"("session_id":"6b00eeaf.1a1a")",
    R"("line_num":150)",
    R"("error_severity":"LOG")",
    R"("error_severity":"ERROR")",
    R"("message":"duration: 0.020 ms  statement: SELECT a FROM t WHERE k = 'x'")",
    R"("message":"duration: 1.5 ms  execute <unnamed>: SELECT \"b\" FROM t")",
    R"("detail":"parameters: $1 = '5'")",
    R"("application_name":"billing-worker")",
    R"("a key that is longer than what is kept of one":"LOG")",
    R"("txid":-1)",
    R"("nothing":null)",
    R"("list":[1,2])",
    R"("":"")"};

// Most lines hold what an entry needs, in one of few orders; the rest is anything.
std::string any_line(std::mt19937& random) {
    std::vector<std::string> chosen{fields[0], fields[10], fields[12], fields[5]};
    const std::size_t more = random() % 8;
    for (std::size_t i = 0; i < more; ++i) {
        chosen.insert(chosen.begin() + static_cast<std::ptrdiff_t>(random() % chosen.size()),
                      fields[random() % fields.size()]);
    }
    if (random() % 4 == 0) {
        std::ranges::shuffle(chosen, random);
    }
    std::string out = random() % 16 == 0 ? " {" : "{";
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        out += i == 0 ? "" : random() % 16 == 0 ? " , " : ",";
        out += chosen[i];
    }
    out += random() % 16 == 0 ? "" : "}";
    if (random() % 32 == 0) {
        out.resize(random() % out.size());
    }
    return out + "\n";
}

}  // namespace

TEST_CASE("a line says the same to a parser that knows its keys and to one that does not") {
    std::mt19937 random{20261122};
    std::size_t understood = 0;
    std::size_t wrong = 0;
    for (int parsers = 0; parsers < 200; ++parsers) {
        JsonParser knowing{"", false};
        for (int i = 0; i < 60; ++i) {
            const std::string line = any_line(random);
            JsonParser fresh{"", false};
            const BlockEvents expected = parsed(fresh, line);
            understood += expected.events.size();
            if (essence(parsed(knowing, line)) != essence(expected) && wrong++ == 0) {
                CHECK(line == "read in two ways");
            }
        }
    }
    CHECK(wrong == 0);
    CHECK(understood > 4'000);
}

TEST_CASE("a key of jsonlog is understood wherever it stands, with and without blanks") {
    const std::string plain = "{" + fields[0] + "," + fields[5] + "," + fields[2] + "," +
                              fields[10] + "," + fields[12] + "," + fields[15] + "}\n";
    const std::string other = "{ " + fields[15] + " , " + fields[12] + ", " + fields[10] + " ," +
                              fields[2] + "," + fields[5] + " , " + fields[0] + " }\n";
    JsonParser parser{"", false};
    const BlockEvents first = parsed(parser, plain);
    REQUIRE(first.events.size() == 1);
    CHECK(first.events[0].duration_us == 20);
    CHECK(first.events[0].session == 6682);
    CHECK(first.who.at(0).application == "billing-worker");
    CHECK(essence(parsed(parser, other)) == essence(first));
    CHECK(essence(parsed(parser, plain)) == essence(first));
}
