// What every section of the page is written with: figures that know their place in the JSON, links
// to evidence, headings, and the limits of size.
//
// Every printed figure is an element with data-f="place in the Audit's JSON"; its text is what the
// one formatter (shared/figures.hpp) makes of that field, data-as naming the way when it is not the
// plain one. A count is written "signs.#" (how many) or "signs.#state=present|latent" (how many of
// these). A row of a table of an exhibit carries data-row instead, and its cells are the row's
// cells in order. A place that begins with '.' continues the data-in of the nearest element around
// it, whose own may begin with '.' likewise: that is a fifth of the page's bytes less.
#pragma once

#include "core/audit.hpp"
#include "html/writer.hpp"
#include "shared/figures.hpp"
#include "shared/seen.hpp"

#include <concepts>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace plimsoll::reports::page {

using shared::As;
using shared::Seen;

// How much of each list a page shows; what is left out is counted on the page, and all of it is in
// the JSON. The byte limits hold for any Audit: a page never grows past 1.5 MB.
inline constexpr std::size_t most_limits_in_headline = 10;
inline constexpr std::size_t most_rows = 60;
inline constexpr std::size_t most_table_rows = 10;  // of a table; a plan or a path is shown whole
inline constexpr std::size_t most_measures = 8;     // of a check or a limit
inline constexpr std::size_t most_modules = 40;
inline constexpr std::size_t most_items = 200;
inline constexpr std::size_t evidence_ends = 1'000'000;
inline constexpr std::size_t page_ends = 1'350'000;

struct Anchor {
    std::string id;     // of the element
    std::string label;  // what a link says
};

struct Page {
    explicit Page(const Audit& shown);

    const Audit& audit;
    Seen<Audit> seen;
    std::string folder;  // that all inputs are in; places are named without it
    Writer w;
    std::map<std::string, Anchor, std::less<>> anchors;  // ids of the Audit that have a place
    std::string within;    // the place of the element around, where it says data-in
    std::string readings;  // JSON: values of charts, for the script's cross-hair

    [[nodiscard]] bool full() const noexcept { return w.size() > page_ends; }
};

// The place as it is written below `page.within`: ".value.at" in "findings.3.measures.0".
[[nodiscard]] std::string_view below(const Page& page, std::string_view path);

// For as long as it lives, places are written below `path`; say so with data-in = place().
class Within {
public:
    Within(Page& page, std::string_view path)
        : page_{page},
          place_{below(page, path)},
          before_{std::exchange(page.within, std::string{path})} {}
    ~Within() { page_.within = before_; }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;
    [[nodiscard]] const std::string& place() const noexcept { return place_; }

private:
    Page& page_;
    std::string place_;
    std::string before_;
};

[[nodiscard]] std::string anchor(std::string_view prefix, std::size_t index);
// The start of a text of the Audit, for labels that are read aloud or stand in a link.
[[nodiscard]] std::string_view label_of(std::string_view text) noexcept;

// --- figures: each in an element of its own that keeps the direction of its text to itself

void figure(Page& page, Name tag, std::string_view path, std::string_view text, As as = As::number);
template <class Number>
requires std::integral<Number> || std::floating_point<Number>
void figure(Page& page, const Seen<Number>& value, As as = As::number, Name tag = "bdi") {
    figure(page, tag, value.path(), shared::shown(static_cast<double>(*value), as), as);
}
// "4.1×"
void multiple(Page& page, const Seen<double>& value, Name tag = "bdi");
// How many elements a list of the Audit has: path + ".#", or those that `which` picks.
void count(Page& page, std::string_view path, std::size_t how_many, std::string_view which = {});
void day(Page& page, const Seen<std::optional<Instant>>& value);

// Text of the Audit; nothing at all when it is empty.
void prose(
    Page& page, Name tag, std::string_view style, const Seen<std::string>& text, As as = As::text);
// A cell of a table with such a text, or without any.
void cell(Page& page, const Seen<std::string>& text, std::string_view style = {});
void head_cell(Page& page, const Seen<std::string>& text);

// "gauges.csv:12, gauges.csv:90; 24 places in all": one figure, the list of places
void places(Page& page, const Seen<std::vector<Origin>>& all);

// "3.4 to 5.0", "3.4× or more", "5.0× or less"; "no interval" when neither end is known.
void interval(Page& page, const Seen<double>& low, const Seen<double>& high, As as);
// The interval of an estimate, in brackets; nothing when the figure is exact.
void interval_after(Page& page, const Seen<Estimate>& value, As as);
// "4.9 (4.1 to 5.6) connections"
void measure_value(Page& page, const Seen<Measure>& measure);

// --- links, headings, boxes

// A link to whatever in the page has this id; plain text when nothing has.
void evidence(Page& page, std::string_view id);
void evidence_list(Page& page, const std::vector<std::string>& ids);
// "clears deploys-drag" in words people know: the sign's title.
[[nodiscard]] std::string_view sign_title(const Audit& audit, std::string_view id);

void icon(Page& page, Outcome state);  // shape as well as colour
void icon_shapes(Page& page);          // what icon() repeats, once in the page
void plimsoll_mark(Page& page);
// A name that begins with '>' heads a column of figures, set to the right.
void table_head(Page& page, std::initializer_list<std::string_view> names);
// "12 of 40 rows are shown; the rest is in the JSON."
void left_out(Page& page, std::string_view path, std::size_t shown, std::size_t all);

template <std::invocable Content>
void section(Page& page,
             std::string_view id,
             std::string_view title,
             std::string_view lede,
             Content&& content) {
    page.w.element("section", {{"id", id}, {"aria-labelledby", std::string{id} + "-h"}}, [&] {
        page.w.element("h2", {{"id", std::string{id} + "-h"}}, title);
        if (!lede.empty()) {
            page.w.element("p", {{"class", "lede"}}, lede);
        }
        std::forward<Content>(content)();
    });
}

// A box that scrolls sideways by itself, reachable by keyboard.
template <std::invocable Content>
void scroll(Page& page, std::string_view label, Content&& content) {
    page.w.element("div",
                   {{"class", "scroll"},
                    {"tabindex", "0"},
                    {"role", "region"},
                    {"aria-label", label_of(label)}},
                   std::forward<Content>(content));
}

// --- drawing: percent across, pixels down, so that a drawing fits any width without script

[[nodiscard]] std::string across(double share);  // 0..1 -> "41.50%"
[[nodiscard]] std::string down(double pixels);

}  // namespace plimsoll::reports::page
