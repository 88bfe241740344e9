#include "readers/metrics/prometheus_document.hpp"

#include "core/error.hpp"
#include "readers/csv/cells.hpp"
#include "readers/metrics/native_histogram.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::readers::metrics {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr double last_second = 253'402'300'799;             // of the year 9999
constexpr std::int64_t most_milli = 9'000'000'000'000'000;  // of a gauge, over all instances

[[noreturn]] void refuse(Status status,
                         const std::string& where,
                         std::string what,
                         std::string why,
                         std::string remedy) {
    throw Error{{.status = status,
                 .what = std::move(what),
                 .where = where,
                 .why = std::move(why),
                 .remedy = std::move(remedy)}};
}

[[nodiscard]] Labels labels_of(element series) {
    Labels labels;
    object metric;
    if (series["metric"].get(metric) == simdjson::SUCCESS) {
        for (const auto& [name, value] : metric) {
            std::string_view text;
            if (value.get(text) == simdjson::SUCCESS && labels.size() < 100) {
                labels[std::string{name.substr(0, 200)}] = std::string{text.substr(0, 500)};
            }
        }
    }
    return labels;
}

// [seconds, "value"]
[[nodiscard]] std::optional<std::pair<Instant, double>> sample_of(element sample) {
    array pair;
    double seconds = 0;
    std::string_view text;
    if (sample.get(pair) != simdjson::SUCCESS || pair.size() != 2 ||
        pair.at(0).get(seconds) != simdjson::SUCCESS || pair.at(1).get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    const std::optional<double> value = sample_value(text);
    if (!value || !(seconds >= 0 && seconds <= last_second)) {
        return std::nullopt;
    }
    return std::pair{instant(std::llround(seconds * 1e6)), *value};
}

[[nodiscard]] std::vector<std::pair<Instant, double>> values_of(element series) {
    std::vector<std::pair<Instant, double>> out;
    array values;
    if (series["values"].get(values) == simdjson::SUCCESS) {
        for (const element sample : values) {
            if (const auto value = sample_of(sample)) {
                out.push_back(*value);
            }
        }
    } else if (element single; series["value"].get(single) == simdjson::SUCCESS) {
        if (const auto value = sample_of(single)) {
            out.push_back(*value);
        }
    }
    std::ranges::stable_sort(out, {}, &std::pair<Instant, double>::first);
    return out;
}

[[nodiscard]] double step_seconds(const auto& samples) {
    double least = 0;
    std::optional<Instant> before;
    for (const auto& [at, sample] : samples) {
        const double gap = before ? static_cast<double>(micros(at) - micros(*before)) / 1e6 : 0;
        least = gap > 0 && (least == 0 || gap < least) ? gap : least;
        before = at;
    }
    return least == 0 ? 1 : least;
}

}  // namespace

PrometheusDocument::PrometheusDocument(std::string source, const ReadOptions& options)
    : source_{std::move(source)} {
    if (!options.latency_unit.empty()) {
        unit_option_ = csv::nanos_in(options.latency_unit);
        if (!unit_option_) {
            refuse(Status::usage,
                   "--unit",
                   "the unit is not known",
                   "'" + options.latency_unit + "' is none of ns, us, ms, s",
                   "give --unit s");
        }
    }
}

void PrometheusDocument::parse(const std::string& text, Input& input) {
    simdjson::dom::parser parser;
    element document;
    array result;
    const auto error = parser.parse(text).get(document);
    if (error != simdjson::SUCCESS) {
        refuse(Status::untrusted,
               source_,
               "the document is not whole JSON",
               simdjson::error_message(error),
               "save the answer of the HTTP API again");
    }
    std::string_view state;
    if (document["status"].get(state) == simdjson::SUCCESS && state != "success") {
        refuse(Status::untrusted,
               source_,
               "Prometheus answered with an error",
               std::string{state},
               "correct the query and save its answer again");
    }
    if (document.at_pointer("/data/result").get(result) != simdjson::SUCCESS) {
        refuse(Status::untrusted,
               source_,
               "the document holds no result",
               "/data/result is no list",
               "save the whole answer of query_range");
    }
    std::uint64_t number = 0;
    for (const element series : result) {
        ++number;
        const Labels labels = labels_of(series);
        std::string_view why = take_series(labels, values_of(series));
        array histograms;
        if (series["histograms"].get(histograms) == simdjson::SUCCESS) {
            why = {};
            Process& process = process_of(labels);
            for (const element point : histograms) {
                if (std::optional<NativeHistogram> native = native_histogram(point)) {
                    if (native->spacing) {
                        process.spacing =
                            std::min(process.spacing.value_or(*native->spacing), *native->spacing);
                    }
                    process.samples[native->at] = std::move(native->counts);
                }
            }
        }
        if (why.empty()) {
            ++input.records;
        } else {
            input.skip(number, 0, why);
        }
    }
}

PrometheusDocument::Process& PrometheusDocument::process_of(const Labels& labels) {
    Process& process = processes_[key_of(labels)];
    process.id = route_of(labels);
    const auto name = labels.find("__name__");
    process.counter = name != labels.end();
    if (process.counter) {
        process.nanos_per_unit = unit_in_name(name->second);
    }
    return process;
}

std::string_view PrometheusDocument::take_series(const Labels& labels, const Values& values) {
    if (const auto le = labels.find("le"); le != labels.end()) {
        return take_bucket(labels, le->second, values);
    }
    if (labels.contains("quantile")) {
        const std::optional<int> permille = quantile_of(labels);
        return permille ? take_quantile(labels, *permille, values)
                        : "a quantile other than 0.5, 0.95 and 0.99 is not used";
    }
    if (const std::optional<GaugeName> gauge = gauge_of(labels)) {
        take_gauge(*gauge, values);
        return {};
    }
    unlabelled_ = true;
    return "the series has neither le nor quantile, so what it counts is not known";
}

std::string_view PrometheusDocument::take_bucket(const Labels& labels,
                                                 const std::string& le,
                                                 const Values& values) {
    const std::optional<double> bound = sample_value(le);
    if (!bound) {
        return "le is no number";
    }
    Process& process = process_of(labels);
    for (const auto& [at, value] : values) {
        if (value >= 0 && std::isfinite(value)) {
            process.samples[at][*bound] += value;  // "1" and "1.0" are one bound
        }
    }
    return {};
}

std::string_view PrometheusDocument::take_quantile(const Labels& labels,
                                                   int permille,
                                                   const Values& values) {
    const auto name = labels.find("__name__");
    const double nanos = unit_of(name == labels.end() ? std::nullopt : unit_in_name(name->second));
    RouteId id = route_of(labels);
    const auto taken = [permille](const Percentiles& point) {
        return permille == 500 ? point.p50 : permille == 950 ? point.p95 : point.p99;
    };
    auto& first = percentiles_[id];
    if (std::ranges::any_of(first,
                            [&](const auto& point) { return taken(point.second).has_value(); })) {
        id.route += (id.route.empty() ? "" : " ") + key_of(labels);  // another instance: kept apart
        std::ranges::replace(id.route, '\n', ' ');
    }
    for (const auto& [at, value] : values) {
        const double micros_value = value * nanos / 1e3;
        if (micros_value >= 0 && micros_value < 1e15) {
            Percentiles& point = percentiles_[id][at];
            (permille == 500   ? point.p50
             : permille == 950 ? point.p95
                               : point.p99) = std::llround(micros_value);
        }
    }
    return {};
}

void PrometheusDocument::take_gauge(const GaugeName& name, const Values& values) {
    if (name.limit) {
        for (const auto& [at, value] : values) {
            if (value >= 0 && value < 9e12) {
                Slots& slots = limits_[name.name][at];
                slots.sum += value;
                ++slots.instances;
            }
        }
        return;
    }
    GaugeSeries& series = gauges_.series[name.name];
    keep_first(series.first_seen, {.source = source_, .line = 0});
    for (const auto& [at, value] : values) {
        if (value >= 0 && value < 9e12) {
            // several instances of one pool are in use together; of several replicas the one
            // that lags most counts
            std::int64_t& level = series.samples[at].value_milli;
            const std::int64_t own = std::llround(value * 1000);
            level = name.name == "replica.lag_s" ? std::max(level, own)
                                                 : std::min(most_milli, level + own);
        }
    }
}

double PrometheusDocument::unit_of(const std::optional<double>& in_name) const {
    if (in_name) {
        return *in_name;
    }
    if (!unit_option_) {
        refuse(Status::usage,
               source_,
               "the unit of the latencies is not known",
               "the series do not carry the metric's name, or it names no unit",
               "give --unit s (or ms), or export the named metric");
    }
    return *unit_option_;
}

void PrometheusDocument::add_process(const Process& process, Latency& latency, Input& input) const {
    const double nanos = unit_of(process.nanos_per_unit);
    const double step = step_seconds(process.samples);
    const std::pair<const Instant, Cumulative>* before = nullptr;
    for (const auto& sample : process.samples) {
        const Instant began =
            before != nullptr ? before->first : sample.first - Micros{std::llround(step * 1e6)};
        const double scale = process.counter ? 1 : step;
        const Cumulative counts = !process.counter    ? sample.second
                                  : before != nullptr ? increase(before->second, sample.second)
                                                      : Cumulative{};
        if (const std::string_view why = unbelievable(counts, nanos, scale); !why.empty()) {
            input.skip(1, 0, why);
        }
        std::vector<BucketCounts::Bucket> buckets =
            buckets_of(counts, nanos, scale, process.spacing.value_or(Spacing::even));
        if (!buckets.empty()) {
            latency.window(process.id, process.counter ? began : sample.first)
                .buckets.add(std::move(buckets));
            keep_first(latency.routes[process.id].first_seen, {.source = source_, .line = 0});
            input.span.cover(began);
            input.span.cover(sample.first);
        }
        before = &sample;
    }
}

// Where the size was not scraped at the instant of a sample, the largest stands for it. A pool of
// several instances is several pools: a request waits in its own (NAME.instances says how many).
void PrometheusDocument::add_limits(Gauges& gauges) const {
    constexpr std::string_view busy = ".busy";
    for (const auto& [name, slots] : limits_) {
        const auto found = gauges.series.find(name);
        if (found == gauges.series.end() || slots.empty()) {
            continue;
        }
        const auto most =
            std::ranges::max_element(slots, {}, [](const auto& each) { return each.second.sum; });
        for (auto& [at, sample] : found->second.samples) {
            const auto then = slots.find(at);
            const double sum = (then == slots.end() ? most : then)->second.sum;
            sample.limit_milli = std::llround(sum * 1000);
        }
        if (most->second.instances < 2 || !name.ends_with(busy)) {
            continue;
        }
        GaugeSeries& instances =
            gauges.series[name.substr(0, name.size() - busy.size()) + ".instances"];
        keep_first(instances.first_seen, found->second.first_seen);
        for (const auto& [at, one] : slots) {
            instances.add(at, {.value_milli = 1000 * one.instances, .limit_milli = {}});
        }
    }
}

void PrometheusDocument::finish(Evidence& evidence, Input& input) {
    bool rates = false;
    for (const auto& [key, process] : processes_) {
        const bool closed =
            process.samples.empty() || std::isinf(process.samples.begin()->second.rbegin()->first);
        if (!closed) {
            input.skip(1, 0, "a histogram has no +Inf bucket");
            continue;
        }
        rates = rates || !process.counter;
        add_process(process, evidence.latency, input);
    }
    for (auto& [id, points] : percentiles_) {
        for (const auto& [at, point] : points) {
            input.span.cover(at);
        }
        if (!points.empty()) {
            evidence.latency.routes[id].percentiles = std::move(points);
            keep_first(evidence.latency.routes[id].first_seen, {.source = source_, .line = 0});
        }
    }
    add_limits(gauges_);
    evidence.gauges.merge(gauges_);
    if (rates) {
        input.note = "series without a name are taken as rates per second";
    }
    if (unlabelled_) {
        input.note += input.note.empty() ? "" : "; ";
        input.note += "name ready quantiles: label_replace(histogram_quantile(0.99, ...), "
                      "\"quantile\", \"0.99\", "
                      "\"\", \"\")";
    }
}

}  // namespace plimsoll::readers::metrics
