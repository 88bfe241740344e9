// One figure of an audit explained: its value, and of what it belongs to the formula, the inputs
// and where they were read.
#pragma once

#include "core/audit.hpp"
#include "wire/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::app {

// `id` is the place of a figure, as a page carries it: "load_line.low", "limits.0.at",
// "findings.3.measures.1.samples", "signs.#state=present" (how many). Nothing when there is none.
[[nodiscard]] std::optional<std::string> explain_figure(std::string_view id, const Audit& audit);
// Of many figures: `json` is the audit's, made once.
[[nodiscard]] std::optional<std::string> explain_figure(std::string_view id,
                                                        const Audit& audit,
                                                        const wire::Json& json);

// How the load line comes about from the limits, which are listed lowest first.
[[nodiscard]] std::string load_line_page(const Audit& audit);
[[nodiscard]] std::string limit_page(const Limit& limit);
// Name, value, formula and places of each, one below the other.
[[nodiscard]] std::string measure_lines(const std::vector<Measure>& measures);

}  // namespace plimsoll::app
