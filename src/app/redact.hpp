// Redact: an audit for outsiders (`audit --share`).
//
// Names of hosts, users and people become keyed hashes: the same name is the same word everywhere,
// so that the report still reads, and nobody without the inputs can try names until one fits. The
// key is made of the inputs' bytes; their digests are therefore left out too. Paths of inputs
// become numbers. What people wrote (texts of events, incidents and answers) is left out; values of
// queries never were in it. Kept: names of tables, services, modules, branches and applications,
// without which no step could be taken. Blind spot: a person's name inside one of those stays,
// unless it is one of the names that the evidence knows as a person's.
#pragma once

#include "core/audit.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"

namespace plimsoll::app {

[[nodiscard]] Audit redact(const Audit& audit, const Evidence& evidence, const Settings& settings);

}  // namespace plimsoll::app
