// MySQL's and MariaDB's tabular EXPLAIN, framed or with tabs.
//
// Blind spot: estimates only; the tree is implied by the order of ids.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::mysql_table, Sureness::certain);
}

}  // namespace

extern constinit const Reader explain_mysql_table{.id = "explain-mysql-table",
                                                  .reads = "MySQL and MariaDB EXPLAIN as a table",
                                                  .yields = {Kind::plans},
                                                  .recognises = recognises,
                                                  .read = plans::read_plans};

}  // namespace plimsoll::readers
