// Every colour that text is read in stands out from what it is read on by at least 4.5 : 1 (WCAG 2,
// level AA), light and dark.
#include "catch.hpp"

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <utility>

namespace {

struct Colours {
    std::string light;
    std::string dark;
};

[[nodiscard]] std::map<std::string, Colours> tokens() {
    std::ifstream file{PLIMSOLL_ROOT "/reports/html/assets/tokens.css"};
    std::stringstream text;
    text << file.rdbuf();
    const std::string css = text.str();
    const std::regex line{R"(--(\w+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);)"};
    std::map<std::string, Colours> found;
    for (auto at = std::sregex_iterator{css.begin(), css.end(), line}; at != std::sregex_iterator{};
         ++at) {
        found[(*at)[1]] = {(*at)[2], (*at)[3]};
    }
    return found;
}

// Relative luminance, WCAG 2.
[[nodiscard]] double luminance(const std::string& colour) {
    constexpr std::array weights{0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double part = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
        sum += weights.at(i) *
               (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

[[nodiscard]] double contrast(const std::string& a, const std::string& b) {
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

}  // namespace

TEST_CASE("contrast: the formula gives the known extremes") {
    CHECK(contrast("#ffffff", "#000000") == 21.0);
    CHECK(contrast("#777777", "#777777") == 1.0);
    CHECK(contrast("#ffffff", "#767676") > 4.5);
    CHECK(contrast("#ffffff", "#777777") < 4.5);
}

TEST_CASE("contrast: every pair that is read is at least 4.5 to 1") {
    const std::map<std::string, Colours> colour = tokens();
    REQUIRE(colour.size() > 25);
    using Pair = std::pair<const char*, const char*>;
    const std::vector<Pair> pairs{
        {"ink", "bg"},       {"ink", "card"},      {"ink", "code"},     {"ink", "sea2"},
        {"ink", "mark2"},    {"ink", "hair"},      {"mut", "bg"},       {"mut", "card"},
        {"mut", "code"},     {"mut", "hair"},      {"sea", "bg"},       {"sea", "card"},
        {"mark", "bg"},      {"mark", "card"},     {"warn", "bg"},      {"warn", "card"},
        {"ok", "bg"},        {"ok", "card"},       {"bg", "ink"},       {"hullink", "hull"},
        {"hullmut", "hull"}, {"hullmark", "hull"}, {"hullsea", "hull"}, {"t0", "h0"},
        {"t1", "h1"},        {"t2", "h2"},         {"t3", "h3"},        {"t4", "h4"},
        {"t5", "h5"},        {"t6", "h6"}};
    for (const auto& [text, ground] : pairs) {
        CAPTURE(text, ground);
        CHECK(contrast(colour.at(text).light, colour.at(ground).light) >= 4.5);
        CHECK(contrast(colour.at(text).dark, colour.at(ground).dark) >= 4.5);
    }
}
