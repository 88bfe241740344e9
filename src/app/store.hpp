// Store: audits kept over time, with their evidence, what they foretold and what came of it.
//
// Every change is one transaction: a kill at any instant leaves every earlier audit and no half
// one. An audit is known by its content, so storing it twice keeps one. The schema has a version
// and moves forward by itself; a store of a newer plimsoll is refused. Blind spot: the clock of an
// audit is the auditor's; two machines with different clocks interleave as their clocks say.
#pragma once

#include "app/sql.hpp"
#include "core/fleet.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::app {

class Store {
public:
    // A file, or a connection string of PostgreSQL. Throws Error (unwritable, or untrusted for a
    // store that is not ours or newer than this program).
    explicit Store(const std::string& name);

    // The latest audit of the system before an instant, whole; nothing when there is none.
    [[nodiscard]] std::optional<Audit> latest(const std::string& system, Instant before) const;

    // Keeps an audit with the digest of its evidence, and what it saw of the steps that the one
    // before it foretold. `rescored_from`: id of the audit whose evidence this judges again.
    void put(const Audit& audit, const std::string& digest, const std::string& rescored_from = {});

    [[nodiscard]] std::vector<std::string> systems() const;
    [[nodiscard]] SystemHistory history(const std::string& system) const;
    [[nodiscard]] Fleet fleet() const;

    struct Kept {
        PastAudit audit;
        std::string document;  // its JSON
        std::string digest;    // empty when it was thinned
    };
    // Calls `use` with every audit as it was made (none that was rescored), oldest first.
    void for_each(const std::function<void(const Kept&)>& use) const;

    // Thins as time passes, counted back from the newest audit of each system: all of a month, one
    // a week for a year, one a month for ever; documents and digests go, figures stay. Returns how
    // many were thinned.
    std::size_t thin();

private:
    [[nodiscard]] std::int64_t version() const;
    void migrate();
    [[nodiscard]] SqlRows run(const std::string& statement,
                              const std::vector<SqlValue>& values = {}) const;
    void in_transaction(const std::function<void()>& work);
    void insert(const Audit& audit, const std::string& id, const std::string& rescored_from);
    void insert_figures(const Audit& audit, const std::string& id);
    void settle_predictions(const Audit& audit);

    Sql sql_;
};

// Where a system stands, and why; `newest` is the newest audit of the fleet.
[[nodiscard]] FleetRow fleet_row(PastAudit now, std::optional<PastAudit> before, Instant newest);

}  // namespace plimsoll::app
