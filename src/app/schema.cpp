#include "app/schema.hpp"

#include "core/audit.hpp"
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
    return std::nullopt;
}

std::vector<std::string_view> schema_names() {
    return {"audit", "diff"};
}

}  // namespace plimsoll::app
