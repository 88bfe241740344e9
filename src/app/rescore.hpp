// Rescore: old evidence judged by today's rules, kept beside the audit as it was.
//
// So the change of the rules is seen apart from the change of the system: two audits of one
// evidence differ by the rules alone.
#pragma once

#include "app/store.hpp"
#include "core/settings.hpp"

#include <cstddef>
#include <string_view>

namespace plimsoll::app {

struct Rescored {
    std::size_t rescored = 0;
    std::size_t same_rules = 0;
    std::size_t without_evidence = 0;  // thinned, or a digest of another version
};

[[nodiscard]] Rescored rescore(Store& store,
                               const Settings& settings,
                               std::string_view tool_version);

}  // namespace plimsoll::app
