// Markdown: the marker first, and nothing of the Audit that Markdown, HTML or GitHub would act on.
#include "catch.hpp"
#include "core/report.hpp"
#include "support/sample_audit.hpp"

#include <algorithm>
#include <regex>
#include <string>

namespace plimsoll::reports {
extern const Report markdown;
}

namespace {

[[nodiscard]] std::string render(const plimsoll::Audit& audit) {
    return plimsoll::reports::markdown.write(audit, {});
}

[[nodiscard]] std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

TEST_CASE("markdown: begins with the marker, for every audit") {
    using namespace plimsoll::testing;
    for (const plimsoll::Audit& audit :
         {plimsoll::Audit{}, rich_audit(), hostile_audit(), numberless_audit()}) {
        const std::string text = render(audit);
        CHECK(text.starts_with("<!-- plimsoll -->\n## "));
        CHECK(!std::regex_search(text, std::regex{R"((^|[^a-z])(nan|inf)($|[^a-z]))"}));
    }
}

TEST_CASE("markdown: hostile strings leave the same structure") {
    const std::string plain = render(plimsoll::testing::rich_audit());
    const std::string hostile = render(plimsoll::testing::hostile_audit());
    CHECK(std::count(plain.begin(), plain.end(), '\n') ==
          std::count(hostile.begin(), hostile.end(), '\n'));
    // Tags: only the few that we write.
    for (const char* tag : {"<code>", "</code>", "<br>"}) {
        CHECK(count(plain, tag) == count(hostile, tag));
    }
    CHECK(count(hostile, "<script") == 0);
    CHECK(count(hostile, "<img") == 0);
    CHECK(count(hostile, "](") == 0);
    // Cells: a bar that is not ours is escaped.
    CHECK(count(plain, "|") == count(hostile, "|") - count(hostile, "\\|") + count(plain, "\\|"));
    CHECK(std::none_of(hostile.begin(), hostile.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return letter != '\n' && (byte < 0x20 || byte == 0x7F);
    }));
}

TEST_CASE("markdown: mentions, references and links are broken apart") {
    plimsoll::Audit audit;
    audit.headline = "@everyone see #12 at https://example.org and www.example.org";
    const std::string text = render(audit);
    CHECK(text.find("@everyone") == std::string::npos);
    CHECK(text.find("#12") == std::string::npos);
    CHECK(text.find("https:") == std::string::npos);
    CHECK(text.find("www.example") == std::string::npos);
}

TEST_CASE("markdown: says what the Audit says") {
    const std::string text = render(plimsoll::testing::rich_audit());
    for (const char* part : {"| **4.1×**, 3.4× to 5.0×; 6 of 8 limits measured |",
                             "4.1× → 5.9×",
                             "not measured",
                             "**Latent**",
                             "**Not assessed**",
                             "**Not seen**"}) {
        CAPTURE(part, text);
        CHECK(text.find(part) != std::string::npos);
    }
}

TEST_CASE("markdown: a step on a line that is only bounded promises no more than a bound") {
    plimsoll::Audit audit = plimsoll::testing::rich_audit();
    audit.prescriptions[0].effect =
        plimsoll::LineEffect{.from = 1, .to = 1.4, .low = 0, .high = 1.4};
    CHECK(render(audit).find("at most 1.0× → at most 1.4×") != std::string::npos);
}
