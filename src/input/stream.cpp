#include "input/stream.hpp"

#include "core/error.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace plimsoll::input {

struct Stream::Hasher {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Hasher() { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
    ~Hasher() { EVP_MD_CTX_free(context); }
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
};

Stream::Stream(SourceKind kind, std::string name, std::string path, Pull pull)
    : kind_{kind}, name_{std::move(name)}, path_{std::move(path)}, pull_{std::move(pull)} {}

Stream::~Stream() = default;

void Stream::hash() {
    hasher_ = std::make_unique<Hasher>();
}

std::string Stream::sha256() const {
    if (!hasher_) {
        return {};
    }
    EVP_MD_CTX* copy = EVP_MD_CTX_new();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_MD_CTX_copy_ex(copy, hasher_->context);
    EVP_DigestFinal_ex(copy, digest.data(), &length);
    EVP_MD_CTX_free(copy);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (const unsigned char byte : std::span{digest.data(), length}) {
        out += hex[byte >> 4U];
        out += hex[byte & 15U];
    }
    return out;
}

// Bytes from the source itself, hashed; after damage or the end, none.
std::size_t Stream::pull(std::span<char> into) {
    if (ended_ || !pull_) {
        return 0;
    }
    std::size_t got = 0;
    try {
        got = pull_(into);
    } catch (const Damage& damage) {
        damage_ = damage.why;
    }
    ended_ = got == 0;
    if (hasher_ && got != 0) {
        EVP_DigestUpdate(hasher_->context, into.data(), got);
    }
    return got;
}

Sample Stream::sample() {
    while (kind_ == SourceKind::bytes && head_.size() < head_size && !ended_) {
        const std::size_t had = head_.size();
        head_.resize(head_size);
        head_.resize(had + pull(std::span{head_}.subspan(had)));
    }
    return {.kind = kind_, .head = head_, .whole = ended_};
}

std::size_t Stream::read(std::span<char> into) {
    std::size_t got = 0;
    if (head_at_ < head_.size()) {
        got = std::min(into.size(), head_.size() - head_at_);
        std::memcpy(into.data(), head_.data() + head_at_, got);
        head_at_ += got;
    } else {
        got = pull(into);
    }
    bytes_ += got;
    return got;
}

bool Stream::next(Block& block) {
    block.offset_ = bytes_;
    block.used_ = 0;
    block.cut_bytes_ = 0;
    if (block.storage_.size() < block_size) {
        block.storage_.resize(block_size);
    }
    std::size_t line_feed = std::string::npos;
    while (true) {
        if (block.used_ == block.storage_.size()) {
            if (line_feed != std::string::npos) {
                break;
            }
            if (block.used_ >= longest_line) {
                drop_rest_of_line(block);
                return true;
            }
            block.storage_.resize(block.storage_.size() * 2);
        }
        const std::size_t got = read(std::span{block.storage_}.subspan(block.used_));
        if (got == 0) {
            return block.used_ != 0;
        }
        const void* found = memrchr(block.storage_.data() + block.used_, '\n', got);
        if (found != nullptr) {
            line_feed =
                static_cast<std::size_t>(static_cast<const char*>(found) - block.storage_.data());
        }
        block.used_ += got;
    }
    // The line that the block's end cuts goes back in front of what is still to be read.
    const std::size_t keep = line_feed + 1;
    const std::string_view rest{block.storage_.data() + keep, block.used_ - keep};
    head_.replace(0, head_at_, rest);
    head_at_ = 0;
    bytes_ -= rest.size();
    block.used_ = keep;
    return true;
}

// The block is full and holds no line feed: keep its start, skip to the end of the line.
void Stream::drop_rest_of_line(Block& block) {
    block.used_ = longest_line - 1;
    block.cut_bytes_ = block.storage_.size() - block.used_;
    std::string scratch(head_size, '\0');
    while (true) {
        const std::size_t got = read(scratch);
        if (got == 0) {
            return;
        }
        const std::size_t feed = std::string_view{scratch}.substr(0, got).find('\n');
        if (feed != std::string::npos) {
            const std::string_view rest =
                std::string_view{scratch}.substr(feed + 1, got - feed - 1);
            head_.replace(0, head_at_, rest);
            head_at_ = 0;
            bytes_ -= rest.size();
            block.cut_bytes_ += feed;
            block.storage_[block.used_++] = '\n';
            return;
        }
        block.cut_bytes_ += got;
    }
}

std::string Stream::whole(std::size_t most) {
    std::string text;
    std::size_t used = 0;
    while (true) {
        if (used == text.size()) {
            text.resize(std::max<std::size_t>(head_size, text.size() * 2));
        }
        const std::size_t got = read(std::span{text}.subspan(used));
        if (got == 0) {
            break;
        }
        used += got;
        if (used > most) {
            throw Error{{.status = Status::untrusted,
                         .what = "the document is too large to be read whole",
                         .where = name_,
                         .why = "it has more than " + std::to_string(most) + " bytes",
                         .remedy = "split the export into pages, or give one document a line"}};
        }
    }
    text.resize(used);
    return text;
}

std::optional<std::string_view> Lines::next() {
    if (rest_.empty()) {
        if (!stream_.next(block_)) {
            return std::nullopt;
        }
        rest_ = block_.text();
    }
    std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    ++number_;
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

}  // namespace plimsoll::input
