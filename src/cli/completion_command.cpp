#include "cli/completion_command.hpp"

#include "core/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace plimsoll::cli {
namespace {

using Apps = std::vector<const CLI::App*>;

[[nodiscard]] Apps commands_of(const CLI::App& app) {
    Apps out;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        out.push_back(sub);
    }
    return out;
}

// Options by their first long name, or the short one; positionals are not among them.
[[nodiscard]] std::vector<std::string> flags_of(const CLI::App& app) {
    std::vector<std::string> out;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            out.push_back("--" + name);
        }
        for (const std::string& name : option->get_snames()) {
            out.push_back("-" + name);
        }
    }
    std::ranges::sort(out);
    return out;
}

[[nodiscard]] std::string names_of(const Apps& apps) {
    std::vector<std::string> names;
    for (const CLI::App* app : apps) {
        names.push_back(app->get_name());
    }
    return fmt::format("{}", fmt::join(names, " "));
}

// A description inside single quotes of a shell, on one line.
[[nodiscard]] std::string quotable(std::string text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'' || c == '[' || c == ']' || c == ':' || c == '\\') {
            out += c == ':' ? " -" : "";
        } else {
            out += c == '\n' ? ' ' : c;
        }
    }
    return out;
}

// The words that an option takes, when it takes only some: "TEXT:{new,budget,all}".
[[nodiscard]] std::string choices_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const std::size_t open = type.find('{');
    const std::size_t close = type.find('}', open);
    if (open == std::string::npos || close == std::string::npos) {
        return {};
    }
    std::string out = type.substr(open + 1, close - open - 1);
    std::ranges::replace(out, ',', ' ');
    return out;
}

// fish and zsh ask for it by the option, bash by the words before the cursor.
[[nodiscard]] std::string bash_choices(const CLI::App& app) {
    std::string out;
    for (const CLI::App* sub : commands_of(app)) {
        for (const CLI::Option* option : sub->get_options()) {
            const std::string choices = choices_of(*option);
            for (const std::string& name : option->get_lnames()) {
                out += choices.empty() ? ""
                                       : fmt::format("        \"{} --{}\") choices=\"{}\" ;;\n",
                                                     sub->get_name(),
                                                     name,
                                                     choices);
            }
        }
    }
    return out;
}

[[nodiscard]] std::string bash(const CLI::App& app) {
    std::string cases;
    for (const CLI::App* sub : commands_of(app)) {
        cases += fmt::format("        {}) words=\"{} {}\" ;;\n",
                             sub->get_name(),
                             fmt::join(flags_of(*sub), " "),
                             names_of(commands_of(*sub)));
    }
    return fmt::format(R"(# bash completion of plimsoll; made by: plimsoll completion bash
_plimsoll() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} words="" choices=""
    COMPREPLY=()
    case "${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD - 1]}}" in
{}    esac
    if [ -n "$choices" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
        return
    fi
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="{} {}"
    else
        case ${{COMP_WORDS[1]}} in
{}        esac
        case $current in
            -*) ;;
            *) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        esac
    fi
    mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o filenames -F _plimsoll plimsoll
)",
                       bash_choices(app),
                       names_of(commands_of(app)),
                       fmt::join(flags_of(app), " "),
                       cases);
}

[[nodiscard]] std::string zsh(const CLI::App& app) {
    std::string commands;
    std::string cases;
    for (const CLI::App* sub : commands_of(app)) {
        commands +=
            fmt::format("        '{}:{}'\n", sub->get_name(), quotable(sub->get_description()));
        cases += fmt::format("        {})\n            _arguments", sub->get_name());
        for (const CLI::Option* option : sub->get_options()) {
            const std::string choices = choices_of(*option);
            const std::string value = option->get_items_expected_max() == 0 ? std::string{}
                                      : choices.empty() ? std::string{":value:_files"}
                                                        : fmt::format(":value:({})", choices);
            for (const std::string& name : option->get_lnames()) {
                cases += fmt::format(" \\\n                '*--{}[{}]{}'",
                                     name,
                                     quotable(option->get_description()),
                                     value);
            }
        }
        cases += " \\\n                '*:file:_files'\n            ;;\n";
    }
    return fmt::format(R"(#compdef plimsoll
# zsh completion of plimsoll; made by: plimsoll completion zsh
_plimsoll() {{
    local -a commands
    commands=(
{}    )
    if (( CURRENT == 2 )); then
        _describe 'command' commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
{}    esac
}}
_plimsoll "$@"
)",
                       commands,
                       cases);
}

[[nodiscard]] std::string fish(const CLI::App& app) {
    std::string out = "# fish completion of plimsoll; made by: plimsoll completion fish\n";
    for (const CLI::App* sub : commands_of(app)) {
        out += fmt::format("complete -c plimsoll -n __fish_use_subcommand -a {} -d '{}'\n",
                           sub->get_name(),
                           quotable(sub->get_description()));
        for (const CLI::Option* option : sub->get_options()) {
            const std::string choices = choices_of(*option);
            const std::string value = option->get_items_expected_max() == 0 ? std::string{}
                                      : choices.empty()                     ? std::string{" -r"}
                                                        : fmt::format(" -x -a '{}'", choices);
            for (const std::string& name : option->get_lnames()) {
                out += fmt::format(
                    "complete -c plimsoll -n '__fish_seen_subcommand_from {}' -l {}{} -d '{}'\n",
                    sub->get_name(),
                    name,
                    value,
                    quotable(option->get_description()));
            }
        }
    }
    return out;
}

// roff obeys '\' anywhere, and '.' and an apostrophe at the beginning of a line.
[[nodiscard]] std::string roff(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool begins = out.empty() || out.back() == '\n';
        if (begins && (c == '.' || c == '\'')) {
            out += "\\&";
        }
        out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string{c};
    }
    return out;
}

void options_page(const CLI::App& app, std::string& out) {
    for (const CLI::Option* option : app.get_options()) {
        const bool value = option->get_items_expected_max() != 0;
        out += fmt::format(
            ".TP\n.B {}\n{}\n",
            roff(option->get_name(option->nonpositional(), true) + (value ? " VALUE" : "")),
            roff(option->get_description()));
    }
}

}  // namespace

std::string completion(const CLI::App& app, const std::string& shell) {
    if (shell == "bash") {
        return bash(app);
    }
    if (shell == "zsh") {
        return zsh(app);
    }
    if (shell == "fish") {
        return fish(app);
    }
    throw Error{{.status = Status::usage,
                 .what = "no completions are known for this shell",
                 .where = shell,
                 .why = "known are: bash, zsh, fish",
                 .remedy = "plimsoll completion bash"}};
}

std::string manual(const CLI::App& app, std::string_view version) {
    std::string out =
        fmt::format(".TH PLIMSOLL 1 \"\" \"{}\" \"User Commands\"\n", roff(std::string{version}));
    out += fmt::format(".SH NAME\nplimsoll \\- {}\n",
                       roff("how much more load a back end takes, and whether to rebuild it"));
    out += ".SH SYNOPSIS\n.B plimsoll\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIPATH\\fR]...\n";
    out += fmt::format(".SH DESCRIPTION\n{}\n.SH COMMANDS\n", roff(app.get_description()));
    for (const CLI::App* sub : commands_of(app)) {
        out += fmt::format(".SS {}\n{}\n", roff(sub->get_name()), roff(sub->get_description()));
        options_page(*sub, out);
    }
    out += ".SH EXAMPLES AND EXIT STATUS\n.nf\n" + roff(app.get_footer()) + "\n.fi\n";
    return out;
}

}  // namespace plimsoll::cli
