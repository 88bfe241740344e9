// Since last time: real moves are called real, everything else is not.
#include "app/compare.hpp"

#include "catch.hpp"
#include "support/sample_audit.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

using namespace plimsoll;

namespace {

const Moved& figure(const SinceLast& since, std::string_view id) {
    const auto found = std::ranges::find(since.moved, id, &Moved::id);
    REQUIRE(found != since.moved.end());
    return *found;
}

Limit pool(double at, double low, double high) {
    Limit limit{.id = "connection-pool.web", .name = "connection pool web"};
    limit.place({at, low, high});
    return limit;
}

Audit audit_with(const Limit& limit) {
    Audit audit;
    audit.system = "harbour";
    audit.rules_version = "1";
    audit.limits = {limit};
    audit.load_line = {
        .at = limit.at, .low = limit.low, .high = limit.high, .measured = 1, .known = 4};
    return audit;
}

Prescription step(std::string id, double from, double to, double low, double high) {
    Prescription out{.id = id, .title = "Do " + id};
    out.effect = LineEffect{.from = from, .to = to, .low = low, .high = high};
    return out;
}

}  // namespace

TEST_CASE("an audit against itself has moved nowhere", "[compare]") {
    const Audit audit = testing::rich_audit();
    const SinceLast since = app::compare(audit, audit);
    CHECK_FALSE(since.moved.empty());
    for (const Moved& moved : since.moved) {
        INFO(moved.id << ": " << moved.why);
        CHECK((moved.move == Move::unchanged || moved.move == Move::not_comparable));
    }
    CHECK(figure(since, "load_line").move == Move::unchanged);
    CHECK(figure(since, "verdict").move == Move::unchanged);
}

TEST_CASE("a move is real where intervals do not overlap, and better is upward", "[compare]") {
    struct Case {
        Limit then;
        Limit now;
        Move move;
    };
    for (const Case& one : {Case{pool(4, 3, 5), pool(8, 6, 10), Move::better},
                            Case{pool(8, 6, 10), pool(4, 3, 5), Move::worse},
                            Case{pool(4, 3, 5), pool(5, 4.5, 6), Move::unclear},
                            Case{pool(4, 3, 5), pool(6, 5, 7), Move::unclear},
                            Case{pool(4, 3, 5), pool(4, 3, 5), Move::unchanged}}) {
        const SinceLast since = app::compare(audit_with(one.then), audit_with(one.now));
        CHECK(figure(since, "load_line").move == one.move);
        CHECK(figure(since, "limits.connection-pool.web").move == one.move);
        CHECK_FALSE(figure(since, "load_line").why.empty());
    }
}

TEST_CASE("an upper bound alone is never called a move within it", "[compare]") {
    Limit bound{.id = "connection-pool.web", .name = "connection pool web"};
    bound.place(Estimate::at_most(9));
    const SinceLast since = app::compare(audit_with(pool(4, 3, 5)), audit_with(bound));
    CHECK(figure(since, "limits.connection-pool.web").move == Move::unclear);
}

TEST_CASE("nothing is compared across systems or rules", "[compare]") {
    const Audit then = audit_with(pool(4, 3, 5));
    Audit now = audit_with(pool(8, 6, 10));
    SECTION("other rules") {
        now.rules_version = "2";
    }
    SECTION("another system") {
        now.system = "quay";
    }
    const SinceLast since = app::compare(then, now);
    CHECK_FALSE(since.notes.empty());
    for (const Moved& moved : since.moved) {
        CHECK(moved.move == Move::not_comparable);
    }
}

TEST_CASE("a load line of other limits is another figure", "[compare]") {
    const Audit then = audit_with(pool(4, 3, 5));
    Audit now = audit_with(pool(8, 6, 10));
    Limit cpu{.id = "database-cpu", .name = "database CPU"};
    cpu.place({9, 7, 12});
    now.limits.push_back(cpu);
    now.load_line.measured = 2;
    const SinceLast since = app::compare(then, now);
    CHECK(figure(since, "load_line").move == Move::not_comparable);
    CHECK(figure(since, "limits.connection-pool.web").move == Move::better);
    CHECK(figure(since, "limits.database-cpu").move == Move::not_comparable);
    // And what was measured then, but is not now, is not forgotten.
    CHECK(figure(app::compare(now, then), "limits.database-cpu").move == Move::not_comparable);
}

TEST_CASE("a limit of another grade is not compared", "[compare]") {
    Limit person = pool(8, 6, 10);
    person.grade = Grade::D;
    const SinceLast since = app::compare(audit_with(pool(4, 3, 5)), audit_with(person));
    CHECK(figure(since, "limits.connection-pool.web").move == Move::not_comparable);
}

TEST_CASE("a sign that was not assessed is neither better nor worse", "[compare]") {
    const auto with = [](Outcome state) {
        Audit audit = audit_with(pool(4, 3, 5));
        audit.signs = {{.id = Sign::entangled, .title = "Features break features", .state = state}};
        return audit;
    };
    const auto moved = [&](Outcome then, Outcome now) {
        return figure(app::compare(with(then), with(now)), "signs.entangled").move;
    };
    CHECK(moved(Outcome::present, Outcome::absent) == Move::better);
    CHECK(moved(Outcome::absent, Outcome::latent) == Move::worse);
    CHECK(moved(Outcome::latent, Outcome::latent) == Move::unchanged);
    CHECK(moved(Outcome::present, Outcome::insufficient) == Move::not_comparable);
    CHECK(moved(Outcome::failed, Outcome::present) == Move::not_comparable);
}

TEST_CASE("what was foretold is held against what came", "[compare]") {
    Audit then = audit_with(pool(4, 3, 5));
    then.prescriptions = {step("first", 4, 8, 6, 10), step("second", 8, 20, 15, 25)};
    SECTION("a step that is still prescribed leaves all after it open") {
        Audit now = audit_with(pool(4, 3, 5));
        now.prescriptions = {step("first", 4, 8, 6, 10)};
        const SinceLast since = app::compare(then, now);
        REQUIRE(since.foretold.size() == 2);
        CHECK(since.foretold[0].still_prescribed);
        CHECK_FALSE(since.foretold[0].observed.known());
        CHECK_FALSE(since.foretold[1].observed.known());
        CHECK(since.foretold[1].says.find("presumes") != std::string::npos);
    }
    SECTION("within, above and below") {
        const auto says = [&](const Limit& came) {
            Audit now = audit_with(came);
            now.prescriptions = {step("second", 8, 20, 15, 25)};
            return app::compare(then, now).foretold.at(0).says;
        };
        CHECK(says(pool(8, 7, 9)).find("within") != std::string::npos);
        CHECK(says(pool(4, 3, 5)).find("below") != std::string::npos);
        CHECK(says(pool(14, 12, 16)).find("above") != std::string::npos);
    }
}

TEST_CASE("each limit is held against what the steps that were done should have made of it",
          "[compare]") {
    // Raising the pool doubles it and an index adds half; the line stays at another limit.
    Audit then = audit_with(pool(4, 3, 5));
    Limit cpu{.id = "database-cpu", .name = "database CPU"};
    cpu.place({2, 1.8, 2.2});
    then.limits.push_back(cpu);
    then.prescriptions = {step("raise", 2, 2, 1.8, 2.2), step("index", 2, 2, 1.8, 2.2)};
    then.prescriptions[0].predictions = {
        {.limit = "connection-pool.web", .before = {4, 3, 5}, .after = {8, 6, 10}}};
    then.prescriptions[1].predictions = {
        {.limit = "connection-pool.web", .before = {4, 3, 5}, .after = {6, 3, 7.5}}};
    const auto of_pool = [&](const Audit& now) {
        const SinceLast since = app::compare(then, now);
        const auto found =
            std::ranges::find(since.foretold, "limits.connection-pool.web", &Foretold::id);
        REQUIRE(found != since.foretold.end());
        return *found;
    };
    SECTION("both done: their factors multiply") {
        Audit now = audit_with(pool(12, 9, 14));
        now.limits.push_back(cpu);
        const Foretold one = of_pool(now);
        CHECK(one.predicted.at == 12);
        CHECK(one.predicted.low == 6);
        CHECK(one.predicted.high == 15);
        CHECK(one.observed.at == 12);
        CHECK(one.says.find("within") != std::string::npos);
        CHECK(one.title.find("Do raise; Do index") != std::string::npos);
    }
    SECTION("one done, and nothing came of it") {
        Audit now = audit_with(pool(4, 3, 5));
        now.prescriptions = {step("index", 2, 2, 1.8, 2.2)};
        const Foretold one = of_pool(now);
        CHECK(one.predicted.low == 6);
        CHECK(one.says.find("below") != std::string::npos);
    }
    SECTION("evidence of another grade, or none, is no observation") {
        Limit other = pool(12, 9, 14);
        other.grade = Grade::C;
        CHECK_FALSE(of_pool(audit_with(other)).observed.known());
        Limit gone = pool(12, 9, 14);
        gone.status = LimitStatus::missing;
        CHECK_FALSE(of_pool(audit_with(gone)).observed.known());
    }
    SECTION("none done, nothing said") {
        Audit now = audit_with(pool(4, 3, 5));
        now.prescriptions = then.prescriptions;
        for (const Foretold& one : app::compare(then, now).foretold) {
            CHECK_FALSE(one.id.starts_with("limits."));
        }
    }
}

// Law: swapping the two swaps better and worse, higher and lower, and leaves the rest.
TEST_CASE("looking back is looking forward reversed", "[compare]") {
    std::mt19937 random{7};
    std::uniform_real_distribution<double> value{1, 10};
    for (int i = 0; i < 500; ++i) {
        const auto any = [&] {
            const double at = value(random);
            return pool(at, at * 0.8, at * 1.2);
        };
        const Audit a = audit_with(any());
        const Audit b = audit_with(any());
        const Move forward = figure(app::compare(a, b), "load_line").move;
        const Move back = figure(app::compare(b, a), "load_line").move;
        CHECK((forward == Move::better) == (back == Move::worse));
        CHECK((forward == Move::unclear) == (back == Move::unclear));
    }
}

TEST_CASE("the lines for a terminal carry every figure and no control byte", "[compare]") {
    const Audit audit = testing::hostile_audit();
    Audit before = audit;
    before.load_line.at = 1;
    const std::string lines = app::to_lines(app::compare(before, audit), audit);
    CHECK(lines.find("load line") != std::string::npos);
    CHECK(std::ranges::none_of(lines, [](char letter) {
        return (static_cast<unsigned char>(letter) < 0x20 && letter != '\n') || letter == 0x7F;
    }));
}
