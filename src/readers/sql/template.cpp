#include "readers/sql/template.hpp"

#include "readers/sql/bytes.hpp"
#include "readers/sql/hash.hpp"
#include "readers/sql/literals.hpp"
#include "readers/workload/scan.hpp"

namespace plimsoll::readers::sql {
namespace {

// What begins at `at`, which lies before `end`; '\0' when it is none of what a scan drops.
[[nodiscard]] char kind_at(const char* at, const char* end) noexcept {
    const char next = end - at > 1 ? at[1] : '\0';
    switch (*at) {
        case '\'':
        case '"':
            return *at;
        case '$':
            return class_of(next) == Class::digit ? '$' : '\0';
        case '-':
            return next == '-' ? '-' : '\0';
        case '/':
            return next == '*' ? '/' : '\0';
        default:
            return class_of(*at) == Class::digit ? '0' : '\0';
    }
}

// What the scan reads the same whatever the literal before it ends with.
[[nodiscard]] bool looks_not_back(char c) noexcept {
    switch (class_of(c)) {
        case Class::blank:
        case Class::letter:
        case Class::sign:
        case Class::comma:
        case Class::open:
        case Class::close:
        case Class::end:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::size_t Template::slot_of(std::string_view sql) noexcept {
    return sql.size() < shortest
               ? 0
               : mix(detail::load8(sql.data()), detail::load8(sql.data() + 8)) >> 32U;
}

std::size_t Template::long_slot_of(std::string_view sql) noexcept {
    return sql.size() < long_start ? 0 : hash_of(sql.substr(0, long_start)) >> 32U;
}

bool Template::fits(std::string_view sql, Dialect dialect) const noexcept {
    const Literals literals{sql, dialect == Dialect::mysql};
    const char* known = text_.data();
    const char* at = sql.data();
    const char* const end = at + sql.size();
    for (const Piece& piece : pieces_) {
        if (static_cast<std::size_t>(end - at) < piece.size || !scan::same(known, at, piece.size)) {
            return false;
        }
        known += piece.size;
        at += piece.size;
        if (piece.kind == '\0') {
            return at == end;
        }
        if (piece.kind == '0') {  // most are numbers
            if (at == end || class_of(*at) != Class::digit) {
                return false;
            }
            at = number_end(sql.data(), at, end);
        } else {
            if (at == end || kind_at(at, end) != piece.kind) {
                return false;
            }
            at = piece.kind == '-' || piece.kind == '/' ? literals.comment_end(at)
                                                        : literals.literal_end(at);
        }
        if (at != nullptr && piece.list) {
            at = literals.list_end(at);
        }
        if (at == nullptr) {
            return false;
        }
    }
    return false;  // it is none yet
}

void Template::learn(std::string_view sql, const Dropped& dropped, std::uint64_t id) {
    pieces_.clear();
    text_.clear();
    if (sql.size() < shortest || (!dropped.empty() && dropped.front().begin < shortest)) {
        return;
    }
    const char* const end = sql.data() + sql.size();
    std::size_t from = 0;
    for (const DroppedPart& part : dropped) {
        if (from != 0 && (part.begin == from || !looks_not_back(sql[from]))) {
            pieces_.clear();
            return;
        }
        pieces_.push_back({.size = static_cast<std::uint32_t>(part.begin - from),
                           .kind = kind_at(sql.data() + part.begin, end),
                           .list = part.list});
        text_.append(sql, from, part.begin - from);
        from = part.end;
    }
    const bool looks_back = from != 0 && from < sql.size() && !looks_not_back(sql[from]);
    pieces_.push_back({.size = static_cast<std::uint32_t>(sql.size() - from)});
    text_.append(sql, from);
    if (looks_back || text_.size() > longest) {
        pieces_.clear();
    }
    id_ = id;
}

}  // namespace plimsoll::readers::sql
