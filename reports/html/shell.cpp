#include "html/shell.hpp"

#include "html_assets.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <vector>

namespace plimsoll::reports::page {
namespace {

[[nodiscard]] std::string style_sheet() {
    return fmt::format("{}{}{}{}",
                       embedded::tokens_css,
                       embedded::page_css,
                       embedded::charts_css,
                       embedded::print_css);
}

// "sha256-..." as a content policy wants it.
[[nodiscard]] std::string policy_hash(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    const std::vector<unsigned char> input(text.begin(), text.end());
    SHA256(input.data(), input.size(), digest.data());
    std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), SHA256_DIGEST_LENGTH);
    return "sha256-" + std::string{base64.begin(), base64.begin() + length};
}

}  // namespace

void head(Writer& w, std::string_view title) {
    const std::string style = style_sheet();
    const std::string policy = fmt::format(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; "
        "form-action 'none'",
        policy_hash(embedded::ui_js),
        policy_hash(style));
    w.element("head", {}, [&] {
        w.lone("meta", {{"charset", "utf-8"}});
        w.lone("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy}});
        w.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
        w.lone("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
        w.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
        w.lone("meta", {{"name", "generator"}, {"content", "plimsoll"}});
        w.element("title", {}, title);
        w.element("style", {}, [&] { w.built_in(style); });
    });
}

void script(Writer& w) {
    w.element("script", {}, [&] { w.built_in(embedded::ui_js); });
}

}  // namespace plimsoll::reports::page
