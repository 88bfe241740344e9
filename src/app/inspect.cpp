#include "app/inspect.hpp"

#include <fmt/format.h>

namespace plimsoll::app {

wire::Json inspect_json(const Evidence& evidence, const Settings& /*settings*/) {
    wire::Json out = wire::Json::object();
    out["inputs"] = wire::to_json(evidence.inputs);
    return out;
}

std::string inspect_text(const Evidence& evidence, const Settings& /*settings*/) {
    std::string out;
    for (const Input& input : evidence.inputs) {
        out += fmt::format("{}\n  {}: {} bytes, {} records, {} skipped ({:.2f} % of bytes)\n",
                           input.name,
                           input.reader.empty() ? "not read" : input.reader,
                           input.bytes,
                           input.records,
                           input.skipped,
                           100 * input.unread_share());
        if (input.skipped != 0) {
            out += fmt::format("  first skipped: line {}: {}\n", input.first_skipped.line, input.first_skipped.why);
        }
        if (!input.note.empty()) {
            out += "  " + input.note + "\n";
        }
    }
    return out;
}

}  // namespace plimsoll::app
