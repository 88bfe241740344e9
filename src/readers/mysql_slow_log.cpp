// Reads the slow-query logs of the MySQL family.
//
// Law: mysql/slow_parser.hpp for the grammar, workload/pass.hpp for the accounting.
// Blind spot: what took less than long_query_time is in no figure.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/mysql/slow_parser.hpp"
#include "readers/workload/pipeline.hpp"
#include "readers/workload/report.hpp"

namespace plimsoll::readers {
namespace {

[[nodiscard]] Sureness recognise_mysql_slow_log(const Sample& sample) noexcept {
    const bool times = sample.head.find("\n# Query_time: ") != std::string_view::npos ||
                       sample.head.starts_with("# Query_time: ");
    const bool users = sample.head.find("# User@Host: ") != std::string_view::npos;
    return times && users ? Sureness::certain : times ? Sureness::likely : Sureness::no;
}

void read_mysql_slow_log(input::Stream& stream,
                         const ReadOptions& options,
                         Evidence& evidence,
                         Input& input) {
    workload::Pass pass{stream.name(), sql::Dialect::mysql};
    workload::Account account;
    workload::run(stream, mysql::SlowParser{options.keep_literals}, options.threads, pass, account);
    workload::report(pass,
                     account,
                     stream,
                     "give the file that slow_query_log_file names, as the server wrote it",
                     evidence,
                     input);
}

}  // namespace

extern constinit const Reader mysql_slow_log{
    .id = "mysql-slow-log",
    .reads = "MySQL 5.1 to 8.4, MariaDB and Percona slow-query log: slow_query_log = ON, "
             "long_query_time = 0",
    .yields = {Kind::workload},
    .recognises = recognise_mysql_slow_log,
    .read = read_mysql_slow_log};

}  // namespace plimsoll::readers
