// Logs that were damaged, written by strangers or meant to harm, in every form: what is whole is
// accounted for to the call, what is not is counted as unread, and what comes out is text.
#include "app/read.hpp"
#include "catch.hpp"
#include "log_help.hpp"
#include "support/run_program.hpp"
#include "support/written_log.hpp"

#include <map>
#include <string>
#include <vector>

using namespace plimsoll;
using test::Written;

namespace {

constexpr int entries = 200;

const std::map<Written, std::string> reader_of{{Written::stderr_lines, "postgres-log"},
                                               {Written::csv, "postgres-csvlog"},
                                               {Written::json, "postgres-jsonlog"},
                                               {Written::docker, "postgres-wrapped-log"},
                                               {Written::cloudwatch, "postgres-wrapped-log"},
                                               {Written::mysql, "mysql-slow-log"}};

std::string call(Written form, int number, const std::string& sql) {
    return test::written(
        form,
        {.hundredths = number,
         .process = 20 + number % 5,
         .message = form == Written::mysql ? sql : "duration: 0.250 ms  statement: " + sql});
}

std::string usual_call(Written form, int number) {
    return call(form, number, "SELECT name FROM items WHERE id = " + std::to_string(number));
}

// 200 calls, with something behind the hundredth.
std::string log_with(Written form, const std::string& middle = {}) {
    std::string text;
    for (int i = 0; i < entries; ++i) {
        text += usual_call(form, i);
        text += i == entries / 2 - 1 ? middle : "";
    }
    return text;
}

std::uint64_t calls_in(const Workload& workload, std::string_view statement) {
    std::uint64_t calls = 0;
    for (const auto& [id, found] : workload.statements) {
        calls += found.text.starts_with(statement) ? found.total.calls : 0;
    }
    return calls;
}

constexpr std::string_view usual = "select name from items where id =";

// As an auditor gives it: the reader is found by the content.
app::ReadResult read_as_found(const std::string& text, unsigned threads) {
    const test::TemporaryFolder folder;
    (void)folder.write("unknown", text);
    return app::read({.paths = {folder.path("unknown")}, .options = {.threads = threads}},
                     Settings{});
}

// Whether all of it is UTF-8 without control characters but line feeds, as a terminal may show it.
bool is_clean(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t more = byte < 0x80   ? 0
                                 : byte < 0xC2 ? 9
                                 : byte < 0xE0 ? 1
                                 : byte < 0xF0 ? 2
                                 : byte < 0xF5 ? 3
                                               : 9;
        if (more == 9 || i + more >= text.size() + (more == 0 ? 1 : 0) ||
            (byte < 0x20 && byte != '\n')) {
            return false;
        }
        for (std::size_t k = 1; k <= more; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) {
                return false;
            }
        }
        i += more;
    }
    return true;
}

struct Damage {
    std::string name;
    std::string text;
    std::uint64_t least;  // usual calls that must be found
    std::uint64_t most;
};

std::vector<Damage> damages(Written form) {
    const std::string whole = log_with(form);
    const std::string first = usual_call(form, 0);
    std::string returned;
    for (const char c : whole) {
        returned += c == '\n' ? "\r\n" : std::string{c};
    }
    constexpr std::uint64_t all = entries;
    return {
        {"carriage returns", returned, all, all},
        // Its last statement may be cut where it still reads as a statement.
        {"half an entry at each end",
         whole.substr(first.size() / 2, whole.size() - first.size() / 2 - 12),
         all - 2,
         all - 1},
        {"no last line feed", whole.substr(0, whole.size() - 1), all, all},
        {"bytes that are no UTF-8 between entries",
         log_with(form, "\xFF\xFE\xC3 \x80\n"),
         all - 1,
         all},
        {"zeros between entries, as after a crash",
         log_with(form, std::string(500, '\0') + "\n"),
         all - 1,
         all},
        {"words between entries", log_with(form, "Killed process 4711 (postgres)\n"), all - 1, all},
        {"a byte that is no UTF-8 in a literal",
         log_with(form, call(form, 100, "SELECT 1 FROM t WHERE k = 'a\xFF\xC0'")),
         all,
         all},
        {"script and escapes in an identifier",
         log_with(form, call(form, 100, "SELECT \"</script><b>\x1B[31m\xFF\" FROM t")),
         all,
         all}};
}

}  // namespace

TEST_CASE("damaged logs are found, accounted for to the call, and come out as text") {
    const auto [form, reader] = GENERATE(from_range(reader_of));
    for (const Damage& damage : damages(form)) {
        for (const unsigned threads : {1U, 2U}) {
            INFO(test::name_of(form) << ", " << damage.name << ", threads: " << threads);
            const app::ReadResult got = read_as_found(damage.text, threads);
            REQUIRE(got.errors.empty());
            REQUIRE(got.evidence.inputs.size() == 1);
            const Input& input = got.evidence.inputs.front();
            CHECK(input.reader == reader);
            CHECK(input.bytes == damage.text.size());
            const std::uint64_t calls = calls_in(got.evidence.workload, usual);
            CHECK(calls >= damage.least);
            CHECK(calls <= damage.most);
            std::string said;
            wire::JsonStream out{[&](std::string_view piece) { said += piece; }};
            app::inspect_workload(got.evidence.workload, out);
            out.finish();
            CHECK(is_clean(said));
        }
    }
}

TEST_CASE(
    "a line of a hundred megabytes costs its own entry at most, or is refused with its place") {
    const auto [form, reader] = GENERATE(from_range(reader_of));
    INFO(test::name_of(form));
    const std::string text = log_with(
        form, call(form, 100, "SELECT 1 FROM t WHERE k = '" + std::string(100'000'000, 'x') + "'"));
    const test::TemporaryFolder folder;
    const std::string path = folder.write("log", text);
    if (form == Written::csv || form == Written::json || form == Written::docker) {
        // What stands behind the statement is missing, and most of the file with it.
        try {
            (void)app::read({.paths = {path}}, Settings{});
            FAIL("it was taken for a log that was read");
        } catch (const Error& error) {
            CHECK(error.parts().status == Status::untrusted);
            CHECK(error.parts().where == path + ":101");
            CHECK_FALSE(error.parts().why.empty());
            CHECK_FALSE(error.parts().remedy.empty());
        }
        return;
    }
    const app::ReadResult got = app::read({.paths = {path}}, Settings{});
    REQUIRE(got.errors.empty());
    REQUIRE(got.evidence.inputs.size() == 1);
    const Input& input = got.evidence.inputs.front();
    CHECK(input.reader == reader);
    CHECK(input.bytes == text.size());
    CHECK(calls_in(got.evidence.workload, usual) == entries);
    CHECK(calls_in(got.evidence.workload, "select ") == entries + 1);
    CHECK(input.skipped == 0);
    CHECK(input.note.find("longer than 8 MiB") != std::string::npos);
}
