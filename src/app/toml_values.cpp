#include "app/toml_values.hpp"

#include "app/config.hpp"
#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>

namespace plimsoll::app {

void TomlValues::fail(const toml::node& node, std::string why, std::string remedy) const {
    throw Error{{.status = Status::usage,
                 .what = "the configuration cannot be used",
                 .where = fmt::format("{}:{}", name_, node.source().begin.line),
                 .why = std::move(why),
                 .remedy = std::move(remedy)}};
}

void TomlValues::only(const toml::table& table, Known known, std::string_view what) const {
    for (const auto& [key, node] : table) {
        if (std::ranges::find(known, key.str()) == known.end()) {
            unknown(node, key.str(), known, what);
        }
    }
}

void TomlValues::unknown(const toml::node& node,
                         std::string_view key,
                         Known known,
                         std::string_view what) const {
    const std::string near = nearest(key, known);
    fail(node,
         fmt::format("\"{}\" is not {} that is known", key, what),
         near.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                      : fmt::format("did you mean \"{}\"?", near));
}

double TomlValues::number(const toml::node& node, std::string_view key) const {
    if (const auto value = node.value<double>()) {
        return *value;
    }
    fail(node, fmt::format("\"{}\" must be a number", key), "write it without quotes");
}

std::string TomlValues::text(const toml::node& node, std::string_view key) const {
    if (const auto value = node.value<std::string>()) {
        return *value;
    }
    fail(node, fmt::format("\"{}\" must be a text", key), "put it in quotes");
}

Instant TomlValues::time(const toml::node& node, std::string_view key) const {
    if (const toml::value<toml::date>* date = node.as_date()) {
        const toml::date& d = date->get();
        const std::optional<Instant> at =
            parse_instant(fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day));
        if (at) {
            return *at;
        }
    }
    if (const toml::value<toml::date_time>* stamp = node.as_date_time()) {
        const toml::date_time& t = stamp->get();
        const int offset = t.offset ? t.offset->minutes : 0;
        const std::optional<Instant> at =
            parse_instant(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                                      t.date.year,
                                      t.date.month,
                                      t.date.day,
                                      t.time.hour,
                                      t.time.minute,
                                      t.time.second));
        if (at) {
            return *at - std::chrono::minutes{offset};
        }
    }
    if (const auto value = node.value<std::string>()) {
        if (const std::optional<Instant> at = parse_instant(*value)) {
            return *at;
        }
    }
    fail(node,
         fmt::format("\"{}\" must be a date", key),
         "write 2026-11-01 or 2026-11-01T08:00:00Z");
}

double TomlValues::capacity(const toml::node& node, std::string_view key) const {
    const double value = number(node, key);
    if (!(value > 0) || value > 1e15) {
        fail(node,
             fmt::format("\"{}\" is {}, and must be above 0", key, value),
             "write how many there are");
    }
    return value;
}

double TomlValues::target(const toml::node& node) const {
    if (const auto value = node.value<std::string>()) {
        const std::string digits =
            value->ends_with('x') ? value->substr(0, value->size() - 1) : *value;
        char* end = nullptr;
        const double multiple = std::strtod(digits.c_str(), &end);
        if (!digits.empty() && *end == '\0' && multiple >= 1 && multiple <= 1000) {
            return multiple;
        }
        fail(node, fmt::format("target is \"{}\"", *value), "write target = \"10x\" (1x to 1000x)");
    }
    return capacity(node, "target");
}

double TomlValues::bytes(const toml::node& node) const {
    if (const auto value = node.value<std::string>()) {
        char* end = nullptr;
        const double amount = std::strtod(value->c_str(), &end);
        std::string unit{end};
        std::erase(unit, ' ');
        constexpr std::array<std::string_view, 4> prefixes{"K", "M", "G", "T"};
        double factor = 1;
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            if (unit.starts_with(prefixes[i])) {
                factor = std::pow(unit.find('i') == std::string::npos ? 1000.0 : 1024.0,
                                  static_cast<double>(i + 1));
            }
        }
        if (amount > 0 && end != value->c_str()) {
            return amount * factor;
        }
        fail(node, fmt::format("memory is \"{}\"", *value), "write memory = \"16 GiB\"");
    }
    return capacity(node, "memory");
}

}  // namespace plimsoll::app
