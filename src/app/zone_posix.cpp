// Zones as POSIX writes TZ, and offsets: "CET-1CEST,M3.5.0,M10.5.0/3", "+01:00".
#include "app/zone_rules.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace plimsoll::app {
namespace {

using std::chrono::seconds;

constexpr int last_year = 2100;

[[nodiscard]] bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// A reader of POSIX rules, letter by letter; false when the text is something else.
class RuleText {
public:
    explicit RuleText(std::string_view text) : rest_{text} {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool take(char c) noexcept {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    // "CEST", or "<-03>".
    [[nodiscard]] bool name() noexcept {
        const bool quoted = take('<');
        std::size_t length = 0;
        while (length < rest_.size() &&
               (quoted ? rest_[length] != '>'
                       : std::isalpha(static_cast<unsigned char>(rest_[length])) != 0)) {
            ++length;
        }
        rest_.remove_prefix(length);
        return length >= 3 && (!quoted || take('>'));
    }
    [[nodiscard]] std::optional<int> number(int most) noexcept {
        int value = 0;
        bool any = false;
        while (!rest_.empty() && is_digit(rest_.front()) && value <= most) {
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
            any = true;
        }
        return any && value <= most ? std::optional{value} : std::nullopt;
    }
    // [+-]hh[:mm[:ss]]; RFC 8536 allows 167 hours either way.
    [[nodiscard]] std::optional<seconds> time() noexcept {
        const bool minus = take('-');
        if (!minus) {
            (void)take('+');
        }
        int total = 0;
        int unit = 3600;
        do {
            const std::optional<int> part = number(unit == 3600 ? 167 : 59);
            if (!part) {
                return std::nullopt;
            }
            total += *part * unit;
            unit /= 60;
        } while (unit > 0 && take(':'));
        return seconds{minus ? -total : total};
    }

private:
    std::string_view rest_;
};

// When in a year a clock is changed.
struct ChangeRule {
    enum class Form : std::uint8_t { weekday_of_month, day_of_year, day_without_leap };
    Form form = Form::weekday_of_month;
    int month = 0;    // 1 to 12
    int week = 0;     // 1 to 4, 5: the last
    int day = 0;      // of the week from Sunday, or of the year
    seconds time{0};  // on the wall, before the change
};

[[nodiscard]] std::optional<ChangeRule> change_rule(RuleText& text) {
    ChangeRule rule{.time = std::chrono::hours{2}};
    if (text.take('M')) {
        const std::optional<int> month = text.number(12);
        const std::optional<int> week = month && text.take('.') ? text.number(5) : std::nullopt;
        const std::optional<int> day = week && text.take('.') ? text.number(6) : std::nullopt;
        if (!day || *month == 0 || *week == 0) {
            return std::nullopt;
        }
        rule.month = *month;
        rule.week = *week;
        rule.day = *day;
    } else {
        rule.form =
            text.take('J') ? ChangeRule::Form::day_without_leap : ChangeRule::Form::day_of_year;
        const std::optional<int> day = text.number(365);
        if (!day || (rule.form == ChangeRule::Form::day_without_leap && *day == 0)) {
            return std::nullopt;
        }
        rule.day = *day;
    }
    if (text.take('/')) {
        const std::optional<seconds> time = text.time();
        if (!time) {
            return std::nullopt;
        }
        rule.time = *time;
    }
    return rule;
}

// The day of a year on which the rule falls, at midnight of the wall.
[[nodiscard]] std::chrono::sys_days day_in(const ChangeRule& rule, int year) {
    using namespace std::chrono;
    const std::chrono::year y{year};
    const sys_days new_year{y / January / 1};
    switch (rule.form) {
        case ChangeRule::Form::day_of_year:
            return new_year + days{rule.day};
        case ChangeRule::Form::day_without_leap:
            return new_year + days{rule.day - 1 + (y.is_leap() && rule.day >= 60 ? 1 : 0)};
        case ChangeRule::Form::weekday_of_month:
            break;
    }
    const month m{static_cast<unsigned>(rule.month)};
    const weekday w{static_cast<unsigned>(rule.day)};
    return rule.week == 5 ? sys_days{y / m / w[last]}
                          : sys_days{y / m / w[static_cast<unsigned>(rule.week)]};
}

}  // namespace

std::optional<Zone> zone_of_offset(std::string_view text) {
    Zone zone{.name = std::string{text}, .offset = seconds{0}, .changes = {}};
    if (text == "UTC" || text == "Z" || text == "GMT") {
        zone.name = "UTC";
        return zone;
    }
    if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) {
        return std::nullopt;
    }
    RuleText offset{text};
    const std::optional<seconds> value = offset.time();
    if (!value || !offset.at_end() || std::chrono::abs(*value) > std::chrono::hours{15}) {
        return std::nullopt;
    }
    zone.offset = *value;
    return zone;
}

// POSIX counts offsets westward: CET-1 is an hour ahead of UTC.
std::optional<Zone> zone_of_rule(std::string_view rule) {
    RuleText text{rule};
    if (!text.name()) {
        return std::nullopt;
    }
    const std::optional<seconds> west = text.time();
    if (!west || std::chrono::abs(*west) > std::chrono::hours{25}) {
        return std::nullopt;
    }
    Zone zone{.name = std::string{rule}, .offset = -*west, .changes = {}};
    if (text.at_end()) {
        return zone;
    }
    if (!text.name()) {
        return std::nullopt;
    }
    seconds summer = zone.offset + std::chrono::hours{1};
    if (!text.take(',')) {
        const std::optional<seconds> summer_west = text.time();
        if (!summer_west || std::chrono::abs(*summer_west) > std::chrono::hours{25} ||
            !text.take(',')) {
            return std::nullopt;
        }
        summer = -*summer_west;
    }
    const std::optional<ChangeRule> begins = change_rule(text);
    const std::optional<ChangeRule> ends =
        begins && text.take(',') ? change_rule(text) : std::nullopt;
    if (!ends || !text.at_end()) {
        return std::nullopt;
    }
    for (int year = 1970; year <= last_year; ++year) {
        zone.changes.push_back({day_in(*begins, year) + begins->time - zone.offset, summer});
        zone.changes.push_back({day_in(*ends, year) + ends->time - summer, zone.offset});
    }
    std::ranges::stable_sort(zone.changes, {}, &ZoneChange::at);
    return zone;
}

}  // namespace plimsoll::app
