// What the readers of plans in lines share: recognising a form, and reading a stream of it.
#pragma once

#include "core/reader.hpp"
#include "readers/plans/transcript.hpp"

namespace plimsoll::readers::plans {

[[nodiscard]] Sureness recognises_form(const Sample& sample, Form form, Sureness when) noexcept;
void read_plans(input::Stream& stream,
                const ReadOptions& options,
                Evidence& evidence,
                Input& input);

}  // namespace plimsoll::readers::plans
