// Values over time as a drawing that needs no script: percent coordinates for marks and text, and
// the lines in a nested viewport that stretches, so that text keeps its size at any width.
//
// However many points there are, a line is drawn through the lowest and the highest of each of 900
// columns: no spike is lost, and the drawing stays near 20 KB. The values below the drawing (first,
// lowest, highest, last) are the points themselves.
#include "html/sections.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

namespace plimsoll::reports::page {
namespace {

constexpr double left = 0.07;  // of the width: room for the labels of the axis
constexpr double right = 0.985;
constexpr double top = 30;  // pixels
constexpr double bottom = 226;
constexpr double height = 274;
constexpr std::size_t columns = 900;
constexpr std::size_t most_lines = 6;
constexpr std::size_t most_marks = 400;

struct Frame {
    Instant from;
    Instant to;
    double highest = 0;

    [[nodiscard]] double time(Instant at) const {  // 0..1 between left and right
        const double length = static_cast<double>((to - from).count());
        return length <= 0 ? 0.5 : static_cast<double>((at - from).count()) / length;
    }
    [[nodiscard]] double x(Instant at) const { return left + (right - left) * time(at); }
    [[nodiscard]] double y(double value) const { return bottom - (bottom - top) * value / highest; }
};

// 1, 2 or 5 times a power of ten, so that `value` takes about four steps.
[[nodiscard]] double nice_step(double value) {
    const double raw = value / 4;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double head = raw / power;
    return power * (head <= 1 ? 1 : head <= 2 ? 2 : head <= 5 ? 5 : 10);
}

// A band is drawn where a point says more than its value.
[[nodiscard]] bool has_band(const SeriesPoint& point) {
    return std::isfinite(point.low) && std::isfinite(point.high) && point.low < point.high;
}

// Time and value axes around all finite points; nothing when there is none.
[[nodiscard]] std::optional<Frame> frame_of(const Exhibit& exhibit) {
    std::optional<Frame> frame;
    double highest = 0;
    for (std::size_t l = 0; l < std::min(exhibit.lines.size(), most_lines); ++l) {
        for (const SeriesPoint& point : exhibit.lines[l].points) {
            if (!std::isfinite(point.value)) {
                continue;
            }
            if (!frame) {
                frame = Frame{.from = point.at, .to = point.at, .highest = 0};
            }
            frame->from = std::min(frame->from, point.at);
            frame->to = std::max(frame->to, point.at);
            highest = std::max({highest, point.value, has_band(point) ? point.high : 0});
        }
    }
    if (frame) {
        highest = std::clamp(highest, 1e-12, 1e300);
        const double step = nice_step(highest);
        frame->highest = std::ceil(highest / step) * step;
    }
    return frame;
}

// A line as a path in a square of 1000: two points a column at most.
[[nodiscard]] std::string path_of(const Line& line, const Frame& frame) {
    std::string path;
    const auto to = [&](const SeriesPoint& point, char how) {
        path += fmt::format("{}{:.1f} {:.0f}",
                            how,
                            frame.time(point.at) * 1000,
                            (1 - std::clamp(point.value / frame.highest, 0.0, 1.0)) * 1000);
    };
    const std::size_t count = line.points.size();
    const std::size_t parts = std::min(columns, count);
    bool drawing = false;
    for (std::size_t c = 0; c < parts; ++c) {
        const SeriesPoint* low = nullptr;
        const SeriesPoint* high = nullptr;
        for (std::size_t i = c * count / parts;
             i < std::max((c + 1) * count / parts, i + 1) && i < count;
             ++i) {
            const SeriesPoint& point = line.points[i];
            if (std::isfinite(point.value)) {
                low = low == nullptr || point.value < low->value ? &point : low;
                high = high == nullptr || point.value > high->value ? &point : high;
            }
            if (i + 1 >= (c + 1) * count / parts) {
                break;
            }
        }
        if (low == nullptr) {
            drawing = false;  // a gap in the values is a gap in the line
            continue;
        }
        to(std::min(*low, *high, [](const auto& a, const auto& b) { return a.at < b.at; }),
           drawing ? 'L' : 'M');
        if (low != high) {
            to(std::max(*low, *high, [](const auto& a, const auto& b) { return a.at < b.at; }),
               'L');
        }
        drawing = true;
    }
    // A single point has no length: a short stroke shows it.
    return count == 1 && drawing ? path + "h6" : path;
}

// The band as one closed path: the highs forward, the lows back.
[[nodiscard]] std::string band_of(const Line& line, const Frame& frame) {
    std::string forward;
    std::string back;
    const std::size_t step = std::max<std::size_t>(1, line.points.size() / columns);
    const auto at = [&](const SeriesPoint& point, double value) {
        return fmt::format("{:.1f} {:.0f}",
                           frame.time(point.at) * 1000,
                           (1 - std::clamp(value / frame.highest, 0.0, 1.0)) * 1000);
    };
    for (std::size_t i = 0; i < line.points.size(); i += step) {
        double low = 0;
        double high = 0;
        bool any = false;
        for (std::size_t k = i; k < std::min(i + step, line.points.size()); ++k) {
            if (has_band(line.points[k])) {
                low = any ? std::min(low, line.points[k].low) : line.points[k].low;
                high = any ? std::max(high, line.points[k].high) : line.points[k].high;
                any = true;
            }
        }
        if (any) {
            forward += (forward.empty() ? "M" : "L") + at(line.points[i], high);
            back.insert(0, "L" + at(line.points[i], low));
        }
    }
    return forward.empty() ? forward : forward + back + "Z";
}

void value_axis(Page& page, const Seen<Exhibit>& exhibit, const Frame& frame) {
    const double step = nice_step(frame.highest);
    for (double value = 0; value <= frame.highest * 1.001; value += step) {
        const std::string y = down(frame.y(value));
        page.w.leaf(
            "line",
            {{"x1", across(left)}, {"x2", across(right)}, {"y1", y}, {"y2", y}, {"class", "gl"}});
        page.w.element(
            "text",
            {{"x", across(left - 0.008)}, {"y", down(frame.y(value) + 4)}, {"text-anchor", "end"}},
            shared::number(value));
    }
    if (!exhibit->unit.empty()) {
        page.w.element("text", {{"x", "0"}, {"y", "12"}}, shared::whole_prefix(exhibit->unit, 24));
    }
}

[[nodiscard]] std::string time_label(Instant at, bool with_clock) {
    return with_clock ? to_text(at).substr(11, 5) : to_date(at);
}

void time_axis(Page& page, const Frame& frame) {
    using std::chrono::days;
    const bool with_clock = frame.to - frame.from < days{2};
    constexpr std::array<std::string_view, 4> sides{"start", "middle", "middle", "end"};
    const std::size_t labels = frame.from == frame.to ? 1 : sides.size();
    for (std::size_t i = 0; i < labels; ++i) {
        const Instant at = frame.from + (frame.to - frame.from) * static_cast<int>(i) / 3;
        page.w.element(
            "text",
            {{"x", across(frame.x(at))}, {"y", down(height - 2)}, {"text-anchor", sides.at(i)}},
            time_label(at, with_clock));
    }
}

// Deploys are many: their ticks below the drawing are one path.
void deploys(Page& page, const std::vector<SeriesMark>& marks, const Frame& frame) {
    std::string path;
    for (std::size_t i = 0; i < std::min(marks.size(), most_marks); ++i) {
        if (marks[i].kind == "deploy" && marks[i].at >= frame.from && marks[i].at <= frame.to) {
            path += fmt::format("M{:.1f} 0v1", frame.time(marks[i].at) * 1000);
        }
    }
    if (path.empty()) {
        return;
    }
    page.w.element(
        "svg",
        {{"x", across(left)},
         {"width", across(right - left)},
         {"y", down(bottom + 4)},
         {"height", "12"},
         {"viewBox", "0 0 1000 1"},
         {"preserveAspectRatio", "none"}},
        [&] {
            page.w.leaf("path",
                        {{"d", path}, {"class", "dep"}, {"vector-effect", "non-scaling-stroke"}});
        });
}

void mark(Page& page, const SeriesMark& mark, const Frame& frame, double& labelled_to) {
    const std::string x = across(frame.x(mark.at));
    page.w.leaf("line",
                {{"x1", x},
                 {"x2", x},
                 {"y1", down(top - 6)},
                 {"y2", down(bottom)},
                 {"class", mark.kind == "change" ? "cp" : "ev"}});
    const double at = frame.x(mark.at);
    if (at - labelled_to > 0.11) {  // no label on top of another
        page.w.element("text",
                       {{"x", across(at)},
                        {"y", down(top - 10)},
                        {"text-anchor", at > 0.9 ? "end" : "middle"},
                        {"class", mark.kind == "change" ? "cpt" : "evt"}},
                       to_date(mark.at));
        labelled_to = at;
    }
}

void drawing(Page& page, const Seen<Exhibit>& exhibit, const Frame& frame) {
    const std::string label =
        std::string{label_of(exhibit->title)} + ". " + std::string{label_of(exhibit->caption)};
    page.w.element(
        "svg",
        {{"class", "plot"}, {"height", down(height)}, {"role", "img"}, {"aria-label", label}},
        [&] {
            value_axis(page, exhibit, frame);
            time_axis(page, frame);
            page.w.element(
                "svg",
                {{"x", across(left)},
                 {"width", across(right - left)},
                 {"y", down(top)},
                 {"height", down(bottom - top)},
                 {"viewBox", "0 0 1000 1000"},
                 {"preserveAspectRatio", "none"}},
                [&] {
                    for (std::size_t l = 0; l < std::min(exhibit->lines.size(), most_lines); ++l) {
                        const Line& line = exhibit->lines[l];
                        if (const std::string band = band_of(line, frame); !band.empty()) {
                            page.w.leaf("path", {{"d", band}, {"class", "band"}});
                        }
                        page.w.leaf("path",
                                    {{"d", path_of(line, frame)},
                                     {"class", fmt::format("l{}", l)},
                                     {"vector-effect", "non-scaling-stroke"}});
                    }
                });
            deploys(page, exhibit->marks, frame);
            double labelled_to = -1;
            for (std::size_t i = 0; i < std::min(exhibit->marks.size(), most_marks); ++i) {
                const SeriesMark& here = exhibit->marks[i];
                if (here.kind != "deploy" && here.at >= frame.from && here.at <= frame.to) {
                    mark(page, here, frame, labelled_to);
                }
            }
        });
}

void point(Page& page,
           std::string_view word,
           const Seen<std::vector<SeriesPoint>>& points,
           std::size_t index) {
    page.w.element("span", {}, [&] {
        page.w.text(word);
        page.w.text(" ");
        page.w.element("b", {}, [&] { figure(page, points.at(index).at(&SeriesPoint::value)); });
        page.w.text(" on ");
        const Seen<Instant> at = points.at(index).at(&SeriesPoint::at);
        figure(page, "span", at.path(), to_date(*at), As::day);
    });
}

// The line in words: its name and four of its points, for those who cannot see the drawing.
void reading(Page& page, const Seen<Line>& line, std::size_t place) {
    const Seen<std::vector<SeriesPoint>> points = line.at(&Line::points);
    std::vector<std::size_t> finite;
    for (std::size_t i = 0; i < points->size(); ++i) {
        if (std::isfinite((*points)[i].value)) {
            finite.push_back(i);
        }
    }
    page.w.element("li", {}, [&] {
        page.w.element("svg", {{"class", "key"}, {"aria-hidden", "true"}}, [&] {
            page.w.leaf("line",
                        {{"x1", "0"},
                         {"x2", "100%"},
                         {"y1", "6"},
                         {"y2", "6"},
                         {"class", fmt::format("l{}", place)}});
        });
        prose(page, "b", "", line.at(&Line::name));
        if (finite.empty()) {
            page.w.element("span", {{"class", "na"}}, "no value");
            return;
        }
        const auto by_value = [&](std::size_t a, std::size_t b) {
            return (*points)[a].value < (*points)[b].value;
        };
        point(page, "first", points, finite.front());
        point(page, "lowest", points, *std::min_element(finite.begin(), finite.end(), by_value));
        point(page, "highest", points, *std::max_element(finite.begin(), finite.end(), by_value));
        point(page, "last", points, finite.back());
    });
}

void mark_list(Page& page, const Seen<Exhibit>& exhibit) {
    constexpr std::size_t most = 12;
    const Seen<std::vector<SeriesMark>> marks = exhibit.at(&Exhibit::marks);
    if (marks->empty()) {
        return;
    }
    page.w.element("details", {}, [&] {
        page.w.element("summary", {}, [&] {
            page.w.text("Marks on the drawing: ");
            count(page, marks.path(), marks->size());
        });
        page.w.element("ul", {{"class", "ev"}}, [&] {
            for (std::size_t i = 0; i < std::min(marks->size(), most); ++i) {
                const Seen<SeriesMark> here = marks.at(i);
                page.w.element("li", {}, [&] {
                    page.w.element("span", {}, [&] {
                        prose(page, "b", "", here.at(&SeriesMark::kind));
                        page.w.text(" ");
                        prose(page, "span", "", here.at(&SeriesMark::text));
                    });
                    figure(
                        page, "span", here.at(&SeriesMark::at).path(), to_date(here->at), As::day);
                });
            }
        });
        left_out(page, marks.path(), std::min(marks->size(), most), marks->size());
    });
}

// Values for the cross-hair: of each column the highest point, with its time in seconds.
void readings(Page& page, const Exhibit& exhibit, std::string_view id, const Frame& frame) {
    if (exhibit.lines.empty() || page.readings.size() > 120'000) {
        return;
    }
    const Line& line = exhibit.lines.front();
    const std::size_t count = line.points.size();
    const std::size_t parts = std::min(columns, count);
    std::vector<std::int64_t> steps;
    std::string values;
    std::int64_t unit = 0;  // what all steps are multiples of
    std::int64_t before = micros(frame.from) / 1'000'000;
    for (std::size_t c = 0; c < parts; ++c) {
        const auto begin = line.points.begin() + static_cast<std::ptrdiff_t>(c * count / parts);
        const auto end = line.points.begin() + static_cast<std::ptrdiff_t>((c + 1) * count / parts);
        const auto highest = std::max_element(begin, end, [](const auto& a, const auto& b) {
            return std::isfinite(b.value) && (!std::isfinite(a.value) || a.value < b.value);
        });
        if (highest != end && std::isfinite(highest->value)) {
            const std::int64_t now = micros(highest->at) / 1'000'000;
            steps.push_back(now - before);
            unit = std::gcd(unit, now - before);
            values += fmt::format("{}{:.4g}", values.empty() ? "" : ",", highest->value);
            before = now;
        }
    }
    for (std::int64_t& step : steps) {
        step /= std::max<std::int64_t>(1, unit);
    }
    page.readings +=
        fmt::format("{}\"{}\":{{\"from\":{},\"to\":{},\"unit\":{},\"step\":[{}],\"value\":[{}]}}",
                    page.readings.empty() ? "" : ",",
                    id,
                    micros(frame.from) / 1'000'000,
                    micros(frame.to) / 1'000'000,
                    unit,
                    fmt::join(steps, ","),
                    values);
}

}  // namespace

void series_exhibit(Page& page, const Seen<Exhibit>& exhibit) {
    const std::optional<Frame> frame = frame_of(*exhibit);
    if (!frame) {
        page.w.element(
            "p", {{"class", "na"}}, "Nothing to draw: no point of this series has a value.");
        return;
    }
    const std::string id = exhibit.path().substr(exhibit.path().rfind('.') + 1);
    page.w.element("div",
                   {{"class", "chw"},
                    {"data-chart", id},
                    {"data-l", fmt::format("{:.4f}", left)},
                    {"data-r", fmt::format("{:.4f}", right)},
                    {"data-y0", down(top)},
                    {"data-y1", down(bottom)},
                    {"data-unit", label_of(exhibit->unit)},
                    {"tabindex", "0"},
                    {"role", "group"},
                    {"aria-label", "Chart. Arrow keys read its values."}},
                   [&] {
                       drawing(page, exhibit, *frame);
                       page.w.element("p", {{"class", "tip"}, {"aria-live", "polite"}}, "");
                   });
    readings(page, *exhibit, id, *frame);
    page.w.element("ul", {{"class", "readings"}}, [&] {
        for (std::size_t l = 0; l < std::min(exhibit->lines.size(), most_lines); ++l) {
            reading(page, exhibit.at(&Exhibit::lines).at(l), l);
        }
    });
    left_out(page,
             exhibit.at(&Exhibit::lines).path(),
             std::min(exhibit->lines.size(), most_lines),
             exhibit->lines.size());
    mark_list(page, exhibit);
}

}  // namespace plimsoll::reports::page
