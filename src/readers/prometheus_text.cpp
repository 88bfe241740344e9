// Prometheus and OpenMetrics text, as /metrics gives it: two scrapes or more of one process, one
// after the other in a file (a stamp on each sample, or a comment `# scrape 2026-11-21T08:00:00Z`
// before each scrape).
//
// Law: counts are since the process began, so one scrape is no series: an interval's counts are the
// difference of two (metrics/cumulative), anew where any bucket fell. `le` is compared as a number.
// Samples without a stamp of their own take that of the comment; Prometheus stamps are
// milliseconds, OpenMetrics' (which ends in # EOF) seconds. Blind spots: scrapes of several
// processes behind one address look like resets; exemplars and summaries' quantiles are passed
// over, for they are of all time.

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/csv/cells.hpp"
#include "readers/metrics/cumulative.hpp"
#include "readers/metrics/labels.hpp"
#include "readers/metrics/text_sample.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::readers {
namespace {

constexpr std::int64_t most_milli = 9'000'000'000'000'000;  // of a gauge, over all instances

using metrics::Cumulative;

constexpr std::size_t most_series = 50'000;
constexpr std::size_t most_bounds = 1'000;

// One histogram of one process.
struct Process {
    RouteId id;
    double nanos_per_unit = 1;
    std::optional<Instant> at;  // of `now`
    Cumulative now;             // of the scrape that is being read
    std::optional<Instant> before_at;
    Cumulative before;
};

class Scrapes {
public:
    Scrapes(std::string source, const ReadOptions& options, Evidence& evidence, Input& input)
        : source_{std::move(source)},
          unit_option_{csv::nanos_in(options.latency_unit)},
          evidence_{evidence},
          input_{input} {}

    void scrape_begins(Instant at) { scrape_at_ = at; }

    [[nodiscard]] std::string_view take(const metrics::TextSample& sample,
                                        double stamp_unit_us,
                                        std::uint64_t line) {
        const std::optional<Instant> at =
            sample.stamp ? std::optional{instant(std::llround(*sample.stamp * stamp_unit_us))}
                         : scrape_at_;
        if (!at) {
            unstamped_ = true;
            return "a sample without time: put '# scrape 2026-11-21T08:00:00Z' before each scrape";
        }
        if (*at < instant(0) || *at > instant(253'402'300'799'000'000)) {
            return "the time is out of range";
        }
        input_.span.cover(*at);
        if (!sample.name.ends_with("_bucket")) {
            return take_gauge(sample, *at);
        }
        const auto le = sample.labels.find("le");
        const std::optional<double> bound =
            le == sample.labels.end() ? std::nullopt : metrics::sample_value(le->second);
        if (!bound) {
            return "a bucket without le";
        }
        if (!(sample.value >= 0) || !std::isfinite(sample.value)) {
            return "a count below zero, or none";
        }
        const std::string key = std::string{sample.name} + "\n" + metrics::key_of(sample.labels);
        if (processes_.size() >= most_series && !processes_.contains(key)) {
            return "there are more than 50,000 series";
        }
        Process& process = processes_[key];
        if (!process.at && !process.before_at) {
            process.id = route_for(sample);
            process.nanos_per_unit = unit_of(sample.name, line);
        }
        if (process.at && *at < *process.at) {
            return "the clock goes back";
        }
        if (process.at && *at > *process.at) {
            close(process);
        }
        process.at = at;
        if (process.now.size() < most_bounds) {
            process.now[*bound] = sample.value;
        }
        return {};
    }

    void finish() {
        for (auto& [key, process] : processes_) {
            close(process);
        }
        for (const auto& [name, slots] : limits_) {
            const auto series = gauges_.series.find(name);
            for (const auto& [at, most] : slots) {
                if (series != gauges_.series.end() && series->second.samples.contains(at)) {
                    series->second.samples[at].limit_milli = std::llround(most * 1000);
                }
            }
        }
        evidence_.gauges.merge(gauges_);
        if (!processes_.empty() && intervals_ == 0) {
            input_.note = "one scrape counts since the process began and is no series: two or more "
                          "are needed";
        } else if (unstamped_) {
            input_.note = "samples without time were passed over";
        }
    }

private:
    // Several histograms with the same labels are not one: all but servers' requests carry their
    // name.
    [[nodiscard]] static RouteId route_for(const metrics::TextSample& sample) {
        RouteId id = metrics::route_of(sample.labels);
        const bool requests = sample.name.find("server") != std::string_view::npos ||
                              sample.name.starts_with("http_request");
        if (!requests) {
            std::string name{
                sample.name.substr(0, sample.name.size() - std::string_view{"_bucket"}.size())};
            id.route = id.route.empty() ? name : name + " " + id.route;
        }
        return id;
    }

    [[nodiscard]] double unit_of(std::string_view name, std::uint64_t line) const {
        const std::optional<double> unit = metrics::unit_in_name(name);
        if (!unit && !unit_option_) {
            throw Error{{.status = Status::usage,
                         .what = "the unit of a histogram is not known",
                         .where = source_ + ":" + std::to_string(line),
                         .why = "the name " + std::string{name} + " names none",
                         .remedy = "give --unit s (or ms), or leave the family out"}};
        }
        return unit ? *unit : *unit_option_;
    }

    [[nodiscard]] std::string_view take_gauge(const metrics::TextSample& sample, Instant at) {
        metrics::Labels labels = sample.labels;
        labels["__name__"] = std::string{sample.name};
        const std::optional<metrics::GaugeName> name = metrics::gauge_of(labels);
        if (!name || !(sample.value >= 0) || sample.value >= 9e12) {
            return {};
        }
        if (name->limit) {
            limits_[name->name][at] += sample.value;
        } else {
            keep_first(gauges_.series[name->name].first_seen, {.source = source_, .line = 0});
            std::int64_t& level = gauges_.series[name->name].samples[at].value_milli;
            const std::int64_t own = std::llround(sample.value * 1000);
            level = std::min(most_milli, level + own);
        }
        return {};
    }

    // A scrape of the process is whole: its difference to the one before is an interval.
    void close(Process& process) {
        const bool closed = !process.now.empty() && std::isinf(process.now.rbegin()->first);
        if (!closed) {
            input_.skip(1, 0, "a histogram has no +Inf bucket");
        } else if (process.before_at) {
            const metrics::Cumulative counts = metrics::increase(process.before, process.now);
            if (const std::string_view why = metrics::unbelievable(counts, process.nanos_per_unit);
                !why.empty()) {
                input_.skip(1, 0, why);
            }
            std::vector<BucketCounts::Bucket> buckets =
                metrics::buckets_of(counts, process.nanos_per_unit);
            ++intervals_;
            if (!buckets.empty()) {
                evidence_.latency.window(process.id, *process.before_at)
                    .buckets.add(std::move(buckets));
                keep_first(evidence_.latency.routes[process.id].first_seen,
                           {.source = source_, .line = 0});
            }
        }
        if (closed) {
            process.before = std::move(process.now);
            process.before_at = process.at;
        }
        process.now.clear();
    }

    std::string source_;
    std::optional<double> unit_option_;
    Evidence& evidence_;
    Input& input_;
    std::map<std::string, Process> processes_;
    Gauges gauges_;
    std::map<std::string, std::map<Instant, double>> limits_;  // of gauges, by the scrape
    std::optional<Instant> scrape_at_;
    std::uint64_t intervals_ = 0;
    bool unstamped_ = false;
};

[[nodiscard]] std::optional<Instant> scrape_time(std::string_view line) {
    constexpr std::string_view mark = "# scrape ";
    const std::optional<csv::Time> time =
        line.starts_with(mark) ? csv::time_of(line.substr(mark.size()), {}) : std::nullopt;
    return time ? std::optional{time->at} : std::nullopt;
}

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    const std::string_view head = stream.sample().head;
    // OpenMetrics has # UNIT, # EOF and float stamps; only the end of a first scrape may show it.
    const bool open = head.find("\n# EOF") != std::string_view::npos ||
                      head.find("# UNIT ") != std::string_view::npos;
    Scrapes scrapes{stream.name(), options, evidence, input};
    input::Lines lines{stream};
    while (const std::optional<std::string_view> line = lines.next()) {
        if (const std::optional<Instant> at = scrape_time(*line)) {
            scrapes.scrape_begins(*at);
        }
        if (line->empty() || line->front() == '#') {
            continue;
        }
        std::string_view why = "no sample of Prometheus";
        if (const std::optional<metrics::TextSample> sample = metrics::text_sample(*line)) {
            why = scrapes.take(*sample, open ? 1e6 : 1e3, lines.number());
        }
        if (why.empty()) {
            ++input.records;
        } else {
            input.skip(lines.number(), line->size() + 1, why);
        }
    }
    scrapes.finish();
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    const std::string_view head = sample.head.substr(0, 16'384);
    const bool typed = head.starts_with("# TYPE ") || head.starts_with("# HELP ") ||
                       head.find("\n# TYPE ") != std::string_view::npos;
    return typed ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader prometheus_text{
    .id = "prometheus-text",
    .reads = "Prometheus and OpenMetrics text: two scrapes or more of /metrics in one file",
    .yields = {Kind::latency, Kind::gauges},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
