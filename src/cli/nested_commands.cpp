#include "cli/nested_commands.hpp"

#include "cli/options.hpp"

#include <CLI/CLI.hpp>

namespace plimsoll::cli {
namespace {

void history_options(CLI::App& command, HistoryFlags& flags) {
    command.add_option("--store", flags.store, "a file, or postgresql://...");
    command.add_option("--format", flags.format, "text, json or html")
        ->check(CLI::IsMember({"text", "json", "html"}));
    command.add_option("-o,--output", flags.output, "write to this file");
    command.add_option("--config", flags.config, "plimsoll.toml, for rescore");
    add_colour_option(command, flags.colour);
}

}  // namespace

void add_history_commands(CLI::App& app, HistoryFlags& flags, Command& chosen) {
    CLI::App& all = *app.add_subcommand("history", "A system over time; fleet, rescore, thin");
    all.add_option("SYSTEM", flags.system, "when the store holds more than one");
    history_options(all, flags);
    // The parent's callback runs after that of a command below it.
    all.callback([&all, &flags, &chosen] {
        if (all.get_subcommands().empty()) {
            chosen = [&flags] { return run_history(flags); };
        }
    });
    const auto below = [&](const char* name,
                           const char* does,
                           Status (*work)(const HistoryFlags&)) {
        CLI::App& one = *all.add_subcommand(name, does);
        history_options(one, flags);
        one.callback([&flags, &chosen, work] { chosen = [&flags, work] { return work(flags); }; });
    };
    below("fleet", "Rank systems: who needs a person first", run_history_fleet);
    below("rescore", "Judge kept evidence by today's rules", run_history_rescore);
    below("thin", "Keep fewer documents; figures stay", run_history_thin);
}

void add_shard_commands(CLI::App& app, ShardFlags& flags, Command& chosen) {
    CLI::App& all = *app.add_subcommand("shard", "Spread reading over machines");
    all.require_subcommand(1);
    CLI::App& plan = *all.add_subcommand("plan", "Weigh sources by size, write a manifest");
    plan.add_option("LIST", flags.list, "file of paths, one a line; - is standard input")
        ->required();
    plan.add_option("-n,--shards", flags.count, "how many")
        ->required()
        ->check(CLI::Range(1, 100'000));
    plan.add_option("-o,--output", flags.manifest, "the manifest")->required();
    plan.add_option("--digests", flags.folder, "folder of the digests");
    plan.callback([&flags, &chosen] { chosen = [&flags] { return run_shard_plan(flags); }; });
    CLI::App& status = *all.add_subcommand(
        "status", "Print the indices of missing shards, 7,12-14; status 4 when there are any");
    status.add_option("MANIFEST", flags.manifest)->required();
    status.callback([&flags, &chosen] { chosen = [&flags] { return run_shard_status(flags); }; });
}

}  // namespace plimsoll::cli
