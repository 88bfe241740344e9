#include "readers/workload/patterns.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers::workload {

void Patterns::end(Run& run, const std::string& application) {
    if (run.calls >= shortest_run && run.differs) {
        CallRuns& out = runs_[run.statement];
        ++out.runs;
        out.all.merge({.calls = run.calls, .time_us = run.time_us});
        out.excess += run.calls - 1;
        out.waited_us += run.waited_us;
        ++out.parents[run.parent];
        ++out.applications[application];
        out.lengths.add(static_cast<std::int64_t>(run.calls));
        keep_first(out.first_seen, {.source = source_, .line = run.line});
    }
    run.calls = 0;
}

void Patterns::follow(const Call& call, Run& run, const std::string& application) {
    if (call.kind == StatementKind::transaction || call.kind == StatementKind::utility) {
        return;
    }
    const std::int64_t start_us = call.end_us - call.duration_us;
    const std::int64_t gap_us = start_us - run.last_end_us;
    if (run.calls != 0 && run.statement == call.statement && gap_us < longest_gap_us) {
        run.differs = run.differs || run.values != call.values || call.values == 0;
        run.waited_us += std::max<std::int64_t>(gap_us, 0);
    } else {
        end(run, application);
        const bool close = gap_us < longest_gap_us;
        run = {.statement = call.statement,
               .parent = close && run.statement != call.statement ? run.statement : 0,
               .line = call.line};
    }
    ++run.calls;
    run.time_us += call.duration_us;
    run.values = call.values;
    run.last_end_us = call.end_us;
}

// Where the values are, or are to be put: a free place, one whose answer is older than any cache
// keeps it, or at last the oldest.
Patterns::Asked& Patterns::place_of(std::uint64_t values, std::int64_t now_us) {
    const std::size_t mask = asked_.size() - 1;
    Asked* oldest = nullptr;
    for (std::size_t i = 0; i < farthest; ++i) {
        Asked& asked = asked_[(values + i) & mask];
        if (asked.values == values) {
            return asked;
        }
        if (asked.values == 0) {
            // Nothing was put behind a place that is free.
            oldest = oldest != nullptr && oldest->at_us < now_us - Repeats::ages_us.back() ? oldest
                                                                                           : &asked;
            break;
        }
        oldest = oldest == nullptr || asked.at_us < oldest->at_us ? &asked : oldest;
    }
    if (oldest->values == 0) {
        ++used_;
    } else if (oldest->at_us >= now_us - Repeats::ages_us.back()) {
        if (asked_.size() < most_asked) {
            make_room(now_us, asked_.size() * 2);
            return place_of(values, now_us);
        }
        ++forgotten_;
    }
    *oldest = {};
    return *oldest;
}

// Drops what is older than any cache keeps it, and takes as many places as the rest needs: a table
// that only grew would leave the processor's cache, however little is asked within an hour.
void Patterns::make_room(std::int64_t now_us, std::size_t places) {
    const auto is_kept = [&](const Asked& asked) {
        return asked.values != 0 && asked.at_us >= now_us - Repeats::ages_us.back();
    };
    const auto kept = static_cast<std::size_t>(std::ranges::count_if(asked_, is_kept));
    while (places < most_asked && kept * 4 > places) {
        places *= 2;
    }
    const std::vector<Asked> old = std::exchange(asked_, std::vector<Asked>(places));
    used_ = 0;
    for (const Asked& asked : old) {
        if (is_kept(asked)) {
            place_of(asked.values, now_us) = asked;
        }
    }
}

void Patterns::ask(const Call& call, const std::vector<std::uint32_t>& tables, Repeats& repeats) {
    if (call.values == 0) {
        return;  // who knows what was asked
    }
    if (used_ * 2 > asked_.size() && asked_.size() < most_asked) {
        make_room(call.end_us, asked_.size());
    }
    ++repeats.asked;
    Asked& asked = place_of(call.values, call.end_us);
    if (asked.values == call.values) {
        const bool stale = std::ranges::any_of(tables, [&](std::uint32_t table) {
            return table < written_us_.size() && written_us_[table] >= asked.at_us;
        });
        const std::int64_t age_us = call.end_us - asked.at_us;
        for (std::size_t i = 0; !stale && i < Repeats::ages_us.size(); ++i) {
            if (age_us <= Repeats::ages_us[i]) {
                repeats.within[i].add(call.duration_us);
            }
        }
    }
    asked = {.values = call.values, .at_us = call.end_us};
}

void Patterns::write(std::int64_t at_us, const std::vector<std::uint32_t>& tables) {
    for (const std::uint32_t table : tables) {
        if (written_us_.size() <= table) {
            written_us_.resize(table + 1, INT64_MIN);
        }
        written_us_[table] = std::max(written_us_[table], at_us);
    }
}

}  // namespace plimsoll::readers::workload
