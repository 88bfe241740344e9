// PostgreSQL's EXPLAIN (FORMAT YAML): the words of FORMAT JSON in indented lines.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::yaml, Sureness::certain);
}

}  // namespace

extern constinit const Reader explain_yaml{.id = "explain-yaml",
                                           .reads = "PostgreSQL EXPLAIN (FORMAT YAML)",
                                           .yields = {Kind::plans},
                                           .recognises = recognises,
                                           .read = plans::read_plans};

}  // namespace plimsoll::readers
