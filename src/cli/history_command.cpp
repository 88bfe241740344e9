#include "cli/history_command.hpp"

#include "app/audit.hpp"
#include "app/config.hpp"
#include "app/output.hpp"
#include "app/rescore.hpp"
#include "app/store.hpp"
#include "cli/terminal.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::cli {
namespace {

void put_out(const HistoryFlags& flags, const std::string& text) {
    if (flags.output.empty()) {
        print(text);
    } else {
        app::write_file(flags.output, text);
    }
}

[[nodiscard]] app::Store open_store(const HistoryFlags& flags) {
    if (flags.store.empty()) {
        throw Error{{.status = Status::usage,
                     .what = "which store?",
                     .where = {},
                     .why = "--store is not given",
                     .remedy = "plimsoll history --store audits.db; plimsoll audit PATH... "
                               "--store audits.db fills it"}};
    }
    return app::Store{flags.store};
}

[[nodiscard]] std::string only_system(const app::Store& store, const std::string& asked) {
    const std::vector<std::string> known = store.systems();
    if (asked.empty() && known.size() == 1) {
        return known.front();
    }
    const std::vector<std::string_view> names{known.begin(), known.end()};
    if (std::ranges::find(known, asked) != known.end()) {
        return asked;
    }
    const std::string near = app::nearest(asked, names);
    throw Error{{.status = Status::usage,
                 .what = asked.empty() ? "which system?" : "no audit of this system is kept",
                 .where = asked,
                 .why = fmt::format("the store has {} systems{}{}",
                                    known.size(),
                                    known.empty() ? "" : ", the first ",
                                    known.empty() ? "" : known.front()),
                 .remedy = near.empty() ? "plimsoll history fleet --store STORE lists them"
                                        : fmt::format("did you mean {}?", near)}};
}

}  // namespace

Status run_history(const HistoryFlags& flags) {
    const app::Store store = open_store(flags);
    const SystemHistory history = store.history(only_system(store, flags.system));
    put_out(flags,
            flags.format == "json"   ? wire::dump(wire::to_json(history))
            : flags.format == "html" ? history_html(history)
                                     : history_text(history, style_of_stdout(flags.colour)));
    return Status::done;
}

Status run_history_fleet(const HistoryFlags& flags) {
    const Fleet fleet = open_store(flags).fleet();
    put_out(flags,
            flags.format == "json"   ? wire::dump(wire::to_json(fleet))
            : flags.format == "html" ? fleet_html(fleet)
                                     : fleet_text(fleet, style_of_stdout(flags.colour)));
    return Status::done;
}

Status run_history_rescore(const HistoryFlags& flags) {
    app::Store store = open_store(flags);
    const app::Rescored done =
        app::rescore(store, app::load_config(flags.config, {}), PLIMSOLL_VERSION);
    print(fmt::format("{} audits judged again, {} by the same rules already, {} without evidence "
                      "that this version reads\n",
                      done.rescored,
                      done.same_rules,
                      done.without_evidence));
    return Status::done;
}

Status run_history_thin(const HistoryFlags& flags) {
    app::Store store = open_store(flags);
    print(
        fmt::format("{} audits keep their figures without document and evidence\n", store.thin()));
    return Status::done;
}

}  // namespace plimsoll::cli
