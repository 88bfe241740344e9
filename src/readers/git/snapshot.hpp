// Snapshot: what HEAD holds besides its history: the files that are alive, .mailmap, CODEOWNERS,
// .gitattributes, and the tags.
#pragma once

#include "evidence/history_builder.hpp"
#include "readers/git/objects.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::git {

struct LiveBlob {
    std::string path;
    CommitId blob{};
};

struct Snapshot {
    std::vector<LiveBlob> files;
    std::string mailmap;
    std::vector<PathRule> owners;
    std::vector<PathRule> attributes;
};

[[nodiscard]] Snapshot take_snapshot(Objects& objects, const CommitId& tree);

// CODEOWNERS as GitHub and GitLab write it; sections of GitLab are left out.
[[nodiscard]] std::vector<PathRule> parse_owners(std::string_view text);
// The linguist-generated and linguist-vendored lines of a .gitattributes.
[[nodiscard]] std::vector<PathRule> parse_attributes(std::string_view text);

// Lines that are not blank, and levels of indentation (a tab, or four columns) summed over them.
[[nodiscard]] LiveFile measure_indent(std::string path, std::string_view content);

// The tags whose commits can be read.
[[nodiscard]] std::vector<Release> read_releases(git_repository* repository, Objects& objects);

}  // namespace plimsoll::readers::git
