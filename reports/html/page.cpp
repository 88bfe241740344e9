#include "html/page.hpp"

#include "shared/places.hpp"
#include "shared/safe_text.hpp"
#include "shared/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::reports::page {

Page::Page(const Audit& shown)
    : audit{shown}, seen{shown, ""}, folder{shared::common_folder(shown)} {
    const auto give = [&](const std::string& id, std::string place, std::string_view label) {
        if (!id.empty()) {
            anchors.try_emplace(id, Anchor{std::move(place), std::string{label_of(label)}});
        }
    };
    for (std::size_t i = 0; i < audit.exhibits.size() && i < most_items; ++i) {
        const Exhibit& exhibit = audit.exhibits[i];
        give(exhibit.id, anchor("E", i), exhibit.id);
        give(exhibit.key, anchor("E", i), exhibit.id.empty() ? exhibit.key : exhibit.id);
    }
    for (std::size_t i = 0; i < audit.limits.size() && i < most_items; ++i) {
        give(audit.limits[i].id, anchor("limit-", i), audit.limits[i].name);
    }
    for (std::size_t i = 0; i < audit.findings.size() && i < most_items; ++i) {
        give(audit.findings[i].check, anchor("check-", i), audit.findings[i].check);
    }
    for (std::size_t i = 0; i < audit.gaps.size() && i < most_items; ++i) {
        give(audit.gaps[i].id, anchor("gap-", i), audit.gaps[i].id);
    }
}

std::string anchor(std::string_view prefix, std::size_t index) {
    return fmt::format("{}{}", prefix, index + 1);
}

std::string_view label_of(std::string_view text) noexcept {
    return shared::whole_prefix(text, 240);
}

std::string_view below(const Page& page, std::string_view path) {
    const std::size_t length = page.within.size();
    const bool is_below =
        length > 0 && path.size() > length && path.starts_with(page.within) && path[length] == '.';
    return is_below ? path.substr(length) : path;
}

void figure(Page& page, Name tag, std::string_view path, std::string_view text, As as) {
    const std::string_view place = below(page, path);
    if (as == As::number || as == As::text) {
        page.w.element(tag, {{"data-f", place}}, text);
    } else {
        page.w.element(tag, {{"data-f", place}, {"data-as", shared::name_of(as)}}, text);
    }
}

void multiple(Page& page, const Seen<double>& value, Name tag) {
    figure(page, value, As::multiple, tag);
    if (std::isfinite(*value)) {
        page.w.text("×");
    }
}

void count(Page& page, std::string_view path, std::size_t how_many, std::string_view which) {
    figure(page,
           "bdi",
           fmt::format("{}.#{}", path, which),
           shared::number(static_cast<double>(how_many)));
}

void day(Page& page, const Seen<std::optional<Instant>>& value) {
    if (*value) {
        figure(page, "bdi", value.path(), to_date(**value), As::day);
    } else {
        page.w.text("an unknown day");
    }
}

void prose(Page& page, Name tag, std::string_view style, const Seen<std::string>& text, As as) {
    if (text->empty()) {
        return;
    }
    const std::string words = shared::shown(*text, as);
    if (style.empty()) {
        figure(page, tag, text.path(), words, as);
    } else if (as == As::text) {
        page.w.element(tag, {{"class", style}, {"data-f", below(page, text.path())}}, words);
    } else {
        page.w.element(tag,
                       {{"class", style},
                        {"data-f", below(page, text.path())},
                        {"data-as", shared::name_of(as)}},
                       words);
    }
}

void cell(Page& page, const Seen<std::string>& text, std::string_view style) {
    if (text->empty()) {
        page.w.element("td", {}, "");
    } else {
        prose(page, "td", style, text);
    }
}

void head_cell(Page& page, const Seen<std::string>& text) {
    page.w.element("th",
                   {{"scope", "row"}, {"data-f", below(page, text.path())}},
                   shared::shown(*text, As::text));
}

void places(Page& page, const Seen<std::vector<Origin>>& all) {
    figure(page, "bdi", all.path(), shared::places(*all, page.folder), As::places);
}

void interval(Page& page, const Seen<double>& low, const Seen<double>& high, As as) {
    const bool from = std::isfinite(*low) && (*low > 0 || std::isfinite(*high));
    const bool to = std::isfinite(*high);
    if (from && to && *low > 0) {
        figure(page, low, as);
        page.w.text(" to ");
        figure(page, high, as);
    } else if (to) {
        figure(page, high, as);
        page.w.text(as == As::multiple ? "× or less" : " or less");
    } else if (from) {
        figure(page, low, as);
        page.w.text(as == As::multiple ? "× or more" : " or more");
    } else {
        page.w.text("no interval");
    }
}

void interval_after(Page& page, const Seen<Estimate>& value, As as) {
    const bool exact = value->low == value->at && value->high == value->at;
    if (exact || !value->known()) {
        return;
    }
    page.w.text(" (");
    interval(page, value.at(&Estimate::low), value.at(&Estimate::high), as);
    page.w.text(")");
}

void measure_value(Page& page, const Seen<Measure>& measure) {
    const Seen<Estimate> value = measure.at(&Measure::value);
    if (!value->known()) {
        page.w.element("span", {{"class", "na"}}, "not measured");
        return;
    }
    figure(page, "bdi", value.path(), shared::estimate(*value), As::estimate);
    if (!measure->unit.empty() && measure->unit != "1") {
        page.w.text(" ");
        prose(page, "span", "", measure.at(&Measure::unit));
    }
}

void evidence(Page& page, std::string_view id) {
    const auto found = page.anchors.find(id);
    if (found == page.anchors.end()) {
        page.w.element("span", {{"class", "e"}}, label_of(id));
        return;
    }
    page.w.element("a", {link_to(found->second.id), {"class", "e"}}, found->second.label);
}

[[nodiscard]] static std::string_view label_in(const Page& page, std::string_view id) {
    const auto found = page.anchors.find(id);
    return found == page.anchors.end() ? id : std::string_view{found->second.label};
}

void evidence_list(Page& page, const std::vector<std::string>& ids) {
    if (ids.empty()) {
        return;
    }
    page.w.element("span", {{"class", "es"}, {"role", "group"}, {"aria-label", "Evidence"}}, [&] {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            // Two checks may share one exhibit: one link is enough.
            const auto same = [&](const std::string& other) {
                return label_in(page, other) == label_in(page, ids[i]);
            };
            if (std::none_of(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i), same)) {
                evidence(page, ids[i]);
                page.w.text(" ");
            }
        }
    });
}

std::string_view sign_title(const Audit& audit, std::string_view id) {
    const auto found =
        std::find_if(audit.signs.begin(), audit.signs.end(), [&](const SignVerdict& sign) {
            return to_text(sign.id) == id && !sign.title.empty();
        });
    return found == audit.signs.end() ? id : std::string_view{found->title};
}

void icon_shapes(Page& page) {
    const auto shape = [&](std::string_view id, Shape tag, Attributes attributes) {
        page.w.element("symbol", {{"id", id}, {"viewBox", "0 0 14 14"}}, [&] {
            page.w.leaf(tag, attributes);
        });
    };
    shape("i-present", "path", {{"d", "M7 1l6.4 12H.6z"}, {"class", "f-present"}});
    shape("i-latent", "path", {{"d", "M7 .6L13.4 7 7 13.4.6 7z"}, {"class", "f-latent"}});
    shape("i-absent", "circle", {{"cx", "7"}, {"cy", "7"}, {"r", "6"}, {"class", "f-absent"}});
    shape("i-unknown",
          "rect",
          {{"x", "1.5"}, {"y", "1.5"}, {"width", "11"}, {"height", "11"}, {"class", "dash"}});
}

void icon(Page& page, Outcome state) {
    page.w.element("svg", {{"aria-hidden", "true"}}, [&] {
        page.w.leaf("use", {link_to("i-" + std::string{shared::state_class(state)})});
    });
}

void plimsoll_mark(Page& page) {
    page.w.element(
        "svg", {{"viewBox", "0 0 26 26"}, {"aria-hidden", "true"}, {"class", "mark"}}, [&] {
            page.w.leaf("circle", {{"cx", "13"}, {"cy", "13"}, {"r", "8"}});
            page.w.leaf("line", {{"x1", "0"}, {"x2", "26"}, {"y1", "13"}, {"y2", "13"}});
        });
}

void table_head(Page& page, std::initializer_list<std::string_view> names) {
    page.w.element("thead", {}, [&] {
        page.w.element("tr", {}, [&] {
            for (const std::string_view name : names) {
                if (name.starts_with('>')) {
                    page.w.element("th", {{"scope", "col"}, {"class", "r"}}, name.substr(1));
                } else {
                    page.w.element("th", {{"scope", "col"}}, name);
                }
            }
        });
    });
}

void left_out(Page& page, std::string_view path, std::size_t shown, std::size_t all) {
    if (shown >= all) {
        return;
    }
    page.w.element("p", {{"class", "conf"}}, [&] {
        page.w.text(fmt::format("The first {} of ", shown));
        count(page, path, all);
        page.w.text(" are shown; all of them are in the JSON.");
    });
}

std::string across(double share) {
    const double percent = std::clamp(std::isfinite(share) ? share : 0, 0.0, 1.0) * 100;
    return fmt::format("{:.4g}%", std::round(percent * 100) / 100);
}

std::string down(double pixels) {
    return fmt::format("{:.5g}", std::isfinite(pixels) ? std::round(pixels * 10) / 10 : 0);
}

}  // namespace plimsoll::reports::page
