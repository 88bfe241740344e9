// Every figure that a page prints can be asked about, and is answered with what it belongs to.
#include "app/explain_figure.hpp"

#include "app/explain.hpp"
#include "catch.hpp"
#include "core/error.hpp"
#include "core/report.hpp"
#include "support/html_scan.hpp"
#include "support/sample_audit.hpp"

#include <set>

namespace plimsoll::reports {
extern const Report html;
}

using namespace plimsoll;
using app::explain_figure;
using app::load_line_page;

namespace {

bool says(const std::optional<std::string>& page, std::string_view words) {
    return page && page->find(words) != std::string::npos;
}

// A place that begins with '.' continues that of the nearest element around it.
void add_places(const plimsoll::testing::Element& element,
                const std::string& within,
                std::set<std::string>& out) {
    const auto whole = [&](const char* attribute) {
        const std::string place = element.at(attribute);
        return place.starts_with('.') ? within + place : place;
    };
    for (const char* attribute : {"data-f", "data-row"}) {
        if (element.has(attribute)) {
            out.insert(whole(attribute));
        }
    }
    const std::string inner = element.has("data-in") ? whole("data-in") : within;
    for (const plimsoll::testing::Element& piece : element.inside) {
        if (!piece.tag.empty()) {
            add_places(piece, inner, out);
        }
    }
}

}  // namespace

TEST_CASE("explain: every figure of a page has an answer") {
    for (const Audit& audit : {plimsoll::testing::rich_audit(),
                               plimsoll::testing::hostile_audit(),
                               plimsoll::testing::numberless_audit()}) {
        std::set<std::string> asked;
        add_places(plimsoll::testing::scan_html(reports::html.write(audit, {})), "", asked);
        CHECK(asked.size() > 300);
        const wire::Json json = wire::to_json(audit);
        for (const std::string& id : asked) {
            CAPTURE(id);
            REQUIRE(explain_figure(id, audit, json));
        }
    }
}

TEST_CASE("explain: a figure comes with the formula and the inputs of what it belongs to") {
    const Audit audit = plimsoll::testing::rich_audit();
    const Limit& limit = audit.limits[1];
    REQUIRE_FALSE(limit.inputs.empty());
    CHECK(says(explain_figure("limits.1.at", audit), limit.formula));
    CHECK(says(explain_figure("limits.1.at", audit), limit.inputs.front().name));
    CHECK(
        says(explain_figure("limits.1.at", audit), to_text(limit.inputs.front().origins.front())));
    CHECK(says(explain_figure("signs.0.score", audit), audit.signs[0].says));
    CHECK(says(explain_figure("findings.0.says", audit), audit.findings[0].check));
    const std::string step = std::to_string(*audit.signs[0].score);
    CHECK(says(explain_figure("signs.0.score", audit), "signs.0.score = " + step));
    // Counts, as the headline has them.
    CHECK(
        says(explain_figure("signs.#", audit), "signs.# = " + std::to_string(audit.signs.size())));
    const auto present = std::count_if(audit.signs.begin(), audit.signs.end(), [](const auto& one) {
        return one.state == Outcome::present;
    });
    CHECK(says(explain_figure("signs.#state=present", audit), "= " + std::to_string(present)));
    // The line itself: every measured limit of load with its inputs, and what is missing.
    const std::string page = load_line_page(audit);
    for (const Limit& one : audit.limits) {
        CAPTURE(one.id);
        CHECK((page.find(one.id) != std::string::npos) ==
              (one.axis == Axis::load &&
               (one.status == LimitStatus::measured || one.status == LimitStatus::missing)));
    }
    CHECK(app::explain("load_line", &audit, {}) == page);
}

TEST_CASE("explain: what is no figure has no answer, however it is asked for") {
    const Audit audit = plimsoll::testing::rich_audit();
    for (const char* id : {"",
                           ".",
                           "nothing",
                           "limits.",
                           "limits.999.at",
                           "limits.-1.at",
                           "limits.1x.at",
                           "limits.99999999999999999999.at",
                           "limits.0.at.more",
                           "system.#",
                           "findings.0.measures.77"}) {
        CAPTURE(id);
        CHECK_FALSE(explain_figure(id, audit).has_value());
    }
}
