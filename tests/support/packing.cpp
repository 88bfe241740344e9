#include "support/packing.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>

namespace plimsoll::test {
namespace {

la_ssize_t append(archive* /*unused*/, void* out, const void* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

}  // namespace

std::string pack(const std::string& filter,
                 const std::string& format,
                 const std::vector<std::pair<std::string, std::string>>& members) {
    std::string out;
    archive* writer = archive_write_new();
    const bool known = (filter == "none" ||
                        archive_write_add_filter_by_name(writer, filter.c_str()) == ARCHIVE_OK) &&
                       archive_write_set_format_by_name(
                           writer, format == "tar" ? "ustar" : format.c_str()) == ARCHIVE_OK;
    archive_write_set_bytes_per_block(writer, 0);
    if (!known || archive_write_open(writer, &out, nullptr, append, nullptr) != ARCHIVE_OK) {
        throw std::runtime_error{"cannot pack"};
    }
    for (const auto& [name, content] : members) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(writer, entry);
        archive_write_data(writer, content.data(), content.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    return out;
}

}  // namespace plimsoll::test
