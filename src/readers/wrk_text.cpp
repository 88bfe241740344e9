// What wrk and wrk2 print, and percentile spectra (.hgrm) of HdrHistogram and `vegeta report
// -type=hdrplot`.
//
// Law: a run is a step. wrk waits for answers before it asks again; wrk2 asks at a fixed rate and
// corrects for that. With -U wrk2 prints an "Uncorrected" block as well (6 ms where the corrected
// one says 1277 ms): only the first block counts. A spectrum has no row at 0.99: the next above it
// is taken, which is an upper bound. Values of a spectrum carry no unit: --unit, unless a run
// around it says. Blind spot: no time stamps.

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/csv/cells.hpp"
#include "readers/csv/csv.hpp"

#include <cmath>

namespace plimsoll::readers {
namespace {

[[nodiscard]] std::string_view take_word(std::string_view& rest) noexcept {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
}

// "11.20ms", "1.37s", "706.00us", "2.00m", "1.2h" as microseconds.
[[nodiscard]] std::optional<std::int64_t> micros_of(std::string_view word) {
    const std::size_t end = word.find_last_of("0123456789.");
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const double value = csv::number(word.substr(0, end + 1)).value_or(-1);
    const std::string_view unit = word.substr(end + 1);
    const double factor = unit == "us"   ? 1
                          : unit == "ms" ? 1e3
                          : unit == "s"  ? 1e6
                          : unit == "m"  ? 6e7
                          : unit == "h"  ? 3.6e9
                                         : 0;
    return factor > 0 && value >= 0 && value * factor < 1e13
               ? std::optional{std::llround(value * factor)}
               : std::nullopt;
}

class Run {
public:
    explicit Run(std::optional<double> unit_ns) : spectrum_us_{unit_ns ? *unit_ns / 1e3 : 0} {}

    void take(std::string_view line, const std::string& source) {
        std::string_view rest = line;
        const std::string_view first = take_word(rest);
        if (first == "Running") {
            in_run_ = true;
            spectrum_us_ = 1e3;  // wrk2 prints its spectrum in milliseconds
            step_.tool = "wrk";
        } else if (line.find("Uncorrected") != std::string_view::npos) {
            uncorrected_ = true;
        } else if (line.find("threads and") != std::string_view::npos) {
            (void)take_word(rest);
            (void)take_word(rest);
            step_.users = whole(take_word(rest));
        } else if (line.find("calibration:") != std::string_view::npos) {
            step_.open = true;
            step_.tool = "wrk2";
        } else if (first == "Latency" && in_run_ && !step_.mean_us &&
                   rest.find("Distribution") == std::string_view::npos) {
            step_.mean_us = micros_of(take_word(rest));
            (void)take_word(rest);
            step_.max_us = micros_of(take_word(rest));
        } else if (first.ends_with('%') && !uncorrected_) {
            put(csv::number(first.substr(0, first.size() - 1)).value_or(-1) / 100,
                micros_of(take_word(rest)));
        } else if (first.starts_with("Value") &&
                   rest.find("1/(1-Percentile)") != std::string_view::npos) {
            in_spectrum_ = !uncorrected_;
            if (first == "Value(ms)") {  // vegeta says it
                spectrum_us_ = 1e3;
            }
            if (in_spectrum_ && spectrum_us_ == 0) {
                refuse(source);
            }
            step_.tool = step_.tool.empty() ? "hgrm" : step_.tool;
        } else if (first.starts_with("#[")) {
            in_spectrum_ = in_spectrum_ && !first.starts_with("#[Mean");
            if (const std::size_t total = line.find("Total count");
                total != std::string_view::npos && !in_run_ && step_.requests == 0) {
                std::string_view tail =
                    line.substr(std::min(line.find('=', total) + 1, line.size()));
                step_.requests =
                    static_cast<std::uint64_t>(whole(tail.substr(0, tail.find(']'))).value_or(0));
            }
        } else if (in_spectrum_) {
            take_row(first, rest);
        } else if (rest.starts_with(" requests in")) {
            step_.requests = static_cast<std::uint64_t>(whole(first).value_or(0));
        } else if (first == "Requests/sec:") {
            const std::optional<double> rate = csv::number(csv::trim(rest));
            step_.achieved_milli =
                rate && *rate >= 0 && *rate < 1e12 ? std::llround(*rate * 1000) : 0;
        } else if (first == "Non-2xx" ||
                   (first == "Socket" && rest.find("errors") != std::string_view::npos)) {
            add_errors(line);
        }
    }
    [[nodiscard]] std::optional<LoadStep> finish() {
        if (step_.tool.empty() ||
            (step_.requests == 0 && step_.achieved_milli == 0 && !step_.p99_us)) {
            return std::nullopt;
        }
        return step_;
    }

private:
    [[noreturn]] static void refuse(const std::string& source) {
        throw Error{
            {.status = Status::usage,
             .what = "the unit of the spectrum is not known",
             .where = source,
             .why = "an .hgrm file does not say it, and a guess may be wrong by 1000x",
             .remedy = "give --unit ms (most scale to milliseconds), or what the recorder wrote"}};
    }
    [[nodiscard]] static std::optional<std::int64_t> whole(std::string_view word) {
        const std::optional<double> value = csv::number(csv::trim(word));
        return value && *value >= 0 && *value < 9e15 ? std::optional{std::llround(*value)}
                                                     : std::nullopt;
    }
    void put(double q, std::optional<std::int64_t> micros) {
        const auto near = [q](double wanted) { return std::abs(q - wanted) < 1e-6; };
        (near(0.5)    ? step_.p50_us
         : near(0.95) ? step_.p95_us
         : near(0.99) ? step_.p99_us
                      : ignored_) = micros;
    }
    // "11.207 0.990625 118900 106.67": the first row at or above a quantile bounds it.
    void take_row(std::string_view first, std::string_view rest) {
        const std::optional<double> value = csv::number(first);
        const std::optional<double> q = csv::number(take_word(rest));
        if (!value || !q || !(*value >= 0) || *value * spectrum_us_ > 1e13) {
            return;
        }
        const std::int64_t micros = std::llround(*value * spectrum_us_);
        for (const auto& [wanted, slot] : {std::pair{0.5, &step_.p50_us},
                                           std::pair{0.95, &step_.p95_us},
                                           std::pair{0.99, &step_.p99_us}}) {
            if (*q >= wanted && !*slot) {
                *slot = micros;
            }
        }
        step_.max_us = micros;
    }
    void add_errors(std::string_view line) {
        std::uint64_t word = 0;
        bool in = false;
        for (const char c : line) {
            const bool digit = c >= '0' && c <= '9';
            if (digit && word < 1'000'000'000'000) {
                word = word * 10 + static_cast<std::uint64_t>(c - '0');
                in = true;
            } else if (!digit && c == 'x') {
                word = 0;  // of "2xx", "3xx"
                in = false;
            } else if (in) {
                step_.errors += word;
                word = 0;
                in = false;
            }
        }
        step_.errors += in ? word : 0;
    }

    LoadStep step_;
    std::optional<std::int64_t> ignored_;
    double spectrum_us_ = 0;  // microseconds of a unit of the spectrum; 0: not known
    bool in_run_ = false;
    bool in_spectrum_ = false;
    bool uncorrected_ = false;
};

void read(input::Stream& stream, const ReadOptions& options, Evidence& evidence, Input& input) {
    Run run{csv::nanos_in(options.latency_unit)};
    input::Lines lines{stream};
    while (const std::optional<std::string_view> line = lines.next()) {
        if (!csv::trim(*line).empty()) {
            run.take(*line, stream.name());
        }
    }
    std::optional<LoadStep> step = run.finish();
    if (!step) {
        input.skip(1, stream.bytes(), "no run of wrk and no spectrum that could be read");
        return;
    }
    step->origin = {.source = stream.name(), .line = 1};
    input.records = 1;
    input.note =
        step->open ? "asked at a fixed rate: no stall is hidden"
        : step->tool == "hgrm"
            ? "whether the recorder corrected for coordinated omission is not in the file"
            : "wrk waits for answers, so its percentiles hide stalls (coordinated omission)";
    evidence.load_tests.steps.insert(std::move(*step));
}

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    if (sample.kind != SourceKind::bytes) {
        return Sureness::no;
    }
    const std::string_view head = sample.head.substr(0, 4096);
    const bool wrk = head.find("Thread Stats") != std::string_view::npos &&
                     head.find(" test @ ") != std::string_view::npos;
    const bool spectrum = head.find("Percentile") != std::string_view::npos &&
                          head.find("1/(1-Percentile)") != std::string_view::npos;
    return wrk || spectrum ? Sureness::certain : Sureness::no;
}

}  // namespace

extern constinit const Reader wrk_text{
    .id = "wrk-text",
    .reads = "the output of wrk and wrk2, and percentile spectra (.hgrm); spectra need --unit",
    .yields = {Kind::load_tests},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
