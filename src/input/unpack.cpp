#include "input/unpack.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::input {
namespace {

constexpr int deepest = 3;
constexpr std::uint64_t bomb_size = 1ULL << 30U;
constexpr std::uint64_t bomb_ratio = 1'000;
constexpr std::size_t chunk = 262'144;

[[nodiscard]] bool is_tar(std::string_view head) {
    return head.size() >= 512 && head.substr(257, 5) == "ustar";
}

[[nodiscard]] bool is_packed(std::string_view head) {
    using namespace std::string_view_literals;
    constexpr std::array gzip_zstd_xz_bzip2_zip_lz4{"\x1f\x8b"sv,
                                                    "\x28\xb5\x2f\xfd"sv,
                                                    "\xfd\x37zXZ"sv,
                                                    "BZh"sv,
                                                    "PK\x03\x04"sv,
                                                    "PK\x05\x06"sv,
                                                    "\x04\x22\x4d\x18"sv};
    return is_tar(head) ||
           std::ranges::any_of(gzip_zstd_xz_bzip2_zip_lz4,
                               [&](std::string_view magic) { return head.starts_with(magic); });
}

// libarchive reads from us through this; it lives as long as the archive.
struct Feed {
    Pull pull;
    std::string ahead;  // bytes already taken to look at the magic
    std::vector<char> buffer = std::vector<char>(chunk);
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
};

la_ssize_t feed(archive* /*unused*/, void* data, const void** bytes) {
    Feed& from = *static_cast<Feed*>(data);
    std::size_t got = 0;
    if (!from.ahead.empty()) {
        got = from.ahead.copy(from.buffer.data(), from.buffer.size());
        from.ahead.erase(0, got);
    } else {
        try {
            got = from.pull(from.buffer);
        } catch (const Damage&) {
            return -1;  // libarchive's own message follows
        }
    }
    from.packed += got;
    *bytes = from.buffer.data();
    return static_cast<la_ssize_t>(got);
}

using Archive = std::shared_ptr<archive>;

[[nodiscard]] std::string why(const Archive& packed) {
    const char* text = archive_error_string(packed.get());
    return text == nullptr ? "damaged archive" : text;
}

[[nodiscard]] Archive open_archive(Feed& from) {
    Archive packed{archive_read_new(), archive_read_free};
    // Not support_filter_all: it would start outside programs for some formats.
    archive_read_support_filter_gzip(packed.get());
    archive_read_support_filter_zstd(packed.get());
    archive_read_support_filter_xz(packed.get());
    archive_read_support_filter_bzip2(packed.get());
    archive_read_support_filter_lz4(packed.get());
    archive_read_support_format_tar(packed.get());
    archive_read_support_format_zip_streamable(packed.get());
    archive_read_support_format_raw(packed.get());
    if (archive_read_open(packed.get(), &from, nullptr, feed, nullptr) != ARCHIVE_OK) {
        throw Damage{why(packed)};
    }
    return packed;
}

[[nodiscard]] Pull pull_member(const Archive& packed, const std::shared_ptr<Feed>& from) {
    return [packed, from](std::span<char> into) -> std::size_t {
        const la_ssize_t got = archive_read_data(packed.get(), into.data(), into.size());
        if (got < 0) {
            throw Damage{why(packed)};
        }
        from->unpacked += static_cast<std::uint64_t>(got);
        if (from->unpacked > bomb_size && from->unpacked / bomb_ratio > from->packed) {
            throw Damage{"it expands more than 1,000 times: taken for a decompression bomb"};
        }
        return static_cast<std::size_t>(got);
    };
}

// A source whose container could not be opened, so that it is still listed with the reason.
void use_damaged(const Packed& packed, const std::string& reason, const Use& use) {
    Stream stream{SourceKind::bytes, packed.name, packed.path, [&](std::span<char>) -> std::size_t {
                      throw Damage{reason};
                  }};
    use(stream, packed.named);
}

// An archive without a file in it is an input all the same: left out of the list, nobody would miss
// it.
void use_nothing(const Packed& packed, const Use& use) {
    Stream stream{SourceKind::bytes, packed.name, packed.path, [](std::span<char>) -> std::size_t {
                      return 0;
                  }};
    use(stream, packed.named);
}

void use_members(const Packed& packed, std::string ahead, const Use& use) {
    const auto from = std::make_shared<Feed>();
    from->pull = packed.pull;
    from->ahead = std::move(ahead);
    try {
        const Archive opened = open_archive(*from);
        archive_entry* entry = nullptr;
        int status = ARCHIVE_OK;
        bool holds_files = false;
        while ((status = archive_read_next_header(opened.get(), &entry)) == ARCHIVE_OK ||
               status == ARCHIVE_WARN) {
            const bool raw = archive_format(opened.get()) == ARCHIVE_FORMAT_RAW;
            if (!raw && archive_entry_filetype(entry) != AE_IFREG) {
                continue;
            }
            holds_files = true;
            const char* member = archive_entry_pathname(entry);
            const std::string name =
                raw || member == nullptr ? packed.name : packed.name + "!" + member;
            if (!is_configuration(name)) {
                unpack({.name = name,
                        .path = packed.path,
                        .pull = pull_member(opened, from),
                        .named = packed.named && raw,
                        .depth = packed.depth + 1},
                       use);
            }
        }
        if (status != ARCHIVE_EOF) {
            use_damaged(packed, why(opened), use);
        } else if (!holds_files) {
            use_nothing(packed, use);
        }
    } catch (const Damage& damage) {
        use_damaged(packed, damage.why, use);
    }
}

// The first bytes, by which a container is known.
[[nodiscard]] std::string first_bytes(const Pull& pull) {
    std::string ahead(512, '\0');
    std::size_t had = 0;
    while (had < ahead.size()) {
        const std::size_t got = pull(std::span{ahead}.subspan(had));
        if (got == 0) {
            break;
        }
        had += got;
    }
    ahead.resize(had);
    return ahead;
}

// What was read ahead, and then the rest.
[[nodiscard]] Pull with_ahead(std::string ahead, Pull pull) {
    const auto first = std::make_shared<std::string>(std::move(ahead));
    return [first, pull = std::move(pull)](std::span<char> into) -> std::size_t {
        if (first->empty()) {
            return pull(into);
        }
        const std::size_t size = first->copy(into.data(), into.size());
        first->erase(0, size);
        return size;
    };
}

}  // namespace

void unpack(Packed packed, const Use& use) {
    std::string ahead;
    try {
        ahead = first_bytes(packed.pull);
    } catch (const Damage& damage) {
        use_damaged(packed, damage.why, use);
        return;
    }
    if (packed.depth < deepest && is_packed(ahead)) {
        use_members(packed, std::move(ahead), use);
        return;
    }
    Stream stream{
        SourceKind::bytes, packed.name, packed.path, with_ahead(std::move(ahead), packed.pull)};
    use(stream, packed.named);
}

std::optional<Pull> unpacked(Pull packed) {
    std::string ahead = first_bytes(packed);
    if (!is_packed(ahead)) {
        return with_ahead(std::move(ahead), std::move(packed));
    }
    const auto from = std::make_shared<Feed>();
    from->pull = std::move(packed);
    from->ahead = std::move(ahead);
    const Archive opened = open_archive(*from);
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(opened.get(), &entry);
    const bool one = (status == ARCHIVE_OK || status == ARCHIVE_WARN) &&
                     archive_format(opened.get()) == ARCHIVE_FORMAT_RAW;
    return one ? std::optional<Pull>{pull_member(opened, from)} : std::nullopt;
}

}  // namespace plimsoll::input
