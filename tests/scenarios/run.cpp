// From a scenario to the audit of its bundle, through the program's own reading and judging.
#include "app/audit.hpp"
#include "app/config.hpp"
#include "app/read.hpp"
#include "scenarios/scenario.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace plimsoll::scenarios {
namespace fs = std::filesystem;

Folder::Folder() {
    std::string name = (fs::temp_directory_path() / "plimsoll-scenario-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error{"cannot make a temporary folder"};
    }
    path_ = name;
    fs::create_directory(bundle());
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Audit audit_folder(const std::string& folder) {
    const std::vector<std::string> paths{folder};
    Settings settings = app::load_config({}, paths);
    settings.now = instant((start_s + weeks_of_record * week_s) * 1'000'000);
    const app::ReadResult read = app::read({.paths = paths, .options = {}}, settings);
    if (!read.errors.empty()) {
        throw std::runtime_error{read.errors.front().parts().where + ": " +
                                 read.errors.front().parts().why};
    }
    return app::audit(read, settings, "scenarios");
}

Audit audit_of(const Scenario& scenario, std::uint64_t seed) {
    const Folder folder;
    write(scenario.world, seed, folder.bundle());
    return audit_folder(folder.bundle());
}

Answered answered(const Audit& audit) {
    Answered out;
    for (const SignVerdict& sign : audit.signs) {
        out.signs[static_cast<std::size_t>(sign.id)] = sign.state;
    }
    out.verdict = audit.verdict.outcome;
    out.line = audit.load_line;
    for (const Finding& finding : audit.findings) {
        if (finding.outcome == Outcome::failed) {
            out.failed.push_back(finding.check + ": " + finding.says);
        }
    }
    return out;
}

double true_line(const World& world, TruePools& known) {
    const DatabaseWorld& database = world.database;
    constexpr double reserved = 3;
    const double active = database.connections - database.idle;
    const auto pool_multiple = [&](const PoolWorld& pool) {
        const std::array key{pool.slots, pool.busy, pool.hold_cv2, pool.bursty ? 1.0 : 0.0};
        const auto found = known.find(key);
        return found != known.end() ? found->second
                                    : known.emplace(key, true_pool_multiple(pool)).first->second;
    };
    double line = pool_multiple(database.pool);
    line = std::min(
        line, pool_multiple({.slots = database.cores, .busy = database.cores * database.cpu}));
    line = std::min(line, (database.max_connections - reserved - database.idle) / active);
    for (const double other : {database.quota,
                               database.memory,
                               database.queue,
                               database.wal,
                               database.workers,
                               database.instances}) {
        line = other > 0 ? std::min(line, other) : line;
    }
    return line;
}

}  // namespace plimsoll::scenarios
