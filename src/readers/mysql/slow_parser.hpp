// SlowParser: the slow-query log of MySQL 5.1 to 8.4, MariaDB and Percona Server.
//
// Law: "# Time:" (where it changes, or at every event) and "# User@Host:" begin a record; lines of
// "# Key: value" pairs in any order follow; then "use db;", "SET timestamp=N;" and the statement up
// to ";". A header counts only after a line that ends with a semicolon, and when the statement
// before it does not end within a literal, so a literal may hold "# Time:". The server's banner may
// stand anywhere between records. Blind spots: a log says nothing of connections;
// Log_slow_rate_limit is shown as a setting, counts are of what is in the log; the time that a row
// lock was waited for is in Query_time, not in Lock_time (before 8.0.28).
#pragma once

#include "readers/mysql/cursor.hpp"
#include "readers/sql/classes.hpp"
#include "readers/workload/event.hpp"
#include "readers/workload/scan.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::readers::mysql {

class SlowParser {
public:
    // `keep_literals`: the first text of each class goes along as it was sent.
    explicit SlowParser(bool keep_literals = false)
        : classes_{sql::Dialect::mysql}, keep_literals_{keep_literals} {}
    [[nodiscard]] static std::string unknown_zone() { return {}; }

    struct Cut {
        std::size_t first = 0;
        std::size_t last = 0;
    };
    [[nodiscard]] static Cut cut(std::string_view carried, std::string_view block);
    void start() {
        who_.reset();
        sessions_ = {};
        minute_ = {};
        set_ = {};
    }
    void parse(std::string_view records, workload::BlockEvents& out);
    void learn(const std::string& /*prefix*/) {}

private:
    // Lines of a header that come again and again as they are: who it is, found by the first letter
    // of the user, and the second in which a statement began. Comparing costs a quarter of reading.
    // Kept for a block, as the number of the user is the block's.
    struct KnownSession {
        scan::Known user_line;       // "# User@Host: app[app] @ localhost []"
        scan::Known behind_thread;   // "  Schema: shop  QC_hit: No\n"
        std::uint8_t user_size = 0;  // of their names
        std::uint8_t schema_at = 0;
        std::uint8_t schema_size = 0;
        std::uint32_t who = 0;  // its number, plus one
    };
    struct KnownMinute {
        scan::Known text;  // "# Time: 2026-11-21T01:09:"
        std::int64_t at_us = 0;
    };
    struct KnownSet {
        scan::Known line;  // "SET timestamp=1795223383;\n"
        std::uint64_t seconds = 0;
    };
    // What the header of a record says.
    struct Header {
        std::string_view user{};
        std::string_view schema{};
        std::string_view rate{};
        std::uint64_t thread = 0;
        std::int64_t duration_us = -1;
        std::int64_t lock_us = 0;
        std::uint64_t sent = 0;
        std::uint64_t examined = 0;
        std::uint64_t error = 0;
        std::int64_t at_us = 0;  // from an exact "# Time:"
        bool exact = false;
        std::int64_t timestamp_s = 0;
        bool timestamp = false;
        KnownSession* session = nullptr;  // which says user and schema
    };
    static void head(std::string_view line, Header& header);
    // How far the usual header goes, and how many lines that is.
    struct Usual {
        const char* at = nullptr;
        std::uint32_t lines = 0;
    };
    [[nodiscard]] Usual usual(std::string_view records, Header& header);
    // The line at `begin`: behind its end, or nullptr when it is another. Bare pointers stay in
    // registers; a Cursor is written in two halves and read as one, for which the processor waits.
    [[nodiscard]] const char* usual_time(const char* begin, const char* end, Header& header);
    [[nodiscard]] const char* usual_user(const char* begin,
                                         const char* end,
                                         Header& header,
                                         KnownSession*& known);
    [[nodiscard]] static bool learn_user(const char* begin, const char* end, KnownSession& session);
    [[nodiscard]] static const char* usual_thread(const char* begin,
                                                  const char* end,
                                                  Header& header,
                                                  KnownSession* known);
    [[nodiscard]] static const char* usual_times(const char* begin,
                                                 const char* end,
                                                 Header& header);
    [[nodiscard]] const char* usual_set(const char* begin, const char* end, Header& header);
    [[nodiscard]] std::uint32_t who_of(const Header& header, workload::BlockEvents& out);
    static void set_time(std::uint64_t seconds, Header& header);
    static void after_address(std::string_view line, Header& header);
    static void pairs(std::string_view line, Header& header);
    static void pair(std::string_view key, std::string_view value, Header& header);
    [[nodiscard]] std::size_t statement(std::string_view rest,
                                        const Header& header,
                                        std::uint32_t line,
                                        workload::BlockEvents& out);
    void add(const Header& header,
             const sql::Classes::Named& named,
             std::string_view text,
             std::uint64_t raw,
             std::uint32_t line,
             workload::BlockEvents& out);

    sql::Classes classes_;
    bool keep_literals_;
    workload::WhoTable who_;
    std::array<KnownSession, 16> sessions_{};
    KnownMinute minute_;
    KnownSet set_;
};

// Does the line begin a record: "# Time: ..." with a time, or "# User@Host: ..."?
[[nodiscard]] bool begins_slow_record(std::string_view line) noexcept;

}  // namespace plimsoll::readers::mysql
