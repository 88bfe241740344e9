// `plimsoll config`: every value in force and where it was set: the settings of a gate, the
// thresholds of the rules, and whatever else the file says.
#pragma once

#include "app/gate_settings.hpp"
#include "core/settings.hpp"
#include "wire/json.hpp"

#include <string>
#include <vector>

namespace plimsoll::app {

struct ShownSetting {
    std::string id;  // "gate.fail_on", "thresholds.connection-pool.hold-cv2", "system.name"
    std::string value;
    std::string origin;
    std::string reason;  // of a threshold
    static constexpr void fields(auto&& field) {
        field("id", &ShownSetting::id);
        field("value", &ShownSetting::value);
        field("origin", &ShownSetting::origin);
        field("reason", &ShownSetting::reason);
    }
};

// `settings` and `gate` are of the same file, settings.path.
[[nodiscard]] std::vector<ShownSetting> effective_settings(const Settings& settings,
                                                           const GateConfig& gate);
[[nodiscard]] std::string settings_text(const std::vector<ShownSetting>& all,
                                        const std::string& path);

}  // namespace plimsoll::app
