// Pass: the one sequential walk over a log's events: what depends on their order.
//
// Law of accounting: a statement or execute is a call; a fetch is time of the call before it; parse
// and bind are time, not calls; a plan is neither. A duration without text belongs to the text that
// the same session announced before it; two or one that come before an execute are its parse and
// bind; what finds no text is unattributed. An event of which the log does not say whose it is (a
// prefix without process or session) is joined to no other: there are no runs, transactions or
// pairs in such a log, and the reader says so.
#pragma once

#include "core/instant.hpp"
#include "evidence/plans.hpp"
#include "evidence/workload.hpp"
#include "readers/plans/outdone.hpp"
#include "readers/sql/lexer.hpp"
#include "readers/workload/event.hpp"
#include "readers/workload/patterns.hpp"
#include "readers/workload/seconds.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace plimsoll::readers::workload {

class Pass {
public:
    Pass(std::string source, sql::Dialect dialect);

    // Blocks in the order of the log.
    void take(const BlockEvents& block);
    // Adds what was found; call once, after the last block.
    void finish(Workload& workload, Plans& plans);

    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
    // Events of which the log does not say which session they are of.
    [[nodiscard]] std::uint64_t homeless() const noexcept { return homeless_; }
    [[nodiscard]] const Span& span() const noexcept { return workload_.span; }

private:
    static constexpr std::uint32_t nobody = UINT32_MAX;

    struct Session {
        std::uint32_t tag = 0;            // tells two sessions of one process apart
        std::uint32_t line_who = nobody;  // whom its lines name, and who that is
        std::uint32_t who = nobody;       // with the application that it named when it connected
        std::int64_t last_us = 0;
        // Text announced without its duration, and durations that came without their text.
        std::uint64_t pending = 0;
        std::uint64_t pending_values = 0;
        std::uint64_t pending_line = 0;
        bool pending_execute = false;
        std::array<std::int64_t, 2> floating_us{};
        std::uint8_t floating = 0;
        Run run;
        std::uint64_t calls = 0;
        // The transaction that it is in: since when, and its time in statements so far.
        std::optional<std::int64_t> began_us;
        std::int64_t inside_us = 0;
        // The lock it waits for, as its first message about it said.
        std::unique_ptr<LockEdge> waiting;
        std::int64_t waited_us = 0;
    };
    // One that issues statements.
    struct Caller {
        std::string user;
        std::string application;  // what its work is counted under: the user when nothing names one
        bool named = false;       // the application is its own
        std::uint32_t busy = 0;   // index into busy_
    };
    struct ClassState {
        StatementClass* out = nullptr;  // a node of workload_.statements, which stays where it is
        std::vector<Tally> by_who;
        std::int64_t hour = INT64_MIN;
        Histogram* histogram = nullptr;
        std::vector<std::uint32_t> tables;  // numbered, for the patterns
        std::vector<std::uint32_t> written;
        bool begins = false;  // a transaction
        bool ends = false;
    };
    // The session that an event belongs to; one of its own when the log does not tell.
    [[nodiscard]] Session& session_of(const Event& event, const BlockEvents& block);
    // The session of a process, found without a search when it was met a moment ago.
    [[nodiscard]] Session& session_of(std::uint32_t process);
    void number_block(const BlockEvents& block);
    void event(const Event& event, const BlockEvents& block);
    // A call with its time; `statement` is its class.
    void call(const Event& event,
              Session& session,
              std::uint64_t statement,
              std::uint64_t values,
              Tally& messages);
    // Time that is no call: parse, bind, fetch.
    void overhead(const Event& event,
                  std::uint32_t who,
                  std::uint64_t statement,
                  std::int64_t us,
                  Tally& messages);
    void alone(const Event& event, Session& session);
    void announced(const Event& event, Session& session);
    void waiting(const Event& event, const BlockEvents& block, Session& session);
    void acquired(const Event& event, const BlockEvents& block, Session& session);
    void deadlock(const Event& event, const BlockEvents& block);
    void temporary_file(const Event& event, const BlockEvents& block);
    void disconnect(const Event& event, Session& session);
    void rare(const Event& event, const BlockEvents& block, Session& session);
    [[nodiscard]] std::string application_of(std::uint64_t process) const;
    [[nodiscard]] std::vector<std::uint32_t> numbered(const std::set<std::string>& tables);
    void plan(const Event& event, const BlockEvents& block);
    // Nothing explains these any more.
    void give_up(Session& session);
    // The session is over.
    void close(Session& session);
    void busy(std::uint32_t who, std::int64_t end_us, std::int64_t us);
    void hold(const Event& event, const ClassState& state, Session& session);
    void end_transaction(Session& session, std::int64_t end_us);
    [[nodiscard]] std::uint32_t caller_of(const Event& event, Session& session);
    [[nodiscard]] std::uint32_t caller_number(std::string_view user, std::string_view application);
    [[nodiscard]] ClassState& class_of(std::uint64_t id, std::uint64_t line);
    [[nodiscard]] std::string readable(std::uint64_t id) const;
    // When it happened, where a client may have invented its time.
    [[nodiscard]] std::int64_t believable(const Event& event);
    void forget_old_sessions();

    std::string source_;
    sql::Dialect dialect_;
    Workload workload_;
    Plans plans_;
    OutdonePlans outdone_;
    std::uint64_t lines_ = 0;
    std::vector<std::uint32_t> block_who_;  // the block's numbers as callers
    std::vector<Caller> callers_;
    std::unordered_map<std::string, std::uint32_t> caller_numbers_;
    std::vector<Seconds> busy_;
    std::vector<Seconds> held_;  // by the same numbers
    std::unordered_map<std::string, std::uint32_t> busy_numbers_;
    Seconds arrivals_;
    Seconds short_calls_;
    Seconds short_us_;
    Seconds long_busy_us_;
    Seconds opening_;
    Seconds closing_;
    Patterns patterns_;
    std::unordered_map<std::string, std::uint32_t> table_numbers_;
    std::unordered_map<std::uint32_t, Session> sessions_;  // by process
    Session nobodys_;  // of the event that is being taken and has no other
    std::uint64_t homeless_ = 0;
    // Where the last ones that were met are: a map stays where it is, and a search costs more than
    // all the rest of an event.
    static constexpr std::size_t near_size = 1024;
    struct NearSession {
        std::uint32_t process = 0;
        Session* session = nullptr;
    };
    struct NearClass {
        std::uint64_t id = 0;
        std::uint32_t number = 0;
    };
    std::array<NearSession, near_size> near_sessions_{};
    std::array<NearClass, near_size> near_classes_{};
    std::int64_t now_us_ = 0;
    std::optional<std::int64_t> believed_us_;  // the last time that fits into the log
    std::uint32_t doubted_ = 0;                // events in a row that do not
    std::uint64_t doubted_session_ = 0;
    bool others_doubted_ = false;                          // they are of more than one session
    std::unordered_map<std::uint64_t, FreshClass> fresh_;  // of classes not yet called
    std::unordered_map<std::uint64_t, std::uint32_t> class_numbers_;
    std::vector<ClassState> classes_;
};

}  // namespace plimsoll::readers::workload
