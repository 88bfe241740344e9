// Laws that every check keeps, whoever wrote it.
#include "app/ask.hpp"
#include "catch.hpp"
#include "core/check.hpp"
#include "core/reader.hpp"
#include "core/report.hpp"

#include <set>

using namespace plimsoll;

TEST_CASE("every check names itself, asks a question, says why, and what it misses", "[checks]") {
    std::set<std::string_view> ids;
    for (const Check* check : all_checks()) {
        CAPTURE(check->id);
        CHECK(ids.insert(check->id).second);
        CHECK(check->asks.ends_with("?"));
        CHECK(check->why.size() > 40);
        CHECK(check->run != nullptr);
        CHECK_FALSE(check->missing.what.empty());
        CHECK_FALSE(check->missing.how.empty());
        for (const Threshold& threshold : check->thresholds) {
            CAPTURE(threshold.id);
            CHECK(threshold.id.find('.') != std::string_view::npos);
            CHECK(threshold.reason.size() > 10);
            CHECK_FALSE(threshold.unit.empty());
        }
    }
    CHECK(ids.size() >= 10);
}

TEST_CASE("without evidence every check says insufficient, and no limit is placed", "[checks]") {
    for (const Finding& finding : app::ask(all_checks(), Evidence{}, Settings{})) {
        CAPTURE(finding.check);
        CHECK(finding.outcome == Outcome::insufficient);
        CHECK_FALSE(finding.says.empty());
        CHECK(finding.limits.empty());
        CHECK(finding.remedies.empty());
        CHECK_FALSE(finding.level.has_value());
        CHECK_FALSE(finding.score.has_value());
        CHECK_FALSE(finding.gaps.empty());
    }
}

TEST_CASE("each of the five signs has a check that decides it", "[checks]") {
    for (std::size_t i = 0; i < texts_of<Sign>.size(); ++i) {
        CAPTURE(texts_of<Sign>[i]);
        CHECK(std::ranges::any_of(all_checks(), [&](const Check* check) {
            return check->decides && check->sign == static_cast<Sign>(i);
        }));
    }
}

TEST_CASE("a check that throws costs only its own answer", "[checks]") {
    Check broken{};
    broken.id = "broken";
    broken.run = [](const Evidence&, const Settings&) -> Finding {
        throw std::runtime_error{"on purpose"};
    };
    const std::vector<const Check*> checks{&broken, all_checks().front()};
    const std::vector<Finding> findings = app::ask(checks, Evidence{}, Settings{});
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].outcome == Outcome::failed);
    CHECK(findings[0].says.find("on purpose") != std::string::npos);
    CHECK(findings[1].outcome == Outcome::insufficient);
}

TEST_CASE("readers and reports have ids of their own", "[checks]") {
    std::set<std::string_view> ids;
    for (const Reader* reader : all_readers()) {
        CAPTURE(reader->id);
        CHECK(ids.insert(reader->id).second);
        CHECK_FALSE(reader->reads.empty());
        CHECK(reader->recognises(Sample{}) == Sureness::no);
        CHECK(reader->recognises(Sample{.head = "hello, world\n", .whole = true}) == Sureness::no);
    }
    for (const Report* report : all_reports()) {
        CHECK(ids.insert(report->id).second);
        CHECK_FALSE(report->writes.empty());
    }
}
