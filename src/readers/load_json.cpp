// Load-test summaries in JSON: `vegeta report -type=json`, k6's --summary-export and handleSummary.
//
// Law: one file is one step. vegeta counts nanoseconds and asks at a fixed rate, so a stall is not
// hidden. k6 counts milliseconds; with virtual users it waits for an answer before it asks again
// (coordinated omission: percentiles too good), with arrival-rate executors not: those alone report
// dropped_iterations. Blind spots: k6 gives p99 only where summaryTrendStats asks for it; a ramp in
// one run is one step here.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/documents.hpp"
#include "readers/ci/sink.hpp"

#include <cmath>

namespace plimsoll::readers {
namespace {

using ci::Json;

// A value from 0 up as a whole number of parts; nothing when it is none.
[[nodiscard]] std::optional<std::int64_t> parts_of(Json value, double parts) {
    const std::optional<double> number = value.number();
    return number && *number >= 0 && *number * parts < 9e15
               ? std::optional{std::llround(*number * parts)}
               : std::nullopt;
}

[[nodiscard]] std::optional<LoadStep> of_vegeta(Json root) {
    const Json latencies = root["latencies"];
    const std::optional<std::int64_t> achieved = parts_of(root["throughput"], 1000);
    const std::optional<std::int64_t> requests = root["requests"].integer();
    const std::optional<double> success = root["success"].number();
    if (!achieved || !requests || *requests <= 0 || !success || *success < 0 || *success > 1) {
        return std::nullopt;
    }
    constexpr double to_us = 1e-3;
    return LoadStep{.tool = "vegeta",
                    .open = true,
                    .offered_milli = parts_of(root["rate"], 1000),
                    .achieved_milli = *achieved,
                    .requests = static_cast<std::uint64_t>(*requests),
                    .errors = static_cast<std::uint64_t>(
                        std::llround((1 - *success) * static_cast<double>(*requests))),
                    .mean_us = parts_of(latencies["mean"], to_us),
                    .p50_us = parts_of(latencies["50th"], to_us),
                    .p95_us = parts_of(latencies["95th"], to_us),
                    .p99_us = parts_of(latencies["99th"], to_us),
                    .max_us = parts_of(latencies["max"], to_us)};
}

// metrics.NAME.values of handleSummary, or metrics.NAME of --summary-export.
[[nodiscard]] Json metric(Json root, std::string_view name) {
    const Json found = root["metrics"][name];
    const Json values = found["values"];
    return values ? values : found;
}

[[nodiscard]] std::optional<LoadStep> of_k6(Json root) {
    const Json duration = metric(root, "http_req_duration");
    const Json requests = metric(root, "http_reqs");
    const std::optional<std::int64_t> count = requests["count"].integer();
    const std::optional<std::int64_t> achieved = parts_of(requests["rate"], 1000);
    if (!count || *count <= 0 || !achieved) {
        return std::nullopt;
    }
    LoadStep step{.tool = "k6",
                  .open = static_cast<bool>(root["metrics"]["dropped_iterations"]),
                  .achieved_milli = *achieved,
                  .requests = static_cast<std::uint64_t>(*count),
                  .mean_us = parts_of(duration["avg"], 1e3),
                  .p50_us = parts_of(duration["med"], 1e3),
                  .p95_us = parts_of(duration["p(95)"], 1e3),
                  .p99_us = parts_of(duration["p(99)"], 1e3),
                  .max_us = parts_of(duration["max"], 1e3)};
    const Json users = metric(root, "vus_max");
    if (!step.open) {
        step.users = users["value"] ? users["value"].integer() : users["max"].integer();
    }
    // A rate of failing: `value` or `rate` is the share.
    const Json failed = metric(root, "http_req_failed");
    const std::optional<double> share =
        failed["rate"] ? failed["rate"].number() : failed["value"].number();
    if (share && *share >= 0 && *share <= 1) {
        step.errors =
            static_cast<std::uint64_t>(std::llround(*share * static_cast<double>(*count)));
    }
    return step;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::Documents documents{stream, input};
    bool closed = false;
    while (const Json root = documents.next()) {
        std::optional<LoadStep> step = root["latencies"] ? of_vegeta(root) : of_k6(root);
        if (!step || documents.partial()) {
            documents.skip("no summary of vegeta or k6 with a rate and requests");
            continue;
        }
        closed = closed || !step->open;
        step->origin = {.source = stream.name(), .line = documents.line()};
        evidence.load_tests.steps.insert(std::move(*step));
        ++input.records;
    }
    if (closed) {
        input.note = "the generator waits for answers, so its percentiles hide stalls (coordinated "
                     "omission)";
    }
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(sample.head)) {
        return Sureness::no;
    }
    const bool vegeta =
        ci::keys_in(sample.head, {"latencies", "99th", "throughput", "success"}) == 4;
    const bool k6 = ci::keys_in(sample.head, {"metrics", "http_req_duration", "http_reqs"}) == 3;
    return vegeta || k6 ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader load_json{
    .id = "load-json",
    .reads = "load-test summaries: vegeta report -type=json, k6 --summary-export and handleSummary",
    .yields = {Kind::load_tests},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
