#include "checks/ci/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace plimsoll::checks::ci {
namespace {

[[nodiscard]] const DeployTime& median_change(const Delivery& delivery) {
    std::vector<std::size_t> order(delivery.changes.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return delivery.changes[i].minutes; });
    return delivery.changes[order[(order.size() - 1) / 2]];
}

[[nodiscard]] std::string words_of(const model::Segment& segment, const RunTimes& run) {
    const std::string job = segment.task && *segment.task < run.jobs.size()
                                ? run.jobs[*segment.task]->name
                                : std::string{"the next job"};
    switch (segment.kind) {
        case model::SegmentKind::queue:
            return "waits for a machine: " + job;
        case model::SegmentKind::gate:
            return "waits for a person or a timer, before " + job;
        case model::SegmentKind::pause:
            return "waits for a person, within " + job;
        default:
            return job;
    }
}

[[nodiscard]] std::string_view kind_of(model::SegmentKind kind) {
    switch (kind) {
        case model::SegmentKind::queue:
            return "queue";
        case model::SegmentKind::gate:
        case model::SegmentKind::pause:
            return "people";
        default:
            return "work";
    }
}

// The segments that are shown: the longest, in the order of time.
[[nodiscard]] std::vector<std::size_t> longest(const std::vector<model::Segment>& segments) {
    constexpr std::size_t most = 30;
    std::vector<std::size_t> order(segments.size());
    std::iota(order.begin(), order.end(), 0U);
    std::erase_if(order, [&](std::size_t i) { return segments[i].to <= segments[i].from; });
    std::ranges::stable_sort(
        order, std::greater{}, [&](std::size_t i) { return segments[i].to - segments[i].from; });
    order.resize(std::min(most, order.size()));
    std::ranges::sort(order);
    return order;
}

}  // namespace

std::optional<Exhibit> path_exhibit(const Delivery& delivery) {
    if (delivery.changes.empty() || median_change(delivery).run == nullptr) {
        return std::nullopt;
    }
    const RunTimes& run = *median_change(delivery).run;
    const auto wall = static_cast<double>(std::max<std::int64_t>(1, run.path.wall()));
    Exhibit out{.id = {}, .key = "deploys-drag.path", .form = Form::tree};
    out.title = "The critical path of the median change";
    out.caption = fmt::format(
        "Run {} of {}: {:.1f} min on the clock, which are these segments one after the other. "
        "Speeding up a job that is not among them changes nothing. One run stands for all: the "
        "path of another may differ.",
        run.id,
        run.pipeline,
        wall / 60e6);
    out.columns = {{"segment", "", false}, {"kind", "", false}, {"time", "min", true}};
    const std::vector<std::size_t> shown = longest(run.path.segments);
    std::int64_t left = run.path.wall();
    for (const std::size_t i : shown) {
        const model::Segment& segment = run.path.segments[i];
        left -= segment.to - segment.from;
        const double minutes = static_cast<double>(segment.to - segment.from) / 60e6;
        Row row;
        row.cells = {{.text = words_of(segment, run), .value = std::nullopt},
                     {.text = std::string{kind_of(segment.kind)}, .value = std::nullopt},
                     {.text = fmt::format("{:.1f}", minutes), .value = minutes}};
        row.share = std::clamp(minutes * 60e6 / wall, 0.0, 1.0);
        out.rows.push_back(std::move(row));
    }
    if (left > 0) {
        out.left_out =
            fmt::format("shorter segments, {:.1f} min together", static_cast<double>(left) / 60e6);
    }
    return out;
}

}  // namespace plimsoll::checks::ci
