#include "cli/ready_commands.hpp"

#include "app/ci_files.hpp"
#include "app/output.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace plimsoll::cli {

void add_ci_init(CLI::App& app, std::string& platform) {
    CLI::App* init = nullptr;
    for (CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; })) {
        init = sub->get_name() == "init" ? sub : init;
    }
    if (init == nullptr) {
        init = app.add_subcommand("init", "Begin the files that run plimsoll elsewhere");
        init->require_subcommand(1);
    }
    for (const std::string& name : app::ci_platforms()) {
        init->add_subcommand(name,
                             "Write the file that runs the gate there: " + app::ci_file(name).path)
            ->callback([&platform, name] { platform = name; });
    }
}

Status run_ci_init(const std::string& platform) {
    namespace fs = std::filesystem;
    const app::CiFile file = app::ci_file(platform);
    std::error_code error;
    if (fs::exists(file.path, error)) {
        throw Error{{.status = Status::usage,
                     .what = "the file is there already",
                     .where = file.path,
                     .why = "what somebody wrote is not written over",
                     .remedy = "remove or rename it first"}};
    }
    fs::create_directories(fs::path{file.path}.parent_path(), error);
    app::write_file(file.path, file.content);
    print(fmt::format("wrote {}\nnext: {}\n", file.path, file.next));
    return Status::done;
}

}  // namespace plimsoll::cli
