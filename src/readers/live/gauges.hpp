// What a capture's samples say in the words of gauges, so that every check of gauges has a live
// server too.
#pragma once

#include "evidence/evidence.hpp"

namespace plimsoll::readers::live {

// Adds the capture, and db.connections and db.active from its samples.
void add(DatabaseCapture capture, Evidence& evidence, Input& input);

}  // namespace plimsoll::readers::live
