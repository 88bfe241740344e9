#include "readers/plans/json_documents.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace plimsoll::readers::plans {
namespace {

// Builds a Value from the parser's events; the parser itself does not recurse.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    Value root;
    std::size_t error_at = 0;
    std::string error;

    bool null() override { return put({}); }
    bool boolean(bool value) override { return put_text(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return put_text(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        return put_text(std::to_string(value));
    }
    bool number_float(number_float_t, const string_t& text) override { return put_text(text); }
    bool string(string_t& text) override { return put_text(std::move(text)); }
    bool binary(binary_t&) override { return put({}); }
    bool start_object(std::size_t) override { return open(Value::Kind::object); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Value::Kind::list); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        key_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t at,
                     const std::string&,
                     const nlohmann::json::exception& why) override {
        error_at = at;
        error = why.what();
        return false;
    }

private:
    bool put_text(std::string text) {
        Value value;
        value.kind = Value::Kind::scalar;
        value.text = std::move(text);
        return put(std::move(value));
    }
    bool put(Value value) {
        if (open_.empty()) {
            root = std::move(value);
        } else {
            open_.back()->add(std::exchange(key_, {}), std::move(value));
        }
        return true;
    }
    // The open values are ancestors of each other, and only the innermost grows, so pointers stay
    // good.
    bool open(Value::Kind kind) {
        Value value;
        value.kind = kind;
        if (open_.empty()) {
            root = std::move(value);
            open_.push_back(&root);
        } else {
            open_.push_back(&open_.back()->add(std::exchange(key_, {}), std::move(value)));
        }
        if (open_.size() > deepest) {
            error = "nested more than " + std::to_string(deepest) + " deep";
            return false;
        }
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<Value*> open_;
    std::string key_;
};

// What the parser says, without its own prefix and without the text around the place.
[[nodiscard]] std::string reason(const std::string& what) {
    if (what.find("number overflow") != std::string::npos) {
        return "a number is out of range";
    }
    if (what.find("unexpected end of input") != std::string::npos) {
        return "the JSON ends too early";
    }
    const std::size_t deep = what.find("nested more");
    return deep == 0 ? what : "not valid JSON";
}

[[nodiscard]] std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first >= 0x80 && (first < 0xC2 || first > 0xF4)) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    const unsigned second = byte(at + 1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return overlong || beyond ? 0 : length;
}

}  // namespace

void make_utf8(std::string& text) {
    const auto plain = [](char c) {
        return (c >= ' ' && c != '\x7f') || c == '\n' || c == '\t' || c == '\r';
    };
    // Nearly every document is of nothing else.
    const auto first = std::ranges::find_if_not(text, plain);
    for (auto at = static_cast<std::size_t>(first - text.begin()); at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        const auto c = static_cast<unsigned char>(text[at]);
        if (length == 0 || (c < 0x20 && c != '\n' && c != '\t' && c != '\r')) {
            text[at] = '?';
        }
        at += std::max<std::size_t>(length, 1);
    }
}

void JsonCutter::add(std::string_view piece) {
    while (!piece.empty()) {
        // What cannot change the state goes over in one go.
        if (depth_ > 0 && !escaped_ && held_.size() + piece.size() < largest_document) {
            const std::size_t size =
                std::min(piece.find_first_of(in_text_ ? std::string_view{"\"\\\n"}
                                                      : std::string_view{"\"{}[]\n"}),
                         piece.size());
            held_.append(piece.substr(0, size));
            piece.remove_prefix(size);
        }
        if (!piece.empty()) {
            take(piece.front());
            piece.remove_prefix(1);
        }
    }
}

void JsonCutter::take(char c) {
    if (depth_ == 0) {
        if (c == '{') {
            depth_ = 1;
            began_ = line_;
            held_ = c;
        }
    } else {
        if (held_.size() < largest_document) {
            held_ += c;
        } else {
            too_large_ = true;
        }
        if (in_text_) {
            in_text_ = escaped_ || c != '"';
            escaped_ = !escaped_ && c == '\\';
        } else if (c == '"') {
            in_text_ = true;
        } else if (c == '{' || c == '[') {
            too_deep_ = ++depth_ > deepest || too_deep_;
        } else if ((c == '}' || c == ']') && --depth_ == 0) {
            finish(true, {});
        }
    }
    line_ += c == '\n' ? 1U : 0U;
}

void JsonCutter::finish(bool whole, std::string why) {
    if (too_large_) {
        whole = false;
        why = "larger than " + std::to_string(largest_document >> 20U) + " MiB";
    } else if (too_deep_) {
        whole = false;
        why = "nested more than " + std::to_string(deepest) + " deep";
    }
    use_({.text = held_, .line = began_, .whole = whole, .why = std::move(why)});
    held_.clear();
    depth_ = 0;
    in_text_ = escaped_ = too_large_ = too_deep_ = false;
}

void JsonCutter::end() {
    if (depth_ > 0) {
        finish(false, "the JSON ends too early");
    }
}

Value parse_json(std::string_view text, std::uint64_t first_line) {
    Builder builder;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
        const std::size_t at = std::min(builder.error_at, text.size());
        const auto lines =
            std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        throw Broken{.line = first_line + static_cast<std::uint64_t>(lines),
                     .why = reason(builder.error)};
    }
    return std::move(builder.root);
}

}  // namespace plimsoll::readers::plans
