#include "readers/live/redaction.hpp"

#include "evidence/array_literal.hpp"
#include "input/keyed_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::readers::live {
namespace {

using Real = long double;  // holds every bigint, and every microsecond of a timestamp

constexpr Real share_of_gap = 0.25;
constexpr Real second = 1e6;
constexpr Real day = 86'400 * second;

enum class Form : std::uint8_t { number, whole, instant, zoned_instant, date };

[[nodiscard]] std::optional<Real> number_in(std::string_view text) {
    Real value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value)
               ? std::optional{value}
               : std::nullopt;
}

// Digits from `at` on; nothing when there is anything else.
[[nodiscard]] std::optional<int> digits_in(std::string_view text, std::size_t at, std::size_t n) {
    int value = 0;
    if (text.size() < at + n) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + n, value);
    return error == std::errc{} && end == text.data() + at + n ? std::optional{value}
                                                               : std::nullopt;
}

// Microseconds since 1970 of "2026-11-01", "2026-11-01 10:00:00.25" or with "+00", as the session's
// DateStyle and time zone make the server print them; nothing of infinity and of years BC.
[[nodiscard]] std::optional<Real> instant_in(std::string_view text) {
    const std::size_t first = text.find('-', 1);
    if (first == std::string_view::npos || text.ends_with("BC")) {
        return std::nullopt;
    }
    const std::optional<int> year = digits_in(text, 0, first);
    const std::optional<int> month = digits_in(text, first + 1, 2);
    const std::optional<int> of_month = digits_in(text, first + 4, 2);
    if (!year || !month || !of_month || text.substr(first + 3, 1) != "-") {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*of_month)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    Real out = static_cast<Real>(std::chrono::sys_days{date}.time_since_epoch().count()) * day;
    const std::string_view clock = text.substr(std::min(text.size(), first + 7));
    if (clock.empty()) {
        return out;
    }
    const std::optional<int> hours = digits_in(clock, 0, 2);
    const std::optional<int> minutes = digits_in(clock, 3, 2);
    const std::string_view rest = clock.substr(0, clock.find('+'));
    const std::optional<Real> seconds =
        rest.size() > 6 ? number_in(rest.substr(6)) : std::optional<Real>{};
    if (!hours || !minutes || !seconds) {
        return std::nullopt;
    }
    return out + (static_cast<Real>(*hours) * 3600 + static_cast<Real>(*minutes) * 60) * second +
           *seconds * second;
}

[[nodiscard]] std::optional<Real> place_of(std::string_view text, Form form) {
    return form == Form::number || form == Form::whole ? number_in(text) : instant_in(text);
}

[[nodiscard]] std::string date_text(Real micros) {
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(std::floor(micros / day))}}};
    return fmt::format("{:04}-{:02}-{:02}",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

// The largest decimal step within a limit; of instants: of a day, an hour, a minute, a second.
[[nodiscard]] Real step_within(Real limit, Form form) {
    if (form == Form::number || form == Form::whole) {
        return std::pow(Real{10}, std::floor(std::log10(limit)));
    }
    constexpr std::array<Real, 8> steps{
        100 * day, 10 * day, day, 3600 * second, 600 * second, 60 * second, 10 * second, second};
    const auto found = std::ranges::find_if(steps, [&](Real step) { return step <= limit; });
    return found != steps.end()
               ? *found
               : std::pow(Real{10}, std::floor(std::log10(std::max<Real>(limit, 1))));
}

[[nodiscard]] std::string rounded(const std::string& text, Real value, Real gap, Form form) {
    const Real step = step_within(gap * share_of_gap, form);
    if ((form == Form::whole && step <= 1) || (form == Form::date && step < day)) {
        return text;
    }
    const Real down = std::floor(value / step + Real{1e-9}) * step;
    if (std::abs(down - value) < step * Real{1e-6}) {
        return text;
    }
    if (form == Form::number || form == Form::whole) {
        const int decimals =
            std::max(0, static_cast<int>(-std::floor(std::log10(step) + Real{0.5})));
        return fmt::format("{:.{}f}", down, decimals);
    }
    if (form == Form::date) {
        return date_text(down);
    }
    const Real clock = down - std::floor(down / day) * day;
    const auto seconds = static_cast<std::int64_t>(clock / second);
    std::string out = fmt::format(
        "{} {:02}:{:02}:{:02}", date_text(down), seconds / 3600, seconds / 60 % 60, seconds % 60);
    const auto fraction = static_cast<std::int64_t>(clock - static_cast<Real>(seconds) * second);
    out += fraction != 0 ? fmt::format(".{:06}", fraction) : "";
    return out + (form == Form::zoned_instant ? "+00" : "");
}

// All places in a column's statistics, sorted, each once.
[[nodiscard]] std::vector<Real> places(const std::vector<std::string>& common,
                                       const std::vector<std::string>& bounds,
                                       Form form) {
    std::vector<Real> out;
    for (const std::vector<std::string>* list : {&common, &bounds}) {
        for (const std::string& text : *list) {
            if (const std::optional<Real> place = place_of(text, form)) {
                out.push_back(*place);
            }
        }
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

[[nodiscard]] Real gap_at(const std::vector<Real>& all, Real place) {
    const auto here = std::ranges::lower_bound(all, place);
    Real gap = std::numeric_limits<Real>::infinity();
    if (here != all.begin()) {
        gap = place - *std::prev(here);
    }
    if (std::next(here) != all.end()) {
        gap = std::min(gap, *std::next(here) - place);
    }
    return std::isfinite(gap) ? gap : std::max(std::abs(place), Real{1});
}

[[nodiscard]] std::optional<Form> form_of(const std::string& type, char category) {
    if (category == 'N' && type != "money") {
        const bool whole = type == "integer" || type == "bigint" || type == "smallint";
        return whole ? Form::whole : Form::number;
    }
    if (type.starts_with("timestamp")) {
        return type.find("with time zone") != std::string::npos ? Form::zoned_instant
                                                                : Form::instant;
    }
    return type == "date" ? std::optional{Form::date} : std::nullopt;
}

// Not a number, or beyond all: values that every type of the kind has.
[[nodiscard]] bool without_place(std::string_view text) {
    return text == "NaN" || text.ends_with("nfinity");
}

// False, and nothing done, when there is a value that is none of the form.
[[nodiscard]] bool round_all(DbColumn& column, Form form, std::string_view key) {
    std::vector<std::string> common = elements_of(column.common);
    std::vector<std::string> bounds = elements_of(column.histogram);
    const auto strange = [&](const std::string& text) {
        return !place_of(text, form) && !without_place(text);
    };
    if (std::ranges::any_of(common, strange) || std::ranges::any_of(bounds, strange)) {
        return false;
    }
    const std::vector<Real> all = places(common, bounds, form);
    const auto shortened = [&](const std::string& text) {
        const std::optional<Real> place = place_of(text, form);
        return place ? rounded(text, *place, gap_at(all, *place), form) : text;
    };
    for (std::string& text : common) {
        text = shortened(text) + stand_in(key, text);
    }
    for (std::string& text : bounds) {
        text = shortened(text);
    }
    column.common = common.empty() ? "" : literal_of(common);
    column.histogram = bounds.empty() ? "" : literal_of(bounds);
    return true;
}

}  // namespace

std::string stand_in(std::string_view key, std::string_view value) {
    return key.empty() ? std::string{} : "#" + input::keyed_hash(key, value, 8);
}

std::string key_mark(std::string_view key) {
    // A value may be empty, but none is as long as this and of this form.
    return input::keyed_hash(key, "plimsoll: the mark of the key of stand-ins for values", 8);
}

void redact(DbColumn& column, char category, std::string_view key) {
    if (category == 'B') {
        return;
    }
    const std::optional<Form> form = form_of(column.type, category);
    if (form && round_all(column, *form, key)) {
        return;
    }
    column.redacted = !column.common.empty() || !column.histogram.empty();
    std::vector<std::string> common = elements_of(column.common);
    for (std::string& text : common) {
        text = stand_in(key, text);
    }
    column.common = common.empty() || key.empty() ? "" : literal_of(common);
    column.histogram.clear();
}

}  // namespace plimsoll::readers::live
