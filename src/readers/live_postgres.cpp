// A running PostgreSQL, by its connection string: catalogue and statistics, read-only
// (readers/live/).
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/live/capture.hpp"
#include "readers/live/gauges.hpp"

namespace plimsoll::readers {
namespace {

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return sample.kind == SourceKind::database ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    live::CaptureOptions asked{.interval_s = options.interval_s,
                               .keep_values = options.keep_values};
    asked.limits.statement_timeout_ms = options.statement_timeout_ms;
    DatabaseCapture capture = live::capture(stream.path(), asked);
    capture.origin = {.source = capture.source};
    live::add(std::move(capture), evidence, input);
}

}  // namespace

extern constinit const Reader live_postgres{
    .id = "live-postgres",
    .reads =
        "a running PostgreSQL 12 to 18, by connection string; a role with pg_monitor is enough",
    .yields = {Kind::database, Kind::gauges},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
