// Packs: git's packed objects by id, read directly.
//
// libgit2 opens the repository, its references, loose objects, mailmap and bundles; what it is slow
// at is the one thing that walking history does a million times, unpacking trees: it inflates with
// zlib, keeps 16 MB of delta bases and forgets at random. Here a pack is mapped, an entry is
// inflated in one call (libdeflate, twice zlib's speed), and every tree that a delta chain passes
// through is kept, because history asks for it next. Formats: gitformat-pack(5), index version 2.
// What is not in such a pack (loose, index version 1) is not found here, and the caller asks
// libgit2. Hostile packs: sizes, offsets and delta commands are checked against their bounds;
// chains end at `longest_chain`.
#pragma once

#include "evidence/history.hpp"
#include "readers/git/ring.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct libdeflate_decompressor;

namespace plimsoll::readers::git {

enum class ObjectType : std::uint8_t { none = 0, commit = 1, tree = 2, blob = 3, tag = 4 };

// A file mapped read-only.
class Mapping {
public:
    Mapping() = default;
    explicit Mapping(const std::string& path);
    ~Mapping();
    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&& other) noexcept;
    [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
    // Gives the memory back to the system; what is read again is mapped again.
    void forget() const noexcept;

private:
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

class Packs {
public:
    static constexpr std::size_t largest = 64U << 20U;  // of one object; more is no honest tree
    static constexpr std::size_t longest_chain = 8192;

    struct Place {
        std::uint32_t pack = 0;
        std::uint64_t offset = 0;
        [[nodiscard]] std::uint64_t key() const noexcept {
            return std::uint64_t{pack + 1U} << 44U ^ offset;
        }
    };

    // All packs in `objects_folder`/pack and in what its info/alternates name.
    Packs(const std::string& objects_folder, std::size_t cache_bytes);
    ~Packs();
    Packs(const Packs&) = delete;
    Packs& operator=(const Packs&) = delete;

    [[nodiscard]] std::optional<Place> find(const CommitId& id) const noexcept;
    // The object there when it is of this type; nothing when it is not, or damaged.
    [[nodiscard]] Pinned read(const Place& place, ObjectType type);
    void forget() const noexcept;

private:
    struct Pack {
        Mapping index;
        Mapping data;
        std::uint32_t count = 0;
    };
    struct Entry {
        std::uint8_t type = 0;
        std::uint64_t size = 0;  // unpacked, of the delta itself when it is one
        std::size_t body = 0;    // where the compressed bytes begin
        std::optional<Place> base;
    };
    void add_folder(const std::string& folder, int depth);
    void add_pack(const std::string& index_path);
    [[nodiscard]] std::uint64_t offset_of(const Pack& pack, std::uint32_t at) const noexcept;
    [[nodiscard]] std::optional<Entry> entry_at(const Place& place) const noexcept;
    [[nodiscard]] bool inflate(const Place& place,
                               const Entry& entry,
                               std::span<char> into) const noexcept;
    [[nodiscard]] Pinned undelta(const Pinned& base, std::string_view delta, std::uint64_t key);

    std::vector<Pack> packs_;
    mutable std::size_t last_ = 0;  // the pack that held the last object
    libdeflate_decompressor* inflater_;
    Ring ring_;
    std::vector<char> scratch_;
};

}  // namespace plimsoll::readers::git
