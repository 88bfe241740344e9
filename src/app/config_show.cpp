#include "app/config_show.hpp"

#include "core/check.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace plimsoll::app {
namespace {

// Every leaf of the file, with its line; the sections that are shown with their defaults are not
// among them.
void leaves(const toml::node& node,
            const std::string& id,
            const std::string& path,
            std::vector<ShownSetting>& out) {
    if (const toml::table* table = node.as_table(); table != nullptr && !table->is_inline()) {
        for (const auto& [key, value] : *table) {
            leaves(value,
                   id.empty() ? std::string{key.str()} : fmt::format("{}.{}", id, key.str()),
                   path,
                   out);
        }
        return;
    }
    std::ostringstream written;
    node.visit([&](const auto& value) { written << value; });
    std::string text = written.str();
    std::ranges::replace(text, '\n', ' ');
    out.push_back({.id = id,
                   .value = std::move(text),
                   .origin = fmt::format("{}:{}", path, node.source().begin.line),
                   .reason = {}});
}

void file_settings(const std::string& path, std::vector<ShownSetting>& out) {
    toml::table root = toml::parse_file(path);
    for (const char* shown_apart : {"gate", "thresholds"}) {
        root.erase(shown_apart);
    }
    leaves(root, "", path, out);
}

void gate_part(const GateConfig& gate, std::vector<ShownSetting>& out) {
    for (const GateSetting& setting : gate_settings()) {
        std::string key{setting.name};
        std::ranges::replace(key, '-', '_');
        const auto found = gate.find(setting.name);
        out.push_back({.id = "gate." + key,
                       .value = found == gate.end()
                                    ? ""
                                    : fmt::format("{}", fmt::join(found->second.values, ", ")),
                       .origin = found == gate.end() ? "not set" : found->second.origin,
                       .reason = {}});
    }
}

void thresholds_part(const Settings& settings, std::vector<ShownSetting>& out) {
    for (const Check* check : all_checks()) {
        for (const Threshold& threshold : check->thresholds) {
            const auto found = settings.thresholds.find(std::string{threshold.id});
            const bool changed = found != settings.thresholds.end();
            out.push_back(
                {.id = fmt::format("thresholds.{}", threshold.id),
                 .value = fmt::format(
                     "{} {}", changed ? found->second.value : threshold.value, threshold.unit),
                 .origin = changed ? to_text(found->second.origin) : "default",
                 .reason = changed ? found->second.reason : std::string{threshold.reason}});
        }
    }
}

}  // namespace

std::vector<ShownSetting> effective_settings(const Settings& settings, const GateConfig& gate) {
    std::vector<ShownSetting> out;
    if (!settings.path.empty()) {
        file_settings(settings.path, out);
    }
    gate_part(gate, out);
    thresholds_part(settings, out);
    return out;
}

std::string settings_text(const std::vector<ShownSetting>& all, const std::string& path) {
    std::string out = path.empty() ? "no plimsoll.toml was found; everything is as by default\n"
                                   : fmt::format("configuration: {}\n", path);
    std::size_t widest = 0;
    for (const ShownSetting& one : all) {
        widest = std::max(widest, std::min<std::size_t>(one.id.size(), 44));
    }
    for (const ShownSetting& one : all) {
        out += fmt::format("{:<{}}  {:<24}  {}\n", one.id, widest, one.value, one.origin);
        if (!one.reason.empty() && one.origin != "default") {
            out += fmt::format("{:<{}}  because {}\n", "", widest, one.reason);
        }
    }
    return out;
}

}  // namespace plimsoll::app
