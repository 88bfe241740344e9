#include "core/packed_counts.hpp"

#include <bit>
#include <utility>

namespace plimsoll {

bool operator==(const PackedCounts& a, const PackedCounts& b) noexcept {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i]) {
            return false;
        }
    }
    return true;
}

void PackedCounts::widen(std::uint64_t number) {
    const auto bytes = static_cast<unsigned>((std::bit_width(number) + 7) / 8);
    PackedCounts wider;
    wider.width_ = static_cast<std::uint8_t>(bytes > 4 ? 8 : bytes);
    wider.grow(size());
    for (std::size_t i = 0; i < size(); ++i) {
        wider.add(i, (*this)[i]);
    }
    *this = std::move(wider);
}

}  // namespace plimsoll
