#include "cli/shard_command.hpp"

#include "app/output.hpp"
#include "app/shards.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>

namespace plimsoll::cli {
namespace {

[[nodiscard]] app::Manifest manifest_at(const std::string& path) {
    return app::parse_manifest(slurp(path), path);
}

}  // namespace

Status run_shard_plan(const ShardFlags& flags) {
    const std::string list = flags.list == "-"
                                 ? std::string{std::istreambuf_iterator<char>{std::cin}, {}}
                                 : slurp(flags.list);
    const std::string folder = flags.folder.empty() ? flags.manifest + ".digests" : flags.folder;
    const app::Manifest manifest =
        app::plan_shards(app::parse_list(list, flags.list), flags.count, folder);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw Error{{.status = Status::unwritable,
                     .what = "cannot make the folder of the digests",
                     .where = folder,
                     .why = error.message(),
                     .remedy = "name another with --digests"}};
    }
    app::write_file(flags.manifest, app::to_json(manifest));
    return Status::done;
}

Status run_shard_status(const ShardFlags& flags) {
    const std::vector<std::size_t> missing = app::missing_shards(manifest_at(flags.manifest));
    if (missing.empty()) {
        return Status::done;
    }
    print(app::as_ranges(missing) + "\n");
    return Status::untrusted;
}

std::size_t task_index(const std::string& given) {
    std::string text = given;
    for (const char* name : {"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"}) {
        const char* value = std::getenv(name);
        if (text.empty() && value != nullptr) {
            text = value;
        }
    }
    std::size_t index = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (problem != std::errc{} || end != text.data() + text.size()) {
        throw Error{{.status = Status::usage,
                     .what = "which shard?",
                     .where = text.empty() ? std::string{"--index"} : text,
                     .why = "there is no index, neither given nor in SLURM_ARRAY_TASK_ID or "
                            "JOB_COMPLETION_INDEX",
                     .remedy = "plimsoll digest --manifest MANIFEST --index 0"}};
    }
    return index;
}

ShardWork work_of_shard(const std::string& manifest, const std::string& index) {
    const app::Manifest all = manifest_at(manifest);
    const std::size_t at = task_index(index);
    if (at >= all.shards.size()) {
        throw Error{{.status = Status::usage,
                     .what = "there is no shard of this index",
                     .where = fmt::format("{}: {}", manifest, at),
                     .why = fmt::format("it has {} shards, from 0", all.shards.size()),
                     .remedy = fmt::format("an array of 0-{}", all.shards.size() - 1)}};
    }
    return {.sources = all.shards[at].sources, .output = all.shards[at].digest};
}

std::vector<std::string> digests_of(const std::string& manifest) {
    const app::Manifest all = manifest_at(manifest);
    const std::vector<std::size_t> missing = app::missing_shards(all);
    if (!missing.empty()) {
        throw Error{
            {.status = Status::untrusted,
             .what = fmt::format("{} of {} digests are missing", missing.size(), all.shards.size()),
             .where = manifest,
             .why = "shards " + app::as_ranges(missing) + " are not there or not whole",
             .remedy = "run those again: plimsoll shard status lists them"}};
    }
    std::vector<std::string> paths;
    for (const app::Shard& shard : all.shards) {
        paths.push_back(shard.digest);
    }
    return paths;
}

}  // namespace plimsoll::cli
