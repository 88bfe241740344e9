// Time and percentiles as dashboards export them: `time,service,route,count,p50_ms,p95_ms,p99_ms`,
// wide tables with a column a route, long ones with metric and value.
//
// Law: percentiles are kept as they came and never averaged. The unit must be in the header or in
// the cells, else it is asked for; so must be whatever else two readings of which differ (decimal
// sign, day order). A stamp without a zone is taken as UTC, or as --log-timezone says, and the note
// tells. Blind spots: an export that was thinned out holds means of percentiles, and nothing in it
// says so.

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/latency_columns.hpp"
#include "readers/csv/latency_points.hpp"

namespace plimsoll::readers {
namespace {

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    const std::string_view line = csv::header_line(sample.head);
    if (line.empty() || line.size() > 20'000) {
        return Sureness::no;
    }
    return csv::is_latency_table(csv::latency_columns(line)) ? Sureness::likely : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    const csv::TableFormat format = csv::table_format(stream, options);
    csv::Records records{stream, format.separator};
    if (!records.next()) {
        return;
    }
    csv::LatencyPoints points{format, stream.name()};
    while (records.next()) {
        const std::string_view why =
            records.broken() ? "a quote is not closed, or the line is too long"
                             : points.take(records.fields(), records.line(), input.span);
        if (why.empty()) {
            ++input.records;
        } else {
            input.skip(records.line(), records.bytes(), why);
        }
    }
    points.finish(evidence.latency);
    input.note = points.note();
}

}  // namespace

extern constinit const Reader latency_csv{
    .id = "latency-csv",
    .reads =
        "tables of time and percentiles: Grafana, CloudWatch, Datadog and hand-made CSV; the unit "
        "in the header (p99_ms), in the cells, or by --unit",
    .yields = {Kind::latency},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
