#include "app/explain_figure.hpp"

#include "wire/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace plimsoll::app {
namespace {

[[nodiscard]] std::string interval(const Estimate& value, std::string_view unit) {
    const std::string at = value.has_point() ? fmt::format("{:.4g}", value.at) : "not known";
    if (value.low == value.high) {
        return fmt::format("{} {}", at, unit);
    }
    const std::string high =
        std::isinf(value.high) ? "no upper bound" : fmt::format("{:.4g}", value.high);
    return fmt::format("{} ({:.4g} to {}) {}", at, value.low, high, unit);
}

// "limits.12.at" -> {"limits", "12", "at"}
[[nodiscard]] std::vector<std::string_view> steps_of(std::string_view id) {
    std::vector<std::string_view> out;
    for (std::size_t end = id.find('.'); end != id.npos; end = id.find('.')) {
        out.push_back(id.substr(0, end));
        id.remove_prefix(end + 1);
    }
    out.push_back(id);
    return out;
}

[[nodiscard]] std::optional<std::size_t> index_of(std::string_view step, std::size_t size) {
    std::size_t index = 0;
    const auto [end, wrong] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool whole = wrong == std::errc{} && end == step.data() + step.size();
    return whole && index < size ? std::optional{index} : std::nullopt;
}

// "state=present|latent": is the element's field one of these?
[[nodiscard]] bool picked(const wire::Json& element, std::string_view which) {
    const std::size_t equals = std::min(which.find('='), which.size());
    const auto field = element.find(std::string{which.substr(0, equals)});
    if (field == element.end()) {
        return false;
    }
    const std::string word = field->is_null()     ? "null"
                             : field->is_string() ? field->get<std::string>()
                                                  : field->dump();
    const std::string all =
        "|" + std::string{which.substr(std::min(equals + 1, which.size()))} + "|";
    return all.find("|" + word + "|") != std::string::npos;
}

// The value at that place, or how many there are of it, as the report prints it.
[[nodiscard]] std::optional<std::string> value_at(const wire::Json& document,
                                                  const std::vector<std::string_view>& steps) {
    const wire::Json* here = &document;
    for (const std::string_view step : steps) {
        if (step.starts_with('#')) {
            if (!here->is_array() && !here->is_object()) {
                return std::nullopt;
            }
            const auto many = std::count_if(here->begin(), here->end(), [&](const auto& element) {
                return step.size() == 1 || picked(element, step.substr(1));
            });
            return std::to_string(many);
        }
        if (here->is_array()) {
            const std::optional<std::size_t> index = index_of(step, here->size());
            if (!index) {
                return std::nullopt;
            }
            here = &(*here)[*index];
        } else {
            const auto field = here->find(std::string{step});
            if (!here->is_object() || field == here->end()) {
                return std::nullopt;
            }
            here = &*field;
        }
    }
    return here->dump(2, ' ', false, wire::Json::error_handler_t::replace);
}

[[nodiscard]] std::string finding_page(const Finding& finding,
                                       const std::vector<std::string_view>& steps) {
    std::string out = fmt::format("check {}: {}\n", finding.check, finding.asks);
    const std::optional<std::size_t> one = steps.size() > 3 && steps[2] == "measures"
                                               ? index_of(steps[3], finding.measures.size())
                                               : std::nullopt;
    if (one) {
        out += measure_lines({finding.measures[*one]});
    } else {
        out += fmt::format("  {}: {}\n", to_text(finding.outcome), finding.says);
        out += measure_lines(finding.measures);
    }
    return out + fmt::format("  its page: plimsoll explain {}\n", finding.check);
}

[[nodiscard]] std::string sign_page(const SignVerdict& sign) {
    std::string out = fmt::format("sign {}: {}\n  {}, confidence {}\n  {}\n",
                                  to_text(sign.id),
                                  sign.title,
                                  to_text(sign.state),
                                  to_text(sign.confidence),
                                  sign.says);
    out += measure_lines(sign.measures);
    for (const std::string& check : sign.findings) {
        out += "  from: plimsoll explain " + check + "\n";
    }
    return out;
}

[[nodiscard]] std::string exhibit_page(const Exhibit& exhibit) {
    return fmt::format("{}: {}\n  {}\n  check: plimsoll explain {}\n",
                       exhibit.id,
                       exhibit.title,
                       exhibit.caption,
                       exhibit.check);
}

// What the figure belongs to; empty when its value is all there is to say.
[[nodiscard]] std::string owner_of(const std::vector<std::string_view>& steps, const Audit& audit) {
    if (steps.front() == "load_line") {
        return load_line_page(audit);
    }
    const auto element = [&](std::string_view list, std::size_t size) {
        return steps.size() > 1 && steps.front() == list ? index_of(steps[1], size) : std::nullopt;
    };
    if (const auto i = element("limits", audit.limits.size())) {
        return limit_page(audit.limits[*i]);
    }
    if (const auto i = element("findings", audit.findings.size())) {
        return finding_page(audit.findings[*i], steps);
    }
    if (const auto i = element("signs", audit.signs.size())) {
        return sign_page(audit.signs[*i]);
    }
    if (const auto i = element("exhibits", audit.exhibits.size())) {
        return exhibit_page(audit.exhibits[*i]);
    }
    if (const auto i = element("prescriptions", audit.prescriptions.size())) {
        const Prescription& step = audit.prescriptions[*i];
        return fmt::format("step: {}\n  {}\n  {}\n", step.title, step.action, step.model);
    }
    return {};
}

}  // namespace

std::string measure_lines(const std::vector<Measure>& measures) {
    std::string out;
    for (const Measure& measure : measures) {
        out += fmt::format("  {}: {}", measure.name, interval(measure.value, measure.unit));
        out += measure.samples > 0 ? fmt::format(", n = {:.0f}\n", measure.samples) : "\n";
        if (!measure.formula.empty()) {
            out += "    = " + measure.formula + "\n";
        }
        for (const Origin& origin : measure.origins) {
            out += "    read at " + to_text(origin) + "\n";
        }
    }
    return out;
}

std::string limit_page(const Limit& limit) {
    std::string out = fmt::format("{}: {}\n", limit.id, limit.name);
    if (limit.status != LimitStatus::measured) {
        return out + fmt::format("  {}: {}\n  needs {}\n",
                                 to_text(limit.status),
                                 limit.basis,
                                 limit.missing_input);
    }
    out += fmt::format(
        "  gives way at {} of today's {}, grade {}\n  hard limit {}\n  {}\n  formula: {}\n",
        interval({.at = limit.at, .low = limit.low, .high = limit.high}, "times"),
        to_text(limit.axis),
        to_text(limit.grade),
        interval(limit.hard, "times"),
        limit.basis,
        limit.formula);
    return out + measure_lines(limit.inputs) +
           fmt::format("  check: plimsoll explain {}\n", limit.check);
}

std::string load_line_page(const Audit& audit) {
    const LoadLine& line = audit.load_line;
    std::string out = fmt::format(
        "load_line: how many times today's peak load the system takes\n  {}\n"
        "  = [lowest of the lower ends, lowest of the upper ends] of the limits of load\n"
        "  {} of {} limits measured; what is not measured may be lower\n",
        interval({.at = line.at, .low = line.low, .high = line.high}, "times"),
        line.measured,
        line.known);
    std::vector<const Limit*> measured;
    std::vector<const Limit*> missing;
    for (const Limit& limit : audit.limits) {
        if (limit.axis == Axis::load && limit.status == LimitStatus::measured) {
            measured.push_back(&limit);
        } else if (limit.axis == Axis::load && limit.status == LimitStatus::missing) {
            missing.push_back(&limit);
        }
    }
    std::ranges::stable_sort(measured, {}, [](const Limit* limit) {
        return std::isfinite(limit->at) ? limit->at : limit->high;
    });
    for (const Limit* limit : measured) {
        out += "\n" + limit_page(*limit);
    }
    for (const Limit* limit : missing) {
        out += (limit == missing.front() ? "\nNot measured\n" : "") +
               fmt::format("  {}: needs {}\n", limit->id, limit->missing_input);
    }
    return out;
}

std::optional<std::string> explain_figure(std::string_view id, const Audit& audit) {
    return explain_figure(id, audit, wire::to_json(audit));
}

std::optional<std::string> explain_figure(std::string_view id,
                                          const Audit& audit,
                                          const wire::Json& json) {
    const std::vector<std::string_view> steps = steps_of(id);
    const std::optional<std::string> value = value_at(json, steps);
    if (!value) {
        return std::nullopt;
    }
    const std::string owner = owner_of(steps, audit);
    return fmt::format("{} = {}\n{}{}", id, *value, owner.empty() ? "" : "\n", owner);
}

}  // namespace plimsoll::app
