#include "readers/sql/lexer.hpp"

#include "readers/sql/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace plimsoll::readers::sql {
namespace {

[[nodiscard]] constexpr std::array<char, 256> lower_bytes() {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < 256; ++c) {
        table[c] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return table;
}

constexpr std::array<char, 256> lower_table = lower_bytes();

// Words after which an opening bracket is not a call, and a minus is a sign.
[[nodiscard]] bool is_keyword(std::string_view word) {
    static constexpr std::array<std::string_view, 42> words{
        "all",       "and",    "any",       "as",       "between", "by",     "case",
        "distinct",  "else",   "except",    "exists",   "filter",  "from",   "having",
        "ilike",     "in",     "intersect", "interval", "into",    "is",     "join",
        "limit",     "like",   "not",       "offset",   "on",      "or",     "over",
        "returning", "select", "set",       "table",    "then",    "union",  "using",
        "value",     "values", "when",      "where",    "with",    "within", "update"};
    return word.size() <= 9 && std::ranges::find(words, word) != words.end();
}

}  // namespace

std::size_t Normaliser::written() const {
    return static_cast<std::size_t>(out_ - buffer_.data());
}

std::string_view Normaliser::last_word() const {
    return {word_, static_cast<std::size_t>(out_ - word_)};
}

std::string_view Normaliser::canonical(std::string_view sql) {
    // A token takes its own bytes and at most one blank.
    if (buffer_.size() < sql.size() * 2 + 64) {
        buffer_.resize(sql.size() * 2 + 64);
    }
    at_ = sql.data();
    end_ = at_ + sql.size();
    out_ = buffer_.data();
    word_ = out_;
    last_ = Token::none;
    unfinished_ = false;
    depth_ = 0;
    too_deep_ = 0;
    after_row_ = false;
    rows_follow_ = false;
    levels_[0] = {};
    while (at_ < end_) {
        step();
    }
    // What ends a statement, or was cut off before its end, says nothing about its class.
    while (out_ > buffer_.data() && (out_[-1] == ' ' || out_[-1] == ';')) {
        --out_;
    }
    return {buffer_.data(), written()};
}

void Normaliser::step() {
    const char c = *at_;
    switch (class_of(c)) {
        case Class::blank:
            ++at_;
            break;
        case Class::letter:
            word();
            break;
        case Class::digit:
            number();
            break;
        case Class::quote:
            text('\'', mysql_);
            break;
        case Class::double_quote:
            mysql_ ? text('"', true) : quoted_name('"');
            break;
        case Class::back_quote:
            quoted_name('`');
            break;
        case Class::dollar:
            dollar();
            break;
        case Class::sign:
            sign();
            break;
        case Class::open:
            open(c);
            break;
        case Class::close:
            close(c);
            break;
        case Class::comma:
            comma();
            break;
        case Class::dot:
            if (begins_fraction()) {
                number();
                break;
            }
            space_before(Token::dot);
            *out_++ = *at_++;
            break;
        case Class::end:
            space_before(Token::end);
            *out_++ = *at_++;
            break;
        case Class::other:
            space_before(Token::sign);
            *out_++ = *at_++;
            break;
    }
}

void Normaliser::space_before(Token next) {
    const bool tight = last_ == Token::none || last_ == Token::open || last_ == Token::dot ||
                       last_ == Token::cast || next == Token::close || next == Token::comma ||
                       next == Token::dot || next == Token::end || next == Token::cast;
    if (!tight) {
        *out_++ = ' ';
    }
    last_ = next;
    after_row_ = false;
}

void Normaliser::word() {
    space_before(Token::word);
    // Writing through a char pointer could change our members, so the loop keeps them in locals.
    const char* at = at_;
    const char* const end = end_;
    char* out = out_;
    word_ = out;
    do {
        *out++ = lower_table[static_cast<unsigned char>(*at++)];
    } while (at < end && in_word(*at));
    at_ = at;
    out_ = out;
    if (at < end && (*at == '\'' || *at == '&')) {
        quoted_prefix();
    }
    const std::size_t size = static_cast<std::size_t>(out_ - word_);
    rows_follow_ = size == 6 && std::memcmp(word_, "values", 6) == 0;
    if (rows_follow_) {
        levels_[depth_].previous_row = {};
    }
}

// E'...', B'...', X'...', N'...', U&'...': the letter belongs to the literal.
void Normaliser::quoted_prefix() {
    const std::string_view prefix = last_word();
    const bool plain = prefix == "e" || prefix == "b" || prefix == "x" || prefix == "n";
    const bool unicode = prefix == "u" && end_ - at_ > 1 && at_[0] == '&' && at_[1] == '\'';
    if (!unicode && (!plain || *at_ != '\'')) {
        return;
    }
    const bool backslash = mysql_ || prefix == "e";
    at_ += unicode ? 1 : 0;
    out_ = word_;
    if (out_ > buffer_.data() && out_[-1] == ' ') {
        --out_;
    }
    last_ = out_ == buffer_.data() ? Token::none : Token::sign;
    if (out_ > buffer_.data() && (out_[-1] == '(' || out_[-1] == '[')) {
        last_ = Token::open;
    }
    text('\'', backslash);
    word_ = out_;
}

// ".5", and not the dot of a name, which stands right behind a word.
bool Normaliser::begins_fraction() const {
    if (at_ + 1 == end_ || class_of(at_[1]) != Class::digit) {
        return false;
    }
    return last_ != Token::word || !(in_word(at_[-1]) || at_[-1] == '"' || at_[-1] == '`');
}

void Normaliser::number() {
    at_ = number_end(at_, at_, end_);
    literal();
}

void Normaliser::text(char quote, bool backslash) {
    ++at_;
    while (at_ < end_) {
        if (backslash) {
            while (at_ < end_ && *at_ != quote && *at_ != '\\') {
                ++at_;
            }
            if (at_ < end_ && *at_ == '\\') {
                at_ += std::min<std::ptrdiff_t>(2, end_ - at_);
                continue;
            }
        } else {
            const void* found = std::memchr(at_, quote, static_cast<std::size_t>(end_ - at_));
            at_ = found == nullptr ? end_ : static_cast<const char*>(found);
        }
        if (at_ == end_) {
            unfinished_ = true;
            break;
        }
        ++at_;
        if (at_ == end_ || *at_ != quote) {
            break;
        }
        ++at_;  // doubled: one quote within the text
    }
    literal();
}

// $1, or a dollar-quoted text.
void Normaliser::dollar() {
    const char* stop = at_ + 1;
    while (stop < end_ && (class_of(*stop) == Class::letter || class_of(*stop) == Class::digit)) {
        ++stop;
    }
    if (stop > at_ + 1 && class_of(at_[1]) == Class::digit) {
        at_ = stop;
        literal();
        return;
    }
    if (stop == end_ || *stop != '$') {
        space_before(Token::sign);
        *out_++ = *at_++;
        return;
    }
    const std::string_view tag{at_, static_cast<std::size_t>(stop - at_) + 1};
    const std::string_view rest{stop + 1, static_cast<std::size_t>(end_ - stop) - 1};
    const std::size_t found = rest.find(tag);
    at_ = found == std::string_view::npos ? end_ : rest.data() + found + tag.size();
    literal();
}

void Normaliser::quoted_name(char quote) {
    space_before(Token::word);
    const char* const found = static_cast<const char*>(
        std::memchr(at_ + 1, quote, static_cast<std::size_t>(end_ - at_) - 1));
    unfinished_ = unfinished_ || found == nullptr;
    const char* const stop = found == nullptr ? end_ : found + 1;
    word_ = out_;
    std::memcpy(out_, at_, static_cast<std::size_t>(stop - at_));
    out_ += stop - at_;
    at_ = stop;
    rows_follow_ = false;
}

bool Normaliser::comment() {
    const char next = end_ - at_ > 1 ? at_[1] : '\0';
    if ((*at_ == '-' && next == '-') || (mysql_ && *at_ == '#')) {
        const void* feed = std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_));
        at_ = feed == nullptr ? end_ : static_cast<const char*>(feed);
        return true;
    }
    if (*at_ != '/' || next != '*') {
        return false;
    }
    at_ += 2;
    for (int deep = 1; at_ < end_ && deep > 0; ++at_) {
        if (*at_ == '*' && end_ - at_ > 1 && at_[1] == '/') {
            --deep;
            ++at_;
        } else if (!mysql_ && *at_ == '/' && end_ - at_ > 1 && at_[1] == '*') {
            ++deep;
            ++at_;
        }
    }
    return true;
}

// Would a minus here be a sign rather than a subtraction?
bool Normaliser::before_operand() const {
    switch (last_) {
        case Token::word:
            return is_keyword(last_word());
        case Token::literal:
        case Token::close:
            return false;
        default:
            return true;
    }
}

// An operator, by PostgreSQL's rule: the longest run, which may end in + or - only when it holds
// one of ~ ! @ # % ^ & | ?.
void Normaliser::sign() {
    if (comment()) {
        return;
    }
    const char* stop = at_;
    bool special = false;
    while (stop < end_ && class_of(*stop) == Class::sign) {
        const char next = end_ - stop > 1 ? stop[1] : '\0';
        if (stop > at_ && ((*stop == '-' && next == '-') || (*stop == '/' && next == '*'))) {
            break;
        }
        special = special || std::string_view{"~!@#%^&|?"}.find(*stop) != std::string_view::npos;
        ++stop;
    }
    while (!special && stop - at_ > 1 && (stop[-1] == '-' || stop[-1] == '+')) {
        --stop;
    }
    const std::string_view run{at_, static_cast<std::size_t>(stop - at_)};
    at_ = stop;
    if (mysql_ && run == "?") {
        literal();
        return;
    }
    if ((run == "-" || run == "+") && before_operand()) {
        const char* next = std::find_if(at_, end_, [](char c) { return c != ' '; });
        const char* const digit = next < end_ && *next == '.' ? next + 1 : next;
        if (digit < end_ && class_of(*digit) == Class::digit) {
            return;  // the literal that follows takes its sign along
        }
    }
    space_before(run == "::" ? Token::cast : Token::sign);
    std::memcpy(out_, run.data(), run.size());
    out_ += run.size();
}

void Normaliser::drop_repeated(Piece& previous, std::size_t begin) {
    if (begin < written() && buffer_[begin] == ' ') {
        ++begin;
    }
    const std::string_view all{buffer_.data(), written()};
    const Piece piece{.begin = begin, .end = written()};
    if (previous.end > previous.begin &&
        all.substr(begin) == all.substr(previous.begin, previous.end - previous.begin)) {
        out_ = buffer_.data() + previous.end;
    } else {
        previous = piece;
    }
}

void Normaliser::open(char bracket) {
    const bool after_word = last_ == Token::word;
    const std::string_view before = after_word ? last_word() : std::string_view{};
    List list = List::plain;
    if (bracket == '[' || before == "in") {
        list = List::elements;
    } else if (rows_follow_) {
        list = List::row;
    }
    if (after_word && !is_keyword(before)) {
        last_ = Token::open;  // a call or a subscript: no blank
    }
    if (bracket == '[') {
        last_ = Token::open;
    }
    space_before(Token::open);
    const std::size_t begin = written();
    *out_++ = bracket;
    ++at_;
    rows_follow_ = false;
    if (depth_ + 1 == deepest) {
        ++too_deep_;
    } else {
        levels_[++depth_] = {.list = list,
                             .begin = list == List::row ? begin : begin + 1,
                             .previous = {},
                             .previous_row = {}};
    }
}

void Normaliser::close(char bracket) {
    Level& level = levels_[depth_];
    if (too_deep_ == 0 && level.list == List::elements) {
        // The comma before a repeated element goes with it.
        drop_repeated(level.previous, level.begin);
    }
    space_before(Token::close);
    *out_++ = bracket;
    ++at_;
    rows_follow_ = false;
    if (too_deep_ > 0) {
        --too_deep_;
        return;
    }
    if (depth_ == 0) {
        return;
    }
    --depth_;
    if (level.list == List::row) {
        drop_repeated(levels_[depth_].previous_row, level.begin);
        after_row_ = true;
    }
}

void Normaliser::comma() {
    Level& level = levels_[depth_];
    const bool row = after_row_;
    if (too_deep_ == 0 && level.list == List::elements) {
        drop_repeated(level.previous, level.begin);
    }
    space_before(Token::comma);
    *out_++ = ',';
    ++at_;
    level.begin = written();
    rows_follow_ = row;
}

void Normaliser::literal() {
    space_before(Token::literal);
    *out_++ = placeholder;
    rows_follow_ = false;
}

std::string Normaliser::readable(std::string_view canonical, std::size_t most) {
    std::string text;
    text.reserve(std::min(canonical.size() + 32, most + 8));
    std::size_t number = 0;
    for (const char c : canonical) {
        if (c == placeholder) {
            text += '$';
            text += std::to_string(++number);
        } else {
            text += c;
        }
        if (text.size() > most) {
            text += " ...";
            break;
        }
    }
    return text;
}

}  // namespace plimsoll::readers::sql
