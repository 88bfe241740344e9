// Capture: everything that `collect` takes from one database, as evidence.
#pragma once

#include "evidence/database.hpp"
#include "readers/live/session.hpp"

#include <functional>
#include <string>

namespace plimsoll::readers::live {

struct CaptureOptions {
    double interval_s = 60;  // between the two snapshots
    double sample_every_s = 1;
    bool keep_values = false;  // values in the statistics, as they are
    // Of the stand-ins for values (redaction.hpp); empty: there are none.
    std::string values_key = {};
    SessionLimits limits;
};

// Throws Error (unreadable) when the server cannot be reached, does not let us in, or is older
// than 12. Whatever fails after that is a gap of the capture: a lost connection keeps what was
// gathered.
[[nodiscard]] DatabaseCapture capture(const std::string& connection,
                                      const CaptureOptions& options,
                                      const std::function<void(const std::string&)>& progress = {});

// Throws Error (unreadable) for a server that is older than we can read.
void refuse_old(std::int64_t server_version, const std::string& shown_connection);

}  // namespace plimsoll::readers::live
