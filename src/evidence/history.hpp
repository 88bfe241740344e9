// History: who changed which files together, from git. A set of commits keyed by their object id,
// so that two clones of one repository, or a repository and its shard, merge into one history.
//
// Law: columns sorted by id; paths and authors are numbers into sorted lists of names. A million
// commits with five million touched files take about 100 MB. Paths are as the commit has them:
// moves are kept aside and followed when the history is asked (evidence/change_sets.hpp), because a
// move that is seen later renames what was seen before, and merging must not depend on the order.
// Blind spot: what was squashed or rebased away is not there.
#pragma once

#include "core/instant.hpp"
#include "core/origin.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// The first 20 bytes of an object id; an abbreviated one is padded with zeros.
using CommitId = std::array<std::uint8_t, 20>;
[[nodiscard]] std::string to_text(const CommitId& id);
// Reads up to 40 hexadecimal digits (further ones are cut off); nothing when it is anything else.
[[nodiscard]] std::optional<CommitId> parse_commit_id(std::string_view hex) noexcept;

struct Commit {
    static constexpr std::uint8_t merge = 1;
    static constexpr std::uint8_t bot = 2;
    static constexpr std::uint8_t fix = 4;     // the subject says fix, bug, hotfix, regression ...
    static constexpr std::uint8_t revert = 8;  // the subject begins with "Revert"
    static constexpr std::uint8_t first_parent = 16;  // on the main line of HEAD
    static constexpr std::uint8_t cut = 32;  // its parent is not there (shallow): no change set

    std::int64_t authored = 0;   // seconds since 1970
    std::int64_t committed = 0;  // seconds since 1970; windows go by this one
    std::uint32_t author = 0;    // into History::authors
    std::uint32_t landed = 0;  // into History::ids: the commit of the main line that brought it in
    std::uint32_t files = 0;   // changed, before moves were cancelled
    std::uint8_t flags = 0;
    [[nodiscard]] constexpr bool is(std::uint8_t flag) const noexcept {
        return (flags & flag) != 0;
    }
    friend auto operator<=>(const Commit&, const Commit&) = default;
    static constexpr void fields(auto&& field) {
        field("authored", &Commit::authored);
        field("committed", &Commit::committed);
        field("author", &Commit::author);
        field("landed", &Commit::landed);
        field("files", &Commit::files);
        field("flags", &Commit::flags);
    }
};

// A file moved with the very same content.
struct Rename {
    std::int64_t at = 0;  // seconds since 1970, of the commit
    std::string from;
    std::string to;
    friend auto operator<=>(const Rename&, const Rename&) = default;
    static constexpr void fields(auto&& field) {
        field("at", &Rename::at);
        field("from", &Rename::from);
        field("to", &Rename::to);
    }
};

// A tag.
struct Release {
    std::int64_t at = 0;  // seconds since 1970, when the tagged commit was made
    std::string name;
    friend auto operator<=>(const Release&, const Release&) = default;
    static constexpr void fields(auto&& field) {
        field("at", &Release::at);
        field("name", &Release::name);
    }
};

// A file that is there at HEAD; lines and indentation only where its content was looked at.
struct LiveFile {
    std::string path;
    std::uint32_t lines = 0;  // that are not blank
    std::uint64_t indent =
        0;  // levels of indentation, summed over the lines: complexity in any language
    friend auto operator<=>(const LiveFile&, const LiveFile&) = default;
    static constexpr void fields(auto&& field) {
        field("path", &LiveFile::path);
        field("lines", &LiveFile::lines);
        field("indent", &LiveFile::indent);
    }
};

// A line of CODEOWNERS or .gitattributes.
struct PathRule {
    std::string pattern;
    std::string value;  // the owners; "generated" or "vendored"
    friend auto operator<=>(const PathRule&, const PathRule&) = default;
    static constexpr void fields(auto&& field) {
        field("pattern", &PathRule::pattern);
        field("value", &PathRule::value);
    }
};

struct History {
    std::vector<std::string> paths;      // sorted; bytes as git has them
    std::vector<std::string> authors;    // sorted; after .mailmap: the e-mail, lower case
    std::vector<CommitId> ids;           // sorted
    std::vector<Commit> commits;         // beside ids
    std::vector<std::uint32_t> ends;     // beside ids: where the commit's touches end
    std::vector<std::uint32_t> touches;  // into paths; sorted within a commit, distinct
    std::vector<std::uint32_t> added;  // lines, beside touches; empty where no source counted them
    std::vector<std::uint32_t> deleted;  // lines, beside touches
    std::vector<Rename> renames;         // sorted
    std::vector<Release> releases;       // sorted
    std::vector<LiveFile> live;          // sorted by path
    std::vector<PathRule> owners;        // CODEOWNERS in its order; the last match wins
    std::vector<PathRule> attributes;    // .gitattributes in its order
    std::vector<CommitId> heads;         // sorted: what was walked from
    bool shallow = false;                // history is cut off
    bool partial = false;                // a clone without old contents
    Origin first_seen;

    [[nodiscard]] bool empty() const noexcept { return commits.empty(); }
    [[nodiscard]] std::span<const std::uint32_t> touched(std::size_t commit) const noexcept {
        const std::uint32_t from = commit == 0 ? 0 : ends[commit - 1];
        return std::span{touches}.subspan(from, ends[commit] - from);
    }
    void merge(const History& other);
    // Throws Error (untrusted) when the columns do not fit together: a digest that was tampered
    // with.
    void validate() const;
    friend bool operator==(const History&, const History&) = default;
    static constexpr void fields(auto&& field) {
        field("paths", &History::paths);
        field("authors", &History::authors);
        field("ids", &History::ids);
        field("commits", &History::commits);
        field("ends", &History::ends);
        field("touches", &History::touches);
        field("added", &History::added);
        field("deleted", &History::deleted);
        field("renames", &History::renames);
        field("releases", &History::releases);
        field("live", &History::live);
        field("owners", &History::owners);
        field("attributes", &History::attributes);
        field("heads", &History::heads);
        field("shallow", &History::shallow);
        field("partial", &History::partial);
        field("first_seen", &History::first_seen);
    }
};

}  // namespace plimsoll
