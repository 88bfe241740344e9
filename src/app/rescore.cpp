#include "app/rescore.hpp"

#include "app/audit.hpp"
#include "app/read.hpp"
#include "core/error.hpp"
#include "core/reader.hpp"
#include "input/sources.hpp"

#include <algorithm>

namespace plimsoll::app {
namespace {

// The evidence of a digest in memory; nothing when this version does not read it.
[[nodiscard]] std::optional<Evidence> evidence_of(const std::string& digest,
                                                  const std::string& name) {
    std::optional<Evidence> out;
    input::for_each_source_in(name, digest, [&](input::Stream& stream, bool) {
        const Sample sample = stream.sample();
        for (const Reader* reader : all_readers()) {
            if (reader->carries_inputs && reader->recognises(sample) == Sureness::certain) {
                Evidence held;
                Input input{.name = name};
                try {
                    reader->read(stream, {}, held, input);
                    held.settle();
                    out = std::move(held);
                } catch (const Error&) {
                    return;  // of another version: its figures stay as they are
                }
            }
        }
    });
    return out;
}

}  // namespace

Rescored rescore(Store& store, const Settings& settings, std::string_view tool_version) {
    Rescored done;
    store.for_each([&](const Store::Kept& kept) {
        std::optional<Evidence> evidence;
        if (!kept.digest.empty()) {
            evidence = evidence_of(kept.digest, "audit " + kept.audit.id);
        }
        if (!evidence) {
            ++done.without_evidence;
            return;
        }
        Settings then = settings;
        then.now = kept.audit.taken_at;
        then.system_name = kept.audit.system;
        ReadResult read;
        read.evidence = std::move(*evidence);
        const Audit again = audit(read, then, tool_version);
        if (again.rules_version == kept.audit.rules_version) {
            ++done.same_rules;
            return;
        }
        store.put(again, {}, kept.audit.id);
        ++done.rescored;
    });
    return done;
}

}  // namespace plimsoll::app
