#include "app/redact.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <type_traits>
#include <unordered_map>

namespace plimsoll::app {
namespace {

constexpr std::string_view left_out = "(text left out)";
constexpr std::size_t telling = 16;  // so much of a free text is enough to recognise it by

[[nodiscard]] bool in_word(char letter) noexcept {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

[[nodiscard]] bool one_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, in_word);
}

[[nodiscard]] std::string key_of(const Evidence& evidence) {
    std::set<std::string> digests;
    for (const Input& input : evidence.inputs) {
        digests.insert(input.sha256.empty() ? input.name : input.sha256);
    }
    std::string key;
    for (const std::string& digest : digests) {
        key += digest;
    }
    return key;
}

class Redactor {
public:
    explicit Redactor(std::string key) : key_{std::move(key)} {}

    // "user-3f2a9c": what stands for a name from now on.
    void hide(std::string_view kind, const std::string& name) {
        if (name.size() < 2) {
            return;
        }
        const std::string word = hashed(kind, name);
        if (one_word(name)) {
            words_.try_emplace(name, word);
        } else {
            phrases_.try_emplace(name, word);
        }
    }
    void replace(const std::string& name, std::string word) {
        phrases_.try_emplace(name, std::move(word));
    }
    void leave_out(const std::string& text) {
        if (text.size() >= 4) {
            texts_.insert(text.substr(0, telling));
        }
    }

    [[nodiscard]] std::string shown(std::string text) const {
        for (const std::string& start : texts_) {
            if (const std::size_t at = text.find(start); at != std::string::npos) {
                text = text.substr(0, at) + std::string{left_out};
            }
        }
        // The longest first: a path before the folder that it begins with.
        for (auto phrase = phrases_.rbegin(); phrase != phrases_.rend(); ++phrase) {
            replace_all(text, phrase->first, phrase->second);
        }
        return addresses(known_words(text));
    }

private:
    struct ByLength {
        bool operator()(const std::string& a, const std::string& b) const noexcept {
            return a.size() != b.size() ? a.size() < b.size() : a < b;
        }
    };

    [[nodiscard]] std::string hashed(std::string_view kind, std::string_view name) const {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned int size = 0;
        HMAC(EVP_sha256(),
             key_.data(),
             static_cast<int>(key_.size()),
             reinterpret_cast<const unsigned char*>(name.data()),
             name.size(),
             digest.data(),
             &size);
        return fmt::format("{}-{:02x}{:02x}{:02x}", kind, digest[0], digest[1], digest[2]);
    }

    static void replace_all(std::string& text, const std::string& name, const std::string& word) {
        std::size_t at = 0;
        while ((at = text.find(name, at)) != std::string::npos) {
            const std::size_t end = at + name.size();
            const bool starts = at == 0 || !in_word(text[at - 1]) || !in_word(name.front());
            const bool ends = end == text.size() || !in_word(text[end]) || !in_word(name.back());
            if (starts && ends) {
                text.replace(at, name.size(), word);
                at += word.size();
            } else {
                ++at;
            }
        }
    }

    [[nodiscard]] std::string known_words(std::string_view text) const {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            std::size_t end = at;
            while (end < text.size() && in_word(text[end])) {
                ++end;
            }
            if (end == at) {
                out += text[at++];
                continue;
            }
            const std::string word{text.substr(at, end - at)};
            const auto known = words_.find(word);
            out += known == words_.end() ? word : known->second;
            at = end;
        }
        return out;
    }

    // Mail and IPv4 addresses that no kind of evidence knows as such.
    [[nodiscard]] std::string addresses(std::string_view text) const {
        const auto belongs = [](char letter) {
            return in_word(letter) || letter == '.' || letter == '-' || letter == '@' ||
                   letter == '+';
        };
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            std::size_t end = at;
            while (end < text.size() && belongs(text[end])) {
                ++end;
            }
            if (end == at) {
                out += text[at++];
                continue;
            }
            const std::string_view word = text.substr(at, end - at);
            const std::size_t sign = word.find('@');
            const bool mail = sign != std::string_view::npos && sign > 0 &&
                              word.find('.', sign) != std::string_view::npos;
            out += mail               ? hashed("person", word)
                   : is_address(word) ? hashed("host", word)
                                      : std::string{word};
            at = end;
        }
        return out;
    }

    // Four groups of up to three digits.
    [[nodiscard]] static bool is_address(std::string_view word) {
        int dots = 0;
        int digits = 0;
        for (const char letter : word) {
            if (letter == '.') {
                ++dots;
                if (digits == 0) {
                    return false;
                }
                digits = 0;
            } else if (letter < '0' || letter > '9' || ++digits > 3) {
                return false;
            }
        }
        return dots == 3 && digits > 0;
    }

    std::string key_;
    std::unordered_map<std::string, std::string> words_;
    std::map<std::string, std::string, ByLength> phrases_;
    std::set<std::string> texts_;
};

void people(const Evidence& evidence, const Settings& settings, Redactor& redactor) {
    for (const std::string& author : evidence.history.authors) {
        redactor.hide("person", author);
        // The part before the @ stands in branch names and texts.
        if (const std::size_t sign = author.find('@'); sign != std::string::npos && sign >= 4) {
            redactor.hide("person", author.substr(0, sign));
        }
    }
    for (const auto& [id, answer] : settings.answers) {
        redactor.hide("person", answer.by);
        redactor.leave_out(answer.note);
    }
    for (const auto& [id, statement] : evidence.workload.statements) {
        for (const std::string& user : statement.users) {
            redactor.hide("user", user);
        }
    }
}

// host.NAME.cpu
void hosts(const Evidence& evidence, Redactor& redactor) {
    for (const auto& [name, gauge] : evidence.gauges.series) {
        if (name.starts_with("host.") && name.rfind('.') > 5) {
            redactor.hide("host", name.substr(5, name.rfind('.') - 5));
        }
    }
}

void inputs(const Evidence& evidence, Redactor& redactor) {
    std::set<std::string> names;
    for (const Input& input : evidence.inputs) {
        names.insert(input.name);
    }
    std::size_t number = 0;
    for (const std::string& name : names) {
        redactor.replace(name, fmt::format("input-{}", ++number));
    }
}

void texts(const Evidence& evidence, Redactor& redactor) {
    for (const Event& event : evidence.events.events) {
        redactor.leave_out(event.what);
    }
    for (const Incident& incident : evidence.incidents.incidents) {
        redactor.leave_out(incident.what);
    }
}

// Every string of a value that lists its fields, and of what it holds.
template <class Value>
void rewrite(Value& value, const Redactor& redactor);

template <class Value>
concept ListsFields = requires {
    Value::fields([](auto&&...) {});
};

template <class Value>
void rewrite(Value& value, const Redactor& redactor) {
    if constexpr (std::is_same_v<Value, std::string>) {
        value = redactor.shown(std::move(value));
    } else if constexpr (ListsFields<Value>) {
        Value::fields([&](std::string_view, auto member) { rewrite(value.*member, redactor); });
    } else if constexpr (requires { value.has_value(); }) {
        if (value) {
            rewrite(*value, redactor);
        }
    } else if constexpr (requires { typename Value::mapped_type; }) {
        for (auto& [key, held] : value) {
            rewrite(held, redactor);
        }
    } else if constexpr (requires { value.emplace_back(); }) {
        for (typename Value::value_type& held : value) {
            rewrite(held, redactor);
        }
    }
}

}  // namespace

Audit redact(const Audit& audit, const Evidence& evidence, const Settings& settings) {
    Redactor redactor{key_of(evidence)};
    people(evidence, settings, redactor);
    hosts(evidence, redactor);
    inputs(evidence, redactor);
    texts(evidence, redactor);
    Audit out = audit;
    rewrite(out, redactor);
    for (Input& input : out.inputs) {
        input.sha256.clear();
    }
    for (Override& changed : out.overrides) {
        changed.origin.erase(0, changed.origin.rfind('/') + 1);
    }
    out.redacted =
        "Names of hosts, users and people are replaced by keyed hashes, names of inputs by "
        "numbers; their digests and the texts that people wrote are left out.";
    return out;
}

}  // namespace plimsoll::app
