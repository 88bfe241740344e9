// The gate's result as it is: schema "plimsoll.gate/1", every row, nothing left out.
#include "wire/json.hpp"

#include "gate/gate.hpp"

namespace plimsoll::reports::gate {

extern constinit const GateReport json{.id = "json",
                                       .writes = "the whole result, for programs",
                                       .write = [](const GateResult& result, const GateStyle&) {
                                           return wire::dump(wire::to_json(result));
                                       }};

}  // namespace plimsoll::reports::gate
