// Outdone plans: is a plan of auto_explain certainly too fast to be kept, so that it need not be
// parsed?
//
// Law: Plans keeps the slowest `most_of_a_shape` of a statement and shape. Two bodies in JSON that
// differ only in numbers outside quotes have the same shape, so a body is dropped when so many of
// its skeleton were slower. A log with a million plans costs the parsing of a few hundred, and what
// is kept is the same to the bit. Blind spots: bodies in text, XML and YAML, conditions with
// literals that change, and plans whose statement is not known are always parsed.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plimsoll::readers {

// A hash over the body without its query's text and without numbers; 0 when it is not JSON.
[[nodiscard]] std::uint64_t plan_skeleton(std::string_view body) noexcept;

class OutdonePlans {
public:
    // `skeleton` with the class of the statement in it; 0 is never outdone.
    [[nodiscard]] bool outdone(std::uint64_t skeleton, std::int64_t duration_us) const;
    // A plan of this skeleton was parsed and is a plan.
    void add(std::uint64_t skeleton, std::int64_t duration_us);

private:
    static constexpr std::size_t most_skeletons = 4'096;  // half a megabyte
    // The slowest so far, as heaps with the fastest of them at the front.
    std::unordered_map<std::uint64_t, std::vector<std::int64_t>> slowest_;
};

}  // namespace plimsoll::readers
