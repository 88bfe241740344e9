// Transcript: plans in whatever people save around them: psql's frames, prompts, several forms in
// one file.
//
// Goes by lines. A line begins a plan when it shows one of the forms' first lines; the plan ends
// where the next begins or the form says so. Everything between is passed over without a word: it
// is not a plan.
#pragma once

#include "evidence/plans.hpp"
#include "readers/plans/document.hpp"
#include "readers/plans/json_documents.hpp"
#include "readers/plans/statement_text.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::plans {

enum class Form : std::uint8_t { none, json, text, yaml, xml, mysql_json, mysql_tree, mysql_table };

// What the first lines hold, with frames taken off.
[[nodiscard]] Form form_of(std::string_view head);

class Transcript {
public:
    struct Sink {
        std::function<void(Plan, std::uint64_t line)> plan;
        std::function<void(std::uint64_t line, std::uint64_t bytes, const std::string& why)> skip;
    };
    Transcript(Sink sink, bool keep_literals);

    void add_line(std::string_view line);
    void end();

private:
    void more(std::string text);
    void hold(std::string text);
    void finish();
    void use(const Value& document);

    Sink sink_;
    bool keep_literals_;
    Form form_ = Form::none;
    std::uint64_t line_ = 0;
    std::uint64_t began_ = 0;
    std::uint64_t bytes_ = 0;
    std::vector<std::string> held_;
    JsonCutter json_;
    StatementEcho echo_;
    std::string too_much_;  // why the plan at hand is not held any more; empty while it is
    bool below_banner_ = false;
};

// All plans of a text, given whole: for tests and for auto_explain's bodies.
void read_transcript(std::string_view text, bool keep_literals, const Transcript::Sink& sink);

}  // namespace plimsoll::readers::plans
