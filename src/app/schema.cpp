#include "app/schema.hpp"

#include "app/config_schema.hpp"
#include "core/audit.hpp"
#include "core/gate.hpp"
#include "wire/schema.hpp"

namespace plimsoll::app {

std::optional<std::string> schema(std::string_view name) {
    if (name == "audit") {
        return wire::dump(wire::document_schema<Audit>(
            "plimsoll.audit/1", "An audit by plimsoll: evidence judged, with origins and gaps"));
    }
    if (name == "diff") {
        return wire::dump(wire::document_schema<SinceLast>(
            "plimsoll.diff/1", "What moved between two audits, and whether it is real"));
    }
    if (name == "gate") {
        return wire::dump(wire::document_schema<GateResult>(
            "plimsoll.gate/1", "The verdict of a gate, with every row behind it"));
    }
    if (name == "baseline") {
        return wire::dump(wire::document_schema<Snapshot>(
            "plimsoll.baseline/1", "What a gate remembers of a system: judgement and samples"));
    }
    if (name == "config") {
        return wire::dump(config_schema());
    }
    return std::nullopt;
}

std::vector<std::string_view> schema_names() {
    return {"audit", "diff", "gate", "baseline", "config"};
}

}  // namespace plimsoll::app
