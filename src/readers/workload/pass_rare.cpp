// The pass over the rarer events: connections, locks, errors, temporary files, checkpoints,
// settings.
#include "readers/workload/pass.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace plimsoll::readers::workload {
namespace {

[[nodiscard]] bool is_unknown(std::string_view name) {
    return name.empty() || name == "[unknown]";
}

// The processes of "Process 12 waits for ShareLock on transaction 7; blocked by process 13."
[[nodiscard]] std::vector<std::uint64_t> processes_of_deadlock(std::string_view detail) {
    std::vector<std::uint64_t> processes;
    constexpr std::string_view word = "Process ";
    for (std::size_t at = detail.find(word); at != std::string_view::npos;
         at = detail.find(word, at + 1)) {
        std::uint64_t process = 0;
        const char* const begin = detail.data() + at + word.size();
        const auto [stop, error] = std::from_chars(begin, detail.data() + detail.size(), process);
        const std::string_view rest = detail.substr(static_cast<std::size_t>(stop - detail.data()));
        if (error == std::errc{} && rest.starts_with(" waits for ")) {
            processes.push_back(process);
        }
    }
    return processes;
}

}  // namespace

std::string Pass::application_of(std::uint64_t process) const {
    const auto found = sessions_.find(static_cast<std::uint32_t>(process));
    return found == sessions_.end() || found->second.who == nobody
               ? std::string{}
               : callers_[found->second.who].application;
}

void Pass::waiting(const Event& event, const BlockEvents& block, Session& session) {
    const Note& note = block.notes[event.note - 1];
    if (session.waiting) {
        return;  // said again: deadlock_timeout has passed once more
    }
    const std::string holder =
        note.processes.empty() ? std::string{} : application_of(note.processes.front());
    session.waiting =
        std::make_unique<LockEdge>(LockEdge{.waiter = callers_[session.who].application,
                                            .holder = holder,
                                            .mode = note.text,
                                            .object = note.more});
    LockWaits& waits = workload_.lock_waits[*session.waiting];
    ++waits.waits;
    waits.waited_us += note.amount;
    waits.longest_us = std::max(waits.longest_us, note.amount);
    session.waited_us = note.amount;
    if (event.statement != 0) {
        (void)class_of(event.statement, lines_ + event.line);
        ++waits.statements[event.statement];
    }
    keep_first(waits.first_seen, {.source = source_, .line = lines_ + event.line});
}

void Pass::acquired(const Event& event, const BlockEvents& block, Session& session) {
    if (!session.waiting) {
        waiting(event, block, session);  // its beginning is in a log that we do not have
    }
    const Note& note = block.notes[event.note - 1];
    LockWaits& waits = workload_.lock_waits[*session.waiting];
    ++waits.granted;
    // What it had waited when it was first said is in already.
    waits.waited_us += std::max<std::int64_t>(0, note.amount - session.waited_us);
    waits.longest_us = std::max(waits.longest_us, note.amount);
    session.waiting.reset();
}

void Pass::deadlock(const Event& event, const BlockEvents& block) {
    std::set<std::string> applications;
    for (const std::uint64_t process : processes_of_deadlock(block.notes[event.note - 1].more)) {
        applications.insert(application_of(process));
    }
    std::string names;
    for (const std::string& application : applications) {
        names += (names.empty() ? "" : ", ") +
                 (application.empty() ? std::string{"(unknown)"} : application);
    }
    ++workload_.deadlocks[names];
}

void Pass::temporary_file(const Event& event, const BlockEvents& block) {
    if (event.statement == 0) {
        return;
    }
    StatementClass& out = *class_of(event.statement, lines_ + event.line).out;
    ++out.temporary_files;
    out.temporary_bytes += block.notes[event.note - 1].amount;
}

// A client may say SET timestamp, and the server then writes that as the time of its statements, in
// "# Time:" too. A log runs forward and its sessions agree: a leap back of more than an hour, or
// ahead of more than thirty days, is believed only when others make it as well. What is not
// believed happened when the last thing did.
std::int64_t Pass::believable(const Event& event) {
    constexpr std::int64_t hour_us = 3'600LL * 1'000'000;
    constexpr std::int64_t month_us = 30 * 24 * hour_us;
    constexpr std::uint32_t enough = 16;
    constexpr std::uint32_t enough_alone = 64;
    if (!believed_us_ ||
        (event.at_us >= *believed_us_ - hour_us && event.at_us <= *believed_us_ + month_us)) {
        believed_us_ = event.at_us;
        doubted_ = 0;
        return event.at_us;
    }
    others_doubted_ = doubted_ != 0 && (others_doubted_ || event.session != doubted_session_);
    doubted_session_ = event.session;
    if (++doubted_ >= (others_doubted_ ? enough : enough_alone)) {
        believed_us_ = event.at_us;
        doubted_ = 0;
        return event.at_us;
    }
    return *believed_us_;
}

void Pass::close(Session& session) {
    give_up(session);
    if (session.began_us && session.who != nobody) {
        end_transaction(session, session.last_us);
    }
    if (session.who != nobody) {
        patterns_.end(session.run, callers_[session.who].application);
    }
}

void Pass::disconnect(const Event& event, Session& session) {
    close(session);
    SessionCounts& counts = workload_.sessions;
    ++counts.closed;
    counts.lengths_us.add(event.duration_us);
    if (event.has_time) {
        closing_.add(event.at_us, 1);
    }
    if (event.session == 0) {
        return;
    }
    counts.statements.add(static_cast<std::int64_t>(session.calls));
    const auto process = static_cast<std::uint32_t>(event.session);
    near_sessions_[process % near_size] = {};
    sessions_.erase(process);
}

void Pass::rare(const Event& event, const BlockEvents& block, Session& session) {
    const Note none;
    const Note& note = event.note == 0 ? none : block.notes[event.note - 1];
    switch (event.kind) {
        case EventKind::received: {
            const std::uint32_t tag = session.tag;
            close(session);
            session = Session{};
            session.tag = tag;
            break;
        }
        case EventKind::authorized:
            if (!callers_[session.who].named && !is_unknown(note.text)) {
                session.who = caller_number(callers_[session.who].user, note.text);
            }
            ++workload_.sessions.opened;
            ++workload_.sessions
                  .applications[is_unknown(note.text) ? callers_[session.who].application
                                                      : note.text];
            if (event.has_time) {
                opening_.add(event.at_us, 1);
            }
            break;
        case EventKind::deadlock:
            deadlock(event, block);
            [[fallthrough]];
        case EventKind::error:
            workload_.errors[note.text].merge(
                {.times = 1, .first_seen = {.source = source_, .line = lines_ + event.line}});
            give_up(session);
            session.waiting.reset();
            break;
        case EventKind::waiting:
            waiting(event, block, session);
            break;
        case EventKind::acquired:
            acquired(event, block, session);
            break;
        case EventKind::temporary_file:
            temporary_file(event, block);
            break;
        case EventKind::checkpoint_start: {
            Checkpoints& checkpoints = workload_.checkpoints;
            const bool wal = note.text.find("wal") != std::string::npos ||
                             note.text.find("xlog") != std::string::npos;
            ++(wal                   ? checkpoints.by_wal
               : note.text == "time" ? checkpoints.timed
                                     : checkpoints.other);
            break;
        }
        case EventKind::checkpoint_done:
            workload_.checkpoints.wal_bytes += note.amount;
            break;
        case EventKind::checkpoint_hurried:
            ++workload_.checkpoints.hurried;
            break;
        case EventKind::setting:
            workload_.settings[note.text] = note.more;
            break;
        default:
            break;
    }
}

}  // namespace plimsoll::readers::workload
