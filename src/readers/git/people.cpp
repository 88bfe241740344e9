#include "readers/git/people.hpp"

#include "evidence/history.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace plimsoll::readers::git {
namespace {

[[nodiscard]] std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

struct Identity {
    std::string name;
    std::string address;
};

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(' ');
    if (from == std::string_view::npos) {
        return {};
    }
    return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

[[nodiscard]] Identity split(std::string_view identity) {
    const std::size_t open = identity.find('<');
    const std::size_t close = identity.rfind('>');
    Identity out;
    out.name = trimmed(identity.substr(0, open));
    if (open != std::string_view::npos && close != std::string_view::npos && close > open) {
        out.address = trimmed(identity.substr(open + 1, close - open - 1));
    }
    return out;
}

[[nodiscard]] bool is_word(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Is there a word, in lower case, that the list holds?
[[nodiscard]] bool has_word(std::string_view text, const auto& words) {
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && is_word(text[i])) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
        } else {
            if (std::ranges::find(words, word) != words.end()) {
                return true;
            }
            word.clear();
        }
    }
    return false;
}

}  // namespace

bool is_bot(std::string_view identity) {
    static constexpr std::array<std::string_view, 14> names{"[bot]",
                                                            "dependabot",
                                                            "renovate",
                                                            "greenkeeper",
                                                            "github-actions",
                                                            "-bot@",
                                                            "bot@",
                                                            "weblate",
                                                            "transifex",
                                                            "crowdin",
                                                            "semantic-release",
                                                            "translatewiki",
                                                            "snyk-bot",
                                                            "-bot "};
    const std::string text = lower(identity);
    return std::ranges::any_of(
               names,
               [&](std::string_view name) { return text.find(name) != std::string::npos; }) ||
           text.starts_with("bot ") || text.starts_with("bot<") || text.starts_with("bot-");
}

std::uint8_t flags_of_subject(std::string_view subject) {
    static constexpr std::array<std::string_view, 20> fixes{
        "fix",    "fixes",  "fixed",   "fixing",   "bug",        "bugs",        "bugfix",
        "hotfix", "revert", "reverts", "reverted", "regression", "regressions", "broken",
        "broke",  "crash",  "crashes", "repair",   "repairs",    "defect"};
    std::uint8_t flags = has_word(subject.substr(0, 400), fixes) ? Commit::fix : 0;
    if (lower(trimmed(subject).substr(0, 7)) == "revert ") {
        flags |= Commit::revert | Commit::fix;
    }
    return flags;
}

std::string address_of(std::string_view identity) {
    const Identity who = split(identity);
    return lower(who.address.empty() ? who.name : who.address);
}

People::People(std::string_view mailmap) {
    // Git compares names and addresses without case, libgit2 1.5 with it.
    const std::string text = lower(mailmap);
    git_mailmap* map = nullptr;
    if (git_mailmap_from_buffer(&map, text.data(), text.size()) == 0) {
        map_.reset(map);
    }
}

std::string People::resolve(std::string_view identity) const {
    const Identity who = split(lower(identity));
    if (!map_ || who.name.find('\0') != std::string::npos ||
        who.address.find('\0') != std::string::npos) {
        return address_of(identity);
    }
    const char* name = nullptr;
    const char* address = nullptr;
    if (git_mailmap_resolve(&name, &address, map_.get(), who.name.c_str(), who.address.c_str()) <
        0) {
        return address_of(identity);
    }
    return lower(address == nullptr || *address == '\0' ? name : address);
}

}  // namespace plimsoll::readers::git
