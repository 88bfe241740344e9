#include "model/random.hpp"

#include <bit>
#include <cmath>

namespace plimsoll::model {

std::uint64_t splitmix64(std::uint64_t& state) noexcept {
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

Random::Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
        word = splitmix64(seed);
    }
}

std::uint64_t Random::next() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5U, 7) * 9U;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Random::uniform() noexcept {
    return (static_cast<double>(next() >> 12U) + 0.5) * 0x1.0p-52;
}

std::size_t Random::below(std::size_t bound) noexcept {
    if (bound == 0) {
        return 0;
    }
    const std::uint64_t limit = UINT64_MAX - (UINT64_MAX % bound + 1) % bound;
    std::uint64_t draw = next();
    while (draw > limit) {
        draw = next();
    }
    return draw % bound;
}

double Random::normal() noexcept {
    for (;;) {
        const double x = 2 * uniform() - 1;
        const double y = 2 * uniform() - 1;
        const double square = x * x + y * y;
        if (square < 1 && square > 0) {
            return x * std::sqrt(-2 * std::log(square) / square);
        }
    }
}

double Random::exponential() noexcept {
    return -std::log(uniform());
}

}  // namespace plimsoll::model
