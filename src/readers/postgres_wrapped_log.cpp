// Reads PostgreSQL's logs in what relays and clouds put around them.
//
// Law: postgres/unwrap.hpp takes the wrapping off line by line; what is inside is read as the plain
// log (stderr_parser.hpp) or jsonlog (json_parser.hpp), with the same accounting
// (workload/pass.hpp). Blind spots: lines are counted as they are inside, which differs from the
// file's where a wrapping holds a text of several lines; those of postgres_log.cpp.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/postgres/infer_prefix.hpp"
#include "readers/postgres/json_parser.hpp"
#include "readers/postgres/stderr_parser.hpp"
#include "readers/postgres/unwrap.hpp"
#include "readers/workload/pipeline.hpp"
#include "readers/workload/report.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::readers {
namespace {

constexpr std::string_view how =
    "export the log as its relay gives it, or give the server's own file; --log-prefix tells the "
    "log_line_prefix inside";

[[nodiscard]] Sureness recognise_postgres_wrapped_log(const Sample& sample) noexcept {
    try {
        const bool could_be = sample.kind == SourceKind::bytes && !sample.head.empty() &&
                              sample.head.find('\0') > 4096;
        return could_be && postgres::wrapping_of(sample.head) != postgres::Wrapping::none
                   ? Sureness::certain
                   : Sureness::no;
    } catch (const std::exception&) {
        return Sureness::no;  // no memory
    }
}

// Lines that are not wrapped as the others are.
struct Unwrapped {
    std::string ready;
    std::size_t at = 0;
    std::uint64_t line = 0;
    std::uint64_t lost = 0;
    std::uint64_t lost_bytes = 0;
    std::uint64_t cut_bytes = 0;  // of lines that were too long to be kept whole
    std::uint64_t first_lost = 0;
};

// The inside of the stream's next block; false at the end.
[[nodiscard]] bool more(input::Stream& outer,
                        input::Block& block,
                        postgres::Unwrapper& unwrapper,
                        Unwrapped& out) {
    out.ready.clear();
    out.at = 0;
    while (out.ready.empty() && outer.next(block)) {
        std::string_view rest = block.text();
        out.cut_bytes += block.cut_bytes();
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            ++out.line;
            if (!line.empty() && !unwrapper.take(line, out.ready)) {
                out.first_lost = out.lost++ == 0 ? out.line : out.first_lost;
                out.lost_bytes += line.size() + 1;
            }
        }
    }
    if (out.ready.empty()) {
        unwrapper.end(out.ready);
    }
    return !out.ready.empty();
}

template <class Parser>
void run_inside(input::Stream& inner,
                const Parser& parser,
                const ReadOptions& options,
                Evidence& evidence,
                Input& input) {
    workload::Pass pass{inner.name(), sql::Dialect::postgres};
    workload::Account account;
    workload::run(inner, parser, options.threads, pass, account);
    workload::report(pass, account, inner, how, evidence, input);
}

void read_inside(input::Stream& inner,
                 const ReadOptions& options,
                 Evidence& evidence,
                 Input& input) {
    const std::string_view head = inner.sample().head;
    if (head.starts_with('{')) {
        run_inside(inner,
                   postgres::JsonParser{options.log_timezone, options.keep_literals},
                   options,
                   evidence,
                   input);
        return;
    }
    std::vector<postgres::Prefix> prefixes;
    if (options.log_prefix.empty()) {
        prefixes = postgres::infer_prefix(head, options.log_timezone).prefixes;
    } else {
        prefixes.emplace_back(options.log_prefix);
    }
    if (prefixes.empty()) {
        throw Error{{.status = Status::untrusted,
                     .what = "cannot tell the log_line_prefix inside a wrapped PostgreSQL log",
                     .where = inner.name() + ":1",
                     .why = "no prefix explains its lines (" + input.note + "); the first is " +
                            std::string{head.substr(0, head.substr(0, 160).find('\n'))},
                     .remedy = std::string{how}}};
    }
    input.note += "; log_line_prefix inside: \"" + prefixes.front().text() + "\"";
    if (!prefixes.front().has('m') && !prefixes.front().has('t') && !prefixes.front().has('n')) {
        input.note += "; its lines have no time with a year, so nothing is said per second";
    }
    run_inside(
        inner,
        postgres::StderrParser{std::move(prefixes), options.log_timezone, options.keep_literals},
        options,
        evidence,
        input);
}

void read_postgres_wrapped_log(input::Stream& stream,
                               const ReadOptions& options,
                               Evidence& evidence,
                               Input& input) {
    const postgres::Wrapping wrapping = postgres::wrapping_of(stream.sample().head);
    input.note = "wrapped by " + std::string{postgres::name_of(wrapping)};
    postgres::Unwrapper unwrapper{wrapping};
    const auto unwrapped = std::make_shared<Unwrapped>();
    input::Block block;
    input::Stream inner{
        SourceKind::bytes, stream.name(), stream.path(), [&, unwrapped](std::span<char> into) {
            if (unwrapped->at == unwrapped->ready.size() &&
                !more(stream, block, unwrapper, *unwrapped)) {
                return std::size_t{0};
            }
            const std::size_t size = unwrapped->ready.copy(into.data(), into.size(), unwrapped->at);
            unwrapped->at += size;
            return size;
        }};
    read_inside(inner, options, evidence, input);
    if (unwrapped->lost != 0) {
        input.skip(unwrapped->first_lost,
                   unwrapped->lost_bytes,
                   "the line is not wrapped as those before it");
        input.skipped += unwrapped->lost - 1;
    }
    workload::account_for_cut(unwrapped->cut_bytes, unwrapped->lost_bytes, input);
    input.skipped_bytes = std::min(input.skipped_bytes, stream.bytes());
}

}  // namespace

extern constinit const Reader postgres_wrapped_log{
    .id = "postgres-wrapped-log",
    .reads = "PostgreSQL's log as syslog, Docker, kubectl, CloudWatch, Cloud SQL, Azure, Heroku or "
             "CloudNativePG hand it on",
    .yields = {Kind::workload, Kind::plans},
    .recognises = recognise_postgres_wrapped_log,
    .read = read_postgres_wrapped_log};

}  // namespace plimsoll::readers
