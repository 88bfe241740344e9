// What every reader of a database's log does when its stream is at the end: settles the account,
// refuses a log that was mostly not understood, and hands the evidence over.
#pragma once

#include "core/input_record.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/workload/pass.hpp"
#include "readers/workload/pipeline.hpp"

#include <string_view>

namespace plimsoll::readers::workload {

// Throws Error (untrusted) when more than a tenth of the bytes could not be read; `how` is the way
// out.
void report(Pass& pass,
            const Account& account,
            const input::Stream& stream,
            std::string_view how,
            Evidence& evidence,
            Input& input);

}  // namespace plimsoll::readers::workload
