// The catalogue: no row may go unanswered, and no claim may name a row that is not there.
#include "app/catalogue.hpp"

#include "app/explain.hpp"
#include "app/questions.hpp"
#include "catch.hpp"
#include "core/check.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

using namespace plimsoll;

namespace {

std::string after_word(std::string_view text) {
    const std::size_t space = text.find(' ');
    const std::string_view rest = space == std::string_view::npos ? "" : text.substr(space + 1);
    return std::string{rest.substr(0, rest.find_first_of(" :"))};
}

}  // namespace

TEST_CASE("every row is claimed by a check, a question, a rule or a context mark", "[catalogue]") {
    std::set<std::string_view> ids;
    for (const app::CatalogueRow& row : app::catalogue()) {
        CAPTURE(row.id, row.answered_by);
        CHECK(ids.insert(row.id).second);
        CHECK_FALSE(row.claim.empty());
        const bool checked = !app::checks_for(row.id).empty();
        const std::string kind{row.answered_by.substr(0, row.answered_by.find(' '))};
        if (kind == "question") {
            CHECK(std::ranges::find(app::questions,
                                    after_word(row.answered_by),
                                    &app::Question::id) != app::questions.end());
        } else if (kind == "rule") {
            CHECK(std::filesystem::exists(std::string{PLIMSOLL_ROOT} + "/" +
                                          after_word(row.answered_by)));
        } else if (kind == "context" || kind == "not-measured") {
            CHECK(row.answered_by.size() > kind.size() + 15);  // with its reason
        } else {
            CHECK(row.answered_by.empty());
            CHECK(checked);
        }
    }
    CHECK(ids.size() == 256);
}

TEST_CASE("checks claim rows that exist", "[catalogue]") {
    std::set<std::string> ids;
    for (const app::CatalogueRow& row : app::catalogue()) {
        ids.insert(std::string{row.id});
    }
    for (const Check* check : all_checks()) {
        std::istringstream claims{std::string{check->claims}};
        std::string id;
        while (claims >> id) {
            CAPTURE(check->id, id);
            CHECK(ids.contains(id));
        }
    }
}

TEST_CASE("explain shows a row with who answers it, and a rung with its effect", "[catalogue]") {
    const std::string row = app::explain("000-10", nullptr, {});
    CHECK(row.find("p99 creeps week over week") != std::string::npos);
    CHECK(row.find("plimsoll explain p99-climbs") != std::string::npos);
    CHECK(app::explain("001-141", nullptr, {}).find("unsupported-need") != std::string::npos);
    CHECK(app::explain("000-13", nullptr, {}).find("not-measured") != std::string::npos);
    CHECK(app::explain("replica", nullptr, {}).find("share of writes") != std::string::npos);
    CHECK_FALSE(app::explain_row("999-99").has_value());
    for (const std::string_view rung : texts_of<Rung>) {
        CHECK(app::explain_rung(rung).has_value());
    }
}
