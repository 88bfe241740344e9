#include "readers/plans/mysql.hpp"
#include "readers/plans/postgres_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>

namespace plimsoll::readers::plans {
namespace {

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

[[nodiscard]] bool is_banner(std::string_view text) {
    return text.starts_with("***") && text.find(". row *") != std::string_view::npos;
}
[[nodiscard]] std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> out;
    line = trimmed(line);
    const char separator = line.starts_with('|') ? '|' : '\t';
    if (separator == '|') {
        line.remove_prefix(1);
        line = line.ends_with('|') ? line.substr(0, line.size() - 1) : line;
    }
    while (true) {
        const std::size_t end = line.find(separator);
        const std::string_view cell = trimmed(line.substr(0, end));
        out.emplace_back(cell == "NULL" ? std::string_view{} : cell);
        if (end == std::string_view::npos) {
            return out;
        }
        line = line.substr(end + 1);
    }
}

using Cells = std::map<std::string, std::string>;

// The columns of MySQL, and those that MariaDB's ANALYZE adds.
constexpr std::array<std::string_view, 14> columns{"id",
                                                   "select_type",
                                                   "table",
                                                   "partitions",
                                                   "type",
                                                   "possible_keys",
                                                   "key",
                                                   "key_len",
                                                   "ref",
                                                   "rows",
                                                   "r_rows",
                                                   "filtered",
                                                   "r_filtered",
                                                   "Extra"};

// A table as it is printed across, or with \G down the page: "select_type: SIMPLE".
[[nodiscard]] std::vector<Cells> rows_of(const std::vector<std::string>& lines) {
    std::vector<Cells> out;
    const bool down = !lines.empty() && trimmed(lines.front()).starts_with("id:");
    const std::vector<std::string> names =
        lines.empty() ? std::vector<std::string>{} : cells_of(lines.front());
    for (std::size_t i = down ? 0 : 1; i < lines.size(); ++i) {
        if (down) {
            const std::string_view text = trimmed(lines[i]);
            const std::size_t colon = text.find(':');
            if (is_banner(text) || colon == std::string_view::npos) {
                continue;
            }
            const std::string name{text.substr(0, colon)};
            const std::string_view cell = trimmed(text.substr(colon + 1));
            if (name == "id") {
                out.emplace_back();
            }
            if (!out.empty() && cell != "NULL") {
                out.back()[name] = cell;
            }
            continue;
        }
        const std::vector<std::string> cells = cells_of(lines[i]);
        if (cells.size() != names.size()) {
            continue;  // a border, a footer
        }
        Cells row;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            row[names[c]] = cells[c];
        }
        out.push_back(std::move(row));
    }
    return out;
}

// `loops`: how often it is read, which MariaDB's ANALYZE does not print: once for each row before
// it.
[[nodiscard]] PlanNode scan_of(Cells& cells, double loops) {
    PlanNode node;
    const std::string& access = cells["type"];
    node.type = access == "ALL"     ? "Table scan"
                : access == "index" ? "Index scan"
                : access == "range" ? "Index range scan"
                : access == "const" || access == "eq_ref" || access == "system"
                    ? "Single-row index lookup"
                : access.empty() ? "Result"
                                 : "Index lookup";
    node.relation = cells["table"].starts_with('<') ? std::string{} : cells["table"];
    node.alias = cells["table"];
    node.index = cells["key"];
    node.rows_estimated = cells["rows"].empty() ? 0 : to_number(cells["rows"], "rows");
    if (!cells["ref"].empty() && !node.index.empty()) {
        node.more["Index Cond"] =
            "(" + node.index + " = " + (cells["ref"] == "const" ? "?" : cells["ref"]) + ")";
    }
    if (!cells["r_rows"].empty()) {
        const double kept =
            cells["r_filtered"].empty() ? 1 : to_number(cells["r_filtered"], "r_filtered") / 100;
        node.loops = loops;
        node.rows = to_number(cells["r_rows"], "r_rows") * loops * kept;
        node.rows_removed = to_number(cells["r_rows"], "r_rows") * loops * (1 - kept);
    }
    if (!cells["Extra"].empty()) {
        node.more["Extra"] = cells["Extra"];
    }
    if (!cells["filtered"].empty()) {
        node.more["Filtered"] = cells["filtered"];
    }
    return node;
}

}  // namespace

bool is_mysql_row_banner(std::string_view line) {
    return is_banner(trimmed(line));
}

bool is_mysql_table_row(std::string_view line) {
    const std::string_view text = trimmed(line);
    const std::size_t colon = text.find(':');
    if (is_mysql_row_banner(line) ||
        (colon != std::string_view::npos &&
         std::ranges::find(columns, text.substr(0, colon)) != columns.end())) {
        return true;
    }
    return text.starts_with('|') || text.starts_with("+-") ||
           text.find('\t') != std::string_view::npos;
}

bool is_mysql_table_header(std::string_view line) {
    const std::vector<std::string> cells = cells_of(line);
    return cells.size() >= 8 && cells[0] == "id" && cells[1] == "select_type" &&
           cells[2] == "table";
}

Plan mysql_table_plan(const std::vector<std::string>& lines, bool /*keep_literals*/) {
    Plan plan;
    plan.product = "mysql";
    std::vector<Cells> rows = rows_of(lines);
    PlanNode root;
    root.type = "Query block";
    plan.nodes.push_back(root);
    // The tables of one select are joined in their order: ((a, b), c). Other selects hang below the
    // root.
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t end = i + 1;
        while (end < rows.size() && rows[end]["id"] == rows[i]["id"]) {
            ++end;
        }
        const std::string kind = rows[i]["select_type"];
        std::int32_t under = 0;
        std::vector<std::int32_t> owners;
        for (std::size_t join = i + 1; join < end; ++join) {
            PlanNode loop;
            loop.type = "Nested Loop";
            loop.parent = under;
            loop.more["Join Type"] = "Inner";
            under = static_cast<std::int32_t>(plan.nodes.size());
            owners.push_back(under);
            plan.nodes.push_back(std::move(loop));
        }
        double loops = 1;
        for (std::size_t row = i; row < end; ++row) {
            PlanNode node = scan_of(rows[row], loops);
            loops = node.rows.value_or(loops);
            plan.product = node.rows ? "mariadb" : plan.product;
            const std::size_t place = row - i;
            node.parent = owners.empty() ? 0
                          : place == 0   ? owners.back()
                                         : owners[owners.size() - place];
            node.relationship = place > 0 ? "Inner"
                                : kind.find("SUBQUERY") != std::string::npos && owners.empty()
                                    ? "SubPlan"
                                    : "Outer";
            plan.nodes.push_back(std::move(node));
        }
        i = end;
    }
    if (plan.nodes.size() == 1) {
        throw Refused{"a table without rows"};
    }
    // A table of estimates has no costs; rows examined stand for them.
    for (std::size_t i = plan.nodes.size(); i-- > 0;) {
        PlanNode& node = plan.nodes[i];
        node.cost_total += node.rows_estimated;
        if (node.parent >= 0) {
            plan.nodes[static_cast<std::size_t>(node.parent)].cost_total += node.cost_total;
        }
    }
    complete(plan);
    return plan;
}

}  // namespace plimsoll::readers::plans
