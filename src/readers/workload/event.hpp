// Event: what one record of a database's log says, in a form that is cheap to keep and to pass on.
//
// Parsing, framing and fingerprinting of a block yield its events; blocks can be parsed at the same
// time. What depends on the order of events (pairing, N+1, locks, sessions) is the pass over them:
// workload/pass.hpp. Names and rare texts are numbered within the block, so that a block's events
// do not depend on who parsed it.
#pragma once

#include "readers/sql/hash.hpp"
#include "readers/workload/scan.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::workload {

enum class EventKind : std::uint8_t {
    statement,  // with duration and text
    execute,
    fetch,  // goes on with an execute: time, not a call
    parse,
    bind,
    fastpath,
    duration,        // without text
    text_statement,  // without duration, before the execution
    text_execute,
    plan,  // duration, perhaps the class of its text
    error,
    received,
    authorized,
    disconnected,
    waiting,
    acquired,
    deadlock,
    temporary_file,
    checkpoint_start,
    checkpoint_done,
    checkpoint_hurried,
    setting,
    other
};

struct Event {
    // Member by member, as postgres/record.hpp has it.
    Event() noexcept {}      // NOLINT(modernize-use-equals-default)
    std::int64_t at_us = 0;  // when it was written: the end of a statement
    std::int64_t duration_us = 0;
    std::uint64_t session = 0;
    std::uint64_t statement = 0;  // class, 0 when there is none
    // Hash over text and parameters: equal for the same question asked again; 0 when the log hides
    // the parameters.
    std::uint64_t values = 0;
    std::uint64_t rows = 0;
    std::uint64_t examined = 0;  // rows read for them
    std::int64_t lock_us = 0;
    std::uint32_t who = 0;   // index into BlockEvents::who
    std::uint32_t note = 0;  // index into BlockEvents::notes, plus one
    std::uint32_t line = 0;  // within the block
    EventKind kind = EventKind::other;
    bool has_time = false;
    bool by_client = false;  // the time is one that a client may have set
};

struct Who {
    std::string user;
    std::string database;
    std::string application;
    friend auto operator<=>(const Who&, const Who&) = default;
};

// The rest of a rare event; what is used depends on its kind.
struct Note {
    std::string text{};       // SQLSTATE, setting's name, lock mode, plan body
    std::string more{};       // setting's value, locked object, relation
    std::int64_t amount = 0;  // bytes, microseconds waited
    std::uint64_t process = 0;
    std::vector<std::uint64_t> processes{};  // holders of a lock
};

struct FreshClass {
    std::uint64_t id = 0;
    std::string canonical;
    std::string example{};  // as it was sent; only when literals are asked for
};

// What is not understood in a block: how much, and the first of it.
struct Unread {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint32_t first_line = 0;
    std::string_view why;
    std::string first;  // its start, for the error message
};

struct BlockEvents {
    std::vector<Event> events;
    std::vector<Who> who;
    std::vector<Note> notes;
    std::vector<FreshClass> fresh;    // classes that this parser has not named before
    std::vector<std::string> learnt;  // prefixes that the log announced
    std::string unknown_zone;         // that the parser has met
    std::uint64_t records = 0;
    std::uint32_t lines = 0;
    Unread unread;

    void clear() {
        events.clear();
        who.clear();
        notes.clear();
        fresh.clear();
        learnt.clear();
        records = 0;
        lines = 0;
        unread = {};
    }
    void skip(std::uint32_t line, std::string_view record, std::string_view why) {
        if (unread.records++ == 0) {
            unread.first_line = line;
            unread.why = why;
            unread.first = record.substr(0, record.substr(0, 160).find('\n'));
        }
        unread.bytes += record.size();
    }
    [[nodiscard]] std::uint32_t add(Note note) {
        notes.push_back(std::move(note));
        return static_cast<std::uint32_t>(notes.size());
    }
};

// Numbers the users of a block; the few that a block holds are found by a glance at a small table.
class WhoTable {
public:
    void reset() { slots_ = {}; }
    [[nodiscard]] std::uint32_t number(std::string_view user,
                                       std::string_view database,
                                       std::string_view application,
                                       std::vector<Who>& all) {
        const std::uint64_t key = glance(user) * 31 + glance(database) * 7 + glance(application);
        std::uint32_t& slot = slots_[key % slots_.size()];
        const auto same = [&](const Who& who) {
            return scan::equal(who.user, user) && scan::equal(who.database, database) &&
                   scan::equal(who.application, application);
        };
        if (slot != 0 && same(all[slot - 1])) {
            return slot - 1;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (same(all[i])) {
                slot = static_cast<std::uint32_t>(i) + 1;
                return slot - 1;
            }
        }
        all.push_back({.user = std::string{user},
                       .database = std::string{database},
                       .application = std::string{application}});
        slot = static_cast<std::uint32_t>(all.size());
        return slot - 1;
    }

private:
    [[nodiscard]] static std::uint64_t glance(std::string_view name) noexcept {
        if (name.empty()) {
            return 0;
        }
        const auto byte = [&](std::size_t at) {
            return static_cast<std::uint64_t>(static_cast<unsigned char>(name[at]));
        };
        return name.size() + 11 * byte(0) + 13 * byte(name.size() - 1) + 17 * byte(name.size() / 2);
    }
    std::array<std::uint32_t, 256> slots_{};
};

}  // namespace plimsoll::readers::workload
