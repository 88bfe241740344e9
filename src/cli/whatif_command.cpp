#include "cli/whatif_command.hpp"

#include "app/audit.hpp"
#include "app/config.hpp"
#include "cli/reading.hpp"
#include "cli/terminal.hpp"
#include "wire/json.hpp"

namespace plimsoll::cli {

Status run_whatif(const WhatIfFlags& flags) {
    Settings settings = app::load_config(flags.read.config, flags.read.paths);
    settings.now = now();
    const app::ReadResult result = read_sources(flags.read, settings, true);
    const Audit audit = app::audit(result, settings, PLIMSOLL_VERSION);
    const app::Outlook outlook = app::what_if(audit, flags.changes, settings);
    print_text(flags.format == "json" ? wire::dump(wire::to_json(outlook)) : app::text_of(outlook));
    return conclude(result);
}

}  // namespace plimsoll::cli
