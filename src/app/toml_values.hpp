// TOML values as what a configuration means by them: numbers, capacities, times, sizes; an error
// names the line.
#pragma once

#include "core/instant.hpp"

#include <toml++/toml.h>

#include <span>
#include <string>
#include <string_view>

namespace plimsoll::app {

using Known = std::span<const std::string_view>;

// Every function throws Error (usage) with file:line, what is wrong and how to write it.
class TomlValues {
public:
    explicit TomlValues(std::string name) : name_{std::move(name)} {}

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[noreturn]] void fail(const toml::node& node, std::string why, std::string remedy) const;
    // Refuses keys that are not known, with the nearest one that is.
    void only(const toml::table& table, Known known, std::string_view what) const;
    [[noreturn]] void unknown(const toml::node& node,
                              std::string_view key,
                              Known known,
                              std::string_view what) const;
    [[nodiscard]] double number(const toml::node& node, std::string_view key) const;
    [[nodiscard]] std::string text(const toml::node& node, std::string_view key) const;
    // A date, a stamp, or the text of one.
    [[nodiscard]] Instant time(const toml::node& node, std::string_view key) const;
    // The positive number that a capacity must be.
    [[nodiscard]] double capacity(const toml::node& node, std::string_view key) const;
    // "10x", or a number.
    [[nodiscard]] double target(const toml::node& node) const;
    // 17179869184, "16 GB", "16GiB".
    [[nodiscard]] double bytes(const toml::node& node) const;

private:
    std::string name_;
};

}  // namespace plimsoll::app
