// The same log in every wrapping gives the numbers that it gives without one.
#include "catch.hpp"
#include "core/error.hpp"
#include "log_help.hpp"
#include "readers/postgres/unwrap.hpp"
#include "support/text.hpp"

#include <string>
#include <vector>

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader postgres_log;
extern const Reader postgres_wrapped_log;
}  // namespace plimsoll::readers

namespace {

using readers::postgres_log;
using readers::postgres_wrapped_log;
using readers::postgres::Wrapping;
using readers::postgres::wrapping_of;
using test::each_line;
using test::in_json;
using test::replaced;

// Calls and time of all that was read, by class.
std::string essence(const ReadLog& log) {
    std::string out;
    for (const auto& [id, statement] : log.workload().statements) {
        out += statement.text + " " + std::to_string(statement.total.calls) + " " +
               std::to_string(statement.total.time_us) + "\n";
    }
    for (const auto& [state, failures] : log.workload().errors) {
        out += state + " " + std::to_string(failures.times) + "\n";
    }
    return out;
}

struct Entry {
    std::string process;
    std::string text;  // from the severity on; several lines
};

const std::vector<Entry> story{
    {"10", "LOG:  duration: 1.500 ms  statement: SELECT a\n\tFROM t\n\tWHERE k = 'x \"y\"'"},
    {"11", "LOG:  duration: 3.000 ms  execute <unnamed>: UPDATE t SET a = $1"},
    {"11", "DETAIL:  parameters: $1 = '5'"},
    {"10", "ERROR:  canceling statement due to statement timeout"},
    {"10", "STATEMENT:  SELECT pg_sleep(10)"},
    {"10", "LOG:  duration: 0.250 ms  statement: SELECT 1"}};

std::string plain(std::string_view prefix_end) {
    std::string text;
    for (const Entry& entry : story) {
        text += "2026-11-21 01:06:01.500 UTC [" + entry.process + "] " + std::string{prefix_end} +
                entry.text + "\n";
    }
    return text;
}

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

template <class Change>
std::string each_entry(const Change& change) {
    std::string out;
    for (const Entry& entry : story) {
        out += change(entry) + "\n";
    }
    return out;
}

struct Wrapped {
    Wrapping wrapping;
    std::string text;
};

std::vector<Wrapped> all_wrapped() {
    const std::string log = plain("app@shop ");
    std::vector<Wrapped> out;
    out.push_back({Wrapping::docker_json, each_line(log, [](const std::string& line) {
                       return R"({"log":")" + in_json(line) +
                              R"(\n","stream":"stderr","time":"2026-11-21T01:06:01.5Z"})";
                   })});
    out.push_back({Wrapping::compose,
                   each_line(log, [](const std::string& line) { return "db-1  | " + line; })});
    out.push_back({Wrapping::container_runtime, each_line(log, [](const std::string& line) {
                       const std::string head = "2026-11-21T01:06:01.500000001Z stderr ";
                       return line.size() < 60 ? head + "F " + line
                                               : head + "P " + line.substr(0, 50) + "\n" + head +
                                                     "F " + line.substr(50);
                   })});
    out.push_back({Wrapping::cloudwatch, each_line(log, [](const std::string& line) {
                       return "2026-11-21T01:06:01.000Z " + line;
                   })});
    int number = 0;
    out.push_back({Wrapping::syslog, each_entry([&](const Entry& entry) {
                       const std::string head = "Nov 21 01:06:01 host postgres[" + entry.process +
                                                "]: [" + std::to_string(++number) + "-";
                       std::string text = "2026-11-21 01:06:01.500 UTC [" + entry.process +
                                          "] app@shop " + entry.text;
                       text = head + "1] " + text;
                       int chunk = 1;
                       for (std::size_t at = text.find("\n\t"); at != std::string::npos;
                            at = text.find("\n\t", at + 1)) {
                           text.replace(at, 2, "\n" + head + std::to_string(++chunk) + "] #011");
                       }
                       return text;
                   })});
    out.push_back({Wrapping::heroku, each_entry([&](const Entry& entry) {
                       return "2026-11-21T01:06:01+00:00 app[postgres." + entry.process +
                              "]: [GREEN] [15-1]  sql_error_code = 00000 " +
                              replaced(entry.text, "\n\t", "#012");
                   })});
    out.push_back({Wrapping::cloud_sql, each_entry([](const Entry& entry) {
                       return R"({"insertId":"s=1","textPayload":"[)" + entry.process +
                              "]: [1-1] db=shop,user=app " +
                              in_json(replaced(entry.text, "\n\t", "\n")) +
                              R"(","timestamp":"2026-11-21T01:06:01.500123456Z"})";
                   })});
    out.push_back(
        {Wrapping::azure, each_entry([](const Entry& entry) {
             return R"({"time":"2026-11-21T01:06:01Z","category":"PostgreSQLLogs","properties":)"
                    R"({"prefix":"x","message":"2026-11-21 01:06:01 UTC-6900f0a1.)" +
                    (entry.process == "10" ? std::string{"a"} : std::string{"b"}) + "-" +
                    in_json(replaced(entry.text, "\n\t", "\n")) + R"("}})";
         })});
    return out;
}

}  // namespace

TEST_CASE("every wrapping is told from the others, and says what the plain log says") {
    const std::string expected = essence(read_text(postgres_log, repeated(plain("app@shop "), 4)));
    CHECK(expected.find("select a from t where k = $1 4 6000") != std::string::npos);
    CHECK(expected.find("57014 4") != std::string::npos);
    for (const Wrapped& wrapped : all_wrapped()) {
        INFO(readers::postgres::name_of(wrapped.wrapping));
        INFO(wrapped.text);
        const std::string text = repeated(wrapped.text, 4);
        CHECK(wrapping_of(text) == wrapped.wrapping);
        const ReadLog log = read_text(postgres_wrapped_log, text);
        CHECK(essence(log) == expected);
        CHECK(log.input.skipped == 0);
        CHECK(log.workload().span.from);
        CHECK(essence(read_text(postgres_wrapped_log, text, {.threads = 3})) == expected);
    }
}

TEST_CASE("CloudNativePG's records are jsonlog under csvlog's names, with and without blanks") {
    const bool spaced = GENERATE(false, true);
    std::string text = repeated(
        R"({"level":"info","ts":"2026-11-21T01:06:01Z","logger":"postgres","msg":"record","record":)"
        R"({"log_time":"2026-11-21 01:06:01.500 UTC","user_name":"app","database_name":"shop",)"
        R"("process_id":"10","session_id":"6900f0a1.a","error_severity":"LOG","sql_state_code":)"
        R"("00000","message":"duration: 1.500 ms  statement: SELECT \"a\" FROM t, query",)"
        R"("application_name":"web"}})"
        "\n",
        8);
    // As Python's json.dumps and some relays write it again.
    for (std::size_t at = 0; spaced && (at = text.find("\":", at)) != std::string::npos; at += 3) {
        text.insert(at + 2, at % 2 == 0 ? " " : "  ");
    }
    for (std::size_t at = 0; spaced && (at = text.find("\",\"", at)) != std::string::npos;
         at += 3) {
        text.insert(at + 2, " ");
    }
    CHECK(wrapping_of(text) == Wrapping::cloud_native);
    const ReadLog log = read_text(postgres_wrapped_log, text);
    CHECK(log.workload().statement_messages == Tally{8, 12'000});
    REQUIRE(log.workload().statements.size() == 1);
    const StatementClass& statement = log.workload().statements.begin()->second;
    CHECK(statement.applications.contains("web"));
    CHECK(log.input.skipped == 0);
}

TEST_CASE("a syslog without years has no times, and says so") {
    std::string text;
    for (int i = 0; i < 10; ++i) {
        text += "Nov  1 01:06:01 host postgres[10]: [" + std::to_string(i + 1) +
                "-1] user=app,db=shop LOG:  duration: 1.000 ms  statement: SELECT 1\n";
    }
    const ReadLog log = read_text(postgres_wrapped_log, text);
    CHECK(log.workload().statement_messages == Tally{10, 10'000});
    CHECK_FALSE(log.workload().span.from);
    CHECK(log.input.note.find("no time") != std::string::npos);
}

TEST_CASE("what is not wrapped so is counted, and other logs are left alone") {
    const std::string good = repeated(all_wrapped().front().text, 4);
    const ReadLog log = read_text(postgres_wrapped_log, good + "{\"log\":12}\n" + good);
    CHECK(log.input.skipped == 1);
    CHECK(log.input.first_skipped.line > 30);
    CHECK(wrapping_of(plain("app@shop ")) == Wrapping::none);
    CHECK(wrapping_of("{\"log\":\"ERROR: no such user\\n\",\"stream\":\"stderr\"}\n") ==
          Wrapping::none);
    CHECK(wrapping_of("") == Wrapping::none);
    CHECK(wrapping_of(std::string(70'000, '|')) == Wrapping::none);
}

TEST_CASE("wrapped logs that are damaged do no harm") {
    for (const Wrapped& wrapped : all_wrapped()) {
        const std::string text = repeated(wrapped.text, 4);
        for (std::size_t cut = 1; cut < 400; cut += 13) {
            for (const std::string& damaged :
                 {text.substr(cut), text.substr(0, text.size() - cut), replaced(text, "]", "")}) {
                try {
                    const ReadLog log = read_text(postgres_wrapped_log, damaged);
                    CHECK(log.input.skipped_bytes <= log.input.bytes);
                } catch (const Error& error) {
                    CHECK(error.parts().status == Status::untrusted);
                }
            }
        }
    }
}

TEST_CASE("Azure's lines in parts say what its whole lines say, parameters and all") {
    std::string parts;
    std::string whole;
    for (int i = 0; i < 20; ++i) {
        const std::string prefix = "2026-11-21 01:06:01 UTC-6900f0a1.a-";
        const std::string call = "duration: 1.000 ms  execute S: SELECT a FROM t WHERE k = $1";
        const std::string detail = "parameters: $1 = '" + std::to_string(i) + "'";
        const std::string begin = R"({"time":"x","category":"PostgreSQLLogs", "properties": {)";
        parts += begin + R"("prefix":")" + prefix + R"(","message":")" + call + R"(","detail":")" +
                 detail + R"(","errorLevel":"LOG","domain":"postgres-11"}})" + "\n";
        whole += begin + R"("message":")" + prefix + "LOG:  " + call + R"("}})" + "\n" + begin +
                 R"("message":")" + prefix + "DETAIL:  " + detail + R"("}})" + "\n";
    }
    const ReadLog one = read_text(postgres_wrapped_log, parts);
    const ReadLog two = read_text(postgres_wrapped_log, whole);
    CHECK(one.workload().execute_messages == Tally{20, 20'000});
    CHECK(one.workload().hidden_parameters == 0);
    CHECK(two.workload().execute_messages == Tally{20, 20'000});
    CHECK(two.workload().runs.size() == 1);
    CHECK(one.workload().runs.size() == 1);
    CHECK(one.input.skipped == 0);
}
