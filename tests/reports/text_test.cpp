// The terminal report: short, within its width, in plain characters where asked, and never a raw
// control.
#include "catch.hpp"
#include "core/report.hpp"
#include "shared/safe_text.hpp"
#include "support/sample_audit.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace plimsoll::reports {
extern const Report text;
}

namespace {

using plimsoll::Audit;
using plimsoll::Style;

[[nodiscard]] std::string render(const Audit& audit, Style style) {
    return plimsoll::reports::text.write(audit, style);
}

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

[[nodiscard]] std::string without_colour(std::string text) {
    for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
        text.erase(at, text.find('m', at) - at + 1);
    }
    return text;
}

[[nodiscard]] const std::vector<Audit>& samples() {
    using namespace plimsoll::testing;
    static const std::vector<Audit> all{
        Audit{}, rich_audit(), hostile_audit(), numberless_audit(), large_audit(20, 100)};
    return all;
}

}  // namespace

TEST_CASE("text: at most 45 lines, none wider than asked") {
    const int width = GENERATE(0, 24, 40, 59, 60, 79, 80, 100, 300);
    const bool ascii = GENERATE(false, true);
    for (const Audit& audit : samples()) {
        const std::vector<std::string> lines =
            lines_of(render(audit, {.colour = false, .ascii = ascii, .width = width}));
        CHECK(lines.size() <= 45);
        const auto most = static_cast<std::size_t>(std::max(20, std::min(width, 100)));
        for (const std::string& line : lines) {
            if (plimsoll::reports::shared::display_width(line) > most) {
                FAIL(width << ": " << line);
            }
        }
    }
}

TEST_CASE("text: no control byte but the line feed and our own colours") {
    for (const Audit& audit : samples()) {
        const std::string plain = render(audit, {.colour = false, .ascii = false, .width = 80});
        CHECK(std::none_of(plain.begin(), plain.end(), [](char letter) {
            const auto byte = static_cast<unsigned char>(letter);
            return letter != '\n' && (byte < 0x20 || byte == 0x7F);
        }));
        const std::string coloured = render(audit, {.colour = true, .ascii = false, .width = 80});
        for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
             at = coloured.find('\x1b', at + 1)) {
            REQUIRE(coloured[at + 1] == '[');
            const std::size_t end = coloured.find_first_not_of("0123456789", at + 2);
            REQUIRE(coloured[end] == 'm');
            REQUIRE(end - at <= 4);
        }
    }
}

TEST_CASE("text: ASCII means ASCII, and colour changes nothing else") {
    for (const Audit& audit : samples()) {
        const std::string ascii = render(audit, {.colour = true, .ascii = true, .width = 80});
        CHECK(std::all_of(ascii.begin(), ascii.end(), [](char letter) {
            return static_cast<unsigned char>(letter) < 0x80;
        }));
        CHECK(without_colour(render(audit, {.colour = true, .ascii = false, .width = 80})) ==
              render(audit, {.colour = false, .ascii = false, .width = 80}));
    }
}

TEST_CASE("text: says what the Audit says") {
    const std::string text =
        render(plimsoll::testing::rich_audit(), {.colour = false, .ascii = true, .width = 80});
    for (const char* part :
         {"Load line 4.1x today's peak (3.4 to 5.0). First limit: connection pool web.",
          "2 of 5 signs present, 1 latent, 1 not assessed. Verdict: Evolve.",
          "needs pg_statio samples",
          "4.1x -> 5.9x",
          "clears sign 2",
          "4 of 10 kinds of evidence",
          "plimsoll doctor cache"}) {
        CAPTURE(part, text);
        CHECK(text.find(part) != std::string::npos);
    }
    const std::string narrow =
        render(plimsoll::testing::rich_audit(), {.colour = false, .ascii = true, .width = 50});
    CHECK(narrow.find("---") == std::string::npos);
    CHECK(narrow.find("4.1x  3.4 to 5.0") != std::string::npos);
}

TEST_CASE("text: a step on a line that is only bounded from above promises no more than a bound") {
    plimsoll::Audit audit = plimsoll::testing::rich_audit();
    audit.prescriptions[0].effect =
        plimsoll::LineEffect{.from = 1, .to = 1.4, .low = 0, .high = 1.4};
    CHECK(render(audit, {.colour = false, .ascii = true, .width = 80}).find("<=1.0x -> <=1.4x") !=
          std::string::npos);
    audit.prescriptions[0].effect =
        plimsoll::LineEffect{.from = 1, .to = 1.4, .low = 0.9, .high = 2};
    CHECK(render(audit, {.colour = false, .ascii = true, .width = 80}).find(" 1.0x -> 1.4x") !=
          std::string::npos);
}

TEST_CASE("text: an audit without evidence says so") {
    const std::string text = render(Audit{}, {.colour = false, .ascii = false, .width = 80});
    CHECK(text.find("No load line") != std::string::npos);
    CHECK(text.find("Not decided") != std::string::npos);
    CHECK(text.find("nan") == std::string::npos);
}
