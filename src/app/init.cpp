#include "app/init.hpp"

#include "app/output.hpp"
#include "app/questions.hpp"
#include "core/error.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace plimsoll::app {
namespace {

constexpr std::string_view before_answers =
    R"(# What no log can show. plimsoll finds this file beside the inputs, or upward to the git root.
# Keys that it does not know are errors. Take the '#' off what you know.

[system]
name = {name}
# target = "10x"          # the multiple of today's load that is asked for
# timezone = "Europe/Berlin"   # whose days and weeks count; without it those of UTC
# features_total = 9      # what users can do: the share that an incident takes is of these

[host]                    # of the database server
# cores = 8
# memory = "16GB"

[limits]
# max_connections = 200
# pool.NAME = {{size = 20, instances = 4}}        # NAME as the application calls itself
# workers.NAME = {{threads = 200, instances = 4}}

[growth]                  # exponents over load: data = 0.5 says that data grows as the root of it
# data = 1.0
# team = 0.3

[modules]                 # the first match counts; worth more than any folder
# "src/billing/**" = "billing"

[tables]                  # who owns a table, how many rows it has, how it grows: static, denser or longer
# orders = {{module = "billing", rows = 20000, grows = "denser"}}

# An answer counts half after 180 days. A question of your own may stand here too.
# Is there no queue, or no third party behind a quota? background-queue = "no", third-party-quota = "no"
[answers]
)";

constexpr std::string_view after_answers = R"(
[thresholds]              # plimsoll explain thresholds lists them with their reasons
# "blast-radius.wide" = {value = 0.4, reason = "our smallest product line is 40 % of all"}

# [[mask]]                # a stretch of time that must not count; always shown in the report
# from = 2026-08-01
# until = 2026-08-15
# why = "works holiday"
)";

// A TOML basic string.
[[nodiscard]] std::string toml_string(std::string_view text) {
    std::string out{'"'};
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out + '"';
}

[[nodiscard]] std::string answer_lines(const Question& question, const InitAnswers& answers) {
    const auto given = answers.replies.find(std::string{question.id});
    const Answer answer = given == answers.replies.end() ? Answer{} : given->second;
    const std::string note =
        answer.note.empty() ? std::string{} : ", note = " + toml_string(answer.note);
    return fmt::format("# {}\n{} = {{answer = \"{}\", on = {}, by = {}{}}}\n",
                       question.asks,
                       question.id,
                       to_text(answer.reply),
                       answers.on,
                       toml_string(answers.by),
                       note);
}

}  // namespace

std::string configuration_text(const InitAnswers& answers) {
    std::string out =
        fmt::format(fmt::runtime(before_answers), fmt::arg("name", toml_string(answers.system)));
    for (const Question& question : questions) {
        out += answer_lines(question, answers);
    }
    return out + std::string{after_answers};
}

std::vector<BegunFile> begun_files(const InitAnswers& answers) {
    return {{"plimsoll.toml", configuration_text(answers)},
            {"events.csv", "at,until,kind,service,what\n"},
            {"incidents.csv", "started,ended,trigger,features_down,what\n"},
            {"services.csv", "caller,callee,kind,critical,timeout_ms,per_second\n"},
            {"gauges.csv", "at,name,value,limit\n"}};
}

std::vector<std::string> begin_files(const std::string& folder, const InitAnswers& answers) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path configuration = fs::path{folder} / "plimsoll.toml";
    if (fs::exists(configuration, error)) {
        throw Error{{.status = Status::usage,
                     .what = "plimsoll.toml is not written",
                     .where = configuration.string(),
                     .why = "it is there already, and what somebody wrote is not overwritten",
                     .remedy = "edit it, or name another folder: plimsoll init FOLDER"}};
    }
    std::vector<std::string> written;
    for (const BegunFile& file : begun_files(answers)) {
        const fs::path path = fs::path{folder} / file.name;
        if (!fs::exists(path, error)) {
            write_file(path.string(), file.text);
            written.push_back(path.string());
        }
    }
    return written;
}

}  // namespace plimsoll::app
