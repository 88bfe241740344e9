#include "wire/container.hpp"

#include "core/error.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace plimsoll::wire {
namespace {

// magic, 8 bytes of signature, 8 bytes of content size, 8 bytes of FNV-1a over the content, then
// zstd.
constexpr std::size_t header_size = container_magic.size() + 24;

void put_number(std::string& out, std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(number >> shift & 0xFFU);
    }
}

[[nodiscard]] std::uint64_t get_number(std::string_view bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return number;
}

[[nodiscard]] std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return hash;
}

[[nodiscard]] Error damaged(const std::string& where, std::string why) {
    return Error{{.status = Status::untrusted,
                  .what = "cannot trust a digest",
                  .where = where,
                  .why = std::move(why),
                  .remedy = "make it again: plimsoll digest PATH... -o " + where}};
}

la_ssize_t append(archive* /*unused*/, void* out, const void* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

[[nodiscard]] std::string compress(std::string_view content) {
    std::string out;
    const std::unique_ptr<archive, int (*)(archive*)> writer{archive_write_new(),
                                                             archive_write_free};
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry{archive_entry_new(),
                                                                         archive_entry_free};
    archive_entry_set_pathname(entry.get(), "digest");
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_write_set_format_raw(writer.get());
    archive_write_add_filter_zstd(writer.get());
    archive_write_set_bytes_per_block(writer.get(), 0);
    if (archive_write_open(writer.get(), &out, nullptr, append, nullptr) != ARCHIVE_OK ||
        archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK ||
        archive_write_data(writer.get(), content.data(), content.size()) < 0 ||
        archive_write_close(writer.get()) != ARCHIVE_OK) {
        throw Error{{.status = Status::internal,
                     .what = "cannot compress a digest",
                     .where = {},
                     .why = archive_error_string(writer.get()),
                     .remedy = "report this"}};
    }
    return out;
}

[[nodiscard]] std::string decompress(std::string_view packed,
                                     std::uint64_t size,
                                     const std::string& where) {
    const std::unique_ptr<archive, int (*)(archive*)> reader{archive_read_new(), archive_read_free};
    archive_read_support_filter_zstd(reader.get());
    archive_read_support_format_raw(reader.get());
    archive_entry* entry = nullptr;
    if (archive_read_open_memory(reader.get(), packed.data(), packed.size()) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
        throw damaged(where, "it does not decompress");
    }
    std::string content;
    std::vector<char> part(1U << 20U);
    while (true) {
        const la_ssize_t got = archive_read_data(reader.get(), part.data(), part.size());
        if (got < 0 || content.size() > size) {
            throw damaged(where, "it does not decompress");
        }
        if (got == 0) {
            return content;
        }
        content.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

std::string seal(std::uint64_t signature, std::string_view content) {
    std::string out{container_magic};
    put_number(out, signature);
    put_number(out, content.size());
    put_number(out, checksum(content));
    return out + compress(content);
}

std::string unseal(std::uint64_t signature, std::string_view file, const std::string& where) {
    if (file.size() < header_size || !file.starts_with(container_magic)) {
        throw damaged(where, "it does not begin as a digest does");
    }
    const std::string_view numbers = file.substr(container_magic.size());
    if (get_number(numbers) != signature) {
        throw damaged(where,
                      "another version of plimsoll wrote it, whose evidence has other fields");
    }
    std::string content =
        decompress(file.substr(header_size), get_number(numbers.substr(8)), where);
    if (content.size() != get_number(numbers.substr(8)) ||
        checksum(content) != get_number(numbers.substr(16))) {
        throw damaged(where, "its checksum does not match: it was cut or changed");
    }
    return content;
}

}  // namespace plimsoll::wire
