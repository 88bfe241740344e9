#include "readers/git/walk_log.hpp"

#include "wire/bytes.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace plimsoll::readers::git {
namespace {

namespace fs = std::filesystem;

// The format; what the walk was asked for is within. Another text, another cache.
constexpr std::string_view magic = "plimsoll git walk 2\n";
constexpr std::size_t checksum_size = 8;

// FNV-1a over words of eight bytes: against damage, not against malice.
[[nodiscard]] std::uint64_t checksum(std::string_view bytes) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325ULL ^ bytes.size();
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        const std::size_t size = std::min<std::size_t>(bytes.size(), sizeof word);
        std::memcpy(&word, bytes.data(), size);
        hash = (hash ^ word) * 0x100000001B3ULL;
        hash ^= hash >> 29U;
        bytes.remove_prefix(size);
    }
    return hash;
}

[[nodiscard]] std::string_view as_text(const CommitId& id) noexcept {
    return {reinterpret_cast<const char*>(id.data()), id.size()};
}

// Ids lie in texts of their own, twenty bytes each.
struct IdColumns {
    std::string commits;
    std::string trees;
    std::string parents;
};

void put_names(wire::ByteWriter& out, const Names& names) {
    out.put(names.size());
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        out.put(std::string{names.name(i)});
    }
}

void put_commit(wire::ByteWriter& out, const WalkLog& log, const Walked& commit) {
    out.put(commit.facts);
    out.put(commit.parents.count);
    out.put(commit.paths.count);
    for (const std::uint32_t path : log.paths_of(commit)) {
        out.put(path);
    }
    out.put(commit.moves.count);
    for (const auto& move : log.moves_of(commit)) {
        out.put(move);
    }
}

class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : in_{bytes} {}

    [[nodiscard]] WalkLog log() {
        WalkLog out;
        in_.get(out.likeness);
        names(out.identities);
        names(out.paths);
        in_.get(ids_.commits);
        in_.get(ids_.trees);
        in_.get(ids_.parents);
        constexpr std::size_t id_size = sizeof(CommitId);
        out.commits.reserve(ids_.commits.size() / id_size);
        out.parents.reserve(ids_.parents.size() / id_size);
        out.index.reserve(ids_.commits.size() / id_size);
        for (std::uint64_t left = number(); left != 0; --left) {
            commit(out);
        }
        require(in_.at_end());
        return out;
    }

private:
    static void require(bool holds) {
        if (!holds) {
            throw wire::Malformed{"a number is out of range"};
        }
    }
    [[nodiscard]] std::uint64_t number() {
        std::uint64_t value = 0;
        in_.get(value);
        return value;
    }
    [[nodiscard]] static CommitId id(const std::string& column, std::size_t at) {
        CommitId out{};
        require((at + 1) * out.size() <= column.size());
        std::memcpy(out.data(), column.data() + at * out.size(), out.size());
        return out;
    }
    void names(Names& out) {
        std::string name;
        const std::uint64_t count = number();
        for (std::uint64_t i = 0; i < count; ++i) {
            in_.get(name);
            require(out.number(name) == i);
        }
    }
    [[nodiscard]] std::uint32_t path(const WalkLog& log) {
        const std::uint64_t value = number();
        require(value < log.paths.size());
        return static_cast<std::uint32_t>(value);
    }
    void commit(WalkLog& out) {
        Walked made;
        made.id = id(ids_.commits, out.commits.size());
        made.tree = id(ids_.trees, out.commits.size());
        in_.get(made.facts);
        require(made.facts.author < out.identities.size());
        made.parents.from = static_cast<std::uint32_t>(out.parents.size());
        const std::uint64_t parents = number();
        require(parents <= ids_.parents.size() / sizeof(CommitId) - out.parents.size());
        for (std::uint64_t left = parents; left != 0; --left) {
            out.parents.push_back(id(ids_.parents, out.parents.size()));
        }
        made.parents.count = static_cast<std::uint32_t>(parents);
        made.paths.from = static_cast<std::uint32_t>(out.touched.size());
        for (std::uint64_t left = number(); left != 0; --left) {
            out.touched.push_back(path(out));
        }
        made.paths.count = static_cast<std::uint32_t>(out.touched.size()) - made.paths.from;
        made.moves.from = static_cast<std::uint32_t>(out.moved.size());
        for (std::uint64_t left = number(); left != 0; --left) {
            const std::uint32_t from = path(out);
            out.moved.emplace_back(from, path(out));
        }
        made.moves.count = static_cast<std::uint32_t>(out.moved.size()) - made.moves.from;
        require(out.add(made).has_value());
    }

    wire::ByteReader in_;
    IdColumns ids_;
};

}  // namespace

std::string pack_walk(const WalkLog& log) {
    wire::ByteWriter body;
    body.put(log.likeness);
    put_names(body, log.identities);
    put_names(body, log.paths);
    std::uint64_t kept = 0;
    IdColumns ids;
    for (const Walked& commit : log.commits) {
        if (commit.facts.is(Commit::cut)) {
            continue;
        }
        ++kept;
        ids.commits += as_text(commit.id);
        ids.trees += as_text(commit.tree);
        for (const CommitId& parent : log.parents_of(commit)) {
            ids.parents += as_text(parent);
        }
    }
    body.put(ids.commits);
    body.put(ids.trees);
    body.put(ids.parents);
    body.put(kept);
    for (const Walked& commit : log.commits) {
        if (!commit.facts.is(Commit::cut)) {
            put_commit(body, log, commit);
        }
    }
    std::string out{magic};
    const std::uint64_t sum = checksum(body.out);
    out.append(reinterpret_cast<const char*>(&sum), checksum_size);
    return out + body.out;
}

std::optional<WalkLog> unpack_walk(std::string_view bytes) {
    if (!bytes.starts_with(magic) || bytes.size() < magic.size() + checksum_size) {
        return std::nullopt;
    }
    std::uint64_t sum = 0;
    std::memcpy(&sum, bytes.data() + magic.size(), checksum_size);
    bytes.remove_prefix(magic.size() + checksum_size);
    if (checksum(bytes) != sum) {
        return std::nullopt;
    }
    try {
        return Unpacker{bytes}.log();
    } catch (const wire::Malformed&) {
        return std::nullopt;
    }
}

std::string walk_file(const std::string& cache_folder,
                      const std::string& repository_folder,
                      std::uint32_t likeness) {
    std::error_code ignored;
    const fs::path real = fs::weakly_canonical(repository_folder, ignored);
    CommitId name{};
    const std::uint64_t sum = checksum(real.string());
    std::memcpy(name.data(), &sum, sizeof sum);
    return (fs::path{cache_folder} /
            ("git-" + to_text(name).substr(0, 2 * sizeof sum) +
             (likeness == 0 ? "" : "-" + std::to_string(likeness)) + ".walk"))
        .string();
}

std::optional<WalkLog> load_walk(const std::string& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) {  // a folder opens as a file of the largest size
        return std::nullopt;
    }
    const std::uintmax_t size = fs::file_size(file, error);
    std::ifstream in{file, std::ios::binary};
    if (error || !in) {
        return std::nullopt;
    }
    std::string bytes(static_cast<std::size_t>(size), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return in ? unpack_walk(bytes) : std::nullopt;
}

void save_walk(const std::string& file, const WalkLog& log) noexcept {
    try {
        fs::create_directories(fs::path{file}.parent_path());
        const std::string fresh = file + "." + std::to_string(getpid()) + ".new";
        const std::string bytes = pack_walk(log);
        std::ofstream out{fresh, std::ios::binary};
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.close();
        std::error_code error;
        if (out) {
            fs::rename(fresh, file, error);
        }
        if (!out || error) {
            fs::remove(fresh, error);
        }
    } catch (const std::exception&) {
        // A folder that cannot be written means no cache, not no audit.
    }
}

}  // namespace plimsoll::readers::git
