// Reads PostgreSQL's plain log (stderr, or log_destination = stderr through the collector).
//
// Law: postgres/stderr_parser.hpp for the grammar, workload/pass.hpp for the accounting.
// Blind spot: what the server was not told to log: statements under log_min_duration_statement and
// those that sampling left out are in no figure; the threshold is inferred and said.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/postgres/infer_prefix.hpp"
#include "readers/postgres/stderr_parser.hpp"
#include "readers/postgres/unwrap.hpp"
#include "readers/workload/pipeline.hpp"
#include "readers/workload/report.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::readers {
namespace {

constexpr std::string_view how =
    "give the server's setting: --log-prefix \"$(psql -Atc 'show log_line_prefix')\"";

[[nodiscard]] bool is_wrapped(std::string_view head) noexcept {
    try {
        return postgres::wrapping_of(head) != postgres::Wrapping::none;
    } catch (const std::exception&) {
        return false;  // no memory
    }
}

[[nodiscard]] Sureness recognise_postgres_log(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes || sample.head.find('\0') < 4096) {
        return Sureness::no;
    }
    std::size_t with = 0;
    std::size_t lines = 0;
    std::string_view head = sample.head.substr(0, 16'384);
    while (!head.empty() && lines < 100) {
        const std::string_view line = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(head.size(), line.size() + 1));
        if (line.empty() || line[0] == '\t') {
            continue;
        }
        ++lines;
        const std::size_t severity = postgres::find_severity(line);
        const bool json = line[0] == '{';
        with += severity != std::string_view::npos && severity < 400 && !json ? 1 : 0;
    }
    if (with == 0) {
        return Sureness::no;
    }
    if (with * 10 < lines * 9) {
        return with * 2 >= lines ? Sureness::maybe : Sureness::no;
    }
    // A plan of auto_explain within it is not what the file is, and a relay's wrapping is.
    const bool own = lines > 1 && sample.head.find("LOG:  ") != std::string_view::npos;
    return own && !is_wrapped(sample.head) ? Sureness::certain : Sureness::likely;
}

// One a line, as far in as the rest of a message; not more than a screen holds.
[[nodiscard]] std::string listed(const std::vector<std::string>& lines) {
    constexpr std::size_t most = 40;
    std::string out;
    for (std::size_t i = 0; i < lines.size() && i < most; ++i) {
        out += "\n    \"" + lines[i] + "\"";
    }
    return lines.size() <= most
               ? out
               : out + "\n    and " + std::to_string(lines.size() - most) + " more";
}

[[nodiscard]] Error unknown_prefix(const std::string& name, const postgres::Inferred& inferred) {
    const bool empty = std::ranges::all_of(inferred.unread, [](const std::string& line) {
        return postgres::find_severity(line) == 0;
    });
    if (empty) {
        return Error{
            {.status = Status::untrusted,
             .what = "a PostgreSQL log says neither when nor by whom a line was written",
             .where = name + ":1",
             .why = "its log_line_prefix is empty; the first lines are" + listed(inferred.unread),
             .remedy = "set log_line_prefix = '%m [%p] %q%u@%d/%a ', reload the server and "
                       "give the log that it writes from then on"}};
    }
    return Error{
        {.status = Status::untrusted,
         .what = "cannot tell the log_line_prefix of a PostgreSQL log",
         .where = name + ":1",
         .why = "none of the prefixes that were tried explains a line; the first lines are" +
                listed(inferred.unread) + "\n  and what was tried is" + listed(inferred.tried),
         .remedy = std::string{how}}};
}

[[nodiscard]] std::vector<postgres::Prefix> prefixes_of(input::Stream& stream,
                                                        const ReadOptions& options,
                                                        Input& input) {
    if (!options.log_prefix.empty()) {
        input.note = "log_line_prefix as given: \"" + options.log_prefix + "\"";
        return {postgres::Prefix{options.log_prefix}};
    }
    postgres::Inferred inferred =
        postgres::infer_prefix(stream.sample().head, options.log_timezone);
    if (inferred.prefixes.empty()) {
        throw unknown_prefix(stream.name(), inferred);
    }
    input.note = "log_line_prefix inferred: \"" + inferred.prefixes.front().text() + "\"";
    return std::move(inferred.prefixes);
}

void read_postgres_log(input::Stream& stream,
                       const ReadOptions& options,
                       Evidence& evidence,
                       Input& input) {
    const std::vector<postgres::Prefix> prefixes = prefixes_of(stream, options, input);
    const postgres::StderrParser parser{prefixes, options.log_timezone, options.keep_literals};
    workload::Pass pass{stream.name(), sql::Dialect::postgres};
    workload::Account account;
    workload::run(stream, parser, options.threads, pass, account);
    workload::report(pass, account, stream, how, evidence, input);
}

}  // namespace

extern constinit const Reader postgres_log{
    .id = "postgres-log",
    .reads = "PostgreSQL 9.6 to 18, plain log: log_min_duration_statement = 0 (or log_duration = "
             "on with log_statement = all)",
    .yields = {Kind::workload, Kind::plans},
    .recognises = recognise_postgres_log,
    .read = read_postgres_log};

}  // namespace plimsoll::readers
