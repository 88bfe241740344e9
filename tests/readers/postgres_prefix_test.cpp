// What a prefix that nobody gave is taken for: a number is a process only when it behaves as one.
#include "catch.hpp"
#include "log_help.hpp"
#include "readers/postgres/infer_prefix.hpp"

#include <string>
#include <vector>

using namespace plimsoll;

namespace plimsoll::readers {
extern const Reader postgres_log;
}

namespace {

using readers::postgres::infer_prefix;

std::string lines_of(const std::vector<std::string>& numbers, const std::string& behind_time) {
    std::string out;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        std::string prefix = behind_time;
        prefix.replace(prefix.find('N'), 1, numbers[i]);
        out += "1795305600." + std::to_string(100 + i) + prefix +
               "LOG:  duration: 0.500 ms  statement: SELECT " + std::to_string(i) + " FROM t\n";
    }
    return out;
}

}  // namespace

TEST_CASE("a number that counts up is no process, whatever is printed around it") {
    struct Form {
        std::vector<std::string> numbers;
        bool process;
    };
    const auto form = GENERATE(
        Form{{"1", "2", "3", "4", "5", "6"}, false},
        Form{{"871", "872", "873", "874", "875", "876"}, false},  // a file that begins in between
        Form{{"1", "2", "1", "3", "2", "4", "3", "1", "2"}, false},  // of three sessions
        Form{{"871", "871", "874", "871", "874", "880"}, true},
        Form{{"871", "872", "871", "871", "872", "873"}, true},  // neighbours
        Form{{"7", "7", "7", "7", "7", "7"}, true});
    const std::string text = lines_of(form.numbers, "#N#");
    INFO(text);
    const readers::postgres::Inferred inferred = infer_prefix(text, {});
    REQUIRE_FALSE(inferred.prefixes.empty());
    CHECK(inferred.prefixes.front().has('p') == form.process);
    CHECK(inferred.share == 1);
}

TEST_CASE("a log whose lines name no session says so, and joins none of them") {
    std::vector<std::string> numbers;
    for (int i = 1; i < 40; ++i) {
        numbers.push_back(std::to_string(i));
    }
    const ReadLog log = read_text(readers::postgres_log, lines_of(numbers, "#N#"));
    CHECK(log.workload().statement_messages == Tally{39, 39 * 500});
    CHECK(log.workload().runs.empty());
    CHECK(log.input.note.find("does not say which session") != std::string::npos);
    // The same calls of one process are a run.
    const ReadLog known =
        read_text(readers::postgres_log, lines_of(std::vector<std::string>(39, "871"), "#N#"));
    CHECK(known.workload().runs.size() == 1);
}
