// Two versions of one thing join to the same in every order and grouping, and joining twice changes
// nothing.
#include "evidence/pipelines.hpp"

#include "catch.hpp"
#include "evidence/phases.hpp"
#include "model/random.hpp"

#include <array>
#include <vector>

using namespace plimsoll;

namespace {

[[nodiscard]] Pipelines random_part(model::Random& random) {
    Pipelines p;
    const auto word = [&] {
        return std::string(random.below(3), static_cast<char>('a' + random.below(3)));
    };
    const auto time = [&]() -> std::optional<Instant> {
        return random.below(3) == 0
                   ? std::nullopt
                   : std::optional{instant(static_cast<std::int64_t>(random.below(5)))};
    };
    for (std::size_t n = random.below(4); n > 0; --n) {
        Run run{.project = word(), .pipeline = word(), .branch = word()};
        run.result = static_cast<RunResult>(random.below(7));
        run.attempt = static_cast<std::uint32_t>(1 + random.below(3));
        run.created = time();
        run.started = time();
        run.ended = time();
        p.runs.insert_or_assign(word(), run);
        Job job{.run = word(), .name = word()};
        job.result = static_cast<RunResult>(random.below(7));
        job.ready = time();
        job.steps.resize(random.below(3), Step{.name = p.name(word())});
        job.origin = {"f" + word(), random.below(4)};
        p.jobs.insert_or_assign(word(), job);
        Deployment deployment{.environment = word()};
        deployment.created = time();
        p.deployments.insert_or_assign(word(), deployment);
        TestSuite suite{.cases = random.below(5), .flaky = random.below(3)};
        suite.at = time();
        p.suites.insert_or_assign(word(), suite);
    }
    return p;
}

[[nodiscard]] bool same(const Pipelines& a, const Pipelines& b) {
    return a.runs == b.runs && a.jobs == b.jobs && a.deployments == b.deployments &&
           a.suites == b.suites && a.names == b.names;
}

[[nodiscard]] Pipelines sum(Pipelines a, const Pipelines& b) {
    a.merge(b);
    return a;
}

}  // namespace

TEST_CASE("law: merging pipelines is associative, commutative and idempotent, with the empty one "
          "as identity") {
    model::Random random{3};
    for (int round = 0; round < 2'000; ++round) {
        const Pipelines a = random_part(random);
        const Pipelines b = random_part(random);
        const Pipelines c = random_part(random);
        REQUIRE(same(sum(a, b), sum(b, a)));
        REQUIRE(same(sum(sum(a, b), c), sum(a, sum(b, c))));
        REQUIRE(same(sum(a, a), a));
        REQUIRE(same(sum(a, Pipelines{}), a));
        REQUIRE(same(sum(Pipelines{}, a), a));
    }
}

TEST_CASE("a later attempt's result wins over an earlier failure") {
    Run first{.pipeline = "CI", .result = RunResult::failure};
    Run second{.result = RunResult::success, .attempt = 2};
    first.join(second);
    CHECK(first.result == RunResult::success);
    CHECK(first.attempt == 2);
    CHECK(first.pipeline == "CI");
}

TEST_CASE("phases by the words of a step's name") {
    struct Case {
        std::string_view name;
        Phase phase;
    };
    for (const Case& c : std::to_array<Case>({{"Set up job", Phase::setup},
                                              {"Run actions/checkout@v4", Phase::setup},
                                              {"Run actions/cache@v4", Phase::setup},
                                              {"Run npm ci", Phase::setup},
                                              {"Run npm run build", Phase::build},
                                              {"Run cargo build --release", Phase::build},
                                              {"Run unit tests", Phase::test},
                                              {"pytest -x", Phase::test},
                                              {"Lint", Phase::lint},
                                              {"Build and push image", Phase::build},
                                              {"Upload artifact", Phase::package},
                                              {"Deploy to test environment", Phase::deploy},
                                              {"Wait for rollout", Phase::rollout},
                                              {"Health check", Phase::startup},
                                              {"Wait until ready", Phase::rollout},
                                              {"Startup probe", Phase::startup},
                                              {"Post Run actions/checkout@v4", Phase::post},
                                              {"Complete job", Phase::post},
                                              {"deployubuntu", Phase::deploy},
                                              {"./ci.sh", Phase::unclassified},
                                              {"", Phase::unclassified}})) {
        CAPTURE(c.name);
        CHECK(phase_of(c.name) == c.phase);
    }
}
