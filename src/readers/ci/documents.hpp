// Documents: the JSON objects of an export, one at a time, however they were strung together.
//
// `gh api --paginate` prints pages one after the other with nothing between them, older ones `][`,
// --slurp an array of pages, --jq one object a line; people add byte-order marks, carriage returns
// and the error message of the run that broke off. Arrays at the top are opened, objects handed out
// whole. An object that grows beyond `piece` is handed out in pieces, each with what stood before
// its list:
// {"total_count":9,"jobs":[a,b]} and {"total_count":9,"jobs":[c]}. So memory is that of a page.
//
// What is broken costs itself only: reading goes on at the next line that begins an object, and of
// a page that broke off the complete elements are handed out, marked `partial`. The rest is counted
// in Input. Blind spot: a half page that the next follows without a line feed is told apart only
// when that begins with {"total_count".
#pragma once

#include "core/input_record.hpp"
#include "input/stream.hpp"
#include "readers/ci/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace plimsoll::readers::ci {

class Documents {
public:
    static constexpr std::size_t piece = 4 * 1'048'576;
    static constexpr std::size_t largest = 64 * 1'048'576;  // of one element

    Documents(input::Stream& stream, Input& input) : stream_{stream}, input_{input} {}

    // The next object; "not there" at the end. Valid until the next call.
    [[nodiscard]] Json next();
    // Of the object handed out last: the line it begins on, its bytes, and whether it is the whole
    // part of a page that broke off, or a piece of a large one: only its lists may be believed.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] bool partial() const noexcept { return partial_; }
    // Counts it as not understood.
    void skip(std::string_view why);

private:
    enum class End : std::uint8_t { whole, piece, broken, out };

    [[nodiscard]] bool fill();                       // more bytes behind the buffer
    [[nodiscard]] bool find_object();                // moves at_ to the next '{'
    [[nodiscard]] End scan();                        // from at_ to the end of the object
    [[nodiscard]] bool scan_string(std::size_t& i);  // false: it does not end
    void close(std::size_t i);
    void skip_text();
    [[nodiscard]] Json hand_out(std::string_view text, bool partial);
    [[nodiscard]] Json salvage(std::size_t end, std::string_view why);
    [[nodiscard]] Json hand_out_piece();
    void step_over(std::size_t to);  // moves at_, counting lines

    input::Stream& stream_;
    Input& input_;
    Parser parser_;
    std::string buffer_;
    std::size_t at_ = 0;  // in the buffer: where the object, or the search for it, begins
    std::uint64_t at_line_ = 1;
    bool ended_ = false;
    // Of the object being scanned; places in the buffer.
    std::size_t scanned_ = 0;
    std::size_t depth_ = 0;
    std::size_t list_ = 0;         // behind the '[' of the list at depth two; 0: none is open
    std::string_view closer_;      // what ends the object behind `complete_`
    std::size_t complete_ = 0;     // behind its last complete element
    char last_ = '\0';             // last character that means something
    std::uint64_t rescanned_ = 0;  // bytes looked at again after damage
    std::string text_;             // of a piece
    std::uint64_t line_ = 0;
    std::uint64_t size_ = 0;
    bool partial_ = false;
    bool counted_ = false;  // its damage is in the account already
};

}  // namespace plimsoll::readers::ci
