// Single requests of load tests as lines of JSON: `k6 run --out json=F` and `vegeta encode`.
//
// Law: k6's Points of http_req_duration are requests, in milliseconds, each at its end; those
// between two Points of `vus` are of that many users, so a ramp in one file is a ladder. Where k6
// names dropped_iterations it asked at a rate of arrivals, else it waits for answers (coordinated
// omission). vegeta's lines are requests at a fixed rate, from `timestamp` on, `latency` in
// nanoseconds. A status of 500 and more, or none at all, is a failure. Blind spot: k6 writes values
// of one second in no order, so at the border of two numbers of users some are counted to the
// other.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/ci/documents.hpp"
#include "readers/ci/sink.hpp"
#include "readers/load/levels.hpp"

#include <cmath>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

class Requests {
public:
    // Returns why the line cannot be used, or an empty text.
    [[nodiscard]] std::string_view take(Json root, std::uint64_t line) {
        return root["seq"] ? take_vegeta(root, line) : take_k6(root, line);
    }
    void finish(const std::string& source, Evidence& evidence) const {
        for (const auto& [users, level] : levels_) {
            if (std::optional<LoadStep> step = load::step_of(users, level, tool_)) {
                step->open = open_;
                step->users = open_ ? std::nullopt : step->users;
                step->origin = {.source = source, .line = level.line};
                evidence.load_tests.steps.insert(std::move(*step));
            }
        }
    }
    [[nodiscard]] bool open() const noexcept { return open_; }

private:
    [[nodiscard]] std::string_view take_vegeta(Json root, std::uint64_t line) {
        const std::optional<Instant> at = root["timestamp"].time();
        const std::optional<double> nanos = root["latency"].number();
        if (!at || !nanos) {
            return "a request without timestamp or latency";
        }
        tool_ = "vegeta";
        open_ = true;
        const std::int64_t code = root["code"].integer().value_or(0);
        return add(static_cast<double>(micros(*at)), *nanos / 1e3, code < 100 || code >= 500, line);
    }
    [[nodiscard]] std::string_view take_k6(Json root, std::uint64_t line) {
        const std::string metric = root["metric"].text();
        const Json data = root["data"];
        tool_ = "k6";
        open_ = open_ || metric == "dropped_iterations";
        if (root["type"].text() != "Point" || (metric != "http_req_duration" && metric != "vus")) {
            return {};  // a declaration, or another metric
        }
        const std::optional<double> value = data["value"].number();
        const std::optional<Instant> ended = data["time"].time();
        if (!value || !ended || !(*value >= 0)) {
            return "a point without time or value";
        }
        if (metric == "vus") {
            users_ = std::llround(std::min(*value, 1e9));
            return {};
        }
        const std::int64_t status = data["tags"]["status"].integer().value_or(0);
        const double length = *value * 1e3;
        return add(static_cast<double>(micros(*ended)) - length,
                   length,
                   status < 100 || status >= 500,
                   line);
    }
    [[nodiscard]] std::string_view add(double start,
                                       double length,
                                       bool failed,
                                       std::uint64_t line) {
        if (!(length >= 0 && length < load::most_us) || !(start >= 0)) {
            return "a time is out of range";
        }
        load::Level* level = load::level_at(levels_, users_, line);
        if (level == nullptr) {
            return "there are more than 10,000 numbers of users";
        }
        load::add_request(*level, start, length, failed);
        return {};
    }

    load::Levels levels_;
    std::string tool_;
    std::int64_t users_ = 0;
    bool open_ = false;
};

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::Documents documents{stream, input};
    Requests requests;
    while (const Json root = documents.next()) {
        const std::string_view why =
            documents.partial() ? "the line breaks off" : requests.take(root, documents.line());
        if (why.empty()) {
            ++input.records;
        } else {
            documents.skip(why);
        }
    }
    requests.finish(stream.name(), evidence);
    input.note = requests.open() ? "asked at a fixed rate: no stall is hidden"
                                 : "the generator waits for answers, so its percentiles hide "
                                   "stalls (coordinated omission)";
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes || !ci::begins_as_json(sample.head)) {
        return Sureness::no;
    }
    const bool k6 = ci::keys_in(sample.head, {"metric", "type", "data"}) == 3 &&
                    sample.head.find("\"http_req") != std::string_view::npos;
    const bool vegeta = ci::keys_in(sample.head, {"attack", "seq", "code", "latency"}) == 4;
    return k6 || vegeta ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader load_requests{
    .id = "load-requests",
    .reads = "single requests of load tests: k6 run --out json, vegeta encode (JSON)",
    .yields = {Kind::load_tests},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
