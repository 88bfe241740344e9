// The Audit as JSON: the product itself, of which every other report is a rendering.
#include "wire/json.hpp"

#include "core/report.hpp"

namespace plimsoll::reports {
namespace {

[[nodiscard]] std::string write(const Audit& audit, const Style&) {
    return wire::dump(wire::to_json(audit));
}

}  // namespace

extern constinit const Report json{
    .id = "json",
    .writes = "the whole result, schema plimsoll.audit/1",
    .write = write,
};

}  // namespace plimsoll::reports
