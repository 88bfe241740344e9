// Classes: from the text of a statement to the id of its class, as one parser meets them.
//
// Law: the id is a hash of the canonical text. A table from the shape of a text to its class saves
// the lexer for all but the first text of a shape, and never changes a result: texts of one shape
// have the same canonical text. A table from the hash of the whole text saves the shape as well for
// what is sent again as it was: prepared statements, BEGIN; and a table of templates (template.hpp)
// saves it for what is sent again with other literals.
#pragma once

#include "readers/sql/hash.hpp"
#include "readers/sql/lexer.hpp"
#include "readers/sql/shape.hpp"
#include "readers/sql/template.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plimsoll::readers::sql {

class Classes {
public:
    explicit Classes(Dialect dialect)
        : dialect_{dialect},
          normaliser_{dialect},
          texts_(texts_size),
          shapes_(shapes_size),
          templates_(templates_size) {}

    struct Named {
        std::uint64_t id = 0;
        bool whole = true;  // the text does not end within a literal
        std::string_view
            fresh;  // the canonical text the first time, else empty; valid until the next call
    };
    // `hash` is that of `sql`, hash_of().
    [[nodiscard]] Named of(std::string_view sql, std::uint64_t hash) {
        Named named;
        const Template& like = templates_[Template::slot_of(sql) % templates_size];
        if (like.fits(sql, dialect_)) {
            named.id = like.id();
            return named;
        }
        Known& known = texts_[hash % texts_size];
        if (known.key == hash) {
            named.id = known.id;
            return named;
        }
        const Template& long_like = templates_[Template::long_slot_of(sql) % templates_size];
        if (long_like.fits(sql, dialect_)) {
            named.id = long_like.id();
            return named;
        }
        by_shape(sql, named);
        if (named.whole) {
            known.key = hash;
            known.id = named.id;
        }
        return named;
    }
    [[nodiscard]] Named of(std::string_view sql) { return of(sql, hash_of(sql)); }

private:
    static constexpr std::size_t texts_size = 2'048;
    static constexpr std::size_t shapes_size = 16'384;
    static constexpr std::size_t templates_size = 1'024;
    struct Known {
        std::uint64_t key = 0;  // of a text, or its shape; 0 when the place is free
        std::uint64_t id = 0;
    };

    void by_shape(std::string_view sql, Named& named) {
        const std::uint64_t shape = shape_of(sql, dialect_, dropped_);
        Known& known = shapes_[shape % shapes_size];
        if (shape != 0 && known.key == shape) {
            named.id = known.id;
            const std::size_t slot = Template::is_long(sql, dropped_) ? Template::long_slot_of(sql)
                                                                      : Template::slot_of(sql);
            templates_[slot % templates_size].learn(sql, dropped_, known.id);
            return;
        }
        const std::string_view canonical = normaliser_.canonical(sql);
        named.id = hash_of(canonical);
        named.whole = !normaliser_.unfinished();
        if (!named.whole) {
            named.fresh = canonical;
            return;
        }
        if (shape != 0) {
            known.key = shape;
            known.id = named.id;
        }
        if (named_.insert(named.id).second) {
            named.fresh = canonical;
        }
    }

    Dialect dialect_;
    Normaliser normaliser_;
    std::vector<Known> texts_;
    std::vector<Known> shapes_;
    std::vector<Template> templates_;
    Dropped dropped_;
    std::unordered_set<std::uint64_t> named_;
};

}  // namespace plimsoll::readers::sql
