#include "app/config_reader.hpp"

#include "app/config.hpp"
#include "app/questions.hpp"
#include "app/toml_values.hpp"
#include "app/zone_rules.hpp"
#include "core/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

class ConfigReader {
public:
    ConfigReader(const toml::table& root, const std::string& name) : root_{root}, values_{name} {}

    [[nodiscard]] Settings read() {
        constexpr std::array<std::string_view, 10> sections{"system",
                                                            "host",
                                                            "limits",
                                                            "growth",
                                                            "modules",
                                                            "tables",
                                                            "answers",
                                                            "thresholds",
                                                            "mask",
                                                            "gate"};
        values_.only(root_, sections, "a section");
        settings_.path = values_.name();
        system();
        host();
        limits();
        each("growth", [&](const std::string& key, const toml::node& node) {
            constexpr std::array<std::string_view, 2> keys{"data", "team"};
            if (std::ranges::find(keys, key) == keys.end()) {
                values_.unknown(node, key, keys, "an axis of [growth]");
            }
            settings_.growth[key] = values_.number(node, key);
        });
        modules();
        each("tables",
             [&](const std::string& key, const toml::node& node) { table_note(key, node); });
        each("answers", [&](const std::string& key, const toml::node& node) { answer(key, node); });
        each("thresholds",
             [&](const std::string& key, const toml::node& node) { threshold(key, node); });
        masks();
        return std::move(settings_);
    }

private:
    template <class Use>
    void each(std::string_view section, const Use& use) const {
        const toml::node* node = root_.get(section);
        if (node == nullptr) {
            return;
        }
        if (!node->is_table()) {
            values_.fail(*node,
                         fmt::format("\"{}\" must be a section", section),
                         fmt::format("write [{}]", section));
        }
        for (const auto& [key, value] : *node->as_table()) {
            use(std::string{key.str()}, value);
        }
    }

    void system() {
        constexpr std::array<std::string_view, 4> keys{
            "name", "target", "timezone", "features_total"};
        each("system", [&](const std::string& key, const toml::node& node) {
            if (key == "name") {
                settings_.system_name = values_.text(node, key);
            } else if (key == "target") {
                settings_.target = values_.target(node);
            } else if (key == "timezone") {
                settings_.zone =
                    zone_named(values_.text(node, key),
                               fmt::format("{}:{}", values_.name(), node.source().begin.line));
            } else if (key == "features_total") {
                settings_.features_total = values_.capacity(node, key);
            } else {
                values_.unknown(node, key, keys, "a key of [system]");
            }
        });
    }
    void host() {
        constexpr std::array<std::string_view, 2> keys{"cores", "memory"};
        each("host", [&](const std::string& key, const toml::node& node) {
            if (key == "cores") {
                settings_.cores = values_.capacity(node, key);
            } else if (key == "memory") {
                settings_.memory_bytes = values_.bytes(node);
            } else {
                values_.unknown(node, key, keys, "a key of [host]");
            }
        });
    }
    void limits() {
        constexpr std::array<std::string_view, 3> keys{"max_connections", "pool", "workers"};
        each("limits", [&](const std::string& key, const toml::node& node) {
            if (key == "max_connections") {
                settings_.max_connections = values_.capacity(node, key);
            } else if (key == "pool") {
                sizes(node, key, "size", settings_.pools);
            } else if (key == "workers") {
                sizes(node, key, "threads", settings_.workers);
            } else {
                values_.unknown(node, key, keys, "a key of [limits]");
            }
        });
    }
    void sizes(const toml::node& node,
               std::string_view what,
               std::string_view size_key,
               std::map<std::string, PoolSize>& out) const {
        if (!node.is_table()) {
            values_.fail(node,
                         fmt::format("\"{}\" must name one", what),
                         fmt::format("write {}.NAME = {{{} = 20, instances = 2}}", what, size_key));
        }
        const std::array<std::string_view, 2> keys{size_key, "instances"};
        for (const auto& [name, one] : *node.as_table()) {
            PoolSize& pool = out[std::string{name.str()}];
            if (!one.is_table()) {
                pool.size = values_.capacity(one, name.str());
                continue;
            }
            values_.only(*one.as_table(), keys, fmt::format("a key of {}.{}", what, name.str()));
            const toml::node* size = one.as_table()->get(size_key);
            const toml::node* instances = one.as_table()->get("instances");
            if (size == nullptr) {
                values_.fail(one,
                             fmt::format("{}.{} has no {}", what, name.str(), size_key),
                             "say how many it holds");
            }
            pool.size = values_.capacity(*size, size_key);
            pool.instances = instances == nullptr ? 1 : values_.capacity(*instances, "instances");
        }
    }
    // In order of the file, because the first match wins; toml++ sorts by key, so lines decide.
    void modules() {
        std::vector<std::pair<std::uint32_t, std::pair<std::string, std::string>>> in_order;
        each("modules", [&](const std::string& key, const toml::node& node) {
            in_order.emplace_back(node.source().begin.line,
                                  std::pair{key, values_.text(node, key)});
        });
        std::ranges::stable_sort(in_order, {}, [](const auto& entry) { return entry.first; });
        for (auto& [line, entry] : in_order) {
            settings_.modules.push_back(std::move(entry));
        }
    }
    void table_note(const std::string& key, const toml::node& node) {
        constexpr std::array<std::string_view, 4> keys{"module", "rows", "grows", "refers"};
        TableNote& note = settings_.tables[key];
        if (!node.is_table()) {
            note.module = values_.text(node, key);
            return;
        }
        values_.only(*node.as_table(), keys, "a key of a table");
        for (const auto& [name, value] : *node.as_table()) {
            if (name.str() == "module") {
                note.module = values_.text(value, "module");
            } else if (name.str() == "rows") {
                note.rows = values_.number(value, "rows");
            } else if (name.str() == "refers") {
                note.refers = references(value);
            } else {
                const std::string grows = values_.text(value, "grows");
                const std::optional<TableGrowth> growth = from_text<TableGrowth>(grows);
                if (!growth) {
                    values_.unknown(value, grows, texts_of<TableGrowth>, "a way to grow");
                }
                note.growth = *growth;
            }
        }
    }
    // refers = { customer_id = "customers" }
    [[nodiscard]] std::map<std::string, std::string> references(const toml::node& node) const {
        if (!node.is_table()) {
            values_.fail(node,
                         "\"refers\" must name columns and the tables that they point to",
                         "write refers = {customer_id = \"customers\"}");
        }
        std::map<std::string, std::string> out;
        for (const auto& [column, table] : *node.as_table()) {
            out[std::string{column.str()}] = values_.text(table, column.str());
        }
        return out;
    }
    void answer(const std::string& key, const toml::node& node) {
        constexpr std::array<std::string_view, 4> keys{"answer", "on", "by", "note"};
        std::vector<std::string_view> known;
        for (const Question& question : questions) {
            known.push_back(question.id);
        }
        // A user may add questions of his own; one that is almost ours is a slip of the pen.
        if (std::ranges::find(known, key) == known.end() && !nearest(key, known).empty()) {
            values_.unknown(node, key, known, "a question");
        }
        Answer& answer = settings_.answers[key];
        answer.origin = {.source = values_.name(), .line = node.source().begin.line};
        const toml::table* table = node.as_table();
        if (table == nullptr) {
            answer.reply = reply(node);
            return;
        }
        values_.only(*table, keys, "a key of an answer");
        for (const auto& [name, value] : *table) {
            if (name.str() == "answer") {
                answer.reply = reply(value);
            } else if (name.str() == "on") {
                answer.on = values_.time(value, "on");
            } else if (name.str() == "by") {
                answer.by = values_.text(value, "by");
            } else {
                answer.note = values_.text(value, "note");
            }
        }
    }
    [[nodiscard]] Reply reply(const toml::node& node) const {
        const std::string given = values_.text(node, "answer");
        const std::optional<Reply> reply = from_text<Reply>(given);
        if (!reply) {
            values_.unknown(node, given, texts_of<Reply>, "an answer");
        }
        return *reply;
    }
    void threshold(const std::string& key, const toml::node& node) {
        constexpr std::array<std::string_view, 2> keys{"value", "reason"};
        const toml::table* table = node.as_table();
        if (table == nullptr || table->get("value") == nullptr || table->get("reason") == nullptr) {
            values_.fail(node,
                         fmt::format("threshold \"{}\" needs a value and a reason", key),
                         fmt::format("write \"{}\" = {{value = 0.5, reason = \"why\"}}", key));
        }
        values_.only(*table, keys, "a key of a threshold");
        settings_.thresholds[key] = {
            .value = values_.number(*table->get("value"), "value"),
            .reason = values_.text(*table->get("reason"), "reason"),
            .origin = {.source = values_.name(), .line = node.source().begin.line}};
    }
    void masks() {
        constexpr std::array<std::string_view, 3> keys{"from", "until", "why"};
        const toml::node* node = root_.get("mask");
        if (node == nullptr) {
            return;
        }
        if (!node->is_array()) {
            values_.fail(*node, "\"mask\" must be a list", "write [[mask]]");
        }
        for (const toml::node& one : *node->as_array()) {
            const toml::table* table = one.as_table();
            if (table == nullptr || table->get("from") == nullptr ||
                table->get("until") == nullptr || table->get("why") == nullptr) {
                values_.fail(one,
                             "a mask needs from, until and why",
                             "an unexplained gap would hide evidence");
            }
            values_.only(*table, keys, "a key of a mask");
            settings_.masks.push_back({.from = values_.time(*table->get("from"), "from"),
                                       .until = values_.time(*table->get("until"), "until"),
                                       .why = values_.text(*table->get("why"), "why")});
        }
    }

    const toml::table& root_;
    TomlValues values_;
    Settings settings_;
};

}  // namespace

Settings settings_from(const toml::table& root, const std::string& name) {
    return ConfigReader{root, name}.read();
}

}  // namespace plimsoll::app
