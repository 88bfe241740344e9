// What the reports of a gate share: words, choice of rows, and texts made fit for each place.
#pragma once

#include "core/gate.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::reports::gate {

extern const GateReport text;
extern const GateReport json;
extern const GateReport markdown;
extern const GateReport html;
extern const GateReport sarif;
extern const GateReport junit;
extern const GateReport gitlab;
extern const GateReport github;

// Fails the gate under the rules of the result.
[[nodiscard]] bool fails(const GateResult& result, const GateRow& row);
// Worth a line of its own: it fails, is to be looked at, was accepted, or became better.
[[nodiscard]] bool notable(const GateRow& row);
[[nodiscard]] std::vector<const GateRow*> notable_rows(const GateResult& result);

// "PASSED", "FAILED", "EVIDENCE MISSING".
[[nodiscard]] std::string_view verdict_word(GateVerdict verdict) noexcept;
// "Load line 4.1x (3.4 to 5.0), was 4.3x (3.6 to 5.2)."
[[nodiscard]] std::string line_words(const GateResult& result);
// "12 unchanged, 3 better, 1 worse"
[[nodiscard]] std::string count_words(const GateResult& result);
// name, sentence, what to do: on one line.
[[nodiscard]] std::string message(const GateRow& row);

// The place of a row as a relative path that a platform accepts: never empty, never absolute, never
// upward; plimsoll.toml where nothing better is known.
struct Place {
    std::string path;
    std::uint64_t line = 1;
};
[[nodiscard]] Place place_of(const GateRow& row);

// Sixteen hexadecimal digits of what the row is about, without any figure in it.
[[nodiscard]] std::string fingerprint(const GateRow& row);

// Without anything that Markdown, HTML or GitHub would interpret; at most `most` bytes of it.
[[nodiscard]] std::string plain_markdown(std::string_view words, std::size_t most = 400);

}  // namespace plimsoll::reports::gate
