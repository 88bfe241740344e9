#include "readers/ci/documents.hpp"

#include <algorithm>
#include <span>

namespace plimsoll::readers::ci {
namespace {

constexpr std::size_t chunk = 262'144;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view page_start = "{\"total_count\"";

// Where reading may go on after damage: a line that begins an object or a list, or a page.
[[nodiscard]] std::size_t next_start(std::string_view text, std::size_t after) {
    std::size_t found = text.find(page_start, after + 1);
    for (const std::string_view line : {std::string_view{"\n{"}, std::string_view{"\n["}}) {
        const std::size_t at = text.find(line, after);
        found = std::min(found, at == std::string_view::npos ? at : at + 1);
    }
    return found;
}

}  // namespace

void Documents::skip(std::string_view why) {
    if (counted_) {  // its end was counted as a record already
        input_.skipped_bytes += size_;
    } else {
        input_.skip(line_, size_, why);
    }
}

bool Documents::fill() {
    if (ended_) {
        return false;
    }
    if (at_ > chunk) {  // what was handed out makes room
        buffer_.erase(0, at_);
        scanned_ -= std::min(scanned_, at_);
        list_ -= std::min(list_, at_);
        complete_ -= std::min(complete_, at_);
        at_ = 0;
    }
    const std::size_t size = buffer_.size();
    buffer_.resize(size + chunk);
    const std::size_t got = stream_.read(std::span{buffer_}.subspan(size));
    buffer_.resize(size + got);
    ended_ = got == 0;
    return !ended_;
}

void Documents::step_over(std::size_t to) {
    at_line_ +=
        static_cast<std::uint64_t>(std::count(buffer_.begin() + static_cast<std::ptrdiff_t>(at_),
                                              buffer_.begin() + static_cast<std::ptrdiff_t>(to),
                                              '\n'));
    at_ = to;
}

// Anything that is not JSON, to the end of its line or the next object.
void Documents::skip_text() {
    const std::uint64_t line = at_line_;
    std::uint64_t bytes = 0;
    for (;;) {
        const std::size_t end = buffer_.find_first_of("\n{", at_);
        const std::size_t to = std::min(end, buffer_.size());
        bytes += to - at_;
        step_over(to);
        if (end != std::string::npos || !fill()) {
            break;
        }
    }
    input_.skip(line, bytes, "text that is no JSON");
}

bool Documents::find_object() {
    for (;;) {
        if (at_ >= buffer_.size()) {
            if (!fill()) {
                return false;
            }
            continue;
        }
        const char c = buffer_[at_];
        if (c == '{') {
            return true;
        }
        if (c == '[' || c == ']' || c == '}' || c == ',' || c == ' ' || c == '\n' || c == '\r' ||
            c == '\t' || c == '\x1E') {  // the last: RFC 7464's record separator
            step_over(at_ + 1);
        } else if (c == byte_order_mark[0] &&
                   (buffer_.size() - at_ >= byte_order_mark.size() || fill()) &&
                   std::string_view{buffer_}.substr(at_).starts_with(byte_order_mark)) {
            step_over(at_ + byte_order_mark.size());
        } else {
            skip_text();
        }
    }
}

bool Documents::scan_string(std::size_t& i) {
    for (++i;; ++i) {
        if (i >= buffer_.size()) {
            const std::size_t before = at_;
            if (!fill()) {
                return false;
            }
            i -= before - at_;
        }
        const char c = buffer_[i];
        if (c == '"') {
            return true;
        }
        if (c == '\n') {  // JSON forbids it: the text broke off
            return false;
        }
        i += c == '\\' ? 1 : 0;
    }
}

void Documents::close(std::size_t i) {
    --depth_;
    if (list_ != 0 && depth_ == 2) {
        complete_ = i + 1;
        closer_ = "]}";
    } else if (list_ != 0 && depth_ == 1) {
        list_ = 0;
        complete_ = i + 1;
        closer_ = "}";
    }
}

Documents::End Documents::scan() {
    scanned_ = at_;
    depth_ = list_ = complete_ = 0;
    last_ = '\0';
    for (std::size_t i = at_;; ++i) {
        if (i >= buffer_.size()) {
            const std::size_t before = at_;
            const bool more = fill();
            i -= before - at_;
            scanned_ = i;
            if (!more) {
                return End::out;
            }
        }
        const char c = buffer_[i];
        if (c == ' ' || c == '\r' || c == '\t' || c == '\n') {
            continue;
        }
        if (c == '"') {
            if (!scan_string(i)) {
                scanned_ = std::min(i, buffer_.size());
                return End::broken;
            }
        } else if (c == '{' || c == '[') {
            const bool fresh_line = depth_ > 0 && c == '{' && buffer_[i - 1] == '\n';
            if (fresh_line && last_ != ',' && last_ != '[' && last_ != ':') {
                scanned_ = i;  // no value may stand here: the one before broke off
                return End::broken;
            }
            ++depth_;
            if (depth_ == 2 && c == '[') {
                list_ = i + 1;
            }
        } else if (c == '}' || c == ']') {
            close(i);
            if (depth_ == 0) {
                scanned_ = i + 1;
                return End::whole;
            }
            if (list_ != 0 && complete_ == i + 1 && i - at_ > piece && list_ - at_ < piece / 4) {
                scanned_ = i + 1;
                return End::piece;
            }
        }
        last_ = c;
        if (i - at_ > largest) {
            scanned_ = i;
            return End::broken;
        }
    }
}

Json Documents::hand_out(std::string_view text, bool partial) {
    line_ = at_line_;
    size_ = text.size();
    partial_ = partial;
    counted_ = false;
    return parser_.parse(text);
}

// The complete elements so far; the rest of the list goes on behind the same beginning.
Json Documents::hand_out_piece() {
    const std::string_view whole{buffer_};
    text_.assign(whole.substr(at_, complete_ - at_)).append("]}");
    const Json root = hand_out(text_, true);
    const std::size_t kept = list_ - at_;
    std::size_t rest = complete_;
    while (rest < buffer_.size() && (buffer_[rest] == ',' || buffer_[rest] == ' ')) {
        ++rest;
    }
    step_over(rest);
    buffer_.replace(0, rest, text_, 0, kept);
    at_line_ -= static_cast<std::uint64_t>(
        std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(kept), '\n'));
    at_ = 0;
    return root;
}

// An object that broke off at `end`: counts it, hands out what is whole of its list, and moves on.
Json Documents::salvage(std::size_t end, std::string_view why) {
    Json root;
    const std::string_view whole{buffer_};
    if (complete_ != 0) {
        text_.assign(whole.substr(at_, complete_ - at_)).append(closer_);
        root = hand_out(text_, true);
    }
    const std::size_t from = root ? complete_ : at_;
    std::size_t next = next_start(whole.substr(0, end + 1), from);
    rescanned_ += end - from;
    if (next == std::string_view::npos || rescanned_ > 4 * largest) {
        next = end;
    }
    next = std::max(next, at_ + 1);
    const std::uint64_t line = at_line_;
    step_over(std::min(next, buffer_.size()));
    input_.skip(line, next - from, why);
    counted_ = true;
    return root;
}

Json Documents::next() {
    while (find_object()) {
        const End end = scan();
        Json root;
        if (end == End::whole) {
            root = hand_out(std::string_view{buffer_}.substr(at_, scanned_ - at_), false);
            if (root) {
                step_over(scanned_);
            } else {
                complete_ = 0;
                root = salvage(scanned_, "no JSON: " + parser_.why());
            }
        } else if (end == End::piece) {
            root = hand_out_piece();
            if (!root) {
                skip("a part of a list that is no JSON");
            }
        } else if (scanned_ - at_ >= largest) {
            root = salvage(scanned_, "an element of more than 64 MiB");
        } else {
            root = salvage(scanned_, "the object breaks off");
        }
        if (root.is_object()) {
            return root;
        }
    }
    return {};
}

}  // namespace plimsoll::readers::ci
