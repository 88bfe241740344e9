#include "readers/git/packs.hpp"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <utility>

namespace plimsoll::readers::git {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t index_header = 8;
constexpr std::size_t fan_out = 256 * 4;
constexpr std::size_t id_size = 20;
constexpr std::uint8_t offset_delta = 6;
constexpr std::uint8_t id_delta = 7;

[[nodiscard]] std::uint32_t big_endian(std::string_view bytes, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(bytes[at + i])};
    };
    return byte(0) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
}

[[nodiscard]] unsigned byte_at(std::string_view bytes, std::size_t at) noexcept {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

// Seven bits a byte, lowest first; moves `at` on. Cut at 63 bits.
[[nodiscard]] std::uint64_t varint(std::string_view bytes, std::size_t& at) noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < bytes.size() && shift < 63; shift += 7) {
        const unsigned byte = byte_at(bytes, at++);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80U) {
            break;
        }
    }
    return value;
}

}  // namespace

Mapping::Mapping(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0) {
        return;
    }
    if (fstat(file, &status) == 0 && status.st_size > 0) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (mapped != MAP_FAILED) {
            data_ = static_cast<const char*>(mapped);
            size_ = size;
        }
    }
    close(file);
}

Mapping::~Mapping() {
    if (data_ != nullptr) {
        munmap(const_cast<char*>(data_), size_);
    }
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

void Mapping::forget() const noexcept {
    if (data_ != nullptr) {
        madvise(const_cast<char*>(data_), size_, MADV_DONTNEED);
    }
}

Packs::Packs(const std::string& objects_folder, std::size_t cache_bytes)
    : inflater_{libdeflate_alloc_decompressor()}, ring_{cache_bytes} {
    if (inflater_ == nullptr) {
        throw std::bad_alloc{};
    }
    add_folder(objects_folder, 0);
}

Packs::~Packs() {
    libdeflate_free_decompressor(inflater_);
}

void Packs::add_folder(const std::string& folder, int depth) {
    constexpr int deepest = 5;  // as git has it
    std::error_code error;
    std::vector<std::string> indexes;
    for (const fs::directory_entry& entry :
         fs::directory_iterator{fs::path{folder} / "pack", error}) {
        if (entry.path().extension() == ".idx") {
            indexes.push_back(entry.path().string());
        }
    }
    std::ranges::sort(indexes);
    for (const std::string& index : indexes) {
        add_pack(index);
    }
    std::ifstream alternates{fs::path{folder} / "info/alternates"};
    for (std::string line; depth < deepest && std::getline(alternates, line);) {
        if (!line.empty() && line.front() != '#') {
            add_folder((fs::path{folder} / line).string(), depth + 1);
        }
    }
}

// Index version 2 only, and only when its tables fit into the file.
void Packs::add_pack(const std::string& index_path) {
    constexpr std::string_view magic{"\377tOc\0\0\0\2", 8};
    Pack pack;
    pack.index = Mapping{index_path};
    const std::string_view index = pack.index.bytes();
    if (index.size() < index_header + fan_out || !index.starts_with(magic)) {
        return;
    }
    pack.count = big_endian(index, index_header + fan_out - 4);
    if (index.size() < index_header + fan_out + std::size_t{pack.count} * (id_size + 8)) {
        return;
    }
    pack.data = Mapping{fs::path{index_path}.replace_extension(".pack").string()};
    if (pack.data.bytes().starts_with("PACK")) {
        packs_.push_back(std::move(pack));
    }
}

std::uint64_t Packs::offset_of(const Pack& pack, std::uint32_t at) const noexcept {
    const std::string_view index = pack.index.bytes();
    const std::size_t offsets = index_header + fan_out + std::size_t{pack.count} * (id_size + 4);
    const std::uint32_t offset = big_endian(index, offsets + std::size_t{at} * 4);
    constexpr std::uint32_t large = 0x8000'0000U;
    if ((offset & large) == 0) {
        return offset;
    }
    const std::size_t wide =
        offsets + std::size_t{pack.count} * 4 + std::size_t{offset & ~large} * 8;
    if (wide + 8 > index.size()) {
        return ~std::uint64_t{0};
    }
    return std::uint64_t{big_endian(index, wide)} << 32U | big_endian(index, wide + 4);
}

std::optional<Packs::Place> Packs::find(const CommitId& id) const noexcept {
    for (std::size_t i = 0; i < packs_.size(); ++i) {
        const std::size_t which = (last_ + i) % packs_.size();
        const Pack& pack = packs_[which];
        const std::string_view index = pack.index.bytes();
        const std::uint32_t first =
            id[0] == 0 ? 0 : big_endian(index, index_header + (std::size_t{id[0]} - 1) * 4);
        std::uint32_t low = first;
        std::uint32_t high =
            std::min(big_endian(index, index_header + std::size_t{id[0]} * 4), pack.count);
        const char* ids = index.data() + index_header + fan_out;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            const int order = std::memcmp(ids + std::size_t{middle} * id_size, id.data(), id_size);
            if (order == 0) {
                last_ = which;
                return Place{static_cast<std::uint32_t>(which), offset_of(pack, middle)};
            }
            (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
        }
    }
    return std::nullopt;
}

std::optional<Packs::Entry> Packs::entry_at(const Place& place) const noexcept {
    const std::string_view data = packs_[place.pack].data.bytes();
    if (place.offset >= data.size()) {
        return std::nullopt;
    }
    std::size_t at = place.offset;
    const unsigned first = byte_at(data, at++);
    Entry entry;
    entry.type = static_cast<std::uint8_t>(first >> 4U & 7U);
    entry.size = first & 15U;
    if (first >= 0x80U) {
        entry.size |= varint(data, at) << 4U;
    }
    if (entry.type == offset_delta) {
        unsigned byte = byte_at(data, at++);
        std::uint64_t back = byte & 0x7FU;
        for (int i = 0; byte >= 0x80U && i < 9; ++i) {
            byte = byte_at(data, at++);
            back = (back + 1) << 7U | (byte & 0x7FU);
        }
        if (back == 0 || back > place.offset) {
            return std::nullopt;
        }
        entry.base = Place{place.pack, place.offset - back};
    } else if (entry.type == id_delta) {
        if (data.size() < at + id_size) {
            return std::nullopt;
        }
        CommitId id{};
        std::memcpy(id.data(), data.data() + at, id_size);
        at += id_size;
        entry.base = find(id);
        if (!entry.base) {
            return std::nullopt;
        }
    }
    entry.body = at;
    return entry.size > largest || at > data.size() ? std::nullopt : std::optional{entry};
}

bool Packs::inflate(const Place& place, const Entry& entry, std::span<char> into) const noexcept {
    const std::string_view data = packs_[place.pack].data.bytes().substr(entry.body);
    std::size_t read = 0;
    std::size_t made = 0;
    const libdeflate_result result = libdeflate_zlib_decompress_ex(
        inflater_, data.data(), data.size(), into.data(), into.size(), &read, &made);
    return result == LIBDEFLATE_SUCCESS && made == into.size();
}

// Copies and insertions, each checked against both ends.
Pinned Packs::undelta(const Pinned& base, std::string_view delta, std::uint64_t key) {
    const std::string_view from = base.text();
    std::size_t at = 0;
    const std::uint64_t base_size = varint(delta, at);
    const std::uint64_t size = varint(delta, at);
    if (base_size != from.size() || size > largest) {
        return {};
    }
    Pinned out = ring_.make(key, size, base.type());
    const std::span<char> to = out.bytes();
    std::size_t made = 0;
    while (at < delta.size()) {
        const unsigned command = byte_at(delta, at++);
        std::string_view piece;
        if ((command & 0x80U) != 0) {
            std::size_t offset = 0;
            std::size_t length = 0;
            for (unsigned i = 0; i < 4; ++i) {
                offset |=
                    (command >> i & 1U) != 0 ? std::size_t{byte_at(delta, at++)} << 8U * i : 0;
            }
            for (unsigned i = 0; i < 3; ++i) {
                length |= (command >> (i + 4) & 1U) != 0
                              ? std::size_t{byte_at(delta, at++)} << 8U * i
                              : 0;
            }
            length = length == 0 ? 0x10000 : length;
            if (offset > from.size() || length > from.size() - offset) {
                break;
            }
            piece = from.substr(offset, length);
        } else {
            if (command == 0 || command > delta.size() - at) {
                break;
            }
            piece = delta.substr(at, command);
            at += command;
        }
        if (piece.size() > to.size() - made) {
            break;
        }
        std::memcpy(to.data() + made, piece.data(), piece.size());
        made += piece.size();
    }
    if (made != to.size() || at != delta.size()) {
        ring_.drop(key);
        return {};
    }
    return out;
}

// Down the chain to something that is whole or kept, then up again, keeping every step.
Pinned Packs::read(const Place& place, ObjectType type) {
    struct Step {
        Place place;
        Entry entry;
    };
    std::vector<Step> chain;
    Pinned object = ring_.find(place.key());
    for (Place at = place; !object;) {
        const std::optional<Entry> entry = entry_at(at);
        if (!entry || chain.size() > longest_chain) {
            return {};
        }
        if (entry->base) {
            chain.push_back({at, *entry});
            at = *entry->base;
            object = ring_.find(at.key());
            continue;
        }
        if (entry->type != static_cast<std::uint8_t>(type)) {
            return {};
        }
        object = type == ObjectType::blob ? Ring::outside(entry->size, entry->type)
                                          : ring_.make(at.key(), entry->size, entry->type);
        if (!inflate(at, *entry, object.bytes())) {
            ring_.drop(at.key());
            return {};
        }
    }
    for (; !chain.empty() && object; chain.pop_back()) {
        const Step& step = chain.back();
        scratch_.resize(step.entry.size);
        if (!inflate(step.place, step.entry, scratch_)) {
            return {};
        }
        object = undelta(object, {scratch_.data(), scratch_.size()}, step.place.key());
    }
    return object && object.type() == static_cast<std::uint8_t>(type) ? std::move(object)
                                                                      : Pinned{};
}

void Packs::forget() const noexcept {
    for (const Pack& pack : packs_) {
        pack.data.forget();
        pack.index.forget();
    }
}

}  // namespace plimsoll::readers::git
