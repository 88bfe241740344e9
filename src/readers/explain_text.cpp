// PostgreSQL's EXPLAIN as text, 9.6 to 18, as psql, pgAdmin and people paste it.
//
// Blind spot: a paste without its indentation has lost the tree.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::text, Sureness::likely);
}

}  // namespace

extern constinit const Reader explain_text{
    .id = "explain-text",
    .reads = "PostgreSQL EXPLAIN as text, also with ANALYZE, BUFFERS, VERBOSE; psql frames and "
             "wrapped pastes",
    .yields = {Kind::plans},
    .recognises = recognises,
    .read = plans::read_plans};

}  // namespace plimsoll::readers
