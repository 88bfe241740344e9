// The settings of a gate: one table, from which the options of the command line, the keys of
// [gate] in plimsoll.toml, `plimsoll config`, the JSON Schema and the completions are made.
//
// What is set later wins: default, preset, plimsoll.toml, environment, command line. Every value
// keeps where it was set. On the command line a name is written with '-', in the file with '_', in
// the environment as PLIMSOLL_NAME (gate_environment.hpp).
#pragma once

#include "app/gate.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

// How a setting is written. pairs: ID=VALUE on the command line, a table in the file.
enum class SettingForm : std::uint8_t { text, word, number, share, flag, list, pairs };

struct GateSetting {
    std::string_view name;  // "fail-on"
    SettingForm form = SettingForm::text;
    std::string_view standard;  // the default, as written; empty: not set
    std::string_view does;
    std::string_view words;  // of `word`, blank-separated
};
[[nodiscard]] std::span<const GateSetting> gate_settings() noexcept;

struct SetValue {
    std::vector<std::string> values;
    std::string origin;  // "default", "preset strict", "plimsoll.toml:12", "command line" ...
};
using GateConfig = std::map<std::string, SetValue, std::less<>>;  // by name; only what is set

// [gate] of a configuration file; empty for an empty path. Throws Error (usage) for an unknown key,
// with a suggestion, and for a value of another form.
[[nodiscard]] GateConfig gate_config_of(const std::string& path);

// Everything in force: defaults, the preset that the last of them names, the file, the environment,
// the command line. Throws Error (usage) for a word that a setting does not have.
[[nodiscard]] GateConfig effective(const GateConfig& file,
                                   const GateConfig& environment,
                                   const GateConfig& command_line);

// Throws Error (usage) that names the origin of a value that cannot be used.
[[nodiscard]] GateOptions options_of(const GateConfig& config);

// The first value, or nothing.
[[nodiscard]] std::string text_of(const GateConfig& config, std::string_view name);
[[nodiscard]] std::vector<std::string> list_of(const GateConfig& config, std::string_view name);

}  // namespace plimsoll::app
