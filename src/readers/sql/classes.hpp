// Classes: from the text of a statement to the id of its class, as one parser meets them.
//
// Law: the id is a hash of the canonical text. A small memory of raw texts saves the lexer where
// applications send the same text again (prepared statements); it switches itself off where they do
// not, and never changes a result.
#pragma once

#include "readers/sql/hash.hpp"
#include "readers/sql/lexer.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plimsoll::readers::sql {

class Classes {
public:
    explicit Classes(Dialect dialect) : normaliser_{dialect}, memo_(memo_size) {}

    struct Named {
        std::uint64_t id = 0;
        bool whole = true;  // the text does not end within a literal
        std::string_view
            fresh;  // the canonical text the first time, else empty; valid until the next call
    };
    // `raw` is hash_of(sql).
    [[nodiscard]] Named of(std::string_view sql, std::uint64_t raw) {
        Memo& memo = memo_[raw % memo_size];
        if (remembers_ && memo.raw == raw) {
            ++hits_;
            return {.id = memo.id, .whole = true, .fresh = {}};
        }
        const std::string_view canonical = normaliser_.canonical(sql);
        const std::uint64_t id = hash_of(canonical);
        if (normaliser_.unfinished()) {
            return {.id = id, .whole = false, .fresh = canonical};
        }
        memo = {.raw = raw, .id = id};
        return {.id = id,
                .whole = true,
                .fresh = known_.insert(id).second ? canonical : std::string_view{}};
    }

private:
    static constexpr std::size_t memo_size = 8192;
    struct Memo {
        std::uint64_t raw = 0;
        std::uint64_t id = 0;
    };
    Normaliser normaliser_;
    std::vector<Memo> memo_;
    bool remembers_ = true;
    std::uint64_t hits_ = 0;
    std::unordered_set<std::uint64_t> known_;
};

}  // namespace plimsoll::readers::sql
