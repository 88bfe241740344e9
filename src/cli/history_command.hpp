// `plimsoll history`: audits kept over time, of one system and of a fleet.
#pragma once

#include "core/error.hpp"

#include <string>

namespace plimsoll::cli {

struct HistoryFlags {
    std::string store;
    std::string system;
    std::string format = "text";
    std::string output;
    std::string colour = "auto";
    std::string config;
};

[[nodiscard]] Status run_history(const HistoryFlags& flags);
[[nodiscard]] Status run_history_fleet(const HistoryFlags& flags);
// Judges the evidence of every audit again by the rules of this program and configuration.
[[nodiscard]] Status run_history_rescore(const HistoryFlags& flags);
[[nodiscard]] Status run_history_thin(const HistoryFlags& flags);

}  // namespace plimsoll::cli
