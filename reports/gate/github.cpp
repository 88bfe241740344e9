// GitHub annotations: workflow commands on standard output. The platform shows ten errors and ten
// warnings of a step and drops the rest in silence; so ten of each are printed, the worst, and a
// notice says how many more there are. Everything that came from an input is escaped as the runner
// unescapes it, so no input can end a command or begin one.
#include "gate/gate.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>

namespace plimsoll::reports::gate {
namespace {

constexpr std::size_t most_of_each = 10;
constexpr std::size_t longest = 1000;

[[nodiscard]] std::string data(std::string_view words) {
    std::string out;
    for (const char c : words) {
        if (c == '%' || c == '\r' || c == '\n') {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    // The old form of a command counts anywhere in a line.
    for (std::size_t at = out.find("##["); at != std::string::npos; at = out.find("##[", at)) {
        out.insert(at + 2, " ");
    }
    return out;
}

[[nodiscard]] std::string property(std::string_view words) {
    std::string out;
    for (const char c : data(words)) {
        out += c == ':' ? "%3A" : c == ',' ? "%2C" : std::string{c};
    }
    return out;
}

void put(std::string& out, std::string_view command, const GateRow& row) {
    const Place place = place_of(row);
    out += fmt::format("::{} file={},line={},title={}::{}\n",
                       command,
                       property(place.path),
                       place.line,
                       property("plimsoll: " + std::string{to_text(row.change)}),
                       data(shared::whole_prefix(message(row), longest)));
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle&) {
    std::string out;
    std::size_t errors = 0;
    std::size_t warnings = 0;
    for (const GateRow& row : result.rows) {
        if (fails(result, row)) {
            if (errors++ < most_of_each) {
                put(out, "error", row);
            }
        } else if (row.alarm == Alarm::amber && warnings++ < most_of_each) {
            put(out, "warning", row);
        }
    }
    const std::size_t shown = std::min(errors, most_of_each) + std::min(warnings, most_of_each);
    if (shown < errors + warnings) {
        out += fmt::format(
            "::notice title=plimsoll::and {} more; all are in the step summary and the JSON\n",
            errors + warnings - shown);
    }
    return out;
}

}  // namespace

extern constinit const GateReport github{
    .id = "github", .writes = "GitHub annotations, ten errors and ten warnings", .write = write};

}  // namespace plimsoll::reports::gate
