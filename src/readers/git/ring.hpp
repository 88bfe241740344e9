// Ring: a cache of byte strings in one block of memory; the oldest make room for new ones.
//
// Walking history unpacks millions of trees of a few hundred bytes: one block costs no allocation
// for each, and order of age is nearly order of use there. What is pinned stays where it is; when
// no room can be made, or a string is large, it lives outside and goes with its last pin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::readers::git {

// A string in the ring or beside it, alive while the value lives.
class Pinned {
public:
    Pinned() = default;
    ~Pinned() { release(); }
    Pinned(Pinned&& other) noexcept
        : data_{std::exchange(other.data_, nullptr)},
          size_{std::exchange(other.size_, 0)},
          pins_{std::exchange(other.pins_, nullptr)},
          own_{std::move(other.own_)},
          type_{other.type_} {}
    Pinned& operator=(Pinned&& other) noexcept {
        if (this != &other) {
            release();
            data_ = std::exchange(other.data_, nullptr);
            size_ = std::exchange(other.size_, 0);
            pins_ = std::exchange(other.pins_, nullptr);
            own_ = std::move(other.own_);
            type_ = other.type_;
        }
        return *this;
    }

    [[nodiscard]] explicit operator bool() const noexcept { return data_ != nullptr; }
    [[nodiscard]] std::string_view text() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<char> bytes() noexcept { return {data_, size_}; }
    [[nodiscard]] std::uint8_t type() const noexcept { return type_; }

private:
    friend class Ring;
    void release() noexcept {
        if (pins_ != nullptr) {
            --*pins_;
        }
    }
    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::uint32_t* pins_ = nullptr;  // null: it owns its bytes
    std::unique_ptr<char[]> own_;
    std::uint8_t type_ = 0;
};

class Ring {
public:
    explicit Ring(std::size_t bytes);

    // The string kept under a key, which is never 0.
    [[nodiscard]] Pinned find(std::uint64_t key) noexcept;
    // Room for a string to be kept under a key that is not there; the caller fills it.
    [[nodiscard]] Pinned make(std::uint64_t key, std::size_t size, std::uint8_t type);
    // Takes a key out again: what was to be kept turned out damaged.
    void drop(std::uint64_t key) noexcept;
    // A string outside of the ring.
    [[nodiscard]] static Pinned outside(std::size_t size, std::uint8_t type);

private:
    struct Head {  // in front of every string
        std::uint64_t key;
        std::uint32_t size;   // of the string
        std::uint32_t block;  // of head, string and padding
        std::uint32_t pins;
        std::uint32_t type;
    };
    [[nodiscard]] Head& head(std::size_t at) noexcept;
    [[nodiscard]] bool evict_one() noexcept;
    [[nodiscard]] bool make_room(std::size_t block) noexcept;
    [[nodiscard]] std::size_t slot_of(std::uint64_t key) const noexcept;
    void insert(std::uint64_t key, std::size_t at);
    void erase(std::uint64_t key) noexcept;
    void grow();
    [[nodiscard]] Pinned pin(std::size_t at) noexcept;

    struct Slot {
        std::uint64_t key = 0;
        std::uint64_t at = 0;
    };
    std::size_t capacity_;
    std::unique_ptr<char[]> memory_;
    std::size_t oldest_ = 0;
    std::size_t next_ = 0;
    std::size_t used_ = 0;     // bytes between oldest_ and next_, padding at the end included
    std::vector<Slot> slots_;  // open addressing, power of two
    std::size_t filled_ = 0;
};

}  // namespace plimsoll::readers::git
