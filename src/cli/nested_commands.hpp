// Commands that have commands below them: `history` and `shard`. Each leaves what is to be run in
// `chosen`.
#pragma once

#include "cli/history_command.hpp"
#include "cli/shard_command.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace plimsoll::cli {

using Command = std::function<Status()>;

// The flags and `chosen` must outlive the parser.
void add_history_commands(CLI::App& app, HistoryFlags& flags, Command& chosen);
void add_shard_commands(CLI::App& app, ShardFlags& flags, Command& chosen);

}  // namespace plimsoll::cli
