// Stream: a named source as readers see it: decompressed bytes, in blocks of whole lines or raw.
//
// Memory does not depend on the size of the source: a block is about 256 KiB, which stays in a
// core's own cache with what is made of it, and a line that is longer than `longest_line` is cut
// there, the rest dropped and counted (a bulk INSERT of 100 MB is one line, and its first mebibytes
// say what it is). Damage in the bytes (a truncated .gz, a bomb) does not lose what came before:
// the stream ends, and damage() says why; the runner turns that into exit status 4.
#pragma once

#include "core/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plimsoll::input {

// A block of whole lines. The caller owns it and may hand it to another thread; the same Block
// given to next() again reuses its memory.
class Block {
public:
    [[nodiscard]] std::string_view text() const noexcept { return {storage_.data(), used_}; }
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }  // of its first byte
    // Lines cut at longest_line, and the bytes dropped from them.
    [[nodiscard]] std::uint64_t cut_bytes() const noexcept { return cut_bytes_; }

private:
    friend class Stream;
    std::string storage_;
    std::size_t used_ = 0;
    std::uint64_t offset_ = 0;
    std::uint64_t cut_bytes_ = 0;
};

// Fills the span from the front and returns how many bytes; 0 at the end. May throw Damage.
using Pull = std::function<std::size_t(std::span<char>)>;

// The bytes cannot be read on; what() says why. Caught by Stream only.
struct Damage {
    std::string why;
};

class Stream {
public:
    static constexpr std::size_t head_size = 65'536;
    static constexpr std::size_t block_size = 262'144;
    static constexpr std::size_t longest_line = 8 * 1'048'576;

    Stream(SourceKind kind, std::string name, std::string path, Pull pull);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // As in Input::name: for messages and origins.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    // The repository's folder or the connection string, for sources that are not bytes; else the
    // file.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] SourceKind kind() const noexcept { return kind_; }
    // What recognises() looks at. Call before reading.
    [[nodiscard]] Sample sample();

    // The next block of whole lines; the last line need not end in a line feed. False at the end.
    [[nodiscard]] bool next(Block& block);
    // Raw bytes, for documents that are parsed as they come. 0 at the end.
    [[nodiscard]] std::size_t read(std::span<char> into);
    // Everything, for small documents. Throws Error (untrusted) when it is larger than `most`
    // bytes.
    [[nodiscard]] std::string whole(std::size_t most = 512U * 1'048'576U);

    // Decompressed bytes handed out so far.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] const std::optional<std::string>& damage() const noexcept { return damage_; }

    // Switches hashing on; call before the first byte is read.
    void hash();
    // Hex SHA-256 of what was read so far; empty when not switched on.
    [[nodiscard]] std::string sha256() const;

private:
    [[nodiscard]] std::size_t pull(std::span<char> into);
    void drop_rest_of_line(Block& block);

    struct Hasher;
    SourceKind kind_;
    std::string name_;
    std::string path_;
    Pull pull_;
    std::string head_;  // read ahead, or left over from the last block
    std::size_t head_at_ = 0;
    bool ended_ = false;
    std::uint64_t bytes_ = 0;
    std::optional<std::string> damage_;
    std::unique_ptr<Hasher> hasher_;
};

// The lines of a text with their numbers, for readers for which speed is not the question.
// A carriage return before the line feed is taken off.
class Lines {
public:
    explicit Lines(Stream& stream) : stream_{stream} {}
    // The next line without its end; nothing when there is none.
    [[nodiscard]] std::optional<std::string_view> next();
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

private:
    Stream& stream_;
    Block block_;
    std::string_view rest_;
    std::uint64_t number_ = 0;
};

}  // namespace plimsoll::input
