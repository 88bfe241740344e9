// IdIndex: numbers of commits by id, four bytes a slot: a million commits take 8 MB instead of 60.
#pragma once

#include "evidence/history.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

namespace plimsoll::readers::git {

class IdIndex {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    IdIndex() : slots_(1024, none) {}

    // `id_of(number)` gives the id of a number that was put in.
    [[nodiscard]] std::optional<std::uint32_t> find(const CommitId& id, const auto& id_of) const {
        const std::uint32_t number = slots_[slot_of(id, id_of)];
        return number == none ? std::nullopt : std::optional{number};
    }
    // Room for so many without moving; before the first one is put in.
    void reserve(std::size_t count) {
        std::size_t slots = slots_.size();
        while (slots < 2 * count) {
            slots *= 2;
        }
        slots_.assign(slots, none);
    }
    // Did it go in? Not where the id is there already.
    bool put(const CommitId& id, std::uint32_t number, const auto& id_of) {
        if (++filled_ * 2 > slots_.size()) {
            std::vector<std::uint32_t> old(slots_.size() * 2, none);
            old.swap(slots_);
            for (const std::uint32_t kept : old) {
                if (kept != none) {
                    slots_[slot_of(id_of(kept), id_of)] = kept;
                }
            }
        }
        std::uint32_t& slot = slots_[slot_of(id, id_of)];
        const bool fresh = slot == none;
        slot = fresh ? number : slot;
        return fresh;
    }

private:
    [[nodiscard]] std::size_t slot_of(const CommitId& id, const auto& id_of) const {
        std::uint64_t hash = 0;
        std::memcpy(&hash, id.data(), sizeof hash);  // ids are hashes already
        const std::size_t mask = slots_.size() - 1;
        std::size_t slot = hash & mask;
        while (slots_[slot] != none && id_of(slots_[slot]) != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    std::vector<std::uint32_t> slots_;
    std::size_t filled_ = 0;
};

}  // namespace plimsoll::readers::git
