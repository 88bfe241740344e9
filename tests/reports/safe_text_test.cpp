// Text that acts instead of being read is shown as its code point.
#include "shared/safe_text.hpp"

#include "catch.hpp"

#include <string>

using plimsoll::reports::shared::display_width;
using plimsoll::reports::shared::fit;
using plimsoll::reports::shared::safe_text;

TEST_CASE("controls, overrides and invisible signs become visible") {
    CHECK(safe_text("a\x1b[2Jb") == "a<U+001B>[2Jb");
    CHECK(safe_text(std::string{"a\0b", 3}) == "a<U+0000>b");
    CHECK(safe_text("\x7f") == "<U+007F>");
    CHECK(safe_text("\xc2\x9b") == "<U+009B>");           // C1: CSI in one sign
    CHECK(safe_text("\xe2\x80\xae") == "<U+202E>");       // right-to-left override
    CHECK(safe_text("\xe2\x81\xa6") == "<U+2066>");       // isolate
    CHECK(safe_text("\xe2\x80\x8b") == "<U+200B>");       // zero-width space
    CHECK(safe_text("\xef\xbb\xbf") == "<U+FEFF>");       // byte order mark
    CHECK(safe_text("\xf3\xa0\x80\xa1") == "<U+E0021>");  // tag
    CHECK(safe_text("\xe2\x80\xa8") == "<U+2028>");       // line separator
    CHECK(safe_text("\r") == "<U+000D>");
}

TEST_CASE("line feeds and tabs are kept or joined") {
    CHECK(safe_text("a\n\tb") == "a  b");
    CHECK(safe_text("a\n\tb", {.keep_lines = true}) == "a\n\tb");
}

TEST_CASE("bytes that are no UTF-8 become the replacement sign, one each") {
    const std::string bad = "\uFFFD";
    CHECK(safe_text("\xff") == bad);
    CHECK(safe_text("\xc0\xaf") == bad + bad);            // overlong '/'
    CHECK(safe_text("\xed\xa0\x80") == bad + bad + bad);  // surrogate
    CHECK(safe_text("\xf5\x80\x80\x80") == bad + bad + bad + bad);
    CHECK(safe_text("\xe2\x82") == bad + bad);  // cut off
    CHECK(safe_text("\xc3") == bad);
    CHECK(safe_text("gr\xc3\xbc\xc3\x9f") == "grüß");
    CHECK(safe_text("\xf0\x9f\x9a\xa2") == "🚢");
}

TEST_CASE("ASCII is ASCII") {
    CHECK(safe_text("4.1× – ‘ja’ …", {.ascii = true}) == "4.1x - 'ja' ...");
    CHECK(safe_text("Überlauf", {.ascii = true}) == "<U+00DC>berlauf");
    CHECK(safe_text("\xff", {.ascii = true}) == "<U+FFFD>");
}

TEST_CASE("every byte string is shown without a control byte") {
    std::string text;
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; b += 7) {
            text += {static_cast<char>(a), static_cast<char>(b), 'x'};
        }
    }
    for (const bool ascii : {false, true}) {
        for (const char letter : safe_text(text, {.ascii = ascii})) {
            const auto byte = static_cast<unsigned char>(letter);
            if (byte < 0x20 || byte == 0x7F || (ascii && byte > 0x7E)) {
                FAIL("byte " << static_cast<int>(byte));
            }
        }
    }
}

TEST_CASE("width counts cells, and cutting keeps within them") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("船") == 2);
    CHECK(display_width("e\xcc\x81") == 1);  // e and a combining acute
    CHECK(fit("harbour", 7, false) == "harbour");
    CHECK(fit("harbour", 6, false) == "harbo…");
    CHECK(fit("harbour", 6, true) == "harb..");
    CHECK(fit("船船船", 4, false) == "船…");
    CHECK(fit("a b c", 3, false) == "a…");
    CHECK(fit("abc", 0, false).empty());
    CHECK(fit("abc", 1, false).empty());
}
