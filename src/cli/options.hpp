// The options of each command, as the parser sees them; what they mean is in commands.hpp. One
// function a command, so that the list of commands (cli.cpp) stays a list.
#pragma once

#include "cli/commands.hpp"
#include "cli/init_command.hpp"
#include "cli/whatif_command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace plimsoll::cli {

// What all commands share that read evidence: PATH..., --config, --unit ...
void add_read_options(CLI::App& command, ReadFlags& flags, const char* what = "as for audit");
// Below it, everything is like everything, and "1" is more likely meant as "yes".
inline constexpr std::uint32_t least_likeness = 10;
// What follows --find-renames=: "60", "60%", or "true" for 50, git's own; nothing when it is
// anything else.
[[nodiscard]] std::optional<std::uint32_t> percent_of_likeness(std::string_view text);
// --color auto|always|never
void add_colour_option(CLI::App& command, std::string& value);

void add_audit_options(CLI::App& command, AuditFlags& flags);
void add_inspect_options(CLI::App& command, InspectFlags& flags);  // inspect_options.cpp
void add_digest_options(CLI::App& command, DigestFlags& flags);
void add_merge_options(CLI::App& command, DigestFlags& flags);
void add_report_options(CLI::App& command, ReportFlags& flags);
void add_diff_options(CLI::App& command, DiffFlags& flags);
void add_whatif_options(CLI::App& command, WhatIfFlags& flags);
void add_init_options(CLI::App& command, InitFlags& flags);
void add_explain_options(CLI::App& command, ExplainFlags& flags);
void add_doctor_options(CLI::App& command, ExplainFlags& flags);

}  // namespace plimsoll::cli
