// Shards: how any engine spreads the reading of many sources over many machines.
//
// We schedule nothing. A manifest says which sources belong to which shard and where the digest of
// each goes; an engine runs `plimsoll digest --manifest M --index I` once for each index, as often
// as it must (the output is renamed into place, so a killed task leaves nothing half), and any node
// runs `plimsoll merge --manifest M`. What the engine lost, `plimsoll shard status M` lists in the
// form that engines take: 7,12-14.
//
// Law: the merge does not depend on the plan. 1 shard or 64, the bytes are the same. Blind spot:
// weights are sizes on disk, so a shard of well-packed files takes longer than its weight says.
#pragma once

#include "core/texts.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

struct Shard {
    std::uint64_t bytes = 0;  // of its sources on disk, the weight
    std::vector<std::string> sources;
    std::string digest;  // path of its output
    static constexpr void fields(auto&& field) {
        field("bytes", &Shard::bytes);
        field("sources", &Shard::sources);
        field("digest", &Shard::digest);
    }
};

struct Manifest {
    std::string schema = "plimsoll.manifest/1";
    std::vector<Shard> shards;
    static constexpr void fields(auto&& field) {
        field("schema", &Manifest::schema);
        field("shards", &Manifest::shards);
    }
};

struct WeighedSource {
    std::string path;
    std::uint64_t bytes = 0;
};

// The sources of a list, one a line; `BYTES<tab>PATH` where the size cannot be asked of the file
// system (an object store that is mounted later). Blank lines and lines that begin with # are
// skipped. Throws Error (unreadable) for a source that has no size, (usage) for one named twice.
[[nodiscard]] std::vector<WeighedSource> parse_list(std::string_view list, const std::string& name);

// Exactly `count` shards of nearly equal weight: the heaviest source to the lightest shard, which
// is at most 4/3 of the best there is (Graham 1969). Shards beyond the number of sources are empty,
// and their digest is the empty digest, so that an array of any size succeeds. Digests go to
// `folder`/shard-0000.pld and on.
[[nodiscard]] Manifest plan_shards(std::vector<WeighedSource> sources,
                                   std::size_t count,
                                   const std::string& folder);

[[nodiscard]] std::string to_json(const Manifest& manifest);
// Throws Error (untrusted) when it is no manifest of ours.
[[nodiscard]] Manifest parse_manifest(std::string_view json, const std::string& name);

// Indices of the shards whose digest is not there or not whole.
[[nodiscard]] std::vector<std::size_t> missing_shards(const Manifest& manifest);

// "7,12-14", as array jobs take it; empty for none.
[[nodiscard]] std::string as_ranges(const std::vector<std::size_t>& sorted);

}  // namespace plimsoll::app
