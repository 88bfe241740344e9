// What load generators print for people: hey's summary, and `vegeta report -type=hist[...]`.
//
// Law: a file is a step. hey waits for answers before it asks again (coordinated omission), its
// times are seconds. vegeta asks at a fixed rate; of its histogram only the bucket of a percentile
// is known, and the bucket's upper end is taken, a bound: above the last one nothing is. Blind
// spots: no time stamps; vegeta's histogram has no rate.

#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace plimsoll::readers {
namespace {

constexpr std::size_t most_buckets = 10'000;

[[nodiscard]] std::optional<std::int64_t> micros_of(std::optional<double> seconds) {
    return seconds && *seconds >= 0 && *seconds < 1e7 ? std::optional{std::llround(*seconds * 1e6)}
                                                      : std::nullopt;
}

// The word after `name` when the line begins with it, blanks aside.
[[nodiscard]] std::optional<double> after(std::string_view line, std::string_view name) {
    line = csv::trim(line);
    if (!line.starts_with(name)) {
        return std::nullopt;
    }
    line = csv::trim(line.substr(name.size()));
    return csv::number(line.substr(0, line.find_first_of(" \t")));
}

class Hey {
public:
    void take(std::string_view line) {
        const std::string_view trimmed = csv::trim(line);
        if (const auto total = after(line, "Total:"); total && seconds_ == 0) {
            seconds_ = *total;
        } else if (const auto slowest = after(line, "Slowest:")) {
            step_.max_us = micros_of(slowest);
        } else if (const auto mean = after(line, "Average:")) {
            step_.mean_us = micros_of(mean);
        } else if (const auto rate = after(line, "Requests/sec:")) {
            step_.achieved_milli = *rate >= 0 && *rate < 1e12 ? std::llround(*rate * 1000) : 0;
        } else if (trimmed.starts_with('[')) {
            take_count(trimmed);
        } else if (trimmed.starts_with("Error distribution")) {
            in_errors_ = true;
        } else if (const std::size_t in = trimmed.find("% in "); in != std::string_view::npos) {
            take_percentile(trimmed, in);
        }
    }
    [[nodiscard]] std::optional<LoadStep> finish() {
        if (step_.achieved_milli == 0) {
            return std::nullopt;
        }
        if (step_.requests == 0) {
            step_.requests = static_cast<std::uint64_t>(
                std::llround(static_cast<double>(step_.achieved_milli) / 1000 *
                             std::min(std::max(seconds_, 0.0), 1e9)));
        }
        step_.tool = "hey";
        return step_;
    }

private:
    // "99% in 0.3000 secs"; some versions print the sign twice.
    void take_percentile(std::string_view line, std::size_t sign) {
        const std::optional<double> percent = csv::number(line.substr(0, line.find('%')));
        const std::string_view rest = line.substr(sign + 5);
        const std::optional<std::int64_t> value =
            micros_of(csv::number(rest.substr(0, rest.find(' '))));
        if (percent == 50.0) {
            step_.p50_us = value;
        } else if (percent == 95.0) {
            step_.p95_us = value;
        } else if (percent == 99.0) {
            step_.p99_us = value;
        }
    }
    // "[200] 199 responses", and after "Error distribution:" "[3] Get http://...: EOF".
    void take_count(std::string_view line) {
        const std::size_t end = line.find(']');
        if (end == std::string_view::npos) {
            return;
        }
        const std::string_view rest = csv::trim(line.substr(end + 1));
        const std::optional<double> inside = csv::number(line.substr(1, end - 1));
        const std::optional<double> behind = csv::number(rest.substr(0, rest.find_first_of(" \t")));
        const std::optional<double> count = in_errors_ ? inside : behind;
        if (!count || !(*count >= 0 && *count < 1e15)) {
            return;
        }
        const std::uint64_t whole = static_cast<std::uint64_t>(std::llround(*count));
        step_.requests += whole;
        step_.errors += in_errors_ || inside.value_or(0) >= 500 ? whole : 0;
    }

    LoadStep step_;
    double seconds_ = 0;
    bool in_errors_ = false;
};

class VegetaHistogram {
public:
    // "[10ms,   20ms]   300   30.00%  ####"
    void take(std::string_view line) {
        const std::string_view trimmed = csv::trim(line);
        const std::size_t comma = trimmed.find(',');
        const std::size_t end = trimmed.find(']');
        if (!trimmed.starts_with('[') || comma == std::string_view::npos ||
            end == std::string_view::npos || end < comma || buckets_.size() >= most_buckets) {
            return;
        }
        const std::string_view top = csv::trim(trimmed.substr(comma + 1, end - comma - 1));
        const std::string_view rest = csv::trim(trimmed.substr(end + 1));
        const std::optional<double> count = csv::number(rest.substr(0, rest.find_first_of(" \t")));
        const std::optional<csv::Duration> bound = csv::duration(top);
        if (!count || !(*count >= 0 && *count < 1e15)) {
            return;
        }
        const bool known = bound && bound->nanos_per_unit && bound->value >= 0;
        const double nanos = known ? bound->value * *bound->nanos_per_unit : 0;
        buckets_.push_back({.top_us = known && nanos < 1e16
                                          ? std::optional{std::llround(nanos / 1e3)}
                                          : std::nullopt,
                            .count = static_cast<std::uint64_t>(std::llround(*count))});
    }
    [[nodiscard]] std::optional<LoadStep> finish() const {
        LoadStep step;
        for (const Bucket& bucket : buckets_) {
            step.requests += bucket.count;
        }
        if (step.requests == 0) {
            return std::nullopt;
        }
        step.tool = "vegeta";
        step.open = true;
        step.p50_us = at(0.50, step.requests);
        step.p95_us = at(0.95, step.requests);
        step.p99_us = at(0.99, step.requests);
        return step;
    }

private:
    struct Bucket {
        std::optional<std::int64_t> top_us;
        std::uint64_t count = 0;
    };
    [[nodiscard]] std::optional<std::int64_t> at(double q, std::uint64_t total) const {
        std::uint64_t below = 0;
        for (const Bucket& bucket : buckets_) {
            below += bucket.count;
            if (static_cast<double>(below) >= q * static_cast<double>(total)) {
                return bucket.top_us;
            }
        }
        return std::nullopt;
    }
    std::vector<Bucket> buckets_;
};

[[nodiscard]] bool is_hey(std::string_view head) noexcept {
    return head.find("Requests/sec:") != std::string_view::npos &&
           head.find("Slowest:") != std::string_view::npos &&
           head.find("Fastest:") != std::string_view::npos;
}
[[nodiscard]] bool is_vegeta(std::string_view head) noexcept {
    const std::string_view first = head.substr(0, head.find('\n'));
    return first.starts_with("Bucket") && first.find("Histogram") != std::string_view::npos;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    const bool hey = is_hey(stream.sample().head.substr(0, 4096));
    Hey summary;
    VegetaHistogram histogram;
    input::Lines lines{stream};
    while (const std::optional<std::string_view> line = lines.next()) {
        if (hey) {
            summary.take(*line);
        } else {
            histogram.take(*line);
        }
    }
    std::optional<LoadStep> step = hey ? summary.finish() : histogram.finish();
    if (!step) {
        input.skip(1, stream.bytes(), "no summary of hey and no histogram that could be read");
        return;
    }
    step->origin = {.source = stream.name(), .line = 1};
    input.records = 1;
    input.note = step->open ? "asked at a fixed rate; percentiles are upper ends of buckets"
                            : "hey waits for answers, so its percentiles hide stalls (coordinated "
                              "omission)";
    evidence.load_tests.steps.insert(std::move(*step));
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view head = sample.head.substr(0, 4096);
    return sample.kind == SourceKind::bytes && (is_hey(head) || is_vegeta(head)) ? Sureness::certain
                                                                                 : Sureness::no;
}

}  // namespace

extern constinit const Reader load_text{
    .id = "load-text",
    .reads = "what hey prints, and vegeta report -type=hist",
    .yields = {Kind::load_tests},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
