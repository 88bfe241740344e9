#include "readers/plans/transcript.hpp"

#include "readers/plans/frames.hpp"
#include "readers/plans/mysql.hpp"
#include "readers/plans/postgres_tree.hpp"
#include "readers/plans/text_plan.hpp"
#include "readers/plans/yaml_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace plimsoll::readers::plans {
namespace {

constexpr std::size_t most_lines = 200'000;  // of one plan
constexpr std::size_t lines_of_a_head = 400;
// No form indents a level by more: a line further in is nested too deep, and need not be held to
// know it.
constexpr std::size_t widest_indent = 6 * deepest;

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The first line of a table that is printed down the page, below its banner.
[[nodiscard]] bool is_mysql_first_column(std::string_view line) {
    return trimmed(line).starts_with("id: ");
}

// The form that a first line begins.
[[nodiscard]] Form begins(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.starts_with('{') || text == "[" || text.starts_with("[{") || text.starts_with("[ {")) {
        return Form::json;
    }
    if (text.starts_with("<explain")) {
        return Form::xml;
    }
    if (text.starts_with("- Plan:") || text == "Plan:") {
        return Form::yaml;
    }
    if (is_mysql_tree_line(line)) {
        return Form::mysql_tree;
    }
    if (is_mysql_table_header(text)) {
        return Form::mysql_table;
    }
    return is_root_line(line) ? Form::text : Form::none;
}

void for_each_line(std::string_view text, const auto& use) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (!use(text.substr(0, end))) {
            return;
        }
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
}

}  // namespace

Form form_of(std::string_view head) {
    Form found = Form::none;
    std::size_t lines = 0;
    StatementEcho echo;
    bool below_banner = false;
    for_each_line(head, [&](std::string_view line) {
        // The table's header is looked for before its bars are taken off.
        if (is_mysql_table_header(line) || (below_banner && is_mysql_first_column(line))) {
            found = Form::mysql_table;
        } else if (const std::optional<std::string> text = unframed(line)) {
            const Form form = begins(*text);
            found = echo.take(*text, form != Form::none) ? Form::none : form;
        }
        below_banner = is_mysql_row_banner(line);
        return found == Form::none && ++lines < lines_of_a_head;
    });
    if (found == Form::json) {
        if (head.find("query_block") != std::string_view::npos ||
            head.find("query_plan") != std::string_view::npos) {
            return Form::mysql_json;
        }
        const bool plan = head.find("Plan\"") != std::string_view::npos &&
                          head.find("Node Type\"") != std::string_view::npos;
        return plan ? Form::json : Form::none;
    }
    return found;
}

Transcript::Transcript(Sink sink, bool keep_literals)
    : sink_{std::move(sink)}, keep_literals_{keep_literals}, json_{[this](const JsonText& json) {
          const std::uint64_t line = began_ + json.line - 1;
          if (!json.whole) {
              sink_.skip(line, json.text.size(), "a plan cannot be read: " + json.why);
              return;
          }
          try {
              std::string text{json.text};
              make_utf8(text);
              use(parse_json(text, line));
          } catch (const Broken& broken) {
              sink_.skip(broken.line, json.text.size(), "a plan cannot be read: " + broken.why);
          }
      }} {}

void Transcript::add_line(std::string_view line) {
    ++line_;
    const bool below_banner = std::exchange(below_banner_, is_mysql_row_banner(line));
    if (form_ == Form::mysql_table && below_banner_ && line.find(" 1. row ") != line.npos) {
        finish();  // the next answer
    }
    if (form_ != Form::mysql_table && below_banner && is_mysql_first_column(line)) {
        finish();
        form_ = Form::mysql_table;
        began_ = line_;
    }
    std::optional<std::string> text = form_ == Form::mysql_table || is_mysql_table_header(line)
                                          ? std::optional{std::string{line}}
                                          : unframed(line);
    if (!text) {
        return;
    }
    const Form form = begins(*text);
    // JSON and XML say themselves where they end; within YAML and text a new first line ends the
    // last.
    const bool open = form_ == Form::json || form_ == Form::xml || form_ == Form::mysql_table;
    if (form_ != Form::none && !open && form == Form::none && StatementEcho::begins(*text)) {
        finish();
    }
    if (form_ == Form::none && echo_.take(*text, form != Form::none)) {
        return;
    }
    const bool inner =
        form_ == Form::mysql_tree && form == Form::mysql_tree && !is_mysql_tree_root(*text);
    if (form != Form::none && !open && !inner) {
        finish();
        form_ = form;
        began_ = line_;
        json_.restart();
    }
    if (form_ != Form::none) {
        more(std::move(*text));
    }
}

void Transcript::more(std::string text) {
    bytes_ += text.size() + 1;
    const std::string_view bare = trimmed(text);
    if (form_ == Form::json) {
        json_.add(text);
        json_.add("\n");
        if (json_.outside()) {
            json_.end();
            form_ = Form::none;
            bytes_ = 0;
        }
        return;
    }
    const bool ends = (form_ == Form::xml && bare.find("</explain>") != std::string_view::npos) ||
                      (form_ == Form::mysql_table && !held_.empty() && !is_mysql_table_row(bare));
    hold(std::move(text));
    if (ends) {
        finish();
    }
}

void Transcript::hold(std::string text) {
    if (!too_much_.empty()) {
        return;
    }
    const std::size_t indent = text.find_first_not_of(' ');
    if (form_ != Form::xml && indent != std::string::npos && indent > widest_indent) {
        too_much_ = "nested more than " + std::to_string(deepest) + " deep";
    } else if (held_.size() == most_lines) {
        too_much_ = "longer than " + std::to_string(most_lines) + " lines";
    } else if (bytes_ >= largest_document) {
        too_much_ = "larger than " + std::to_string(largest_document >> 20U) + " MiB";
    } else {
        held_.push_back(std::move(text));
        return;
    }
    held_ = {};
}

void Transcript::finish() {
    const Form form = std::exchange(form_, Form::none);
    const std::vector<std::string> lines = std::exchange(held_, {});
    const std::uint64_t bytes = std::exchange(bytes_, 0);
    if (form == Form::json) {
        json_.end();
        return;
    }
    if (const std::string why = std::exchange(too_much_, {}); !why.empty()) {
        sink_.skip(began_, bytes, "a plan cannot be read: " + why);
        return;
    }
    const auto give = [&](Plan plan) {
        name_statement(echo_.release(), plan);
        sink_.plan(std::move(plan), began_);
    };
    try {
        if (form == Form::text) {
            give(postgres_plan(parse_text_plan(lines), keep_literals_));
        } else if (form == Form::yaml) {
            use(parse_yaml(lines, began_));
        } else if (form == Form::xml) {
            std::string text;
            for (const std::string& line : lines) {
                text += line + '\n';
            }
            make_utf8(text);
            use(parse_xml(text, began_));
        } else if (form == Form::mysql_tree) {
            give(mysql_tree_plan(lines, keep_literals_));
        } else if (form == Form::mysql_table) {
            give(mysql_table_plan(lines, keep_literals_));
        }
    } catch (const Broken& broken) {
        sink_.skip(broken.line, bytes, "a plan cannot be read: " + broken.why);
    } catch (const Refused& refused) {
        sink_.skip(began_, bytes, "a plan is refused: " + refused.why);
    }
}

void Transcript::use(const Value& document) {
    const std::vector<FoundPlan> postgres = find_plans(document, is_postgres_plan);
    const std::vector<FoundPlan> mysql = find_plans(document, is_mysql_plan);
    const std::string shown = echo_.release();
    const auto give = [&](const FoundPlan& found, Plan (*read)(const Value&, bool)) {
        try {
            Plan plan = read(*found.result, keep_literals_);
            // MySQL's "query" is as its optimiser rewrote it: what was typed comes first.
            name_statement(shown.empty() ? found.statement : shown, plan);
            sink_.plan(std::move(plan), began_);
        } catch (const Refused& refused) {
            sink_.skip(began_, bytes_, "a plan is refused: " + refused.why);
        }
    };
    for (const FoundPlan& found : postgres) {
        give(found, postgres_plan);
    }
    for (const FoundPlan& found : mysql) {
        give(found, mysql_json_plan);
    }
    if (postgres.empty() && mysql.empty()) {
        sink_.skip(began_, bytes_, "a document without a plan");
    }
}

void Transcript::end() {
    if (form_ != Form::none) {
        finish();
    }
}

void read_transcript(std::string_view text, bool keep_literals, const Transcript::Sink& sink) {
    Transcript transcript{sink, keep_literals};
    for_each_line(text, [&](std::string_view line) {
        transcript.add_line(line);
        return true;
    });
    transcript.end();
}

}  // namespace plimsoll::readers::plans
