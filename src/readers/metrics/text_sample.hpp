// One line of the Prometheus and OpenMetrics text: name{labels} value [stamp] [# exemplar].
#pragma once

#include "readers/metrics/labels.hpp"

#include <optional>
#include <string_view>

namespace plimsoll::readers::metrics {

struct TextSample {
    std::string_view name;
    Labels labels;  // escapes taken out
    double value = 0;
    std::optional<double> stamp;  // in the unit of the format
};

// Nothing for a line that is no sample: a name that is none, a brace that is not closed, NaN.
[[nodiscard]] std::optional<TextSample> text_sample(std::string_view line);

}  // namespace plimsoll::readers::metrics
