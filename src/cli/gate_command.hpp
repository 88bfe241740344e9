// `gate`, `baseline` and `config`.
#pragma once

#include "app/gate_settings.hpp"
#include "cli/commands.hpp"

#include <string>

namespace CLI {
class App;
}

namespace plimsoll::cli {

struct GateFlags {
    ReadFlags read;
    app::GateConfig set;  // what the command line sets
    std::string system;
    std::string colour = "auto";
};
// One option for each setting of the table.
void add_gate_options(CLI::App& command, GateFlags& flags);
[[nodiscard]] Status run_gate(const GateFlags& flags);

struct BaselineFlags {
    std::string action;  // show, accept, prune
    std::string id;
    std::string file;
    std::string reason;
    std::string expires;
    std::string by;
    std::string format = "text";
};
void add_baseline_options(CLI::App& command, BaselineFlags& flags);
[[nodiscard]] Status run_baseline(const BaselineFlags& flags);

struct ConfigFlags {
    std::vector<std::string> paths;
    std::string config;
    std::string format = "text";
};
void add_config_options(CLI::App& command, ConfigFlags& flags);
[[nodiscard]] Status run_config(const ConfigFlags& flags);

}  // namespace plimsoll::cli
