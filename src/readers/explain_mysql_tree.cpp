// MySQL's EXPLAIN FORMAT=TREE and EXPLAIN ANALYZE, from 8.0.16.
#include "core/reader.hpp"
#include "readers/plans/transcript_reader.hpp"

namespace plimsoll::readers {
namespace {

Sureness recognises(const Sample& sample) noexcept {
    return plans::recognises_form(sample, plans::Form::mysql_tree, Sureness::certain);
}

}  // namespace

extern constinit const Reader explain_mysql_tree{
    .id = "explain-mysql-tree",
    .reads = "MySQL EXPLAIN FORMAT=TREE and EXPLAIN ANALYZE",
    .yields = {Kind::plans},
    .recognises = recognises,
    .read = plans::read_plans};

}  // namespace plimsoll::readers
