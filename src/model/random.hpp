// Random: a small generator whose numbers are the same on every platform and compiler.
//
// xoshiro256** (Blackman and Vigna 2018, public domain reference), seeded by splitmix64 as its
// authors advise. <random>'s distributions are not used because the standard leaves their
// algorithms open, and the same seed must give the same report everywhere.
// Blind spot: not for secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace plimsoll::model {

// One step of splitmix64: advances the state and returns a well-mixed 64-bit number.
[[nodiscard]] std::uint64_t splitmix64(std::uint64_t& state) noexcept;

class Random {
public:
    explicit Random(std::uint64_t seed) noexcept;

    // Uniform over all 64-bit numbers.
    [[nodiscard]] std::uint64_t next() noexcept;
    // Uniform on the open interval (0, 1), on a grid of step 2^-52; never 0 and never 1.
    [[nodiscard]] double uniform() noexcept;
    // Uniform on 0 .. bound-1 without bias (Lemire 2019's rejection, by division); 0 for bound 0.
    [[nodiscard]] std::size_t below(std::size_t bound) noexcept;
    // Normal, mean 0, standard deviation 1 (Marsaglia's polar method, the spare is thrown away).
    [[nodiscard]] double normal() noexcept;
    // Exponential, mean 1.
    [[nodiscard]] double exponential() noexcept;

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace plimsoll::model
