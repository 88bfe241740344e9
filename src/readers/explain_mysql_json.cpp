// MySQL's and MariaDB's plans as JSON; readers/plans/mysql.hpp has the laws.
//
// Blind spot: version 1 holds estimates only.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::mysql_json, Sureness::certain);
}

}  // namespace

extern constinit const Reader explain_mysql_json{
    .id = "explain-mysql-json",
    .reads =
        "MySQL EXPLAIN FORMAT=JSON (versions 1 and 2, also ANALYZE), MariaDB ANALYZE FORMAT=JSON",
    .yields = {Kind::plans},
    .recognises = recognises,
    .read = plans::read_plans};

}  // namespace plimsoll::readers
