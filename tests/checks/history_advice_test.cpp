// Advice from history joined with the other evidence, on worlds whose truth is planted: pairs that
// are one, tables that couple, load that says what to split off, fixes that become commoner. All of
// it is simulated.
#include "catch.hpp"
#include "checks/history/fix_course.hpp"
#include "checks/history/merge_back.hpp"
#include "checks/history/module_use.hpp"
#include "core/check.hpp"
#include "evidence/evidence.hpp"
#include "evidence/history_builder.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace plimsoll::checks {
extern const Check coupled_tables;
extern const Check extraction_candidates;
extern const Check premature_services;
extern const Check changes_gamble;
}  // namespace plimsoll::checks

using namespace plimsoll;
using checks::Boundaries;

namespace {

using Files = std::vector<std::string>;

// `draw` names the files of commit i and says whether it is a fix; one commit every eight hours.
History history_of(int commits,
                   const std::function<bool(int, model::Random&, Files&)>& draw,
                   std::uint64_t seed = 7) {
    model::Random random{seed};
    HistoryBuilder builder;
    std::vector<TouchedFile> touched;
    for (int i = 0; i < commits; ++i) {
        Files files;
        Commit commit;
        commit.flags = Commit::first_parent;
        if (draw(i, random, files)) {
            commit.flags |= Commit::fix;
        }
        touched.clear();
        for (const std::string& file : files) {
            touched.push_back({.path = builder.paths.number(file)});
        }
        CommitId id{};
        id[0] = static_cast<std::uint8_t>(i >> 16);
        id[1] = static_cast<std::uint8_t>(i >> 8);
        id[2] = static_cast<std::uint8_t>(i);
        commit.committed = commit.authored = 1'600'000'000 + i * std::int64_t{28'800};
        commit.author = builder.authors.number("dev");
        commit.landed = static_cast<std::uint32_t>(i);
        builder.add(id, commit, touched);
    }
    builder.rest.first_seen = {.source = "repo", .line = 0};
    return builder.take();
}

std::string file_of(const std::string& module, model::Random& random) {
    return "services/" + module + "/f" + std::to_string(random.below(20)) + ".go";
}

const std::vector<std::string> names{"orders", "billing", "users", "search", "mail", "stock"};

// Every change is of one module; with `together` a change of orders touches billing as well.
History six_modules(double together, std::size_t share_of_search = 1) {
    return history_of(3000, [=](int, model::Random& random, Files& files) {
        const std::size_t drawn = random.below(5 + share_of_search);
        const std::string& module = drawn < 3   ? names[drawn]
                                    : drawn < 5 ? names[drawn + 1]
                                                : names[3];
        files = {file_of(module, random), file_of(module, random)};
        if ((module == "orders" || module == "billing") && random.uniform() < together) {
            files.push_back(file_of(module == "orders" ? "billing" : "orders", random));
        }
        return false;
    });
}

Settings mapped() {
    Settings settings;
    for (const std::string& name : names) {
        settings.modules.emplace_back("services/" + name + "/**", name);
    }
    return settings;
}

void run_statement(Workload& workload,
                   const std::string& text,
                   const std::string& table,
                   bool writes,
                   const std::string& application,
                   std::int64_t us) {
    StatementClass& statement = workload.statements[workload.statements.size() + 1];
    statement.text = text;
    statement.tables = {table};
    if (writes) {
        statement.written = {table};
    }
    statement.applications[application].add(us);
    statement.total.add(us);
    statement.first_seen = {.source = "db.log", .line = workload.statements.size()};
}

Evidence called(History history) {
    Evidence evidence;
    evidence.history = std::move(history);
    for (std::size_t i = 1; i < names.size(); ++i) {
        evidence.calls.edges[{"orders-service", names[i] + "-service"}];
    }
    return evidence;
}

const Measure* measure(const Finding& finding, const std::string& id) {
    const auto found = std::ranges::find(finding.measures, id, &Measure::id);
    return found == finding.measures.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("two modules that change as one belong together, and no others", "[history-advice]") {
    const Settings settings = mapped();
    const Boundaries apart = checks::measure_boundaries(six_modules(0.05), settings);
    CHECK(checks::belong_together(apart, settings).empty());
    const Boundaries one = checks::measure_boundaries(six_modules(0.8), settings);
    const std::vector<checks::Together> pairs = checks::belong_together(one, settings);
    REQUIRE(pairs.size() == 1);
    CHECK(one.recent.modules[pairs[0].a] == "billing");
    CHECK(one.recent.modules[pairs[0].b] == "orders");
    // Changes of either: 2000 of 3000 in the window's 1000s; both in 8 of 10: degree 2J / (1 + J).
    CHECK(std::abs(pairs[0].degree.at - 2 * 0.8 / 1.8) < 0.05);
    CHECK(pairs[0].degree.low < pairs[0].degree.at);
    CHECK(pairs[0].degree.at < pairs[0].degree.high);
    // Only among those that count.
    std::vector<bool> counts(one.recent.modules.size(), true);
    counts[pairs[0].a] = false;
    CHECK(checks::belong_together(one, settings, counts).empty());
}

TEST_CASE("a degree whose interval reaches under the limit is no advice", "[history-advice]") {
    // 7 of 13 against 700 of 1300: the same degree, another certainty.
    const checks::Together few = checks::together_of(0, 1, 10, 10, 7);
    const checks::Together many = checks::together_of(0, 1, 1000, 1000, 700);
    CHECK(few.degree.at == many.degree.at);
    CHECK(std::abs(few.degree.at - 0.7) < 1e-12);
    CHECK(few.degree.low < many.degree.low);
    CHECK(checks::together_of(0, 1, 10, 10, 4).degree.low < 0.3);
}

TEST_CASE("services that change together are put back into one, by name", "[history-advice]") {
    // All six in every third change, orders and billing nearly always.
    const History tangled = history_of(2000, [](int, model::Random& random, Files& files) {
        files = {file_of(names[random.below(6)], random), file_of(names[random.below(6)], random)};
        if (random.uniform() < 0.5) {
            files = {file_of("orders", random), file_of("billing", random)};
        }
        return false;
    });
    const Finding finding = checks::premature_services.run(called(tangled), mapped());
    INFO(finding.says);
    CHECK(finding.outcome == Outcome::present);
    REQUIRE(finding.remedies.size() == 1);
    CHECK(finding.remedies[0].id == "merge-back.billing.orders");
    CHECK(finding.remedies[0].rung == Rung::boundary);
    CHECK_FALSE(finding.remedies[0].verify.empty());
    REQUIRE(finding.exhibits.size() == 1);
    CHECK(finding.exhibits[0].rows.size() == 1);
    const Finding apart = checks::premature_services.run(called(six_modules(0)), mapped());
    CHECK(apart.outcome == Outcome::absent);
    CHECK(apart.remedies.empty());
}

TEST_CASE("candidates come in order of what they cost the database", "[history-advice]") {
    Evidence evidence;
    evidence.history = six_modules(0, 6);
    const Finding by_changes = checks::extraction_candidates.run(evidence, mapped());
    CHECK(by_changes.measures.front().id == "outward.search");
    CHECK(by_changes.exhibits.front().columns.size() == 5);
    run_statement(evidence.workload, "select 1", "letters", false, "mail-service", 9'000'000);
    run_statement(evidence.workload, "select 2", "things", false, "search", 1'000'000);
    const Finding by_load = checks::extraction_candidates.run(evidence, mapped());
    INFO(by_load.says);
    CHECK(by_load.measures.front().id == "outward.mail");
    CHECK(by_load.says.find("90.0 % of the database's time") != std::string::npos);
    CHECK(by_load.exhibits.front().columns.size() == 6);
    // One of a pair is none, however little else it touches.
    evidence.history = six_modules(0.24);
    evidence.workload = {};
    Settings settings = mapped();
    settings.thresholds["history.merge-back"] = {.value = 0.1, .reason = "test", .origin = {}};
    const Finding paired = checks::extraction_candidates.run(evidence, settings);
    CHECK(measure(paired, "outward.orders") == nullptr);
    CHECK(measure(paired, "outward.users") != nullptr);
    CHECK(paired.exhibits.size() == 2);
}

TEST_CASE("a table that two modules touch couples them; history says whether it costs",
          "[history-advice]") {
    Evidence evidence;
    evidence.history = six_modules(0.8);
    run_statement(evidence.workload, "insert", "invoices", true, "orders-service", 600);
    run_statement(evidence.workload, "select", "invoices", false, "billing-service", 300);
    run_statement(evidence.workload, "select", "people", false, "users", 100);
    run_statement(evidence.workload, "select", "people", false, "mail", 100);  // both only read
    const Finding moving = checks::coupled_tables.run(evidence, mapped());
    INFO(moving.says);
    CHECK(moving.outcome == Outcome::present);
    CHECK(measure(moving, "over-one-table")->value.at == 1);
    CHECK(measure(moving, "moving")->value.at == 1);
    CHECK(moving.says.find("billing and orders") != std::string::npos);
    REQUIRE(moving.exhibits.size() == 1);
    CHECK(moving.exhibits[0].rows[0].cells[2].text == "invoices");
    CHECK(moving.exhibits[0].rows[0].cells[3].text == "no");

    evidence.history = six_modules(0);
    CHECK(checks::coupled_tables.run(evidence, mapped()).outcome == Outcome::latent);
    evidence.workload = {};
    run_statement(evidence.workload, "select", "people", false, "users", 100);
    run_statement(evidence.workload, "select", "letters", false, "mail", 100);
    CHECK(checks::coupled_tables.run(evidence, mapped()).outcome == Outcome::absent);
    // Nobody's names meet: no answer, and how to get one.
    evidence.workload = {};
    run_statement(evidence.workload, "select", "people", false, "monolith", 100);
    const Finding unnamed = checks::coupled_tables.run(evidence, mapped());
    CHECK(unnamed.outcome == Outcome::insufficient);
    CHECK(unnamed.gaps.size() == 1);
}

TEST_CASE("owners of tables stand in for applications that say nothing", "[history-advice]") {
    Workload workload;
    run_statement(workload, "join", "orders", true, "monolith", 1000);
    workload.statements.begin()->second.tables.insert("invoices");
    Settings settings = mapped();
    settings.tables["orders"].module = "orders";
    settings.tables["invoices"].module = "billing";
    const checks::ModuleUse use = checks::module_use(workload, settings, {"billing", "orders"});
    CHECK_FALSE(use.by_application);
    CHECK(use.share(0).value() == 0.5);
    CHECK(use.tables.at("orders").writers.size() == 2);
    CHECK_FALSE(use.share(7));
    // Two modules of one plain name: neither is meant.
    CHECK_FALSE(checks::module_use(workload, settings, {"a/orders", "b/orders"}).knows_any());
    CHECK(checks::plain_name("services/Order_Service") == "order");
    CHECK(checks::plain_name("service") == "service");
}

TEST_CASE("fixes that become commoner are told from changes that become larger",
          "[history-advice]") {
    // Of the changes of one file, 10 % are followed by a fix of that file, of larger ones 60 %.
    // `larger`: changes grow over the years; `worse`: fixes do.
    const auto world = [](bool larger, bool worse, std::uint64_t seed) {
        constexpr int commits = 6000;  // 5.5 years
        Files open;
        return history_of(
            commits,
            [=](int i, model::Random& random, Files& files) mutable {
                if (!open.empty()) {
                    files = open;
                    open.clear();
                    return true;
                }
                const double passed = static_cast<double>(i) / commits;
                const bool large = random.uniform() < (larger ? 0.2 + 0.6 * passed : 0.5);
                const auto next = [&] {
                    return "src/m" + std::to_string(random.below(4)) + "/f" + std::to_string(i) +
                           "_" + std::to_string(random.below(1000)) + ".c";
                };
                files = {next()};
                if (large) {
                    files.insert(files.end(), {next(), next(), next(), next(), next()});
                }
                if (!large && random.below(3) == 0) {
                    files.push_back(next());
                }
                const double chance = large ? 0.6 : worse ? 0.1 + 0.5 * passed : 0.1;
                if (random.uniform() < chance) {
                    open = {files.front()};
                }
                return false;
            },
            seed);
    };
    Settings settings;
    for (int i = 0; i < 4; ++i) {
        settings.modules.emplace_back("src/m" + std::to_string(i) + "/**", "m" + std::to_string(i));
    }
    const auto course = [&](bool larger, bool worse, std::uint64_t seed = 7) {
        return checks::fix_course(checks::measure_boundaries(world(larger, worse, seed), settings));
    };
    // Changes that only grow: the interval holds 0 in nine worlds of ten, and the slopes are none.
    constexpr int worlds = 12;
    int none = 0;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const checks::FixCourse grown = course(true, false, seed);
        REQUIRE(grown.per_year);
        CHECK(grown.quarters.size() > 15);
        CHECK(std::abs(grown.per_year->at) < 0.015);
        none += grown.per_year->low <= 0 && grown.per_year->high >= 0 ? 1 : 0;
        sum += grown.per_year->at;
    }
    CHECK(none >= 8);
    CHECK(std::abs(sum / worlds) < 0.005);
    const checks::FixCourse worse = course(false, true);
    REQUIRE(worse.per_year);
    // Half of the changes rise by 50 points in 5.5 years: 4.5 points a year.
    CHECK(worse.per_year->low > 0.02);
    CHECK(worse.per_year->high < 0.07);
    // Too short for a course: none is made up.
    Evidence evidence;
    evidence.history = six_modules(0);
    evidence.history.releases.clear();
    const Finding finding = checks::changes_gamble.run(evidence, mapped());
    CHECK(measure(finding, "fix-after") != nullptr);
}
