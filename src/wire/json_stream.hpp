// JsonStream: a document that is too large to be held, written part by part.
//
// Law: the bytes are those that dump() gives of the whole document: a part is dumped alone, and
// each of its lines moved in by the depth at which it stands; a line feed within a string is
// escaped in JSON, so every one that is seen is layout. Keys come in the order in which they are
// written, and are the caller's to keep apart.
#pragma once

#include "wire/json.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::wire {

class JsonStream {
public:
    // Takes the pieces as they come, some ten thousand bytes each.
    using Sink = std::function<void(std::string_view)>;

    // Opens the document, which is an object.
    explicit JsonStream(Sink sink) : sink_{std::move(sink)} { open('{'); }

    void open_object(std::string_view key) {
        name(key);
        open('{');
    }
    void open_array(std::string_view key) {
        name(key);
        open('[');
    }
    void close() {
        const Level level = levels_.back();
        levels_.pop_back();
        if (!level.empty) {
            new_line();
        }
        pending_ += level.bracket == '{' ? '}' : ']';
    }
    void member(std::string_view key, const Json& value) {
        name(key);
        put(value);
    }
    void element(const Json& value) {
        next();
        put(value);
    }
    // Closes what is open, and hands on the rest.
    void finish() {
        while (!levels_.empty()) {
            close();
        }
        pending_ += '\n';
        sink_(pending_);
        pending_.clear();
    }

private:
    static constexpr std::size_t piece = 65'536;
    struct Level {
        char bracket = '{';
        bool empty = true;
    };

    [[nodiscard]] static std::string text_of(const Json& value) {
        std::string text = dump(value);
        text.pop_back();  // the line feed of a whole document
        return text;
    }
    void open(char bracket) {
        pending_ += bracket;
        levels_.push_back({.bracket = bracket});
    }
    void new_line() {
        pending_ += '\n';
        pending_.append(levels_.size() * 2, ' ');
    }
    void next() {
        if (!levels_.back().empty) {
            pending_ += ',';
        }
        levels_.back().empty = false;
        new_line();
    }
    void name(std::string_view key) {
        next();
        pending_ += text_of(Json(key));
        pending_ += ": ";
    }
    void put(const Json& value) {
        const std::string text = text_of(value);
        std::string_view rest = text;
        for (std::size_t feed = rest.find('\n'); feed != std::string_view::npos;
             feed = rest.find('\n')) {
            pending_ += rest.substr(0, feed);
            new_line();
            rest.remove_prefix(feed + 1);
        }
        pending_ += rest;
        if (pending_.size() >= piece) {
            sink_(pending_);
            pending_.clear();
        }
    }

    Sink sink_;
    std::string pending_;
    std::vector<Level> levels_;
};

}  // namespace plimsoll::wire
