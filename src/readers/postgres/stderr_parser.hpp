// StderrParser: PostgreSQL's plain log: prefix, severity, message; lines that go on begin with a
// tab.
//
// Law: the server puts a tab behind each line feed of a message, also within literals, so a line
// that begins with anything else begins an entry. An entry of severity DETAIL, HINT, CONTEXT,
// STATEMENT, QUERY or LOCATION belongs to the one before it of the same process. Blind spots:
// several writers without a collector may come in between; what is attached then stays alone.
// Relays that trim tabs make the rest of a long statement unreadable, and it is counted so.
#pragma once

#include "readers/postgres/clock.hpp"
#include "readers/postgres/message.hpp"
#include "readers/postgres/prefix.hpp"
#include "readers/workload/event.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::postgres {

class StderrParser {
public:
    // The prefixes of the file, the most frequent first; `zone` as in
    // ReadOptions::log_timezone.
    StderrParser(std::vector<Prefix> prefixes, std::string_view zone, bool keep_literals = false);

    // Where whole records begin and end in a block: what comes before `first` belongs to a record
    // of the block before, what comes from `last` on may go on in the next one. Both are the
    // block's size when no record begins in it.
    struct Cut {
        std::size_t first = 0;
        std::size_t last = 0;
    };
    // Does not ask the prefixes, which may be learnt later: a cut must not depend on who cuts when.
    [[nodiscard]] static Cut cut(std::string_view carried, std::string_view block);
    // Adds the events of whole records; call start() before the first piece of a block.
    void start() {
        messages_.start();
        tails_.forget();
    }
    void parse(std::string_view records, workload::BlockEvents& out);
    // Knows these prefixes from now on, behind those it knows already.
    void learn(const std::string& prefix);

    [[nodiscard]] const std::string& unknown_zone() const noexcept { return clock_.unknown_zone(); }

private:
    [[nodiscard]] bool match(std::string_view& line, Record& record);
    [[nodiscard]] Severity same_again(std::string_view& line) const;
    [[nodiscard]] bool new_head(std::string_view& line, workload::BlockEvents& out);
    void remember(std::string_view line, std::string_view message);
    void attach(Severity severity, std::string_view message, bool tabbed);
    void finish(workload::BlockEvents& out);

    std::vector<Prefix> prefixes_;
    Clock clock_;
    Prefix::Tails tails_;
    Messages messages_;
    std::string_view begin_;  // what the last line began with, up to its severity
    Record head_;             // and what that said
    Record pending_;
    bool has_pending_ = false;
};

}  // namespace plimsoll::readers::postgres
