// What commands that read evidence share: sources, the clock, and what is said after the result.
#pragma once

#include "app/read.hpp"
#include "cli/commands.hpp"
#include "core/error.hpp"

namespace plimsoll::cli {

// The clock of an audit or a gate: SOURCE_DATE_EPOCH when set, so that a run can be repeated.
[[nodiscard]] Instant now();

// `hash`: SHA-256 of every input, for provenance. `may_be_nothing`: app::ReadRequest says when.
[[nodiscard]] app::ReadResult read_sources(const ReadFlags& flags,
                                           const Settings& settings,
                                           bool hash,
                                           bool may_be_nothing = false);

// After the result is out: what could not be trusted, and the status that follows from it.
[[nodiscard]] Status conclude(const app::ReadResult& result);

}  // namespace plimsoll::cli
