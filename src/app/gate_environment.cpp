#include "app/gate_environment.hpp"

#include "app/config.hpp"
#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace plimsoll::app {
namespace {

constexpr std::string_view prefix = "PLIMSOLL_";

[[nodiscard]] std::optional<bool> yes_or_no(std::string_view value) {
    static constexpr std::array<std::string_view, 4> yes{"yes", "true", "1", "on"};
    static constexpr std::array<std::string_view, 4> no{"no", "false", "0", "off"};
    const auto among = [&](const auto& words) {
        return std::ranges::find(words, value) != words.end();
    };
    return among(yes) ? std::optional{true} : among(no) ? std::optional{false} : std::nullopt;
}

[[nodiscard]] std::vector<std::string> cut(std::string_view value) {
    std::vector<std::string> out;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find(','), value.size());
        if (end > 0) {
            out.emplace_back(value.substr(0, end));
        }
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return out;
}

}  // namespace

std::string variable_of(std::string_view option) {
    std::string out{prefix};
    for (const char c : option) {
        out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return out;
}

GateConfig gate_config_of(const Environment& variables) {
    GateConfig out;
    for (const GateSetting& setting : gate_settings()) {
        const std::string name = variable_of(setting.name);
        const auto found = variables.find(name);
        if (found == variables.end() || found->second.empty()) {
            continue;
        }
        SetValue set{.values = {found->second}, .origin = "environment " + name};
        if (setting.form == SettingForm::flag) {
            const std::optional<bool> yes = yes_or_no(found->second);
            if (!yes) {
                throw Error{{.status = Status::usage,
                             .what = "a setting of the gate cannot be used",
                             .where = set.origin,
                             .why = fmt::format("\"{}\" is neither yes nor no", found->second),
                             .remedy = "write yes or no"}};
            }
            set.values = {*yes ? "yes" : "no"};
        } else if (setting.form == SettingForm::list || setting.form == SettingForm::pairs) {
            set.values = cut(found->second);
        }
        out[std::string{setting.name}] = std::move(set);
    }
    return out;
}

std::vector<std::string> unknown_variables(const Environment& variables,
                                           const std::vector<std::string>& others) {
    std::vector<std::string> names;
    for (const GateSetting& setting : gate_settings()) {
        names.push_back(variable_of(setting.name));
    }
    for (const std::string& option : others) {
        names.push_back(variable_of(option));
    }
    const std::vector<std::string_view> known{names.begin(), names.end()};
    std::vector<std::string> out;
    for (const auto& [name, value] : variables) {
        if (!name.starts_with(prefix) || std::ranges::find(known, name) != known.end()) {
            continue;
        }
        const std::string near = nearest(name, known);
        out.push_back(fmt::format("the environment has {}, which sets nothing{}",
                                  name,
                                  near.empty() ? "" : "; did you mean " + near + "?"));
    }
    return out;
}

}  // namespace plimsoll::app
