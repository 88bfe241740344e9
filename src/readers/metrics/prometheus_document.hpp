// A document of Prometheus's HTTP API, gathered by series and turned into latency and gauges.
#pragma once

#include "core/input_record.hpp"
#include "core/settings.hpp"
#include "evidence/evidence.hpp"
#include "readers/metrics/cumulative.hpp"
#include "readers/metrics/labels.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::readers::metrics {

class PrometheusDocument {
public:
    PrometheusDocument(std::string source, const ReadOptions& options);

    // Throws Error (untrusted) when the text is no such document.
    void parse(const std::string& text, Input& input);
    // Throws Error (usage) when a histogram's unit is not known.
    void finish(Evidence& evidence, Input& input);

private:
    using Values = std::vector<std::pair<Instant, double>>;

    // One histogram of one process: its samples by time.
    struct Process {
        RouteId id;
        bool counter = false;  // has its name: counts since the process began
        std::optional<double> nanos_per_unit;
        std::map<Instant, Cumulative> samples;
        std::optional<Spacing> spacing;  // of native histograms
    };

    std::string_view take_series(const Labels& labels, const Values& values);
    std::string_view take_bucket(const Labels& labels, const std::string& le, const Values& values);
    std::string_view take_quantile(const Labels& labels, int permille, const Values& values);
    void take_gauge(const GaugeName& name, const Values& values);
    [[nodiscard]] Process& process_of(const Labels& labels);
    [[nodiscard]] double unit_of(const std::optional<double>& in_name) const;
    void add_process(const Process& process, Latency& latency, Input& input) const;
    void add_limits(Gauges& gauges) const;

    std::string source_;
    std::optional<double> unit_option_;
    std::map<std::string, Process> processes_;
    std::map<RouteId, std::map<Instant, Percentiles>> percentiles_;
    Gauges gauges_;
    // Instances of one pool, each with slots of its own: their sum, and how many they are.
    struct Slots {
        double sum = 0;
        std::int64_t instances = 0;
    };
    std::map<std::string, std::map<Instant, Slots>> limits_;
    bool unlabelled_ = false;
};

}  // namespace plimsoll::readers::metrics
