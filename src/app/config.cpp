#include "app/config.hpp"

#include "app/questions.hpp"
#include "core/check.hpp"
#include "core/error.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

namespace fs = std::filesystem;
using Known = std::span<const std::string_view>;

class ConfigReader {
public:
    ConfigReader(const toml::table& root, std::string name) : root_{root}, name_{std::move(name)} {}

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
        only(root_, sections, "a section");
        settings_.path = name_;
        system();
        host();
        limits();
        each("growth", [&](const std::string& key, const toml::node& node) {
            settings_.growth[key] = number(node, key);
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
    [[noreturn]] void fail(const toml::node& node, std::string why, std::string remedy) const {
        throw Error{{.status = Status::usage,
                     .what = "the configuration cannot be used",
                     .where = fmt::format("{}:{}", name_, node.source().begin.line),
                     .why = std::move(why),
                     .remedy = std::move(remedy)}};
    }
    void only(const toml::table& table, Known known, std::string_view what) const {
        for (const auto& [key, node] : table) {
            if (std::ranges::find(known, key.str()) == known.end()) {
                unknown(node, key.str(), known, what);
            }
        }
    }
    [[noreturn]] void unknown(const toml::node& node,
                              std::string_view key,
                              Known known,
                              std::string_view what) const {
        const std::string near = nearest(key, known);
        fail(node,
             fmt::format("\"{}\" is not {} that is known", key, what),
             near.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                          : fmt::format("did you mean \"{}\"?", near));
    }
    [[nodiscard]] double number(const toml::node& node, std::string_view key) const {
        if (const auto value = node.value<double>()) {
            return *value;
        }
        fail(node, fmt::format("\"{}\" must be a number", key), "write it without quotes");
    }
    [[nodiscard]] std::string text(const toml::node& node, std::string_view key) const {
        if (const auto value = node.value<std::string>()) {
            return *value;
        }
        fail(node, fmt::format("\"{}\" must be a text", key), "put it in quotes");
    }
    [[nodiscard]] Instant time(const toml::node& node, std::string_view key) const {
        if (const toml::value<toml::date>* date = node.as_date()) {
            const toml::date& d = date->get();
            const std::optional<Instant> at =
                parse_instant(fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day));
            if (at) {
                return *at;
            }
        }
        if (const toml::value<toml::date_time>* stamp = node.as_date_time()) {
            const toml::date_time& t = stamp->get();
            const int offset = t.offset ? t.offset->minutes : 0;
            const std::optional<Instant> at =
                parse_instant(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                                          t.date.year,
                                          t.date.month,
                                          t.date.day,
                                          t.time.hour,
                                          t.time.minute,
                                          t.time.second));
            if (at) {
                return *at - std::chrono::minutes{offset};
            }
        }
        if (const auto value = node.value<std::string>()) {
            if (const std::optional<Instant> at = parse_instant(*value)) {
                return *at;
            }
        }
        fail(node,
             fmt::format("\"{}\" must be a date", key),
             "write 2026-11-01 or 2026-11-01T08:00:00Z");
    }
    // The positive number that a capacity must be.
    [[nodiscard]] double capacity(const toml::node& node, std::string_view key) const {
        const double value = number(node, key);
        if (!(value > 0) || value > 1e15) {
            fail(node,
                 fmt::format("\"{}\" is {}, and must be above 0", key, value),
                 "write how many there are");
        }
        return value;
    }
    template <class Use>
    void each(std::string_view section, const Use& use) const {
        const toml::node* node = root_.get(section);
        if (node == nullptr) {
            return;
        }
        if (!node->is_table()) {
            fail(*node,
                 fmt::format("\"{}\" must be a section", section),
                 fmt::format("write [{}]", section));
        }
        for (const auto& [key, value] : *node->as_table()) {
            use(std::string{key.str()}, value);
        }
    }

    void system() {
        constexpr std::array<std::string_view, 3> keys{"name", "target", "features_total"};
        each("system", [&](const std::string& key, const toml::node& node) {
            if (key == "name") {
                settings_.system_name = text(node, key);
            } else if (key == "target") {
                settings_.target = target(node);
            } else if (key == "features_total") {
                settings_.features_total = capacity(node, key);
            } else {
                unknown(node, key, keys, "a key of [system]");
            }
        });
    }
    // "10x", or a number.
    [[nodiscard]] double target(const toml::node& node) const {
        if (const auto value = node.value<std::string>()) {
            const std::string digits =
                value->ends_with('x') ? value->substr(0, value->size() - 1) : *value;
            char* end = nullptr;
            const double multiple = std::strtod(digits.c_str(), &end);
            if (!digits.empty() && *end == '\0' && multiple >= 1 && multiple <= 1000) {
                return multiple;
            }
            fail(node,
                 fmt::format("target is \"{}\"", *value),
                 "write target = \"10x\" (1x to 1000x)");
        }
        return capacity(node, "target");
    }
    void host() {
        constexpr std::array<std::string_view, 2> keys{"cores", "memory"};
        each("host", [&](const std::string& key, const toml::node& node) {
            if (key == "cores") {
                settings_.cores = capacity(node, key);
            } else if (key == "memory") {
                settings_.memory_bytes = bytes(node);
            } else {
                unknown(node, key, keys, "a key of [host]");
            }
        });
    }
    // 17179869184, "16 GB", "16GiB".
    [[nodiscard]] double bytes(const toml::node& node) const {
        if (const auto value = node.value<std::string>()) {
            char* end = nullptr;
            const double amount = std::strtod(value->c_str(), &end);
            std::string unit{end};
            std::erase(unit, ' ');
            constexpr std::array<std::string_view, 4> prefixes{"K", "M", "G", "T"};
            double factor = 1;
            for (std::size_t i = 0; i < prefixes.size(); ++i) {
                if (unit.starts_with(prefixes[i])) {
                    factor = std::pow(unit.find('i') == std::string::npos ? 1000.0 : 1024.0,
                                      static_cast<double>(i + 1));
                }
            }
            if (amount > 0 && end != value->c_str()) {
                return amount * factor;
            }
            fail(node, fmt::format("memory is \"{}\"", *value), "write memory = \"16 GiB\"");
        }
        return capacity(node, "memory");
    }
    void limits() {
        constexpr std::array<std::string_view, 3> keys{"max_connections", "pool", "workers"};
        each("limits", [&](const std::string& key, const toml::node& node) {
            if (key == "max_connections") {
                settings_.max_connections = capacity(node, key);
            } else if (key == "pool") {
                sizes(node, key, "size", settings_.pools);
            } else if (key == "workers") {
                sizes(node, key, "threads", settings_.workers);
            } else {
                unknown(node, key, keys, "a key of [limits]");
            }
        });
    }
    void sizes(const toml::node& node,
               std::string_view what,
               std::string_view size_key,
               std::map<std::string, PoolSize>& out) const {
        if (!node.is_table()) {
            fail(node,
                 fmt::format("\"{}\" must name one", what),
                 fmt::format("write {}.NAME = {{{} = 20, instances = 2}}", what, size_key));
        }
        const std::array<std::string_view, 2> keys{size_key, "instances"};
        for (const auto& [name, one] : *node.as_table()) {
            PoolSize& pool = out[std::string{name.str()}];
            if (!one.is_table()) {
                pool.size = capacity(one, name.str());
                continue;
            }
            only(*one.as_table(), keys, fmt::format("a key of {}.{}", what, name.str()));
            const toml::node* size = one.as_table()->get(size_key);
            const toml::node* instances = one.as_table()->get("instances");
            if (size == nullptr) {
                fail(one,
                     fmt::format("{}.{} has no {}", what, name.str(), size_key),
                     "say how many it holds");
            }
            pool.size = capacity(*size, size_key);
            pool.instances = instances == nullptr ? 1 : capacity(*instances, "instances");
        }
    }
    // In order of the file, because the first match wins; toml++ sorts by key, so lines decide.
    void modules() {
        std::vector<std::pair<std::uint32_t, std::pair<std::string, std::string>>> in_order;
        each("modules", [&](const std::string& key, const toml::node& node) {
            in_order.emplace_back(node.source().begin.line, std::pair{key, text(node, key)});
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
            note.module = text(node, key);
            return;
        }
        only(*node.as_table(), keys, "a key of a table");
        for (const auto& [name, value] : *node.as_table()) {
            if (name.str() == "module") {
                note.module = text(value, "module");
            } else if (name.str() == "rows") {
                note.rows = number(value, "rows");
            } else if (name.str() == "refers") {
                note.refers = references(value);
            } else {
                const std::string grows = text(value, "grows");
                const std::optional<TableGrowth> growth = from_text<TableGrowth>(grows);
                if (!growth) {
                    unknown(value, grows, texts_of<TableGrowth>, "a way to grow");
                }
                note.growth = *growth;
            }
        }
    }
    // refers = { customer_id = "customers" }
    std::map<std::string, std::string> references(const toml::node& node) const {
        if (!node.is_table()) {
            fail(node,
                 "\"refers\" must name columns and the tables that they point to",
                 "write refers = {customer_id = \"customers\"}");
        }
        std::map<std::string, std::string> out;
        for (const auto& [column, table] : *node.as_table()) {
            out[std::string{column.str()}] = text(table, column.str());
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
            unknown(node, key, known, "a question");
        }
        Answer& answer = settings_.answers[key];
        answer.origin = {.source = name_, .line = node.source().begin.line};
        const toml::table* table = node.as_table();
        if (table == nullptr) {
            answer.reply = reply(node);
            return;
        }
        only(*table, keys, "a key of an answer");
        for (const auto& [name, value] : *table) {
            if (name.str() == "answer") {
                answer.reply = reply(value);
            } else if (name.str() == "on") {
                answer.on = time(value, "on");
            } else if (name.str() == "by") {
                answer.by = text(value, "by");
            } else {
                answer.note = text(value, "note");
            }
        }
    }
    [[nodiscard]] Reply reply(const toml::node& node) const {
        const std::string given = text(node, "answer");
        const std::optional<Reply> reply = from_text<Reply>(given);
        if (!reply) {
            unknown(node, given, texts_of<Reply>, "an answer");
        }
        return *reply;
    }
    void threshold(const std::string& key, const toml::node& node) {
        constexpr std::array<std::string_view, 2> keys{"value", "reason"};
        const toml::table* table = node.as_table();
        if (table == nullptr || table->get("value") == nullptr || table->get("reason") == nullptr) {
            fail(node,
                 fmt::format("threshold \"{}\" needs a value and a reason", key),
                 fmt::format("write \"{}\" = {{value = 0.5, reason = \"why\"}}", key));
        }
        only(*table, keys, "a key of a threshold");
        settings_.thresholds[key] = {.value = number(*table->get("value"), "value"),
                                     .reason = text(*table->get("reason"), "reason"),
                                     .origin = {.source = name_, .line = node.source().begin.line}};
    }
    void masks() {
        constexpr std::array<std::string_view, 3> keys{"from", "until", "why"};
        const toml::node* node = root_.get("mask");
        if (node == nullptr) {
            return;
        }
        if (!node->is_array()) {
            fail(*node, "\"mask\" must be a list", "write [[mask]]");
        }
        for (const toml::node& one : *node->as_array()) {
            const toml::table* table = one.as_table();
            if (table == nullptr || table->get("from") == nullptr ||
                table->get("until") == nullptr || table->get("why") == nullptr) {
                fail(one,
                     "a mask needs from, until and why",
                     "an unexplained gap would hide evidence");
            }
            only(*table, keys, "a key of a mask");
            settings_.masks.push_back({.from = time(*table->get("from"), "from"),
                                       .until = time(*table->get("until"), "until"),
                                       .why = text(*table->get("why"), "why")});
        }
    }

    const toml::table& root_;
    std::string name_;
    Settings settings_;
};

// The folder that holds .git, from here upward; empty outside of a repository.
[[nodiscard]] fs::path git_root(fs::path folder) {
    std::error_code error;
    while (!fs::exists(folder / ".git", error)) {
        if (folder == folder.parent_path()) {
            return {};
        }
        folder = folder.parent_path();
    }
    return folder;
}

}  // namespace

std::string nearest(std::string_view typed, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t least = 3;
    for (const std::string_view word : known) {
        std::vector<std::size_t> row(word.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= typed.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= word.size(); ++j) {
                const std::size_t change = diagonal + (typed[i - 1] == word[j - 1] ? 0 : 1);
                diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
            }
        }
        if (row.back() < least) {
            least = row.back();
            best = word;
        }
    }
    return std::string{best};
}

Settings parse_config(std::string_view text, const std::string& name) {
    try {
        const toml::table root = toml::parse(text, name);
        return ConfigReader{root, name}.read();
    } catch (const toml::parse_error& error) {
        throw Error{{.status = Status::usage,
                     .what = "the configuration is not TOML",
                     .where = fmt::format("{}:{}", name, error.source().begin.line),
                     .why = std::string{error.description()},
                     .remedy = "plimsoll init writes one with comments"}};
    }
}

std::string find_config(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        std::error_code error;
        fs::path folder = fs::absolute(path, error);
        if (error || !fs::exists(folder, error)) {
            continue;
        }
        if (!fs::is_directory(folder, error)) {
            folder = folder.parent_path();
        }
        const fs::path root = git_root(folder);
        while (true) {
            if (fs::is_regular_file(folder / "plimsoll.toml", error)) {
                return fs::proximate(folder / "plimsoll.toml", error).string();
            }
            if (root.empty() || folder == root) {
                break;
            }
            folder = folder.parent_path();
        }
    }
    return {};
}

Settings load_config(const std::string& path, std::span<const std::string> inputs) {
    const std::string found = path.empty() ? find_config(inputs) : path;
    if (found.empty()) {
        return {};
    }
    std::ifstream in{found, std::ios::binary};
    if (!in) {
        throw Error{{.status = Status::usage,
                     .what = "the configuration cannot be opened",
                     .where = found,
                     .why = "no such file, or no right to read it",
                     .remedy = "check --config"}};
    }
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return parse_config(text, found);
}

}  // namespace plimsoll::app
