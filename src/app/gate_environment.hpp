// PLIMSOLL_FAIL_ON=amber: the settings of a gate from the environment, for CI whose jobs share one
// command line. They stand between plimsoll.toml and the command line. The name is the option's, in
// capitals with '_'; lists and budgets are cut at commas; an empty variable is not set, because
// platforms define those.
#pragma once

#include "app/gate_settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

using Environment = std::map<std::string, std::string>;  // name, value

// "fail-on" -> "PLIMSOLL_FAIL_ON"
[[nodiscard]] std::string variable_of(std::string_view option);

// Throws Error (usage) that names the variable whose value cannot be used.
[[nodiscard]] GateConfig gate_config_of(const Environment& variables);

// Variables that begin with PLIMSOLL_ and set nothing, each in a sentence with what was meant.
// `others` are names of options that the command line takes from the environment by itself.
[[nodiscard]] std::vector<std::string> unknown_variables(const Environment& variables,
                                                         const std::vector<std::string>& others);

}  // namespace plimsoll::app
