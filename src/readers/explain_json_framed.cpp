// PostgreSQL's EXPLAIN (FORMAT JSON) within psql's frames, quotes or a session's other text.
//
// Bare JSON is read by explain_json, which streams.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::json, Sureness::likely);
}

}  // namespace

extern constinit const Reader explain_json_framed{
    .id = "explain-json-framed",
    .reads = "PostgreSQL EXPLAIN (FORMAT JSON) in psql frames or with other text around it",
    .yields = {Kind::plans},
    .recognises = recognises,
    .read = plans::read_plans};

}  // namespace plimsoll::readers
