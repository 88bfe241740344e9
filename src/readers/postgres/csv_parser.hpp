// CsvParser: PostgreSQL's csvlog, 8.3 to 18.
//
// Law: 22 columns (8.3), 23 (9.0: application_name), 24 (13: backend_type) or 26 (14: leader_pid,
// query_id); a quoted column may hold line feeds, and a quote in it is doubled. A line feed outside
// quotes ends a record. After a record that does not fit, reading goes on at the next line that
// begins with a time stamp and a comma. Blind spot: a record cut in the middle by a rotation takes
// the lines up to that place with it; they are counted.
#pragma once

#include "readers/postgres/clock.hpp"
#include "readers/postgres/message.hpp"
#include "readers/workload/event.hpp"

#include <array>
#include <string>
#include <string_view>

namespace plimsoll::readers::postgres {

class CsvParser {
public:
    explicit CsvParser(std::string_view zone, bool keep_literals = false)
        : clock_{zone}, messages_{keep_literals} {}
    [[nodiscard]] const std::string& unknown_zone() const noexcept { return clock_.unknown_zone(); }

    struct Cut {
        std::size_t first = 0;
        std::size_t last = 0;
    };
    // As StderrParser::cut.
    [[nodiscard]] static Cut cut(std::string_view carried, std::string_view block);
    void start() { messages_.start(); }
    void parse(std::string_view records, workload::BlockEvents& out);
    void learn(const std::string& /*prefix*/) {}

private:
    static constexpr std::size_t columns = 26;
    struct Field {
        std::string_view text;
        bool doubled = false;  // holds doubled quotes
    };
    // Splits the record at the front; its size with the line feed, 0 when it does not end.
    [[nodiscard]] std::size_t split(std::string_view records);
    [[nodiscard]] bool understand(Record& record);
    [[nodiscard]] std::string_view plain(const Field& field, std::string& scratch) const;

    Clock clock_;
    Messages messages_;
    std::array<Field, columns> fields_{};
    std::size_t count_ = 0;
    std::array<std::string, 4> scratch_;
};

// Does a record begin here: "2026-11-21 01:06:54.844 UTC,"?
[[nodiscard]] bool begins_csv_record(std::string_view line) noexcept;

}  // namespace plimsoll::readers::postgres
