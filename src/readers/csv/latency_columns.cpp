#include "readers/csv/latency_columns.hpp"

#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::readers::csv {
namespace {

using Words = std::vector<std::string>;

// Words that say neither percentile nor unit nor route.
constexpr std::array<std::string_view, 26> empty_words{
    "latency",        "latencies", "duration", "response",
    "responsetime",   "time",      "request",  "requests",
    "percentile",     "pct",       "perc",     "quantile",
    "value",          "in",        "of",       "th",
    "http",           "server",    "the",      "elapsed",
    "seconds_bucket", "all",       "overall",  "total",
    "last",           "*"};

struct Named {
    std::string_view name;
    Role role;
};
constexpr std::array<Named, 52> named_columns{{
    {"time", Role::time},
    {"timestamp", Role::time},
    {"date", Role::time},
    {"datetime", Role::time},
    {"date_time", Role::time},
    {"at", Role::time},
    {"ts", Role::time},
    {"_time", Role::time},
    {"@timestamp", Role::time},
    {"bucket", Role::time},
    {"start", Role::time},
    {"start_time", Role::time},
    {"start time", Role::time},
    {"interval_start", Role::time},
    {"day", Role::time},
    {"hour", Role::time},
    {"week", Role::time},
    {"period", Role::time},
    {"service", Role::service},
    {"app", Role::service},
    {"application", Role::service},
    {"job", Role::service},
    {"component", Role::service},
    {"service_name", Role::service},
    {"service.name", Role::service},
    {"route", Role::route},
    {"endpoint", Role::route},
    {"path", Role::route},
    {"url", Role::route},
    {"uri", Role::route},
    {"operation", Role::route},
    {"transaction", Role::route},
    {"handler", Role::route},
    {"resource", Role::route},
    {"name", Role::route},
    {"label", Role::route},
    {"count", Role::count},
    {"requests", Role::count},
    {"calls", Role::count},
    {"hits", Role::count},
    {"request_count", Role::count},
    {"samples", Role::count},
    {"n", Role::count},
    {"rps", Role::rate},
    {"qps", Role::rate},
    {"req/s", Role::rate},
    {"requests/s", Role::rate},
    {"requests_per_second", Role::rate},
    {"rate", Role::rate},
    {"throughput", Role::rate},
    {"metric", Role::metric},
    {"series", Role::metric},
}};

// Cut at blanks, brackets, underscores and signs between words; a full stop between digits stays.
[[nodiscard]] Words words_of(std::string_view text) {
    Words words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) {
            words.push_back(std::move(word));
        }
        word.clear();
    };
    for (const char c : text) {
        const bool cut = c == ' ' || c == '(' || c == ')' || c == '[' || c == ']' || c == '_' ||
                         c == ',' || c == ':' || c == '=' || c == '{' || c == '}' || c == '"' ||
                         c == '|' || c == ';';
        if (cut) {
            finish();
        } else {
            word += c;
        }
    }
    finish();
    return words;
}

[[nodiscard]] std::optional<int> permille_of(std::string_view number, double scale) {
    const std::optional<double> value = csv::number(number);
    if (!value || *value <= 0 || *value * scale >= 1000) {
        return std::nullopt;
    }
    return static_cast<int>(std::lround(*value * scale));
}

// "p99", "p99.9", "p(95)", "q0.99", "99%", "99th", "0.99", "median".
[[nodiscard]] std::optional<int> percentile_word(std::string_view word) {
    if (word == "median") {
        return 500;
    }
    if (word.size() > 8 || word.empty()) {
        return std::nullopt;
    }
    const bool q = word.front() == 'q';
    if ((word.front() == 'p' || q) && word.size() > 1) {
        const std::string_view digits = word.substr(1);
        return permille_of(digits, q && digits.starts_with("0.") ? 1000 : 10);
    }
    if (word.ends_with("th")) {
        return permille_of(word.substr(0, word.size() - 2), 10);
    }
    if (word.ends_with('%')) {
        return permille_of(word.substr(0, word.size() - 1), 10);
    }
    return word.starts_with("0.") ? permille_of(word, 1000) : std::nullopt;
}

// "p99ms", "p95s": percentile and unit in one word.
[[nodiscard]] bool take_both(std::string_view word, LatencyColumn& column) {
    for (const std::string_view unit : {"ms", "us", "ns", "s"}) {
        if (word.ends_with(unit)) {
            const std::optional<int> permille =
                percentile_word(word.substr(0, word.size() - unit.size()));
            if (permille) {
                column.permille = *permille;
                column.nanos_per_unit = nanos_in(unit);
                return true;
            }
        }
    }
    return false;
}

[[nodiscard]] bool is_empty_word(std::string_view word) noexcept {
    return std::ranges::find(empty_words, word) != empty_words.end() || word == "-" || word == "/s";
}

// A column that names a percentile: the rest of its words is the route.
[[nodiscard]] bool take_percentile(std::string_view header, LatencyColumn& column) {
    int percentiles = 0;
    for (const std::string& original : words_of(header)) {
        const std::string word = lower(original);
        const bool behind_p = word == "p";  // "p(95)"
        if (const std::optional<int> permille = percentile_word(word)) {
            column.permille = *permille;
            ++percentiles;
        } else if (take_both(word, column)) {
            ++percentiles;
        } else if (const std::optional<double> nanos = nanos_in(word)) {
            column.nanos_per_unit = nanos;
        } else if (!behind_p && !is_empty_word(word)) {
            const bool bare = percentiles == 0 && column.permille == 0 && permille_of(word, 10) &&
                              header.find("p(") != std::string_view::npos;
            if (bare) {
                column.permille = *permille_of(word, 10);
                ++percentiles;
            } else {
                column.route += column.route.empty() ? "" : " ";
                column.route += original;
            }
        }
    }
    return percentiles == 1;
}

}  // namespace

std::optional<int> percentile_in(std::string_view text) {
    LatencyColumn column;
    return take_percentile(text, column) ? std::optional{column.permille} : std::nullopt;
}

LatencyColumn latency_column(std::string_view header) {
    LatencyColumn column;
    column.name = std::string{trim(header)};
    const std::string name = lower(column.name);
    const auto* const found = std::ranges::find(named_columns, name, &Named::name);
    if (found != named_columns.end()) {
        column.role = found->role;
        return column;
    }
    if (name == "value") {
        column.role = Role::value;
        return column;
    }
    if (name.size() <= 300 && take_percentile(column.name, column)) {
        column.role = Role::percentile;
        return column;
    }
    return {.role = Role::ignored,
            .permille = 0,
            .route = {},
            .nanos_per_unit = {},
            .name = column.name};
}

std::vector<LatencyColumn> latency_columns(std::string_view header_line) {
    std::vector<std::string_view> fields;
    std::string scratch;
    split(header_line, separator_of(header_line), fields, scratch);
    std::vector<LatencyColumn> columns;
    for (const std::string_view field : fields) {
        columns.push_back(latency_column(field));
    }
    return columns;
}

bool is_latency_table(const std::vector<LatencyColumn>& columns) noexcept {
    const auto has = [&](Role role) {
        return std::ranges::find(columns, role, &LatencyColumn::role) != columns.end();
    };
    return has(Role::time) && (has(Role::percentile) || (has(Role::metric) && has(Role::value)));
}

}  // namespace plimsoll::readers::csv
