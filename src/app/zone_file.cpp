// Files of the time zone database (RFC 8536): every count is held against the bytes there are.
#include "app/zone_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace plimsoll::app {
namespace {

using std::chrono::seconds;

// Big-endian integers of a TZif file; nothing past its end.
class ZoneBytes {
public:
    explicit ZoneBytes(std::string_view bytes) : rest_{bytes} {}
    [[nodiscard]] bool has(std::size_t size) const noexcept { return rest_.size() >= size; }
    [[nodiscard]] std::string_view take(std::size_t size) noexcept {
        const std::string_view out = rest_.substr(0, size);
        rest_.remove_prefix(out.size());
        return out;
    }
    [[nodiscard]] std::int64_t integer(std::size_t size) noexcept {
        std::uint64_t value = 0;
        const std::string_view bytes = take(size);
        for (const char byte : bytes) {
            value = value << 8 | static_cast<unsigned char>(byte);
        }
        return size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value))
                         : static_cast<std::int64_t>(value);
    }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

struct ZoneHeader {
    char version = 0;
    std::size_t is_utc = 0;
    std::size_t is_standard = 0;
    std::size_t leaps = 0;
    std::size_t changes = 0;
    std::size_t types = 0;
    std::size_t letters = 0;
    [[nodiscard]] std::size_t body(std::size_t time_size) const noexcept {
        return changes * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) +
               is_standard + is_utc;
    }
};

[[nodiscard]] std::optional<ZoneHeader> zone_header(ZoneBytes& bytes) {
    if (!bytes.has(44) || bytes.take(4) != "TZif") {
        return std::nullopt;
    }
    ZoneHeader out{.version = bytes.take(1).front()};
    (void)bytes.take(15);
    for (std::size_t ZoneHeader::*count : {&ZoneHeader::is_utc,
                                           &ZoneHeader::is_standard,
                                           &ZoneHeader::leaps,
                                           &ZoneHeader::changes,
                                           &ZoneHeader::types,
                                           &ZoneHeader::letters}) {
        out.*count = static_cast<std::size_t>(static_cast<std::uint32_t>(bytes.integer(4)));
    }
    return out;
}

// Changes and types of a body whose size was looked at.
[[nodiscard]] std::optional<Zone> zone_body(ZoneBytes bytes,
                                            const ZoneHeader& header,
                                            std::size_t time_size) {
    constexpr std::int64_t year_9999 = 253'402'300'800;
    std::vector<std::int64_t> times;
    std::vector<std::size_t> indices;
    std::vector<seconds> offsets;
    for (std::size_t i = 0; i < header.changes; ++i) {
        times.push_back(std::clamp(bytes.integer(time_size), -year_9999, year_9999));
    }
    for (const char index : bytes.take(header.changes)) {
        indices.push_back(static_cast<unsigned char>(index));
    }
    for (std::size_t i = 0; i < header.types; ++i) {
        offsets.push_back(seconds{bytes.integer(4)});
        (void)bytes.take(2);
    }
    Zone zone;
    const auto wild = [](seconds offset) {
        return std::chrono::abs(offset) > std::chrono::hours{26};
    };
    if (offsets.empty() || std::ranges::any_of(offsets, wild)) {
        return std::nullopt;
    }
    zone.offset = offsets.front();
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (indices[i] >= offsets.size() || (i > 0 && times[i] < times[i - 1])) {
            return std::nullopt;
        }
        zone.changes.push_back({instant(times[i] * 1'000'000), offsets[indices[i]]});
    }
    return zone;
}

}  // namespace

std::optional<Zone> zone_of_file(std::string_view file) {
    ZoneBytes bytes{file};
    std::optional<ZoneHeader> header = zone_header(bytes);
    std::size_t time_size = 4;
    if (header && header->version >= '2') {
        (void)bytes.take(header->body(time_size));  // the same again, with times of 4 bytes
        header = zone_header(bytes);
        time_size = 8;
    }
    if (!header || !bytes.has(header->body(time_size))) {
        return std::nullopt;
    }
    std::optional<Zone> zone = zone_body(bytes, *header, time_size);
    (void)bytes.take(header->body(time_size));
    std::string_view rule = bytes.rest();
    if (!zone || rule.size() < 2 || rule.front() != '\n') {
        return zone;
    }
    rule = rule.substr(1, rule.find('\n', 1) - 1);
    if (const std::optional<Zone> later = zone_of_rule(rule)) {
        const Instant last = zone->changes.empty() ? Instant::min() : zone->changes.back().at;
        std::ranges::copy_if(later->changes,
                             std::back_inserter(zone->changes),
                             [&](const ZoneChange& change) { return change.at > last; });
    }
    return zone;
}

}  // namespace plimsoll::app
