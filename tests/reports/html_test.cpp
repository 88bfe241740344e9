// The page: every figure is a read of the JSON, nothing hostile becomes markup, nothing is fetched.
#include "catch.hpp"
#include "core/report.hpp"
#include "shared/figures.hpp"
#include "shared/safe_text.hpp"
#include "support/html_scan.hpp"
#include "support/sample_audit.hpp"
#include "wire/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace plimsoll::reports {
extern const Report html;
}

namespace {

using plimsoll::Audit;
using plimsoll::reports::shared::As;
using plimsoll::testing::Element;
using plimsoll::testing::scan_html;
using plimsoll::wire::Json;
namespace shared = plimsoll::reports::shared;

[[nodiscard]] std::string render(const Audit& audit) {
    return plimsoll::reports::html.write(audit, {});
}

[[nodiscard]] As as_of(const std::string& name) {
    for (const As as : {As::multiple, As::bytes, As::day, As::hash, As::percent}) {
        if (shared::name_of(as) == name) {
            return as;
        }
    }
    return As::number;
}

// "a=b|c" -> whether the element's field a is b or c.
[[nodiscard]] bool picked(const Json& element, const std::string& which) {
    const std::size_t equals = which.find('=');
    const Json& field = element.at(which.substr(0, equals));
    const std::string word = field.is_null()     ? "null"
                             : field.is_string() ? field.get<std::string>()
                                                 : "?";
    return ("|" + which.substr(equals + 1) + "|").find("|" + word + "|") != std::string::npos;
}

// What the page must say where data-f is `path`.
[[nodiscard]] std::string expected(const Json& json, const std::string& path, As as) {
    const Json* here = &json;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('.', at), path.size());
        const std::string step = path.substr(at, end - at);
        at = end + 1;
        if (step.starts_with('#')) {
            const std::string which = step.substr(1);
            const auto many = std::count_if(here->begin(), here->end(), [&](const Json& element) {
                return which.empty() || picked(element, which);
            });
            return shared::number(static_cast<double>(many));
        }
        here = here->is_array() ? &here->at(std::stoul(step)) : &here->at(step);
    }
    if (here->is_null()) {
        return std::string{shared::not_known};
    }
    if (here->is_number()) {
        return shared::shown(here->get<double>(), as);
    }
    return shared::safe_text(shared::shown(here->get<std::string>(), as), {.keep_lines = true});
}

[[nodiscard]] std::string cell_text(const Json& cell, As as) {
    const std::string text = cell.at("text").get<std::string>();
    if (!text.empty()) {
        return shared::safe_text(shared::shown(text, As::text), {.keep_lines = true});
    }
    return cell.at("value").is_null() ? "" : shared::shown(cell.at("value").get<double>(), as);
}

// Compares a row of an exhibit with the row of the JSON; true when it was a row.
[[nodiscard]] std::size_t check_row(const Json& json, const Element& row) {
    const Json* here = &json.at("exhibits");
    const std::string path = row.at("data-row");  // exhibits.N.rows.M
    const std::size_t exhibit = std::stoul(path.substr(9));
    const std::size_t number = std::stoul(path.substr(path.rfind('.') + 1));
    const Json& cells = here->at(exhibit).at("rows").at(number).at("cells");
    const As as = as_of(row.at("data-as"));
    std::size_t at = 0;
    for (const Element& cell : row.inside) {
        if (cell.at("class") == "g" || cell.has("data-head")) {
            continue;
        }
        const bool wrapped = !cell.inside.empty() && !cell.inside.front().tag.empty();
        const std::string shown = wrapped ? cell.inside.front().all_text() : cell.all_text();
        CAPTURE(path, at);
        if (at < cells.size()) {
            REQUIRE(shown == cell_text(cells.at(at), as));
        } else {
            REQUIRE(shown.empty());
        }
        ++at;
    }
    return at;
}

void check_figures(const Audit& audit, std::size_t at_least) {
    const Json json = plimsoll::wire::to_json(audit);
    // JSON replaces what is no UTF-8 only when it is written: the page replaces it in the same way.
    const Element page = scan_html(render(audit));
    std::size_t figures = 0;
    page.each([&](const Element& element) {
        if (element.has("data-f")) {
            ++figures;
            CAPTURE(element.at("data-f"));
            REQUIRE(element.all_text() ==
                    expected(json, element.at("data-f"), as_of(element.at("data-as"))));
        }
        if (element.has("data-row")) {
            figures += check_row(json, element);
        }
    });
    CHECK(figures >= at_least);
}

// Text with a digit that is no read of the Audit: outside of figures, rows, drawings, style and
// script.
void loose_digits(const Element& element, std::set<std::string>& found) {
    if (element.has("data-f") || element.has("data-row") || element.tag == "style" ||
        element.tag == "script" || element.tag == "svg" || element.at("id") == "method" ||
        element.at("id") == "glossary") {
        return;
    }
    for (const Element& piece : element.inside) {
        if (piece.tag.empty() && piece.text.find_first_of("0123456789") != std::string::npos) {
            found.insert(piece.text);
        }
        loose_digits(piece, found);
    }
}

}  // namespace

TEST_CASE("html: every figure is the field of the JSON that it names") {
    check_figures(plimsoll::testing::rich_audit(), 500);
    check_figures(plimsoll::testing::hostile_audit(), 500);
    check_figures(plimsoll::testing::numberless_audit(), 300);
    check_figures(plimsoll::testing::large_audit(60, 3000), 1500);
    check_figures(Audit{}, 10);
}

TEST_CASE("html: no figure is printed that is not such a field") {
    Audit audit = plimsoll::testing::rich_audit();
    std::set<std::string> loose;
    scan_html(render(audit)).each([&](const Element& element) {
        if (element.tag == "main") {
            loose_digits(element, loose);
        }
    });
    // Our own words, and the names that links and headings take from the Audit.
    const std::set<std::string> ours{"1× to 10×",
                                     "10× to 100×",
                                     "100× to 1000×",
                                     " of 100",
                                     "SHA-256",
                                     "Sign 1",
                                     "Sign 2",
                                     "Sign 3",
                                     "Sign 4",
                                     "Sign 5",
                                     "E1",
                                     "E2",
                                     "E3",
                                     "E5",
                                     "E6",
                                     "E7",
                                     "p99-climb"};
    for (const std::string& text : loose) {
        const bool prose = text.starts_with("Log scale; today’s peak is 1×.");
        const bool top = text.starts_with("The first ");  // how many a page shows: our own limit
        CAPTURE(text);
        CHECK((prose || top || ours.contains(text)));
    }
}

TEST_CASE("html: the headline's figures are there") {
    std::set<std::string> paths;
    scan_html(render(plimsoll::testing::rich_audit())).each([&](const Element& element) {
        paths.insert(element.at("data-f"));
    });
    for (const char* path : {"headline",
                             "subline",
                             "load_line.at",
                             "load_line.low",
                             "load_line.high",
                             "load_line.measured",
                             "load_line.known",
                             "limits.1.at",
                             "limits.1.low",
                             "limits.8.at",
                             "limits.6.missing_input",
                             "signs.#state=present",
                             "prescriptions.0.effect.to",
                             "signs.0.score",
                             "signs.0.why_patching_fails",
                             "signs.0.re_architecture",
                             "signs.0.would_prove_wrong",
                             "verdict.total_low",
                             "verdict.criteria.7.points_low",
                             "verdict.flips.0",
                             "inputs.0.skipped",
                             "inputs.0.sha256",
                             "gaps.0.how",
                             "overrides.0.reason",
                             "warnings.0",
                             "findings.4.says",
                             "limits.1.inputs.0.value.at",
                             "target"}) {
        CAPTURE(path);
        CHECK(paths.contains(path));
    }
}

TEST_CASE("html: nothing runs, styles or fetches") {
    const Audit audits[] = {
        plimsoll::testing::rich_audit(), plimsoll::testing::hostile_audit(), Audit{}};
    for (const Audit& audit : audits) {
        std::set<std::string> ids;
        std::set<std::string> targets;
        std::size_t scripts = 0;
        scan_html(render(audit)).each([&](const Element& element) {
            for (const auto& [name, value] : element.attributes) {
                CAPTURE(element.tag, name);
                REQUIRE(!name.starts_with("on"));
                REQUIRE(name != "style");
                REQUIRE(name != "src");
                if (name == "href") {
                    REQUIRE(value.starts_with('#'));
                    targets.insert(value.substr(1));
                }
                if (name == "id") {
                    REQUIRE(ids.insert(value).second);  // once in the page
                }
                if (name == "aria-labelledby" || name == "for") {
                    targets.insert(value);
                }
            }
            scripts += element.tag == "script" ? 1 : 0;
            REQUIRE(element.tag != "img");
            REQUIRE(element.tag != "iframe");
        });
        CHECK(scripts == 2);  // the data and our own
        for (const std::string& target : targets) {
            CAPTURE(target);
            CHECK(ids.contains(target));
        }
    }
    CHECK(render(plimsoll::testing::rich_audit()).find("http") ==
          render(plimsoll::testing::rich_audit()).find("http-equiv"));
}

TEST_CASE("html: a hostile audit makes the same elements as a harmless one") {
    const std::string hostile = render(plimsoll::testing::hostile_audit());
    const std::string harmless = scan_html(render(plimsoll::testing::harmless_audit())).tree();
    const bool same = scan_html(hostile).tree() == harmless;  // too long to be printed
    CHECK(same);
    CHECK(std::none_of(hostile.begin(), hostile.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return letter != '\n' && letter != '\t' && (byte < 0x20 || byte == 0x7F);
    }));
    CHECK(hostile.find("\xe2\x80\xae") == std::string::npos);
    CHECK(hostile.find("alert(1)</script>") == std::string::npos);
}

TEST_CASE("html: the same Audit gives the same bytes, and what is not a number still renders") {
    CHECK(render(plimsoll::testing::rich_audit()) == render(plimsoll::testing::rich_audit()));
    const std::string page = render(plimsoll::testing::numberless_audit());
    CHECK(!std::regex_search(page, std::regex{R"((^|[^a-z])(nan|inf)($|[^a-z]))"}));
}

TEST_CASE("html: an Audit that was read back from its JSON gives the same page") {
    Audit audit = plimsoll::testing::rich_audit();
    for (plimsoll::Line& line : audit.exhibits.front().lines) {
        for (plimsoll::SeriesPoint& point : line.points) {
            point.value = std::isfinite(point.value) ? point.value : 31;  // JSON reads it back as 0
        }
    }
    const std::string json = plimsoll::wire::dump(plimsoll::wire::to_json(audit));
    Audit again;
    plimsoll::wire::from_json(Json::parse(json), again);
    const bool same = render(again) == render(audit);
    CHECK(same);
}

TEST_CASE("html: an empty Audit says what is not there") {
    const std::string text = scan_html(render(Audit{})).all_text();
    for (const char* part : {"No load line can be drawn",
                             "No limit was looked for",
                             "No step is prescribed",
                             "No sign was assessed",
                             "No exhibit",
                             "Nothing was read",
                             "Not decided",
                             "Not known"}) {
        CAPTURE(part);
        CHECK(text.find(part) != std::string::npos);
    }
}

TEST_CASE("html: the four states and the five outcomes have their words") {
    Audit audit = plimsoll::testing::rich_audit();
    const std::string text = scan_html(render(audit)).all_text();
    for (const char* word : {"Present", "Latent", "Not seen", "Not assessed"}) {
        CHECK(text.find(word) != std::string::npos);
    }
    audit.signs.front().state = plimsoll::Outcome::failed;
    audit.signs.front().says = "the check broke";
    audit.signs.front().score.reset();
    CHECK(scan_html(render(audit)).all_text().find("the check broke") != std::string::npos);
    std::set<std::string> sentences;
    for (std::size_t i = 0; i < plimsoll::texts_of<plimsoll::VerdictOutcome>.size(); ++i) {
        audit.verdict.outcome = static_cast<plimsoll::VerdictOutcome>(i);
        scan_html(render(audit)).each([&](const Element& element) {
            if (element.at("class") == "big") {
                sentences.insert(element.all_text());
            }
        });
    }
    CHECK(sentences.size() == 5);
}

TEST_CASE("html: an upper bound alone does not clear the stages below it") {
    Audit audit;
    audit.limits.emplace_back();
    audit.limits.front().place(plimsoll::Estimate::at_most(190));
    const auto said = [&](std::string_view words) {
        return scan_html(render(audit)).all_text().find(words) != std::string::npos;
    };
    CHECK(said("may give way here already"));
    CHECK(!said("no limit in this range"));
    audit.limits.front().place({.at = 190, .low = 150, .high = 240});
    CHECK(said("no limit in this range"));
    CHECK(!said("may give way here already"));
    audit.limits.front().place({.at = 9, .low = 7, .high = 12});
    CHECK(said("may hold into this range"));
}

TEST_CASE("html: small pages, and a limit that always holds") {
    CHECK(render(plimsoll::testing::rich_audit()).size() <= 250'000);
    Audit large = plimsoll::testing::large_audit(500, 10'000);
    const std::string page = render(large);
    CHECK(page.size() <= 1'500'000);
    const std::string text = scan_html(page).all_text();
    CHECK(text.find("The first 40 of 500 are shown") != std::string::npos);
    // Many times everything, and very long strings.
    const std::string query(20'000, '<');
    const plimsoll::Exhibit matrix = plimsoll::testing::large_audit(40, 1).exhibits[7];
    for (int i = 0; i < 220; ++i) {
        large.exhibits.push_back(matrix);
        large.exhibits.push_back(large.exhibits[1]);
        large.exhibits.back().rows.front().cells.front().text = query;
        large.limits.push_back(large.limits.front());
        large.limits.back().formula = query;
        large.findings.push_back(large.findings.front());
        large.findings.back().says = query;
        large.inputs.push_back(large.inputs.front());
        large.inputs.back().note = query;
        large.gaps.push_back({"g", query, query, query});
        large.prescriptions.push_back(large.prescriptions.front());
        large.prescriptions.back().action = query;
        large.warnings.push_back(query);
    }
    CHECK(render(large).size() <= 1'500'000);
}

// Hidden: run by tests/browser/pages_test.py, which names the folder.
TEST_CASE("html: pages for the browser", "[.pages]") {
    const char* folder = std::getenv("PLIMSOLL_PAGES");
    if (folder == nullptr) {  // the run by file name picks hidden cases up as well
        WARN("skipped: no folder named");
        return;
    }
    const auto keep = [&](const char* name, const Audit& audit) {
        std::ofstream{std::string{folder} + "/" + name + ".html", std::ios::binary}
            << render(audit);
    };
    keep("rich", plimsoll::testing::rich_audit());
    keep("harmless", plimsoll::testing::harmless_audit());
    keep("hostile", plimsoll::testing::hostile_audit());
    keep("numberless", plimsoll::testing::numberless_audit());
    keep("large", plimsoll::testing::large_audit(500, 10'000));
    keep("empty", Audit{});
}
