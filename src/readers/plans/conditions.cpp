#include "readers/plans/conditions.hpp"

#include <array>
#include <cstddef>

namespace plimsoll::readers::plans {
namespace {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_name(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80U;
}

class Scrubber {
public:
    Scrubber(std::string_view text, Quoting quoting) : text_{text}, quoting_{quoting} {}

    std::string run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

private:
    void step() {
        const char c = text_[at_];
        if (c == '\'' || (c == '"' && quoting_ == Quoting::mysql)) {
            skip_quoted(c);
            literal();
        } else if (c == '"' || c == '`') {
            const std::size_t from = at_;
            skip_quoted(c);
            out_.append(text_.substr(from, at_ - from));
        } else if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]) &&
                                   !after_name())) {
            number();
        } else if (is_name(c)) {
            name();
        } else {
            out_ += c;
            ++at_;
        }
    }

    // E'..', B'..', X'..', N'..', _utf8mb4'..' are literals with a prefix.
    void name() {
        const std::size_t from = at_;
        while (at_ < text_.size() && is_name(text_[at_])) {
            ++at_;
        }
        const std::string_view word = text_.substr(from, at_ - from);
        const bool prefix =
            at_ < text_.size() && text_[at_] == '\'' && (word.size() == 1 || word.front() == '_');
        if (prefix) {
            escapes_ = word == "E" || word == "e";
            skip_quoted('\'');
            escapes_ = false;
            literal();
        } else {
            out_.append(word);
        }
    }

    void number() {
        if (after_plan_word()) {
            while (at_ < text_.size() && is_digit(text_[at_])) {
                out_ += text_[at_++];
            }
            return;
        }
        while (at_ < text_.size() &&
               (is_name(text_[at_]) || text_[at_] == '.' || exponent_sign())) {
            ++at_;
        }
        literal();
    }

    [[nodiscard]] bool exponent_sign() const {
        return (text_[at_] == '+' || text_[at_] == '-') &&
               (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E') && at_ + 1 < text_.size() &&
               is_digit(text_[at_ + 1]);
    }
    [[nodiscard]] bool after_name() const {
        return !out_.empty() && (is_name(out_.back()) || out_.back() == ')');
    }
    // "SubPlan 1", "InitPlan 2", "select #3" name parts of the plan.
    [[nodiscard]] bool after_plan_word() const {
        constexpr std::array<std::string_view, 4> words{
            "SubPlan ", "InitPlan ", "select #", "CTE "};
        for (const std::string_view word : words) {
            if (out_.size() >= word.size() &&
                std::string_view{out_}.substr(out_.size() - word.size()) == word) {
                return true;
            }
        }
        return false;
    }

    void skip_quoted(char quote) {
        ++at_;
        const bool backslashes = escapes_ || (quoting_ == Quoting::mysql && quote != '`');
        while (at_ < text_.size()) {
            if (text_[at_] == '\\' && backslashes) {
                at_ += 2;
            } else if (text_[at_] != quote) {
                ++at_;
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
                at_ += 2;
            } else {
                ++at_;
                return;
            }
        }
        at_ = text_.size();  // cut off within a literal
    }

    // Writes a '?', once for a list of literals.
    void literal() {
        std::size_t end = out_.size();
        if (end > 0 && out_[end - 1] == '-' &&
            (end < 2 || out_[end - 2] == '(' || out_[end - 2] == ' ')) {
            if (end < 3 || out_[end - 2] == '(' || out_[end - 3] == ',' || out_[end - 3] == '=' ||
                out_[end - 3] == '<' || out_[end - 3] == '>') {
                out_.pop_back();  // a sign, not a subtraction
                --end;
            }
        }
        while (end > 0 && out_[end - 1] == ' ') {
            --end;
        }
        if (end >= 2 && out_[end - 1] == ',' && out_[end - 2] == '?') {
            out_.resize(end - 1);
            return;
        }
        out_ += '?';
    }

    std::string_view text_;
    Quoting quoting_;
    std::size_t at_ = 0;
    bool escapes_ = false;
    std::string out_;
};

}  // namespace

std::string without_literals(std::string_view condition, Quoting quoting) {
    return Scrubber{condition, quoting}.run();
}

}  // namespace plimsoll::readers::plans
