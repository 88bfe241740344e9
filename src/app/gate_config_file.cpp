// [gate] of plimsoll.toml, by the table of gate_settings.hpp.
#include "app/config.hpp"
#include "app/gate_settings.hpp"
#include "core/error.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

class Section {
public:
    Section(std::string path, const toml::table& table) : path_{std::move(path)}, table_{table} {}

    [[nodiscard]] GateConfig read() const {
        GateConfig out;
        for (const auto& [key, node] : table_) {
            const GateSetting& setting = setting_of(std::string{key.str()}, node);
            out[std::string{setting.name}] = {.values = values(setting, node), .origin = at(node)};
        }
        return out;
    }

private:
    [[nodiscard]] std::string at(const toml::node& node) const {
        return fmt::format("{}:{}", path_, node.source().begin.line);
    }
    [[noreturn]] void fail(const toml::node& node, std::string why, std::string remedy) const {
        throw Error{{.status = Status::usage,
                     .what = "the configuration cannot be used",
                     .where = at(node),
                     .why = std::move(why),
                     .remedy = std::move(remedy)}};
    }
    [[nodiscard]] const GateSetting& setting_of(std::string key, const toml::node& node) const {
        const std::string written = key;
        std::ranges::replace(key, '_', '-');
        std::vector<std::string> names;
        for (const GateSetting& setting : gate_settings()) {
            if (setting.name == key && written.find('-') == std::string::npos) {
                return setting;
            }
            names.emplace_back(setting.name);
            std::ranges::replace(names.back(), '-', '_');
        }
        const std::vector<std::string_view> known{names.begin(), names.end()};
        const std::string near = nearest(written, known);
        fail(node,
             fmt::format("\"{}\" is not a key of [gate] that is known", written),
             near.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                          : fmt::format("did you mean \"{}\"?", near));
    }
    // A text or a number, as it would be written on the command line.
    [[nodiscard]] std::string plain(const GateSetting& setting, const toml::node& node) const {
        if (const auto written = node.value<std::string>();
            written && setting.form != SettingForm::flag) {
            return *written;
        }
        const bool numeric = setting.form == SettingForm::number ||
                             setting.form == SettingForm::share ||
                             setting.form == SettingForm::pairs;
        if (const auto number = node.value<double>(); number && numeric && !node.is_boolean()) {
            return fmt::format("{}", *number);
        }
        if (const auto yes = node.value<bool>(); yes && setting.form == SettingForm::flag) {
            return *yes ? "yes" : "no";
        }
        fail(node,
             fmt::format("\"{}\" is not written so", setting.name),
             setting.form == SettingForm::flag ? "write true or false"
             : numeric                         ? "write a number, or \"10%\""
                                               : "put it in quotes");
    }
    [[nodiscard]] std::vector<std::string> values(const GateSetting& setting,
                                                  const toml::node& node) const {
        std::vector<std::string> out;
        if (setting.form == SettingForm::list && node.is_array()) {
            for (const toml::node& one : *node.as_array()) {
                out.push_back(plain(setting, one));
            }
            return out;
        }
        if (setting.form == SettingForm::pairs) {
            if (!node.is_table()) {
                fail(node,
                     "\"max\" must be a table",
                     "write [gate.max] and lines of \"ID\" = VALUE");
            }
            for (const auto& [id, value] : *node.as_table()) {
                out.push_back(fmt::format("{}={}", id.str(), plain(setting, value)));
            }
            return out;
        }
        return {plain(setting, node)};
    }

    std::string path_;
    const toml::table& table_;
};

}  // namespace

GateConfig gate_config_of(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    try {
        const toml::table root = toml::parse_file(path);
        const toml::node* section = root.get("gate");
        if (section == nullptr) {
            return {};
        }
        if (!section->is_table()) {
            throw Error{{.status = Status::usage,
                         .what = "the configuration cannot be used",
                         .where = fmt::format("{}:{}", path, section->source().begin.line),
                         .why = "\"gate\" must be a section",
                         .remedy = "write [gate]"}};
        }
        return Section{path, *section->as_table()}.read();
    } catch (const toml::parse_error& error) {
        throw Error{{.status = Status::usage,
                     .what = "the configuration is not TOML",
                     .where = fmt::format("{}:{}", path, error.source().begin.line),
                     .why = std::string{error.description()},
                     .remedy = "plimsoll init writes one with comments"}};
    }
}

}  // namespace plimsoll::app
