#include "readers/postgres/shape.hpp"

#include "readers/postgres/clock.hpp"
#include "readers/postgres/infer_prefix.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace plimsoll::readers::postgres {
namespace {

constexpr std::size_t most_shapes = 40;

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
[[nodiscard]] bool is_hex(char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}
[[nodiscard]] bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

// The escape of a labelled value: "user=app" prints %u.
[[nodiscard]] char escape_of_label(std::string_view label) {
    struct Label {
        std::string_view name;
        char escape;
    };
    static constexpr std::array<Label, 24> labels{{
        {"user", 'u'},
        {"usr", 'u'},
        {"u", 'u'},
        {"username", 'u'},
        {"db", 'd'},
        {"database", 'd'},
        {"d", 'd'},
        {"dbname", 'd'},
        {"app", 'a'},
        {"application", 'a'},
        {"application_name", 'a'},
        {"a", 'a'},
        {"client", 'h'},
        {"host", 'h'},
        {"h", 'h'},
        {"remote", 'r'},
        {"session", 'c'},
        {"sess", 'c'},
        {"sid", 'c'},
        {"pid", 'p'},
        {"p", 'p'},
        {"vxid", 'v'},
        {"xid", 'x'},
        {"sql_error_code", 'e'},
    }};
    const auto* const found = std::ranges::find(labels, label, &Label::name);
    return found == labels.end() ? '\0' : found->escape;
}

class Guesser {
public:
    Guesser(std::string_view printed, std::string_view zone) : rest_{printed}, clock_{zone} {}
    [[nodiscard]] std::string shape() {
        while (!rest_.empty()) {
            if (!take_time()) {
                take_word();
            }
        }
        return std::move(out_);
    }

private:
    bool take_time() {
        const std::string_view before = rest_;
        std::int64_t at = 0;
        if (!is_digit(rest_[0]) || !clock_.take(rest_, at)) {
            return false;
        }
        const std::string_view stamp = before.substr(0, before.size() - rest_.size());
        const bool millis = stamp.size() > 19 && (stamp[19] == '.' || stamp[19] == ',');
        out_ += has('m') || has('t') ? "%s" : millis ? "%m" : "%t";
        return true;
    }
    void take_word() {
        const auto in_word = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
                   c == '/' || static_cast<unsigned char>(c) >= 128;
        };
        const auto* const stop = std::ranges::find_if_not(rest_, in_word);
        const std::string_view word =
            rest_.substr(0, static_cast<std::size_t>(stop - rest_.begin()));
        if (word.empty()) {
            out_ += rest_[0] == '%' ? "%%" : std::string{rest_[0]};
            rest_.remove_prefix(1);
            return;
        }
        const char after = word.size() < rest_.size() ? rest_[word.size()] : '\0';
        rest_.remove_prefix(word.size());
        if (after == '=' || rest_.starts_with(" = ")) {
            label_ = word;
            out_ += word;
            return;
        }
        put(escape_of(word, after));
        if (after == '(' && rest_.find(')') != std::string_view::npos) {
            rest_.remove_prefix(rest_.find(')') + 1);  // host(port)
        }
        label_ = {};
    }
    [[nodiscard]] char escape_of(std::string_view word, char after) const {
        if (const char labelled = escape_of_label(label_); labelled != '\0') {
            return labelled;
        }
        const std::size_t dot = word.find('.');
        const bool two =
            dot != std::string_view::npos && word.find('.', dot + 1) == std::string_view::npos;
        if (two && dot == 10 && all_digits(word.substr(0, dot))) {
            return 'n';
        }
        if (two && dot == 8 && std::ranges::all_of(word.substr(0, dot), is_hex)) {
            return 'c';
        }
        if (after == '(') {
            return 'r';
        }
        if (all_digits(word)) {
            return !has('p') && word.size() != 5 ? 'p'
                   : has('p')                    ? 'l'
                   : out_.ends_with('[')         ? 'p'
                                                 : 'e';
        }
        if (std::ranges::count(word, '.') == 3) {
            return 'h';
        }
        if (after == '@') {
            return 'u';
        }
        if (out_.ends_with('@')) {
            return 'd';
        }
        return word.find('/') != std::string_view::npos ? 'v' : 'i';
    }
    void put(char escape) {
        out_ += '%';
        out_ += escape;
    }
    [[nodiscard]] bool has(char escape) const {
        return out_.find(std::string{"%"} + escape) != std::string::npos;
    }

    std::string_view rest_;
    Clock clock_;
    std::string out_;
    std::string_view label_;
};

}  // namespace

std::string shape_of(std::string_view printed, std::string_view zone) {
    return Guesser{printed, zone}.shape();
}

std::set<std::string> shapes_of(const std::vector<std::string_view>& lines, std::string_view zone) {
    std::map<std::string, std::size_t> counts;
    for (const std::string_view line : lines) {
        const std::size_t severity = find_severity(line);
        if (severity != std::string_view::npos) {
            ++counts[shape_of(line.substr(0, severity), zone)];
        }
        if (counts.size() == most_shapes) {
            break;
        }
    }
    std::set<std::string> shapes;
    for (const auto& [shape, count] : counts) {
        shapes.insert(shape);
        for (const auto& [longer, more] : counts) {
            if (longer.size() > shape.size() && longer.starts_with(shape)) {
                shapes.insert(shape + "%q" + longer.substr(shape.size()));
            }
        }
    }
    return shapes;
}

}  // namespace plimsoll::readers::postgres
