#include "app/planner/recognition.hpp"

#include "evidence/array_literal.hpp"
#include "readers/live/redaction.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

namespace plimsoll::app::planner {
namespace {

using readers::live::key_mark;
using readers::live::key_setting;
using readers::live::stand_in;

[[nodiscard]] bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] bool word(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '"';
}

// Types that take any text for a value, so that a stand-in may stay where it is.
[[nodiscard]] bool takes_any_text(const std::string& type) {
    return type == "text" || type == "name" || type.starts_with("character");
}

// Reads the string that begins at `at`, and moves behind it.
[[nodiscard]] std::string string_at(std::string_view sql, std::size_t& at) {
    const bool escapes =
        at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e') && (at == 1 || !word(sql[at - 2]));
    std::string out;
    for (++at; at < sql.size(); ++at) {
        if (sql[at] == '\'') {
            if (at + 1 >= sql.size() || sql[at + 1] != '\'') {
                ++at;
                break;
            }
            ++at;
        } else if (escapes && sql[at] == '\\' && at + 1 < sql.size()) {
            ++at;
        }
        out += sql[at];
    }
    return out;
}

void recognise(DbColumn& column, const std::map<std::string, std::string>& known) {
    std::vector<std::string> values = elements_of(column.common);
    std::vector<std::string> shares = elements_of(column.frequencies);
    std::vector<std::string> kept;
    std::vector<std::string> kept_shares;
    for (std::size_t i = 0; i < std::min(values.size(), shares.size()); ++i) {
        const std::size_t mark = values[i].rfind('#');
        const auto found =
            mark == std::string::npos ? known.end() : known.find(values[i].substr(mark));
        if (found == known.end() && mark == 0 && !takes_any_text(column.type)) {
            continue;  // no value of the type: it counts among the rest
        }
        kept.push_back(found != known.end() ? found->second : values[i]);
        kept_shares.push_back(shares[i]);
    }
    column.common = kept.empty() ? "" : literal_of(kept);
    column.frequencies = kept.empty() ? "" : literal_of(kept_shares);
    column.redacted = false;
}

}  // namespace

std::set<std::string> literals_in(std::string_view sql) {
    std::set<std::string> out;
    for (std::size_t at = 0; at < sql.size();) {
        if (sql[at] == '\'') {
            out.insert(string_at(sql, at));
        } else if (sql[at] == '"') {
            const std::size_t end = sql.find('"', at + 1);
            at = end == std::string_view::npos ? sql.size() : end + 1;
        } else if (sql.substr(at, 2) == "--") {
            at = std::min(sql.size(), sql.find('\n', at));
        } else if (digit(sql[at]) && (at == 0 || !word(sql[at - 1]))) {
            const std::size_t begin = at;
            while (at < sql.size() && (digit(sql[at]) || sql[at] == '.')) {
                ++at;
            }
            out.emplace(sql.substr(begin, at - begin));
            out.insert("-" + std::string{sql.substr(begin, at - begin)});
        } else {
            ++at;
        }
    }
    return out;
}

DatabaseCapture recognised(DatabaseCapture capture,
                           const std::set<std::string>& literals,
                           std::string_view key) {
    const auto made_with = capture.settings.find(key_setting);
    if (key.empty() || made_with == capture.settings.end() || made_with->second != key_mark(key)) {
        return capture;
    }
    std::map<std::string, std::string> known;
    for (const std::string& literal : literals) {
        known[stand_in(key, literal)] = literal;
    }
    for (auto& [name, table] : capture.tables) {
        for (DbColumn& column : table.columns) {
            if (column.common.find('#') != std::string::npos) {
                recognise(column, known);
            }
        }
    }
    return capture;
}

}  // namespace plimsoll::app::planner
