#include "readers/postgres/infer_prefix.hpp"

#include "readers/postgres/shape.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace plimsoll::readers::postgres {
namespace {

constexpr std::size_t most_lines = 300;

// Set by PostgreSQL, Debian, RDS and Aurora, Azure, Heroku, Cloud SQL, and the guides of log
// analysers.
constexpr std::array<std::string_view, 31> known_prefixes{
    "%m [%p] ",
    "%m [%p] %q%u@%d ",
    "%m [%p] %q%u@%d/%a ",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] user=%u,db=%d ",
    "%m [%p]: [%l-1] %quser=%u,db=%d,app=%a,client=%h ",
    "%t:%r:%u@%d:[%p]:",
    "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "%t-%c-",
    "%t [%p] %q%u@%d ",
    "%t [%p]: ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d ",
    "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%t [%p-%l] %q%u@%d ",
    "%t [%p]: [%l] %q%u@%d ",
    "%m [%p] [%v] : [%l-1] %q[app=%a] ",
    "%m %r %u %a [%c] [%p] ",
    "%m [%p][%v] : [%l-1] %q[app=%a] ",
    "%m [%p:%l] %q%u@%d %a %h ",
    " sql_error_code = %e pid = \"%p\" user = \"%u\" db = \"%d\" app = \"%a\" ",
    " sql_error_code = %e ",
    "[%p]: [%l-1] db=%d,user=%u ",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    "%t [%p]  sql_error_code = %e ",
    "%n [%p] %q%u@%d ",
    "%m ",
    "%t ",
};

[[nodiscard]] std::size_t explained(const Prefix& prefix,
                                    const std::vector<std::string_view>& lines,
                                    Clock& clock) {
    return static_cast<std::size_t>(std::ranges::count_if(lines, [&](std::string_view line) {
        Record record;
        return prefix.match(line, record, clock);
    }));
}

// The prefix that explains the most of the lines; nothing when none explains any.
[[nodiscard]] std::optional<Prefix> best_of(const std::set<std::string>& candidates,
                                            const std::vector<std::string_view>& lines,
                                            Clock& clock) {
    std::optional<Prefix> best;
    std::pair<std::size_t, std::size_t> best_worth{0, 0};
    for (const std::string& text : candidates) {
        Prefix prefix{text};
        const std::pair worth{explained(prefix, lines, clock), prefix.fields()};
        if (worth.first > 0 && worth > best_worth) {
            best_worth = worth;
            best = std::move(prefix);
        }
    }
    return best;
}

}  // namespace

std::size_t find_severity(std::string_view line) noexcept {
    for (std::size_t colon = line.find(": "); colon != std::string_view::npos;
         colon = line.find(": ", colon + 1)) {
        std::size_t begin = colon;
        while (begin > 0 && ((line[begin - 1] >= 'A' && line[begin - 1] <= 'Z') ||
                             (line[begin - 1] >= '1' && line[begin - 1] <= '5'))) {
            --begin;
        }
        if (severity_of(line.substr(begin, colon - begin)) != Severity::none) {
            return begin;
        }
    }
    return std::string_view::npos;
}

std::vector<std::string_view> entry_lines(std::string_view head, bool whole) {
    std::vector<std::string_view> lines;
    while (!head.empty() && lines.size() < most_lines) {
        const std::size_t feed = head.find('\n');
        if (feed == std::string_view::npos && !whole) {
            break;
        }
        std::string_view line = head.substr(0, feed);
        head.remove_prefix(std::min(head.size(), line.size() + 1));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (!line.empty() && line[0] != '\t') {
            lines.push_back(line);
        }
    }
    return lines;
}

// A number that counts up, line by line or from one on, is the %l of a session and no process: two
// lines of a session would never meet. Which session they are of is not known then.
[[nodiscard]] Prefix without_counter(Prefix guessed,
                                     const std::vector<std::string_view>& lines,
                                     Clock& clock) {
    const std::size_t place = guessed.text().find("%p");
    if (place == std::string::npos || guessed.has('c')) {
        return guessed;
    }
    std::set<std::uint64_t> seen;
    std::uint64_t before = 0;
    bool by_one = true;
    bool from_one = true;
    for (std::string_view line : lines) {
        Record record;
        if (guessed.match(line, record, clock)) {
            by_one = by_one && (seen.empty() || record.process == before + 1);
            from_one = from_one && (record.process == 1 || seen.contains(record.process - 1));
            before = record.process;
            seen.insert(before);
        }
    }
    constexpr std::size_t fewest = 4;
    if (seen.size() < fewest || (!by_one && !from_one)) {
        return guessed;
    }
    std::string text = guessed.text();
    text[place + 1] = 'l';
    return Prefix{std::move(text)};
}

Inferred infer_prefix(std::string_view head, std::string_view zone) {
    Inferred inferred;
    Clock clock{zone};
    std::vector<std::string_view> lines = entry_lines(head, true);
    std::erase_if(
        lines, [](std::string_view line) { return find_severity(line) == std::string_view::npos; });
    // What stands behind the severity is no prefix, and a candidate that does not fit would be
    // tried at each blank of it.
    constexpr std::size_t shown = 40;
    for (std::string_view& line : lines) {
        line = line.substr(0, find_severity(line) + shown);
    }
    const auto all = static_cast<double>(lines.size());
    std::set<std::string> candidates{known_prefixes.begin(), known_prefixes.end()};
    // Guessing shapes costs ten times as much as trying the known prefixes; it is for what they
    // leave.
    std::vector<std::string_view> left = lines;
    if (const std::optional<Prefix> known = best_of(candidates, lines, clock)) {
        std::erase_if(left, [&](std::string_view line) {
            Record record;
            return known->match(line, record, clock);
        });
    }
    // A guess that tells neither when nor who explains every line that holds a severity, and
    // nothing; and a number is a process only where it is written as one.
    std::set<std::string> shapes = shapes_of(left, zone);
    std::erase_if(shapes, [](const std::string& shape) {
        const Prefix prefix{shape};
        return shape.find("[%p]") == std::string::npos &&
               !std::ranges::any_of(std::string_view{"mtnc"},
                                    [&](char escape) { return prefix.has(escape); });
    });
    inferred.tried.assign(known_prefixes.begin(), known_prefixes.end());
    inferred.tried.insert(inferred.tried.end(), shapes.begin(), shapes.end());
    candidates.merge(shapes);
    constexpr std::size_t most_prefixes =
        3;  // the one before a reload, the one after it, and one to spare
    while (!lines.empty() && inferred.prefixes.size() < most_prefixes) {
        std::optional<Prefix> best = best_of(candidates, lines, clock);
        if (!best) {
            break;
        }
        best = without_counter(*std::move(best), lines, clock);
        std::erase_if(lines, [&](std::string_view line) {
            Record record;
            return best->match(line, record, clock);
        });
        inferred.prefixes.push_back(*std::move(best));
    }
    inferred.share = all == 0 ? 0 : 1 - static_cast<double>(lines.size()) / all;
    for (const std::string_view line : lines) {
        if (inferred.unread.size() < 3) {
            inferred.unread.emplace_back(line.substr(0, 160));
        }
    }
    return inferred;
}

}  // namespace plimsoll::readers::postgres
