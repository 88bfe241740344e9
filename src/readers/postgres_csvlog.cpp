// Reads PostgreSQL's csvlog (log_destination = csvlog).
//
// Law: postgres/csv_parser.hpp for the grammar, workload/pass.hpp for the accounting.
// Blind spot: that of postgres_log.cpp: what the server was not told to log.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/postgres/csv_parser.hpp"
#include "readers/workload/pipeline.hpp"
#include "readers/workload/report.hpp"

#include <algorithm>

namespace plimsoll::readers {
namespace {

[[nodiscard]] Sureness recognise_postgres_csvlog(const Sample& sample) noexcept {
    std::string_view head = sample.head;
    // A log may begin in the middle of a record that was cut by a rotation.
    for (int lines = 0; lines < 50 && !head.empty(); ++lines) {
        const std::string_view line = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(head.size(), line.size() + 1));
        if (postgres::begins_csv_record(line)) {
            // Ten columns before the severity, of which the session id is "hex.hex".
            return std::ranges::count(line, ',') >= 10 ? Sureness::certain : Sureness::no;
        }
    }
    return Sureness::no;
}

void read_postgres_csvlog(input::Stream& stream,
                          const ReadOptions& options,
                          Evidence& evidence,
                          Input& input) {
    const postgres::CsvParser parser{options.log_timezone, options.keep_literals};
    workload::Pass pass{stream.name(), sql::Dialect::postgres};
    workload::Account account;
    workload::run(stream, parser, options.threads, pass, account);
    workload::report(pass,
                     account,
                     stream,
                     "give the file as the server wrote it, csvlog with 22 to 26 columns",
                     evidence,
                     input);
}

}  // namespace

extern constinit const Reader postgres_csvlog{
    .id = "postgres-csvlog",
    .reads =
        "PostgreSQL 8.3 to 18, csvlog: log_destination = csvlog, log_min_duration_statement = 0",
    .yields = {Kind::workload, Kind::plans},
    .recognises = recognise_postgres_csvlog,
    .read = read_postgres_csvlog};

}  // namespace plimsoll::readers
