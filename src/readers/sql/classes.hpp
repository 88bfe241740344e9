// Classes: from the text of a statement to the id of its class, as one parser meets them.
//
// Law: the id is a hash of the canonical text. A table from the shape of a text to its class saves
// the lexer for all but the first text of a shape, and never changes a result: texts of one shape
// have the same canonical text.
#pragma once

#include "readers/sql/hash.hpp"
#include "readers/sql/lexer.hpp"
#include "readers/sql/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plimsoll::readers::sql {

class Classes {
public:
    explicit Classes(Dialect dialect)
        : dialect_{dialect}, normaliser_{dialect}, shapes_(shapes_size) {}

    struct Named {
        std::uint64_t id = 0;
        bool whole = true;  // the text does not end within a literal
        std::string_view
            fresh;  // the canonical text the first time, else empty; valid until the next call
    };
    [[nodiscard]] Named of(std::string_view sql) {
        const std::uint64_t shape = shape_of(sql, dialect_);
        Shape& known = shapes_[shape % shapes_size];
        if (shape != 0 && known.shape == shape) {
            return {.id = known.id, .whole = true, .fresh = {}};
        }
        const std::string_view canonical = normaliser_.canonical(sql);
        const std::uint64_t id = hash_of(canonical);
        if (normaliser_.unfinished()) {
            return {.id = id, .whole = false, .fresh = canonical};
        }
        if (shape != 0) {
            known = {.shape = shape, .id = id};
        }
        return {.id = id,
                .whole = true,
                .fresh = named_.insert(id).second ? canonical : std::string_view{}};
    }

private:
    static constexpr std::size_t shapes_size = 16'384;
    struct Shape {
        std::uint64_t shape = 0;
        std::uint64_t id = 0;
    };
    Dialect dialect_;
    Normaliser normaliser_;
    std::vector<Shape> shapes_;
    std::unordered_set<std::uint64_t> named_;
};

}  // namespace plimsoll::readers::sql
