// services.csv: who calls whom, where there is no tracing,
// `caller,callee,kind,critical,timeout_ms,per_second`; design.md section 5.
//
// Law: kind is sync or async; critical says that the caller cannot answer without it; an empty cell
// is "not known", never "no". A time-out that is empty is not known either: "none" says that there
// is none. Blind spot: it is drawn from memory; traces correct it.

#include "evidence/evidence.hpp"
#include "readers/csv/own_file.hpp"

namespace plimsoll::readers {
namespace {

constexpr std::array<std::string_view, 6> columns{
    "caller", "callee", "kind", "critical", "timeout_ms", "per_second"};
constexpr csv::OwnFile file{.name = "services.csv", .columns = columns, .required = 2};
constexpr std::size_t longest_name = 200;
constexpr std::size_t most_edges = 100'000;

std::string_view take_kind(std::string_view cell, CallEdge& edge) {
    const std::string word = csv::lower(cell.substr(0, 20));
    if (word == "sync" || word == "synchronous") {
        edge.synchronous = true;
    } else if (word == "async" || word == "asynchronous") {
        edge.synchronous = false;
    } else if (!word.empty()) {
        return "the kind is neither sync nor async";
    }
    return {};
}

std::string_view take_timeout(std::string_view cell, CallEdge& edge) {
    if (cell.empty()) {
        return {};
    }
    if (csv::lower(cell.substr(0, 5)) == "none") {
        edge.no_timeout = true;
        return {};
    }
    const std::optional<std::int64_t> micros = csv::thousandths(cell);
    if (!micros || *micros < 0) {
        return "timeout_ms is neither a number nor 'none'";
    }
    edge.no_timeout = *micros == 0;  // 0 switches time-outs off in most clients
    if (*micros != 0) {
        edge.timeout_us = micros;
    }
    return {};
}

std::string_view use(const csv::Row& row, const std::string& source, Calls& calls) {
    if (row[0].empty() || row[1].empty()) {
        return "caller or callee is empty";
    }
    if (row[0].size() > longest_name || row[1].size() > longest_name) {
        return "a name is too long";
    }
    CallEdge edge;
    edge.declared = true;
    edge.first_seen = {.source = source, .line = row.line()};
    if (const std::string_view why = take_kind(row[2], edge); !why.empty()) {
        return why;
    }
    if (!row[3].empty()) {
        edge.critical = csv::truth(row[3]);
        if (!edge.critical) {
            return "critical is neither yes nor no";
        }
    }
    if (const std::string_view why = take_timeout(row[4], edge); !why.empty()) {
        return why;
    }
    if (!row[5].empty()) {
        edge.per_second_milli = csv::thousandths(row[5]);
        if (!edge.per_second_milli || *edge.per_second_milli < 0) {
            return "per_second is not a number from 0 up";
        }
    }
    if (calls.edges.size() >= most_edges) {
        return "there are more than 100,000 calls";
    }
    calls.edges[{std::string{row[0]}, std::string{row[1]}}].merge(edge);
    return {};
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    csv::for_each_row(file, stream, input, [&](const csv::Row& row) {
        return use(row, stream.name(), evidence.calls);
    });
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return csv::recognises(file, sample);
}

}  // namespace

extern constinit const Reader services_csv{
    .id = "services-csv",
    .reads = "services.csv: caller,callee,kind,critical,timeout_ms,per_second",
    .yields = {Kind::calls},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
