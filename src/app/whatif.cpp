#include "app/whatif.hpp"

#include "core/error.hpp"
#include "model/queueing.hpp"
#include "verdict/ladder.hpp"
#include "verdict/load_line.hpp"
#include "verdict/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace plimsoll::app {
namespace {

constexpr double sessions_per_core = 4;  // as connection-pool.sessions-per-core

[[nodiscard]] Error not_understood(std::string_view option,
                                   std::string_view given,
                                   std::string_view write) {
    return Error{{.status = Status::usage,
                  .what = "the change cannot be understood",
                  .where = fmt::format("{} {}", option, given),
                  .why = "it is not of the form that is expected",
                  .remedy = fmt::format("write {} {}", option, write)}};
}

[[nodiscard]] const Finding* finding_of(const Audit& audit, std::string_view check) {
    const auto found = std::ranges::find(audit.findings, check, &Finding::check);
    return found == audit.findings.end() ? nullptr : &*found;
}

// A measure of the check `offload`; nothing when the log did not carry it.
[[nodiscard]] const Measure* share_of(const Audit& audit, const std::string& id) {
    const Finding* offload = finding_of(audit, "offload");
    if (offload == nullptr) {
        return nullptr;
    }
    const auto found = std::ranges::find(offload->measures, id, &Measure::id);
    return found == offload->measures.end() ? nullptr : &*found;
}

[[nodiscard]] double input_of(const Limit& limit, std::string_view id) {
    const auto found = std::ranges::find(limit.inputs, id, &Measure::id);
    return found == limit.inputs.end() ? 0 : found->value.at;
}

// Of several instances each waits in a pool of its own.
[[nodiscard]] double carries(double slots, double instances) {
    return slots *
           model::safe_utilisation(static_cast<std::uint32_t>(std::max(1.0, slots / instances)));
}

[[nodiscard]] double gain(double share) {
    return 1 / std::max(0.001, 1 - share);
}

// What takes a share of the database's work off it; a connection may gain nothing
// (checks/offload.cpp).
[[nodiscard]] Remedy takes_off(double low, double at, double high) {
    Remedy out;
    out.effects = {
        {.limit = "database-cpu", .factor = {.at = gain(at), .low = gain(low), .high = gain(high)}},
        {.limit = "max-connections", .factor = {.at = gain(at), .low = 1, .high = gain(high)}},
        {.limit = "connection-pool.*", .factor = {.at = gain(at), .low = 1, .high = gain(high)}}};
    return out;
}

class Simulation {
public:
    Simulation(const Audit& audit, const Settings& settings)
        : audit_{audit}, settings_{settings}, limits_{audit.limits} {
        out_.before = verdict::load_line(limits_);
    }

    void index(const std::string& wanted) {
        std::string id = "index." + wanted;
        std::ranges::replace(id, '(', '.');
        std::erase(id, ')');
        std::erase(id, ' ');
        bool any = false;
        for (const Finding& finding : audit_.findings) {
            for (const Remedy& remedy : finding.remedies) {
                const bool meant =
                    remedy.rung == Rung::query && remedy.id.starts_with("index.") &&
                    (wanted == "all" || remedy.id == id || remedy.id.starts_with(id + "."));
                if (meant) {
                    any = true;
                    apply("--add-index " + remedy.id.substr(6),
                          remedy,
                          remedy.model.empty() ? "by the rows that its plan reads for nothing"
                                               : remedy.model);
                }
            }
        }
        if (!any) {
            refuse("--add-index " + wanted,
                   "no plan in the evidence shows that such an index would help");
        }
    }

    void pool(const std::string& given) {
        const std::size_t equals = given.find('=');
        const std::string name =
            equals == std::string::npos ? std::string{} : given.substr(0, equals);
        const std::string digits = equals == std::string::npos ? given : given.substr(equals + 1);
        double slots = 0;
        const auto [end, problem] =
            std::from_chars(digits.data(), digits.data() + digits.size(), slots);
        if (problem != std::errc{} || end != digits.data() + digits.size() || !(slots >= 1) ||
            slots > 1e6) {
            throw not_understood("--pool", given, "200, or NAME=200");
        }
        bool any = false;
        for (const Limit& limit : audit_.limits) {
            const bool meant = limit.id.starts_with("connection-pool.") &&
                               (name.empty() || limit.id == "connection-pool." + name);
            if (meant && limit.status == LimitStatus::measured) {
                any = true;
                resize(limit, slots);
            }
        }
        if (!any) {
            refuse("--pool " + given, "no pool of this name was measured");
        }
    }

    void cache(const std::string& age) {
        const double seconds = seconds_of(age);
        const char* measured = seconds >= 3600 ? "3600s" : seconds >= 60 ? "60s" : "1s";
        const Measure* share = share_of(audit_, std::string{"repeated."} + measured);
        if (share == nullptr) {
            refuse("--cache " + age, "no log of all statements: what is asked again is not known");
            return;
        }
        const double s = share->value.at;
        apply("--cache " + age,
              takes_off(s, s, std::min(share->value.high, 1.5 * s)),
              fmt::format("{:.0f} % of the statement time is asked again within {} with no write "
                          "between: 1 / (1 - s)",
                          100 * s,
                          measured));
    }

    void replicas(int number) {
        const Measure* reads = share_of(audit_, "reads");
        const std::string change = fmt::format("--replicas {}", number);
        if (reads == nullptr) {
            refuse(change, "no log of all statements: the share of reads is not known");
            return;
        }
        const Answer* lag = settings_.answer("reads-may-lag");
        if (lag != nullptr && lag->reply == Reply::no) {
            refuse(change, "reads may not lag, says " + to_text(lag->origin));
            return;
        }
        const double moved = reads->value.at * number / (number + 1.0);
        apply(change,
              takes_off(moved / 2, moved, reads->value.at),
              fmt::format("{:.0f} % of the statement time is reads; half to all of them may lag{}; "
                          "writes cap it at {:.1f}x",
                          100 * reads->value.at,
                          lag == nullptr ? " (nobody answered reads-may-lag)" : "",
                          gain(reads->value.at)));
    }

    void split(const std::string& application) {
        const Measure* share = share_of(audit_, "application." + application);
        if (share == nullptr) {
            refuse("--split " + application, "no application of this name is in the log");
            return;
        }
        apply("--split " + application,
              takes_off(0.8 * share->value.at, share->value.at, share->value.at),
              fmt::format("{} takes {:.0f} % of the statement time: 1 / (1 - s)",
                          application,
                          100 * share->value.at));
    }

    [[nodiscard]] Outlook finished() {
        out_.after = verdict::load_line(limits_);
        out_.limits = std::move(limits_);
        return std::move(out_);
    }

private:
    void apply(std::string change, const Remedy& remedy, std::string why) {
        limits_ = verdict::apply(remedy, std::move(limits_));
        out_.steps.push_back(
            {std::move(change), true, std::move(why), verdict::load_line(limits_)});
    }
    void refuse(std::string change, std::string why) {
        out_.steps.push_back(
            {std::move(change), false, std::move(why), verdict::load_line(limits_)});
    }
    void resize(const Limit& limit, double slots) {
        const std::string name = limit.id.substr(limit.id.find('.') + 1);
        const std::string change = fmt::format("--pool {}={:.0f}", name, slots);
        const double now = input_of(limit, "slots");
        const double all = slots_of_all() + slots - now;
        if (settings_.max_connections && all > *settings_.max_connections) {
            refuse(change,
                   fmt::format("all pools would hold {:.0f} connections, max_connections is {:.0f}",
                               all,
                               *settings_.max_connections));
            return;
        }
        if (settings_.cores && all > sessions_per_core * *settings_.cores && slots > now) {
            refuse(change,
                   fmt::format("all pools would let {:.0f} sessions work at once; {:.0f} cores "
                               "bear {:.0f}: the "
                               "queue would move into the database",
                               all,
                               *settings_.cores,
                               sessions_per_core * *settings_.cores));
            return;
        }
        const double instances = std::max(1.0, input_of(limit, "instances"));
        const double before = carries(now, instances);
        const double after = carries(slots, instances);
        Remedy remedy;
        remedy.effects = {{.limit = limit.id, .factor = Estimate::exactly(after / before)}};
        apply(change,
              remedy,
              fmt::format("slots x rho*(slots): {:.1f} before, {:.1f} after{}",
                          before,
                          after,
                          settings_.cores ? "" : "; whether the cores bear it is not known"));
    }
    [[nodiscard]] double slots_of_all() const {
        double sum = 0;
        for (const Limit& limit : audit_.limits) {
            sum += limit.id.starts_with("connection-pool.") ? input_of(limit, "slots") : 0;
        }
        return sum;
    }
    [[nodiscard]] static double seconds_of(const std::string& age) {
        double value = 0;
        const auto [end, problem] = std::from_chars(age.data(), age.data() + age.size(), value);
        const std::string_view unit{end, static_cast<std::size_t>(age.data() + age.size() - end)};
        const double factor = unit == "s" || unit.empty() ? 1
                              : unit == "m"               ? 60
                              : unit == "h"               ? 3600
                                                          : 0;
        if (problem != std::errc{} || factor == 0 || value * factor < 1) {
            throw not_understood("--cache", age, "60s, 5m or 1h");
        }
        return value * factor;
    }

    const Audit& audit_;
    const Settings& settings_;
    std::vector<Limit> limits_;
    Outlook out_;
};

[[nodiscard]] std::string line_text(const LoadLine& line) {
    using verdict::wording::multiple;
    if (line.measured == 0) {
        return "not known: no limit is measured";
    }
    const std::string range =
        line.low <= 0
            ? "at most " + multiple(line.high)
            : fmt::format(
                  "{} ({} to {})", multiple(line.at), multiple(line.low), multiple(line.high));
    return fmt::format("{}, first {}", range, line.first_limit);
}

}  // namespace

Outlook what_if(const Audit& audit, const Changes& changes, const Settings& settings) {
    Simulation simulation{audit, settings};
    for (const std::string& index : changes.indexes) {
        simulation.index(index);
    }
    for (const std::string& pool : changes.pools) {
        simulation.pool(pool);
    }
    if (!changes.cache.empty()) {
        simulation.cache(changes.cache);
    }
    if (changes.replicas > 0) {
        simulation.replicas(changes.replicas);
    }
    for (const std::string& split : changes.splits) {
        simulation.split(split);
    }
    return simulation.finished();
}

std::string text_of(const Outlook& outlook) {
    std::string out = "Load line now: " + line_text(outlook.before) + "\n";
    for (const Step& step : outlook.steps) {
        out += fmt::format(
            "  {} {}\n      {}\n", step.change, step.applied ? "" : "REFUSED", step.why);
        if (step.applied) {
            out += fmt::format("      then {}\n", line_text(step.after));
        }
    }
    out += "Load line after: " + line_text(outlook.after) + "\n";
    if (outlook.after.measured < outlook.after.known) {
        out += fmt::format("{} of {} limits are measured; one of the others may come first.\n",
                           outlook.after.measured,
                           outlook.after.known);
    }
    return out;
}

}  // namespace plimsoll::app
