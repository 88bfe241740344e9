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
    for (const As as : {As::multiple,
                        As::bytes,
                        As::day,
                        As::hash,
                        As::percent,
                        As::places,
                        As::estimate,
                        As::file}) {
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

// The folder that holds every input; places are named without it.
[[nodiscard]] std::string folder_of(const Json& json) {
    std::string folder;
    bool first = true;
    for (const Json& input : json.at("inputs")) {
        const std::string name = input.at("name").get<std::string>();
        folder = first ? name : folder;
        while (!folder.empty() && (folder.back() != '/' || !name.starts_with(folder))) {
            folder.pop_back();
        }
        first = false;
    }
    return folder == "/" ? "" : folder;
}

[[nodiscard]] std::string below(std::string name, const std::string& folder) {
    return name.size() > folder.size() && name.starts_with(folder) ? name.substr(folder.size())
                                                                   : name;
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
    if (as == As::estimate) {  // JSON has no infinity and no "not a number": both are null
        const auto end = [&](const char* name) {
            const Json& value = here->at(name);
            return value.is_null() ? std::string{} : shared::number(value.get<double>());
        };
        const bool from = !here->at("low").is_null() && here->at("low").get<double>() > 0;
        const bool to = !here->at("high").is_null();
        const std::string range = from && to ? end("low") + " to " + end("high")
                                  : to       ? end("high") + " or less"
                                  : from     ? end("low") + " or more"
                                             : "no interval";
        if (here->at("at").is_null()) {
            return range;
        }
        const bool exact = here->at("low") == here->at("at") && here->at("high") == here->at("at");
        return exact ? end("at") : end("at") + " (" + range + ")";
    }
    if (as == As::places) {
        std::string out;
        for (std::size_t i = 0; i < std::min<std::size_t>(here->size(), 3); ++i) {
            const Json& origin = here->at(i);
            const auto line = origin.at("line").get<std::uint64_t>();
            out += (i == 0 ? "" : ", ") +
                   shared::shown(below(origin.at("source").get<std::string>(), folder_of(json)),
                                 As::text) +
                   (line == 0 ? "" : ":" + std::to_string(line));
        }
        if (here->size() > 3) {
            out += "; " + shared::number(static_cast<double>(here->size())) + " places in all";
        }
        return shared::safe_text(out, {.keep_lines = true});
    }
    if (as == As::file) {
        return shared::safe_text(
            shared::shown(below(here->get<std::string>(), folder_of(json)), As::text),
            {.keep_lines = true});
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
[[nodiscard]] std::size_t check_row(const Json& json,
                                    const Element& row,
                                    const std::string& path) {  // exhibits.N.rows.M
    const Json* here = &json.at("exhibits");
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

// A place that begins with '.' continues that of the nearest element around it.
[[nodiscard]] std::string whole(const std::string& place, const std::string& within) {
    return place.starts_with('.') ? within + place : place;
}

[[nodiscard]] std::size_t check_element(const Json& json,
                                        const Element& element,
                                        const std::string& within) {
    std::size_t figures = 0;
    if (element.has("data-f")) {
        ++figures;
        const std::string path = whole(element.at("data-f"), within);
        CAPTURE(path);
        REQUIRE(element.all_text() == expected(json, path, as_of(element.at("data-as"))));
    }
    if (element.has("data-row")) {
        figures += check_row(json, element, whole(element.at("data-row"), within));
    }
    const std::string inner =
        element.has("data-in") ? whole(element.at("data-in"), within) : within;
    for (const Element& piece : element.inside) {
        if (!piece.tag.empty()) {
            figures += check_element(json, piece, inner);
        }
    }
    return figures;
}

void add_paths(const Element& element, const std::string& within, std::set<std::string>& paths) {
    paths.insert(whole(element.at("data-f"), within));
    const std::string inner =
        element.has("data-in") ? whole(element.at("data-in"), within) : within;
    for (const Element& piece : element.inside) {
        if (!piece.tag.empty()) {
            add_paths(piece, inner, paths);
        }
    }
}

void check_figures(const Audit& audit, std::size_t at_least) {
    const Json json = plimsoll::wire::to_json(audit);
    // JSON replaces what is no UTF-8 only when it is written: the page replaces it in the same way.
    CHECK(check_element(json, scan_html(render(audit)), "") >= at_least);
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
    add_paths(scan_html(render(plimsoll::testing::rich_audit())), "", paths);
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
                             "limits.1.inputs.0.value",
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
    plimsoll::wire::from_json(plimsoll::wire::parse(json), again);
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

TEST_CASE("html: places and inputs are named without the folder that all inputs are in") {
    Audit audit = plimsoll::testing::rich_audit();
    for (plimsoll::Input& input : audit.inputs) {
        input.name = "evidence/of/shop/" + input.name;
    }
    audit.findings.front().seen_at = {{audit.inputs.front().name, 1234}};
    audit.findings.front().measures.clear();
    check_figures(audit, 500);
    const std::string text = scan_html(render(audit)).all_text();
    CHECK(text.find("What was read, below evidence/of/shop/") != std::string::npos);
    CHECK(text.find("of/shop/" + audit.inputs[1].name.substr(17)) == std::string::npos);
    CHECK(text.find("Seen at " + audit.inputs.front().name.substr(17) + ":1234") !=
          std::string::npos);
}

TEST_CASE("html: checks are in the order of what they found") {
    Audit audit;
    using plimsoll::Outcome;
    for (const auto& [check, outcome] : {std::pair{"one", Outcome::insufficient},
                                         std::pair{"two", Outcome::absent},
                                         std::pair{"three", Outcome::present},
                                         std::pair{"four", Outcome::failed},
                                         std::pair{"five", Outcome::latent}}) {
        audit.findings.emplace_back();
        audit.findings.back().check = check;
        audit.findings.back().outcome = outcome;
        audit.findings.back().says = std::string{check} + " says so";
    }
    const std::string text = scan_html(render(audit)).all_text();
    std::size_t before = text.find("What each check said");
    REQUIRE(before != std::string::npos);
    for (const char* says : {"three says", "five says", "two says", "four says", "one says"}) {
        const std::size_t at = text.find(says);
        CAPTURE(says);
        REQUIRE(at != std::string::npos);
        CHECK(at > before);
        before = at;
    }
    CHECK(text.find("Not assessed: the check itself broke") != std::string::npos);
}

TEST_CASE("html: a table with a column of tiles has a treemap, which fills its box") {
    Audit audit;
    audit.exhibits.emplace_back();
    plimsoll::Exhibit& exhibit = audit.exhibits.back();
    exhibit.title = "Hotspots";
    exhibit.columns = {{"file", "", false}, {"lines", "tiles", true}};
    for (const double lines : {400.0, 30.0, 200.0, -1.0, 100.0, 50.0}) {
        exhibit.rows.emplace_back();
        exhibit.rows.back().cells = {{"src/f" + std::to_string(exhibit.rows.size()), {}},
                                     {"", lines}};
        exhibit.rows.back().share = lines / 400;
    }
    double area = 0;
    double largest = 0;
    std::size_t tiles = 0;
    std::set<std::string> names;
    scan_html(render(audit)).each([&](const Element& element) {
        if (element.at("class") != "tm") {
            return;
        }
        for (const Element& shape : element.inside) {
            if (shape.tag == "rect") {
                const double width = std::stod(shape.at("width"));
                const double height = std::stod(shape.at("height"));
                CHECK(std::stod(shape.at("x")) + width <= 100.02);
                CHECK(std::stod(shape.at("y")) + height <= 100.02);
                area += width * height / 10'000;
                largest = std::max(largest, width * height / 10'000);
                ++tiles;
            } else if (shape.tag == "text") {
                names.insert(shape.all_text());
            }
        }
    });
    CHECK(tiles == 5);  // a negative size is none
    CHECK(area == Approx(1).margin(0.002));
    CHECK(largest == Approx(400.0 / 780).margin(0.001));
    CHECK(names.contains("f1"));  // the last part of the path
    // The word that makes the map is not printed as a unit.
    CHECK(scan_html(render(audit)).all_text().find("tiles") == std::string::npos);
    exhibit.rows.resize(1);
    CHECK(render(audit).find("class=\"tm\"") == std::string::npos);
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
