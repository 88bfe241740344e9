// The report for a terminal; its full form lands with the branch `report`.
#include "core/report.hpp"

namespace plimsoll::reports {
namespace {
[[nodiscard]] std::string write(const Audit& audit, const Style&) {
    return audit.headline + "\n" + audit.subline + "\n";
}
}  // namespace
extern constinit const Report text{.id = "text", .writes = "for a terminal", .write = write};
}  // namespace plimsoll::reports
