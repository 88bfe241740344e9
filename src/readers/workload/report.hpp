// What every reader of a database's log does when its stream is at the end: settles the account,
// refuses a log that was mostly not understood, and hands the evidence over.
#pragma once

#include "core/input_record.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/workload/pass.hpp"
#include "readers/workload/pipeline.hpp"

#include <cstdint>
#include <string_view>

namespace plimsoll::readers::workload {

// What was cut away from lines that were too long to be kept. A statement whose line is cut is a
// call all the same, so it is unread only where a line of that length is.
void account_for_cut(std::uint64_t cut_bytes, std::uint64_t unread_bytes, Input& input);

// Throws Error (untrusted) when more than a tenth of the bytes could not be read; `how` is the way
// out.
void report(Pass& pass,
            const Account& account,
            const input::Stream& stream,
            std::string_view how,
            Evidence& evidence,
            Input& input);

}  // namespace plimsoll::readers::workload
