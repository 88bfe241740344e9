// Messages: from what a PostgreSQL server says to events.
//
// Law: the wording of the server's sources, versions 9.6 to 18, in English; SQLSTATE where it is
// printed. Blind spot: a server that speaks another language (lc_messages) says nothing that is
// understood here.
#pragma once

#include "readers/postgres/record.hpp"
#include "readers/sql/classes.hpp"
#include "readers/workload/event.hpp"

#include <string>
#include <string_view>

namespace plimsoll::readers::postgres {

class Messages {
public:
    // `keep_literals`: the first text of each class goes along as it was sent.
    explicit Messages(bool keep_literals = false)
        : classes_{sql::Dialect::postgres}, keep_literals_{keep_literals} {}

    // Forgets the numbering of the block before; call at the start of each block.
    void start() {
        who_.reset();
        forget();
    }
    // The bytes of the records so far are no longer there.
    void forget() {
        last_text_ = {};
        last_user_ = {};
    }
    // Adds the record's event. Every record gives one.
    void take(const Record& record, workload::BlockEvents& out);

private:
    [[nodiscard]] std::uint64_t classify(std::string_view sql,
                                         std::uint64_t& raw,
                                         workload::BlockEvents& out);
    void duration(std::string_view rest,
                  const Record& record,
                  workload::Event& event,
                  workload::BlockEvents& out);
    static void with_parameters(const Record& record, workload::Event& event);
    void plan(std::string_view body,
              const Record& record,
              workload::Event& event,
              workload::BlockEvents& out);
    void with_text(std::string_view rest,
                   const Record& record,
                   workload::Event& event,
                   workload::BlockEvents& out);
    void log(const Record& record, workload::Event& event, workload::BlockEvents& out);
    void lock(const Record& record, workload::Event& event, workload::BlockEvents& out);

    sql::Classes classes_;
    bool keep_literals_;
    bool tabbed_ = false;  // of the record at hand
    std::string scratch_;
    // The last text of a statement and what became of it. The views are of the caller's bytes:
    // forget() when those go.
    std::string_view last_text_;
    std::uint64_t last_class_ = 0;
    std::uint64_t last_raw_ = 0;
    [[nodiscard]] std::uint32_t who_of(const Record& record, workload::BlockEvents& out);
    // As last_text_: whom the last record named.
    std::string_view last_user_;
    std::string_view last_database_;
    std::string_view last_application_;
    std::uint32_t last_who_ = 0;
    workload::WhoTable who_;
};

}  // namespace plimsoll::readers::postgres
