// init: the files that a person writes, begun: plimsoll.toml with the answers given and a comment
// on every key, and the heads of the tables.
//
// Law: an answer carries a date and a name, because it ages. Nothing is ever overwritten: what
// somebody wrote by hand is evidence.
#pragma once

#include "core/settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

struct InitAnswers {
    std::string system;
    std::string by;
    std::string on;                         // 2026-11-01
    std::map<std::string, Answer> replies;  // by question id; those not given are "unknown"
};

// The text of plimsoll.toml; parse_config reads it back to the same answers.
[[nodiscard]] std::string configuration_text(const InitAnswers& answers);

struct BegunFile {
    std::string name;
    std::string text;
};
// plimsoll.toml, events.csv, incidents.csv, services.csv, gauges.csv.
[[nodiscard]] std::vector<BegunFile> begun_files(const InitAnswers& answers);

// Writes those that are not there yet and returns their names. Throws Error (usage) when
// plimsoll.toml is there.
[[nodiscard]] std::vector<std::string> begin_files(const std::string& folder,
                                                   const InitAnswers& answers);

}  // namespace plimsoll::app
