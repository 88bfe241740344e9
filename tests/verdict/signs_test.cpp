#include "verdict/signs.hpp"

#include "catch.hpp"
#include "verdict/judge.hpp"

using namespace plimsoll;

namespace {

// A check that is only its place in the verdict; it is never run here.
Check check(std::string_view id, Sign sign, bool decides) {
    Check out{};
    out.id = id;
    out.sign = sign;
    out.decides = decides;
    return out;
}

Finding finding(Outcome outcome, Confidence confidence = Confidence::high) {
    Finding out;
    out.outcome = outcome;
    out.confidence = confidence;
    out.says = std::string{to_text(outcome)};
    out.score = outcome == Outcome::present ? 70 : 5;
    return out;
}

Outcome state_of(const std::vector<Check>& checks, const std::vector<Finding>& findings) {
    std::vector<const Check*> pointers;
    for (const Check& one : checks) {
        pointers.push_back(&one);
    }
    return verdict::signs(pointers, findings)[static_cast<std::size_t>(Sign::entangled)].state;
}

}  // namespace

TEST_CASE("what the checks say makes the state of a sign", "[signs]") {
    const Check decider = check("a", Sign::entangled, true);
    const Check supporter = check("b", Sign::entangled, false);
    struct Case {
        Outcome decides;
        Outcome supports;
        Outcome state;
    };
    using enum Outcome;
    for (const Case& one : {Case{present, absent, present},
                            Case{absent, absent, absent},
                            Case{absent, present, absent},
                            Case{absent, latent, latent},
                            Case{insufficient, present, insufficient},
                            Case{insufficient, latent, latent},
                            Case{latent, absent, latent},
                            Case{insufficient, absent, insufficient},
                            Case{failed, absent, failed}}) {
        CAPTURE(to_text(one.decides), to_text(one.supports));
        CHECK(state_of({decider, supporter}, {finding(one.decides), finding(one.supports)}) ==
              one.state);
    }
    CHECK(state_of({}, {}) == insufficient);
}

TEST_CASE("an unassessed sign has neither score nor confidence", "[signs]") {
    const Check decider = check("a", Sign::entangled, true);
    const std::vector<const Check*> checks{&decider};
    const std::vector<Finding> findings{finding(Outcome::insufficient)};
    const SignVerdict sign =
        verdict::signs(checks, findings)[static_cast<std::size_t>(Sign::entangled)];
    CHECK_FALSE(sign.score.has_value());
    CHECK(sign.confidence == Confidence::none);
    CHECK_FALSE(sign.would_prove_wrong.empty());
}

TEST_CASE("two signs with one cause count once, and low confidence does not count", "[signs]") {
    const Check one = check("a", Sign::p99_climbs, true);
    const Check two = check("b", Sign::database_bound, true);
    const Check three = check("c", Sign::entangled, true);
    const std::vector<const Check*> checks{&one, &two, &three};
    std::vector<Finding> findings{
        finding(Outcome::present), finding(Outcome::present), finding(Outcome::absent)};
    const auto count = [&] {
        return verdict::count_signs(checks, findings, verdict::signs(checks, findings));
    };
    CHECK(count().independent == 2);
    findings[0].causes["statement 7"] = 0.6;
    findings[1].causes["statement 7"] = 0.5;
    CHECK(count().present == 2);
    CHECK(count().independent == 1);
    CHECK(count().common_cause == "statement 7");
    findings[1].causes["statement 7"] = 0.4;
    CHECK(count().independent == 2);
    findings[1].confidence = Confidence::low;
    CHECK(count().independent == 1);
    findings[2] = finding(Outcome::present);
    CHECK(count().independent == 2);
}

TEST_CASE("nothing needed takes a look at everything", "[judge]") {
    std::vector<Check> own;
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < 5; ++i) {
        own.push_back(check("sign", static_cast<Sign>(i), true));
        findings.push_back(finding(Outcome::absent));
    }
    Check limit{};
    limit.id = "cpu";
    limit.limit = Axis::load;
    own.push_back(limit);
    findings.push_back(finding(Outcome::absent));
    findings.back().limits.push_back({.id = "cpu"});
    findings.back().limits.back().place({.at = 50, .low = 40, .high = 60});
    std::vector<const Check*> checks;
    for (const Check& one : own) {
        checks.push_back(&one);
    }
    CHECK(verdict::judge(checks, findings, {}).verdict.outcome == VerdictOutcome::nothing_needed);
    std::vector<Finding> unseen = findings;
    unseen[2] = finding(Outcome::insufficient);
    CHECK(verdict::judge(checks, unseen, {}).verdict.outcome != VerdictOutcome::nothing_needed);
    unseen = findings;
    unseen.back().limits.clear();
    const Audit audit = verdict::judge(checks, unseen, {});
    CHECK(audit.verdict.outcome != VerdictOutcome::nothing_needed);
    REQUIRE(audit.limits.size() == 1);
    CHECK(audit.limits[0].status == LimitStatus::missing);
}
