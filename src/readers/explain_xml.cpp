// PostgreSQL's EXPLAIN (FORMAT XML): the words of FORMAT JSON, with dashes for blanks.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::xml, Sureness::certain);
}

}  // namespace

extern constinit const Reader explain_xml{.id = "explain-xml",
                                          .reads = "PostgreSQL EXPLAIN (FORMAT XML)",
                                          .yields = {Kind::plans},
                                          .recognises = recognises,
                                          .read = plans::read_plans};

}  // namespace plimsoll::readers
