// Scenarios: worlds with their truth, and what an audit of the bundle said about it.
//
// A truth is what holds in the world; it is set by whoever wrote the scenario, from what the world
// is made of, never from what the program said. Where a dose lies between "there" and "not there"
// the truth is left open, and the share of audits that see it makes the dose-response curve.
#pragma once

#include "core/audit.hpp"
#include "scenarios/world.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::scenarios {

inline constexpr std::size_t sign_count = texts_of<Sign>.size();

struct Truth {
    // Per sign: what may be said. Empty: open.
    std::array<std::set<Outcome>, sign_count> signs;
    std::set<VerdictOutcome> verdict;  // empty: open
    // Is the true multiple known? It is computed from the world; false where the bundle cannot show
    // it.
    bool line = true;
    std::optional<std::string> first_limit;
};

enum class Dose : std::uint8_t { none, weak, medium, severe };

struct Scenario {
    std::string name;
    std::string what;  // one line: what is true, and what it may be taken for
    World world;
    Truth truth;
    std::optional<Sign> sign;  // whose dose this is
    Dose dose = Dose::none;
    double amount = 0;  // of the dose, in the unit of its curve
};

[[nodiscard]] std::vector<Scenario> all_scenarios();

struct Answered {
    std::array<Outcome, sign_count> signs{};
    VerdictOutcome verdict = VerdictOutcome::insufficient;
    LoadLine line;
    std::vector<std::string> failed;  // checks that broke
};

// A temporary folder with an empty bundle/ in it, gone with this.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string bundle() const { return path_ + "/bundle"; }

private:
    std::string path_;
};

// Reads and audits a folder; its clock is the end of every world's record. Throws when an input was
// refused.
[[nodiscard]] Audit audit_folder(const std::string& folder);

// Writes the bundle of this seed below a temporary folder, reads it through the real readers,
// audits it, and removes it again.
[[nodiscard]] Audit audit_of(const Scenario& scenario, std::uint64_t seed);
[[nodiscard]] Answered answered(const Audit& audit);

// True multiples of pools once simulated, as simulating is what costs.
using TruePools = std::map<std::array<double, 4>, double>;

// The true load line of a world: the lowest of its true multiples.
[[nodiscard]] double true_line(const World& world, TruePools& known);

}  // namespace plimsoll::scenarios
