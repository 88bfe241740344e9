// Reads PostgreSQL's jsonlog (log_destination = jsonlog, 15 and later).
//
// Law: postgres/json_parser.hpp for the grammar, workload/pass.hpp for the accounting.
// Blind spot: that of postgres_log.cpp: what the server was not told to log.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/postgres/json_parser.hpp"
#include "readers/workload/pipeline.hpp"
#include "readers/workload/report.hpp"

namespace plimsoll::readers {
namespace {

[[nodiscard]] bool is_entry(std::string_view line) noexcept {
    const auto has = [&](std::string_view key) { return line.find(key) != std::string_view::npos; };
    return line.starts_with('{') && has("\"timestamp\"") && has("\"error_severity\"") &&
           has("\"pid\"");
}

[[nodiscard]] Sureness recognise_postgres_jsonlog(const Sample& sample) noexcept {
    // The first line may be the rest of an entry that was cut by a rotation.
    const std::size_t feed = sample.head.find('\n');
    const bool is =
        is_entry(sample.head.substr(0, feed)) ||
        (feed != std::string_view::npos &&
         is_entry(sample.head.substr(feed + 1, sample.head.find('\n', feed + 1) - feed)));
    return is ? Sureness::certain : Sureness::no;
}

void read_postgres_jsonlog(input::Stream& stream,
                           const ReadOptions& options,
                           Evidence& evidence,
                           Input& input) {
    const postgres::JsonParser parser{options.log_timezone, options.keep_literals};
    workload::Pass pass{stream.name(), sql::Dialect::postgres};
    workload::Account account;
    workload::run(stream, parser, options.threads, pass, account);
    workload::report(pass,
                     account,
                     stream,
                     "give the file as the server wrote it, one object a line",
                     evidence,
                     input);
}

}  // namespace

extern constinit const Reader postgres_jsonlog{
    .id = "postgres-jsonlog",
    .reads =
        "PostgreSQL 15 to 18, jsonlog: log_destination = jsonlog, log_min_duration_statement = 0",
    .yields = {Kind::workload, Kind::plans},
    .recognises = recognise_postgres_jsonlog,
    .read = read_postgres_jsonlog};

}  // namespace plimsoll::readers
