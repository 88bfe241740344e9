#include "readers/postgres/prefix.hpp"

#include "readers/postgres/session_key.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace plimsoll::readers::postgres {
namespace {

struct Word {
    std::string_view text;
    Severity severity;
};

constexpr std::array<Word, 19> words{{
    {"LOG", Severity::log},
    {"DETAIL", Severity::detail},
    {"STATEMENT", Severity::statement},
    {"ERROR", Severity::error},
    {"CONTEXT", Severity::context},
    {"HINT", Severity::hint},
    {"FATAL", Severity::fatal},
    {"WARNING", Severity::warning},
    {"NOTICE", Severity::notice},
    {"INFO", Severity::info},
    {"PANIC", Severity::panic},
    {"QUERY", Severity::query},
    {"LOCATION", Severity::location},
    {"BACKTRACE", Severity::backtrace},
    {"DEBUG1", Severity::debug},
    {"DEBUG2", Severity::debug},
    {"DEBUG3", Severity::debug},
    {"DEBUG4", Severity::debug},
    {"DEBUG5", Severity::debug},
}};

[[nodiscard]] std::uint64_t take_number(std::string_view& rest) {
    std::uint64_t value = 0;
    std::size_t used = 0;
    while (used < rest.size() && rest[used] >= '0' && rest[used] <= '9') {
        value = value * 10 + static_cast<std::uint64_t>(rest[used++] - '0');
    }
    rest.remove_prefix(used);
    return value;
}

void skip_blanks(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

// %n: seconds since 1970 with milliseconds.
[[nodiscard]] bool take_epoch(std::string_view& rest, std::int64_t& at_us) {
    const std::size_t size = rest.size();
    const std::uint64_t seconds = take_number(rest);
    if (size - rest.size() < 9 || size - rest.size() > 12) {
        return false;
    }
    at_us = static_cast<std::int64_t>(seconds) * 1'000'000;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        std::int64_t unit = 100'000;
        while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
            at_us += (rest[0] - '0') * unit;
            unit /= 10;
            rest.remove_prefix(1);
        }
    }
    return true;
}

[[nodiscard]] std::string_view trimmed(std::string_view value) {
    while (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    while (value.ends_with(' ')) {
        value.remove_suffix(1);
    }
    return value;
}

void set_text_field(char escape, std::string_view value, Record& record) {
    value = trimmed(value);
    switch (escape) {
        case 'u':
            record.user = value;
            break;
        case 'd':
            record.database = value;
            break;
        case 'a':
            record.application = value;
            break;
        case 'e':
            record.state = value;
            break;
        case 'c':
            record.session = session_key(value);
            record.process = session_key(record.session);
            break;
        default:
            break;
    }
}

// %p and its like; blank for processes that have none, and %Q may be negative.
[[nodiscard]] bool take_number_field(char escape, std::string_view& rest, Record& record) {
    skip_blanks(rest);
    if (escape == 'Q' && rest.starts_with('-')) {
        rest.remove_prefix(1);
    }
    const std::size_t size = rest.size();
    const std::uint64_t value = take_number(rest);
    if (escape != 'p') {
        return true;
    }
    record.process = value;
    record.session = record.session == 0 ? session_key(value) : record.session;
    return rest.size() != size;
}

}  // namespace

Severity severity_of(std::string_view word) noexcept {
    const auto* const found = std::ranges::find(words, word, &Word::text);
    return found == words.end() ? Severity::none : found->severity;
}

Severity take_severity(std::string_view& rest) noexcept {
    // Nine lines of ten are of these two.
    if (rest.size() > 8 && std::memcmp(rest.data(), "LOG:  ", 6) == 0) {
        rest.remove_prefix(6);
        return Severity::log;
    }
    if (rest.size() > 12 && std::memcmp(rest.data(), "DETAIL:  ", 9) == 0) {
        rest.remove_prefix(9);
        return Severity::detail;
    }
    if (rest.empty() || rest[0] < 'C' || rest[0] > 'W') {
        return Severity::none;
    }
    for (const Word& word : words) {
        const std::size_t size = word.text.size();
        if (rest.size() > size + 1 && rest[0] == word.text[0] && rest[size] == ':' &&
            rest[size + 1] == ' ' && rest.starts_with(word.text)) {
            rest.remove_prefix(size + (rest.substr(size + 1).starts_with("  ") ? 3 : 2));
            return word.severity;
        }
    }
    return Severity::none;
}

Prefix::Prefix(std::string text) : text_{std::move(text)} {
    std::string literal;
    const auto flush = [&] {
        if (!literal.empty()) {
            steps_.push_back({.escape = 0, .literal = std::exchange(literal, {})});
        }
    };
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] != '%' || i + 1 == text_.size()) {
            literal += text_[i];
            continue;
        }
        const std::size_t escape = text_.find_first_not_of("-0123456789", i + 1);
        i = escape == std::string::npos ? text_.size() : escape;
        if (i < text_.size() && text_[i] == '%') {
            literal += '%';
        } else if (i < text_.size() &&
                   std::string_view{"audrhLbpPtmnieclsvxQq"}.find(text_[i]) != std::string::npos) {
            flush();
            steps_.push_back({.escape = text_[i], .literal = {}});
            fields_ += text_[i] == 'q' ? 0 : 1;
        }  // an escape that the server does not know prints nothing
    }
    flush();
    while (head_ < steps_.size() &&
           std::string_view{"\0mtnp", 5}.find(steps_[head_].escape) != std::string_view::npos) {
        ++head_;
    }
    for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
        const std::size_t next = steps_[i + 1].escape == 'q' ? i + 2 : i + 1;
        if (steps_[i].escape != 0 && next < steps_.size() && steps_[next].escape == 0) {
            steps_[i].literal = steps_[next].literal;
        }
    }
}

bool Prefix::match(std::string_view& line, Record& record, Clock& clock) const {
    Budget budget;
    return run(0, line, record, clock, budget, line);
}

bool Prefix::match(std::string_view& line, Record& record, Clock& clock, Tails& tails) const {
    std::string_view rest = line;
    for (std::size_t step = 0; step < head_; ++step) {
        if (!take_simple(steps_[step], rest, record, clock)) {
            return false;
        }
    }
    Tails::Tail& tail = tails.at(record.session);
    if (tail.prefix == this && tail.session == record.session && rest.size() > tail.size &&
        scan::same(rest.data(), tail.bytes.data(), tail.size)) {
        std::string_view message = rest.substr(tail.size);
        if (const Severity severity = take_severity(message); severity != Severity::none) {
            record.user = rest.substr(tail.user.at, tail.user.size);
            record.database = rest.substr(tail.database.at, tail.database.size);
            record.application = rest.substr(tail.application.at, tail.application.size);
            record.state = rest.substr(tail.state.at, tail.state.size);
            record.severity = severity;
            line.remove_prefix(line.size() - message.size());
            return true;
        }
    }
    const std::uint64_t session = record.session;
    std::string_view message = line;
    Budget budget;
    if (!run(head_, rest, record, clock, budget, message)) {
        return false;
    }
    line = message;
    if (record.session == session) {
        tail.remember(*this, record, rest, message);
    }
    return true;
}

void Prefix::Tails::Tail::remember(const Prefix& owner,
                                   const Record& record,
                                   std::string_view rest,
                                   std::string_view message) {
    const auto offset = [&](std::string_view part) -> Part {
        if (part.empty()) {
            return {};
        }
        return {.at = static_cast<std::uint8_t>(part.data() - rest.data()),
                .size = static_cast<std::uint8_t>(part.size())};
    };
    // The severity's word, its colon and two blanks stand before the message.
    std::size_t length = static_cast<std::size_t>(message.data() - rest.data());
    std::size_t begin = length < 3 ? 0 : length - 3;
    while (begin > 0 && ((rest[begin - 1] >= 'A' && rest[begin - 1] <= 'Z') ||
                         (rest[begin - 1] >= '1' && rest[begin - 1] <= '5'))) {
        --begin;
    }
    std::string_view check = rest.substr(begin);
    if (begin > bytes.size() || take_severity(check) == Severity::none ||
        check.data() != message.data()) {
        prefix = nullptr;
        return;
    }
    prefix = &owner;
    session = record.session;
    size = static_cast<std::uint8_t>(rest.copy(bytes.data(), begin));
    user = offset(record.user);
    database = offset(record.database);
    application = offset(record.application);
    state = offset(record.state);
}

// A step that says itself where it ends.
bool Prefix::take_simple(const Step& step, std::string_view& rest, Record& record, Clock& clock) {
    switch (step.escape) {
        case 0: {
            const std::size_t size = step.literal.size();
            while (rest.size() < size || !scan::equal(rest.substr(0, size), step.literal)) {
                if (!rest.starts_with(' ')) {
                    return false;
                }
                rest.remove_prefix(1);  // the padding of the field before
            }
            rest.remove_prefix(size);
            return true;
        }
        case 'm':
        case 't':
            record.has_time = clock.take(rest, record.at_us);
            return record.has_time;
        case 'n':
            record.has_time = take_epoch(rest, record.at_us);
            return record.has_time;
        default:
            return take_number_field(step.escape, rest, record);
    }
}

bool Prefix::run(std::size_t step,
                 std::string_view rest,
                 Record& record,
                 Clock& clock,
                 Budget& budget,
                 std::string_view& message) const {
    for (; step < steps_.size(); ++step) {
        const Step& now = steps_[step];
        switch (now.escape) {
            case 'q': {
                std::string_view background = rest;
                if (const Severity severity = take_severity(background);
                    severity != Severity::none) {
                    record.severity = severity;
                    message = background;
                    return true;
                }
                break;
            }
            case 0:
            case 'm':
            case 't':
            case 'n':
            case 'p':
                if (!take_simple(now, rest, record, clock)) {
                    return false;
                }
                break;
            case 'P':
            case 'l':
            case 'x':
            case 'Q':
                if (!take_number_field(now.escape, rest, record)) {
                    return false;
                }
                break;
            default:
                return run_field(step, rest, record, clock, budget, message);
        }
    }
    const Severity severity = take_severity(rest);
    if (severity == Severity::none) {
        return false;
    }
    record.severity = severity;
    message = rest;
    return true;
}

// A field whose end is not known from itself: try each place where what follows it matches.
bool Prefix::run_field(std::size_t step,
                       std::string_view rest,
                       Record& record,
                       Clock& clock,
                       Budget& budget,
                       std::string_view& message) const {
    const Step& now = steps_[step];
    for (std::size_t at = rest.find(now.literal);
         at != std::string_view::npos && --budget.tries >= 0;
         at = rest.find(now.literal, at + 1)) {
        if (run(step + 1, rest.substr(at), record, clock, budget, message)) {
            set_text_field(now.escape, rest.substr(0, at), record);
            return true;
        }
    }
    return false;
}

}  // namespace plimsoll::readers::postgres
