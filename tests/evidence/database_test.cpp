// Captures merge as all evidence does, and stay apart as a series.
#include "evidence/database.hpp"

#include "catch.hpp"

#include <algorithm>

using namespace plimsoll;

namespace {

DatabaseCapture at(const std::string& identity, std::int64_t seconds, std::int64_t rows) {
    DatabaseCapture out{
        .database = "shop", .identity = identity, .started = instant(seconds * 1'000'000)};
    out.snapshots.emplace_back().tables["public.orders"].live = rows;
    return out;
}

bool same(const Database& a, const Database& b) {
    return a.captures.size() == b.captures.size() &&
           std::equal(a.captures.begin(),
                      a.captures.end(),
                      b.captures.begin(),
                      [](const auto& x, const auto& y) {
                          return x.first == y.first && (x.second <=> y.second == 0);
                      });
}

}  // namespace

TEST_CASE("merging captures: any order, any grouping, twice is once, empty changes nothing") {
    std::vector<DatabaseCapture> all{
        at("a", 1, 10), at("a", 900'000, 20), at("b", 1, 5), at("a", 1, 12)};
    Database forward;
    Database backward;
    for (const DatabaseCapture& one : all) {
        forward.add(one);
    }
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
        backward.add(*one);
    }
    CHECK(same(forward, backward));
    CHECK(forward.captures.size() == 3);
    Database left;
    left.add(all[0]);
    left.add(all[1]);
    Database right;
    right.add(all[2]);
    right.add(all[3]);
    Database joined = left;
    joined.merge(right);
    Database other = right;
    other.merge(left);
    CHECK(same(joined, other));
    CHECK(same(joined, forward));
    other.merge(left);
    CHECK(same(joined, other));
    other.merge(Database{});
    CHECK(same(joined, other));
}

TEST_CASE("the latest of each database, and a series in order of time") {
    Database all;
    all.add(at("a", 900'000, 20));
    all.add(at("a", 1, 10));
    all.add(at("b", 5, 1));
    REQUIRE(all.latest().size() == 2);
    CHECK(all.latest()[0]->snapshots[0].tables.at("public.orders").live == 20);
    REQUIRE(all.series("a").size() == 2);
    CHECK(all.series("a")[0]->started < all.series("a")[1]->started);
    CHECK(all.series("nobody").empty());
}

TEST_CASE("a setting is a number or what the caller says") {
    DatabaseCapture capture;
    capture.settings = {{"work_mem", "4194304"}, {"jit", "on"}};
    CHECK(capture.setting("work_mem", 1) == 4194304);
    CHECK(capture.setting("jit", 7) == 7);
    CHECK(capture.setting("none", 7) == 7);
}
