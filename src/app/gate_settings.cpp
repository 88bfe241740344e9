#include "app/gate_settings.hpp"

#include "app/config.hpp"
#include "core/error.hpp"
#include "core/kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace plimsoll::app {
namespace {

using enum SettingForm;

constexpr std::array<GateSetting, 24> table{{
    {"baseline",
     text,
     "",
     "what to compare with: FILE, FOLDER, git:REF[:PATH], git:auto or none",
     ""},
    {"write-baseline", text, "", "write the present state as a baseline to this file", ""},
    {"preset",
     word,
     "recommended",
     "a set of values for what is not set otherwise",
     "recommended strict audit"},
    {"policy",
     word,
     "new",
     "what fails: what became worse and budgets, budgets only, or all trouble",
     "new budget all"},
    {"fail-on", word, "red", "which rows fail the gate", "red amber none"},
    {"min-load-line", number, "", "fail when the load line is lower than this multiple", ""},
    {"max", pairs, "", "a budget: ID=VALUE of a series or a measure (ci/CI/main/wall=10min)", ""},
    {"migration",
     list,
     "",
     "SQL files: how the load line moves by them, with a capture and PostgreSQL's programs",
     ""},
    {"pg-bindir", text, "auto", "folder of initdb and postgres, for --migration", ""},
    {"effect", share, "10%", "the least change of a median or a multiple that counts", ""},
    {"tail-effect", share, "25%", "the same for p95, which is noisier", ""},
    {"alpha", share, "5%", "chance of any false alarm in all series together", ""},
    {"min-runs", number, "8", "the fewest new runs of a series that are judged", ""},
    {"min-baseline-runs", number, "20", "the fewest runs in the baseline", ""},
    {"require", list, "", "kinds of evidence whose absence fails: pipelines,latency ...", ""},
    {"allow-missing-baseline", flag, "no", "without a baseline only budgets hold", ""},
    {"soft", flag, "no", "say the verdict, end with status 0", ""},
    {"only", list, "", "judge only these ids, checks or kinds of row; * stands for anything", ""},
    {"skip", list, "", "leave these out", ""},
    {"format",
     list,
     "text",
     "text, json, md, html, sarif, junit, gitlab, github; =FILE writes it there",
     ""},
    {"summary",
     text,
     "auto",
     "where the step summary goes: auto ($GITHUB_STEP_SUMMARY), off, or FILE",
     ""},
    {"annotations",
     word,
     "auto",
     "print GitHub annotations: auto (when $GITHUB_ACTIONS is set), on, off",
     "auto on off"},
    {"comment-file", text, "", "write the body of a sticky comment to this file", ""},
    {"comment-id", text, "plimsoll", "the marker by which the sticky comment is found again", ""},
}};

// What a preset says of the settings it speaks of.
struct PresetValue {
    std::string_view preset;
    std::string_view name;
    std::string_view value;
};
constexpr std::array<PresetValue, 5> preset_values{{
    {"strict", "fail-on", "amber"},
    {"strict", "policy", "all"},
    {"strict", "effect", "5%"},
    {"audit", "policy", "all"},
    {"audit", "soft", "yes"},
}};

[[nodiscard]] Error unusable(const std::string& name,
                             const SetValue& set,
                             std::string why,
                             std::string remedy) {
    return Error{{.status = Status::usage,
                  .what = "a setting of the gate cannot be used",
                  .where = fmt::format("{} ({})", name, set.origin),
                  .why = std::move(why),
                  .remedy = std::move(remedy)}};
}

[[nodiscard]] const SetValue& value_of(const GateConfig& config, std::string_view name) {
    static const SetValue none;
    const auto found = config.find(name);
    return found == config.end() ? none : found->second;
}

[[nodiscard]] double number_of(const GateConfig& config, const std::string& name) {
    const SetValue& set = value_of(config, name);
    const std::string written = set.values.empty() ? "" : set.values.front();
    char* end = nullptr;
    const double value = std::strtod(written.c_str(), &end);
    const std::string_view rest{end};
    if (end == written.c_str() || !std::isfinite(value) || value < 0 ||
        !(rest.empty() || rest == "%" || rest == "x")) {
        throw unusable(
            name, set, fmt::format("\"{}\" is no number", written), "write 10%, 0.1 or 2.0x");
    }
    return rest == "%" ? value / 100 : value;
}

[[nodiscard]] double share_of(const GateConfig& config, const std::string& name) {
    const double value = number_of(config, name);
    if (!(value > 0) || value >= (name == "alpha" ? 0.5 : 10)) {
        throw unusable(name,
                       value_of(config, name),
                       fmt::format("{} is out of range", value),
                       "write a share such as 10%");
    }
    return value;
}

[[nodiscard]] std::uint64_t count_of(const GateConfig& config, const std::string& name) {
    const double value = number_of(config, name);
    if (value < 3 || value > 100'000 || value != std::floor(value)) {
        throw unusable(name,
                       value_of(config, name),
                       fmt::format("{} runs carry no test", value),
                       "write a whole number of 3 or more");
    }
    return static_cast<std::uint64_t>(value);
}

[[nodiscard]] std::vector<std::string_view> words_of(std::string_view name) {
    std::vector<std::string_view> out;
    std::string_view left = std::ranges::find(table, name, &GateSetting::name)->words;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find(' '), left.size());
        out.push_back(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return out;
}

// On the command line the parser refuses them itself.
void refuse_unknown_word(const GateConfig& config, const std::string& name) {
    const SetValue& set = value_of(config, name);
    const std::vector<std::string_view> words = words_of(name);
    const std::string written = set.values.empty() ? "" : set.values.front();
    if (std::ranges::find(words, written) == words.end()) {
        const std::string near = nearest(written, words);
        throw unusable(
            name,
            set,
            fmt::format("\"{}\" is not known; known are: {}", written, fmt::join(words, ", ")),
            near.empty() ? "choose one of them" : fmt::format("did you mean \"{}\"?", near));
    }
}

// effective() has refused what is none of them.
template <class Enum>
[[nodiscard]] Enum word_of(const GateConfig& config, const std::string& name) {
    return from_text<Enum>(text_of(config, name)).value();
}

[[nodiscard]] std::set<std::string> kinds_of(const GateConfig& config) {
    std::set<std::string> out;
    for (const std::string& kind : list_of(config, "require")) {
        if (!from_text<Kind>(kind)) {
            const std::string near = nearest(kind, texts_of<Kind>);
            throw unusable(
                "require",
                value_of(config, "require"),
                fmt::format("\"{}\" is no kind of evidence; known are: {}",
                            kind,
                            fmt::join(texts_of<Kind>, ", ")),
                near.empty() ? "choose of them" : fmt::format("did you mean \"{}\"?", near));
        }
        out.insert(kind);
    }
    return out;
}

[[nodiscard]] std::map<std::string, std::string> budgets_of(const GateConfig& config) {
    std::map<std::string, std::string> out;
    const SetValue& set = value_of(config, "max");
    for (const std::string& pair : set.values) {
        const std::size_t equals = pair.rfind('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
            throw unusable(
                "max", set, fmt::format("\"{}\" is no ID=VALUE", pair), "write --max ID=VALUE");
        }
        out[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return out;
}

}  // namespace

std::span<const GateSetting> gate_settings() noexcept {
    return table;
}

std::string text_of(const GateConfig& config, std::string_view name) {
    const SetValue& set = value_of(config, name);
    return set.values.empty() ? std::string{} : set.values.front();
}

std::vector<std::string> list_of(const GateConfig& config, std::string_view name) {
    std::vector<std::string> out;
    for (const std::string& value : value_of(config, name).values) {
        std::size_t from = 0;
        while (from <= value.size()) {
            const std::size_t to = std::min(value.find(',', from), value.size());
            if (to > from) {
                out.push_back(value.substr(from, to - from));
            }
            from = to + 1;
        }
    }
    return out;
}

GateConfig effective(const GateConfig& file,
                     const GateConfig& environment,
                     const GateConfig& command_line) {
    GateConfig out;
    for (const GateSetting& setting : table) {
        if (!setting.standard.empty()) {
            out[std::string{setting.name}] = {{std::string{setting.standard}}, "default"};
        }
    }
    const std::array layers{&file, &environment, &command_line};
    for (const GateConfig* layer : layers) {
        if (const auto named = layer->find("preset"); named != layer->end()) {
            out["preset"] = named->second;
        }
    }
    refuse_unknown_word(out, "preset");
    const std::string preset = text_of(out, "preset");
    for (const PresetValue& value : preset_values) {
        if (value.preset == preset) {
            out[std::string{value.name}] = {{std::string{value.value}}, "preset " + preset};
        }
    }
    for (const GateConfig* layer : layers) {
        for (const auto& [name, set] : *layer) {
            out[name] = set;
        }
    }
    for (const GateSetting& setting : table) {
        if (setting.form == word) {
            refuse_unknown_word(out, std::string{setting.name});
        }
    }
    return out;
}

GateOptions options_of(const GateConfig& config) {
    GateOptions out;
    out.policy = word_of<GatePolicy>(config, "policy");
    out.fail_on = word_of<FailOn>(config, "fail-on");
    if (config.contains("min-load-line")) {
        out.min_load_line = number_of(config, "min-load-line");
    }
    out.most = budgets_of(config);
    out.effect = share_of(config, "effect");
    out.tail_effect = share_of(config, "tail-effect");
    out.alpha = share_of(config, "alpha");
    out.min_runs = count_of(config, "min-runs");
    out.min_baseline_runs = count_of(config, "min-baseline-runs");
    out.required = kinds_of(config);
    out.allow_missing_baseline = text_of(config, "allow-missing-baseline") == "yes";
    out.soft = text_of(config, "soft") == "yes";
    out.only = list_of(config, "only");
    out.skip = list_of(config, "skip");
    return out;
}

}  // namespace plimsoll::app
