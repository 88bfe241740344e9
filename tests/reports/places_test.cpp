// Names of inputs and places without the folder that all inputs share.
#include "shared/places.hpp"

#include "catch.hpp"

using plimsoll::Audit;
using plimsoll::reports::shared::common_folder;
using plimsoll::reports::shared::place;
using plimsoll::reports::shared::places;
using plimsoll::reports::shared::without_folder;

namespace {

Audit with(std::initializer_list<const char*> names) {
    Audit audit;
    for (const char* name : names) {
        audit.inputs.emplace_back();
        audit.inputs.back().name = name;
    }
    return audit;
}

}  // namespace

TEST_CASE("the folder that all inputs share") {
    CHECK(common_folder(with({})).empty());
    CHECK(common_folder(with({"a.csv"})).empty());
    CHECK(common_folder(with({"in/a.csv"})) == "in/");
    CHECK(common_folder(with({"in/a.csv", "in/deep/b.csv"})) == "in/");
    CHECK(common_folder(with({"in/one/a", "in/one/b"})) == "in/one/");
    // Half of a name is no folder.
    CHECK(common_folder(with({"in/one", "in/online/b"})) == "in/");
    CHECK(common_folder(with({"index/a", "in/a"})).empty());
    CHECK(common_folder(with({"in/a", "b"})).empty());
    CHECK(common_folder(with({"/a", "/b"})).empty());
    CHECK(common_folder(with({"/srv/a", "/srv/b"})) == "/srv/");
}

TEST_CASE("places are named without it, and never lose their own name") {
    CHECK(without_folder("in/a.csv", "in/") == "a.csv");
    CHECK(without_folder("other/a.csv", "in/") == "other/a.csv");
    CHECK(without_folder("in/", "in/") == "in/");
    CHECK(place({"in/a.csv", 12345}, "in/") == "a.csv:12345");  // to be copied: no gaps
    CHECK(place({"in/a.csv", 0}, "in/") == "a.csv");
    CHECK(place({"git", 0}, "in/") == "git");
}

TEST_CASE("three places are named, and the others counted") {
    CHECK(places({}, "in/").empty());
    CHECK(places({{"in/a", 1}, {"in/b", 2}, {"c", 0}}, "in/") == "a:1, b:2, c");
    CHECK(places({{"a", 1}, {"a", 2}, {"a", 3}, {"a", 4}}, "") == "a:1, a:2, a:3; 4 places in all");
}
