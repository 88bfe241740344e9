#include "readers/git/ring.hpp"

#include <new>

namespace plimsoll::readers::git {
namespace {

constexpr std::size_t least_capacity = 64U << 10U;
constexpr std::size_t first_slots = 1U << 12U;

[[nodiscard]] std::size_t spread(std::uint64_t key) noexcept {
    return (key * 0x9E37'79B9'7F4A'7C15ULL) >> 20U;
}

}  // namespace

Ring::Ring(std::size_t bytes)
    : capacity_{(bytes < least_capacity ? least_capacity : bytes) / sizeof(Head) * sizeof(Head)},
      memory_{new char[capacity_]},
      slots_(first_slots) {}

Ring::Head& Ring::head(std::size_t at) noexcept {
    return *std::launder(reinterpret_cast<Head*>(memory_.get() + at));
}

std::size_t Ring::slot_of(std::uint64_t key) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = spread(key) & mask;
    while (slots_[slot].key != 0 && slots_[slot].key != key) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void Ring::insert(std::uint64_t key, std::size_t at) {
    if ((filled_ + 1) * 2 > slots_.size()) {
        grow();
    }
    slots_[slot_of(key)] = {key, at};
    ++filled_;
}

void Ring::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
        if (slot.key != 0) {
            slots_[slot_of(slot.key)] = slot;
        }
    }
}

// Takes a key out and moves up what collided with it.
void Ring::erase(std::uint64_t key) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = slot_of(key);
    if (slots_[hole].key == 0) {
        return;
    }
    --filled_;
    for (std::size_t next = (hole + 1) & mask; slots_[next].key != 0; next = (next + 1) & mask) {
        const std::size_t home = spread(slots_[next].key) & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) {
            slots_[hole] = slots_[next];
            hole = next;
        }
    }
    slots_[hole] = {};
}

Pinned Ring::pin(std::size_t at) noexcept {
    Head& found = head(at);
    ++found.pins;
    Pinned out;
    out.data_ = memory_.get() + at + sizeof(Head);
    out.size_ = found.size;
    out.pins_ = &found.pins;
    out.type_ = static_cast<std::uint8_t>(found.type);
    return out;
}

Pinned Ring::find(std::uint64_t key) noexcept {
    const Slot& slot = slots_[slot_of(key)];
    return slot.key == 0 ? Pinned{} : pin(slot.at);
}

// False when the oldest is pinned.
bool Ring::evict_one() noexcept {
    Head& old = head(oldest_);
    if (old.pins != 0) {
        return false;
    }
    if (old.key != 0) {
        erase(old.key);
    }
    used_ -= old.block;
    oldest_ += old.block;
    if (oldest_ == capacity_) {
        oldest_ = 0;
    }
    return true;
}

// Room for `block` bytes in one piece at next_.
bool Ring::make_room(std::size_t block) noexcept {
    if (capacity_ - next_ < block) {
        // What is left at the end becomes an empty string, and the ring begins anew.
        const std::size_t rest = capacity_ - next_;
        while (capacity_ - used_ < rest) {
            if (!evict_one()) {
                return false;
            }
        }
        if (rest != 0) {
            new (memory_.get() + next_) Head{.key = 0,
                                             .size = 0,
                                             .block = static_cast<std::uint32_t>(rest),
                                             .pins = 0,
                                             .type = 0};
            used_ += rest;
        }
        next_ = 0;
    }
    while (capacity_ - used_ < block) {
        if (!evict_one()) {
            return false;
        }
    }
    return true;
}

Pinned Ring::outside(std::size_t size, std::uint8_t type) {
    Pinned out;
    out.own_.reset(new char[size + 1]);
    out.data_ = out.own_.get();
    out.size_ = size;
    out.type_ = type;
    return out;
}

Pinned Ring::make(std::uint64_t key, std::size_t size, std::uint8_t type) {
    const std::size_t block =
        (sizeof(Head) + size + sizeof(Head) - 1) / sizeof(Head) * sizeof(Head);
    if (block > capacity_ / 16 || !make_room(block)) {
        return outside(size, type);
    }
    const std::size_t at = next_;
    new (memory_.get() + at) Head{.key = key,
                                  .size = static_cast<std::uint32_t>(size),
                                  .block = static_cast<std::uint32_t>(block),
                                  .pins = 0,
                                  .type = type};
    next_ += block;
    if (next_ == capacity_) {
        next_ = 0;
    }
    used_ += block;
    insert(key, at);
    return pin(at);
}

void Ring::drop(std::uint64_t key) noexcept {
    const std::size_t slot = slot_of(key);
    if (slots_[slot].key != 0) {
        head(slots_[slot].at).key = 0;
        erase(key);
    }
}

}  // namespace plimsoll::readers::git
