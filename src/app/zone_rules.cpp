#include "app/zone_rules.hpp"

#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace plimsoll::app {
namespace {

constexpr std::uintmax_t largest_file = 1'000'000;

}  // namespace

Zone zone_named(std::string_view text, const std::string& where, std::string_view folder) {
    const auto refuse = [&](std::string why) -> Error {
        return Error{{.status = Status::usage,
                      .what = "the time zone is not known",
                      .where = where,
                      .why = std::move(why),
                      .remedy = "write a name (Europe/Berlin), an offset (+01:00) or a rule "
                                "(CET-1CEST,M3.5.0,M10.5.0/3)"}};
    };
    if (std::optional<Zone> zone = zone_of_offset(text)) {
        return *zone;
    }
    if (std::optional<Zone> zone = zone_of_rule(text)) {
        return *zone;
    }
    const bool plain = std::ranges::all_of(text, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '_' ||
               c == '-' || c == '+';
    });
    if (text.empty() || !plain || text.front() == '/') {
        throw refuse(fmt::format("'{}' is none", text));
    }
    const std::filesystem::path path = std::filesystem::path{folder} / std::string{text};
    std::error_code error;
    const std::uintmax_t size =
        std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
    std::ifstream in{path, std::ios::binary};
    if (error || size == 0 || size > largest_file || !in) {
        throw refuse(fmt::format("the zones of this machine ({}) have no '{}'", folder, text));
    }
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    std::optional<Zone> zone = zone_of_file(bytes);
    if (!zone) {
        throw refuse(fmt::format("{} is no file of a time zone", path.string()));
    }
    zone->name = std::string{text};
    return *zone;
}

}  // namespace plimsoll::app
