#include "input/keyed_hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace plimsoll::input {

std::string keyed_hash(std::string_view key, std::string_view text, std::size_t bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(),
             key.data(),
             static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()),
             text.size(),
             digest.data(),
             &size) == nullptr) {
        throw std::runtime_error{"the cryptographic library refuses a hash"};
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes, size); ++i) {
        out += digits[digest[i] / 16U];
        out += digits[digest[i] % 16U];
    }
    return out;
}

}  // namespace plimsoll::input
