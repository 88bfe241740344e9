#include "checks/database/window.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace plimsoll::checks::database {
namespace {

[[nodiscard]] double seconds_between(Instant from, Instant to) {
    return to > from ? static_cast<double>((to - from).count()) / 1e6 : 0;
}

}  // namespace

const DbTableCounters* Window::before(const std::string& table) const {
    if (first == nullptr) {
        return nullptr;
    }
    const auto found = first->tables.find(table);
    return found == first->tables.end() ? nullptr : &found->second;
}

const DbStatement* Window::before_statement(const std::string& id) const {
    if (first == nullptr) {
        return nullptr;
    }
    const auto found = first->statements.find(id);
    return found == first->statements.end() ? nullptr : &found->second;
}

std::vector<Window> windows_of(const Evidence& evidence) {
    std::vector<Window> out;
    for (const DatabaseCapture* capture : evidence.database.latest()) {
        if (capture->snapshots.empty()) {
            continue;
        }
        Window window{.capture = capture, .last = &capture->snapshots.back()};
        // A reset in between makes differences meaningless.
        const DbSnapshot& first = capture->snapshots.front();
        if (capture->has_rates() && first.totals.reset == window.last->totals.reset) {
            window.first = &first;
            window.seconds = seconds_between(first.at, window.last->at);
        }
        if (window.last->totals.reset) {
            window.counted_s = seconds_between(*window.last->totals.reset, window.last->at);
        }
        out.push_back(window);
    }
    return out;
}

std::string short_name(const std::string& key) {
    return key.starts_with("public.") ? key.substr(7) : key;
}

std::string bytes_text(double bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < units.size()) {
        bytes /= 1000;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, units[unit]);
}

Cell text(std::string value) {
    return {.text = std::move(value), .value = std::nullopt};
}
Cell count(double value) {
    return {.text = fmt::format("{:.0f}", value), .value = value};
}
Cell figure(double value, int digits) {
    return {.text = fmt::format("{:.{}f}", value, digits), .value = value};
}

Remedy drop_index(std::string_view check,
                  const std::string& key,
                  const DbTable& table,
                  const DbIndex& index,
                  std::string verify) {
    return {.id = fmt::format("{}.drop.{}", check, index.name),
            .rung = Rung::query,
            .title = "Drop the index " + index.name,
            .action = fmt::format("DROP INDEX CONCURRENTLY {}.{};", table.schema, index.name),
            .effort = "minutes",
            .reach = "writes to " + short_name(key),
            .undo = index.definition + ";",
            .verify = std::move(verify)};
}

void show(Finding& finding, Listing listing, const std::vector<Window>& windows) {
    for (const Window& window : windows) {
        finding.seen_at.push_back(window.capture->origin);
    }
    finding.measures.push_back(
        {.id = std::string{listing.id},
         .name = listing.name,
         .value = Estimate::exactly(static_cast<double>(listing.rows.size())),
         .unit = listing.unit,
         .samples = listing.looked_at,
         .formula = std::move(listing.formula),
         .origins = finding.seen_at});
    if (listing.rows.empty()) {
        return;
    }
    Exhibit exhibit{.key = std::string{listing.id}, .form = Form::table};
    exhibit.title = std::move(listing.name);
    exhibit.caption = std::move(listing.caption);
    exhibit.columns = std::move(listing.columns);
    if (listing.rows.size() > most_rows) {
        exhibit.left_out = fmt::format("{} more", listing.rows.size() - most_rows);
        listing.rows.resize(most_rows);
    }
    exhibit.rows = std::move(listing.rows);
    finding.exhibits.push_back(std::move(exhibit));
}

Finding not_known(std::string why, Gap gap) {
    Finding finding;
    finding.says = std::move(why);
    finding.confidence_why = "the capture does not hold it";
    finding.gaps.push_back(std::move(gap));
    return finding;
}

}  // namespace plimsoll::checks::database
