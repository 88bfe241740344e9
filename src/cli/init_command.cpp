#include "cli/init_command.hpp"

#include "app/init.hpp"
#include "app/questions.hpp"
#include "cli/commands.hpp"
#include "cli/reading.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace plimsoll::cli {
namespace {

[[nodiscard]] std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

[[nodiscard]] Reply reply_of(const std::string& word) {
    const std::string plain = lower(word);
    return plain == "y" || plain == "yes"  ? Reply::yes
           : plain == "n" || plain == "no" ? Reply::no
                                           : Reply::unknown;
}

[[nodiscard]] std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r,:");
    const std::size_t last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string{} : text.substr(first, last - first + 1);
}

}  // namespace

std::map<std::string, Answer> ask_questions(std::istream& in,
                                            const std::function<void(const std::string&)>& show) {
    std::map<std::string, Answer> out;
    for (const app::Question& question : app::questions) {
        show(fmt::format(
            "{} ({})\n  yes, no, or nothing; a note may follow: ", question.asks, question.id));
        std::string line;
        if (!std::getline(in, line)) {
            break;
        }
        const std::string given = trimmed(line);
        const std::size_t end = std::min(given.find_first_of(" \t,:"), given.size());
        Answer answer{.reply = reply_of(given.substr(0, end))};
        // Words that are no reply are still worth keeping.
        answer.note = answer.reply == Reply::unknown ? given : trimmed(given.substr(end));
        out[std::string{question.id}] = answer;
    }
    return out;
}

Status run_init(const InitFlags& flags) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::weakly_canonical(flags.folder, error);
    app::InitAnswers answers{
        .system = folder.filename().string(), .by = flags.by, .on = to_date(now())};
    if (answers.by.empty()) {
        const char* user = std::getenv("USER");
        answers.by = user == nullptr ? "" : user;
    }
    if (std::filesystem::exists(folder / "plimsoll.toml", error)) {
        (void)app::begin_files(folder.string(), answers);  // refuses, before anybody was asked
    }
    if (!flags.no_questions) {
        answers.replies = ask_questions(
            std::cin, [](const std::string& text) { std::cerr << text << std::flush; });
    }
    for (const std::string& path : app::begin_files(folder.string(), answers)) {
        print("wrote " + path + "\n");
    }
    return Status::done;
}

}  // namespace plimsoll::cli
