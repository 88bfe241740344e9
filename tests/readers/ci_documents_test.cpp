// However documents are strung together or broken, each object comes out once or is counted as
// skipped.
#include "catch.hpp"
#include "input/sources.hpp"
#include "readers/ci/documents.hpp"

#include <string>
#include <vector>

using namespace plimsoll;
using readers::ci::Documents;
using readers::ci::Json;

namespace {

struct Got {
    std::vector<std::string> ids;  // of each object, or of each element of its "jobs"
    std::vector<std::uint64_t> lines;
    std::size_t partial = 0;
    Input input;
};

[[nodiscard]] Got documents_of(std::string_view bytes) {
    Got got;
    input::for_each_source_in("x.json", bytes, [&](input::Stream& stream, bool) {
        Documents documents{stream, got.input};
        while (const Json root = documents.next()) {
            got.partial += documents.partial() ? 1 : 0;
            got.lines.push_back(documents.line());
            const Json jobs = root["jobs"];
            if (!jobs && documents.partial()) {
                documents.skip("a part");
            } else if (!jobs) {
                got.ids.push_back(root["id"].id());
            }
            for (const Json job : jobs.items()) {
                got.ids.push_back(job["id"].id());
            }
        }
    });
    return got;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("every way to string documents together") {
    const std::string text = GENERATE(as<std::string>{},
                                      R"({"id":1}{"id":2}{"id":3})",
                                      "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n",
                                      "{\"id\":1}\r\n{\"id\":2}\r\n{\"id\":3}\r\n",
                                      R"([{"id":1},{"id":2},{"id":3}])",
                                      R"([{"id":1},{"id":2}][{"id":3}])",
                                      R"([[{"id":1},{"id":2}],[{"id":3}]])",
                                      "[\n  {\n    \"id\": 1\n  },\n  {\"id\": 2}, {\"id\":3}\n]\n",
                                      "\xEF\xBB\xBF{\"id\":1} {\"id\":2}\xEF\xBB\xBF{\"id\":3}",
                                      R"({"jobs":[{"id":1},{"id":2}]}{"jobs":[{"id":3}]})",
                                      R"([{"jobs":[{"id":1},{"id":2}]},{"jobs":[{"id":3}]}])",
                                      "\x1E{\"id\":1}\n\x1E{\"id\":2}\n\x1E{\"id\":3}\n");
    CAPTURE(text);
    const Got got = documents_of(text);
    CHECK(got.ids == Ids{"1", "2", "3"});
    CHECK(got.input.skipped == 0);
    CHECK(got.partial == 0);
}

TEST_CASE("a broken line costs itself only, and is named") {
    const std::string broken = GENERATE(as<std::string>{},
                                        R"({"id":9,"name":"buil)",
                                        R"({"id":9,"steps":[{"a":1})",
                                        R"({"id":9,"steps":{"a":1)",
                                        R"({"id":})",
                                        R"({"id":9,})",
                                        R"({"id":9]})",
                                        R"({"id":9 "name":1})",
                                        "gh: API rate limit exceeded",
                                        "null");
    CAPTURE(broken);
    const Got got = documents_of("{\"id\":1}\n" + broken + "\n{\"id\":2}\n{\"id\":3}\n");
    CHECK(got.ids == Ids{"1", "2", "3"});
    CHECK(got.input.skipped == 1);
    CHECK(got.input.first_skipped.line == 2);
    CHECK(got.input.skipped_bytes + 3 >= broken.size());  // a closing bracket between documents
    CHECK(got.input.skipped_bytes <= broken.size() + 3);
}

TEST_CASE("a half page keeps its whole elements") {
    const std::string half = R"({"total_count":3,"jobs":[{"id":1,"x":[{}]},{"id":2},{"id":3,"na)";
    for (const std::string& after : {std::string{},
                                     std::string{"\n{\"jobs\":[{\"id\":4}]}"},
                                     std::string{R"({"total_count":3,"jobs":[{"id":4}]})"}}) {
        CAPTURE(after);
        const Got got = documents_of(half + after);
        CHECK(got.ids == (after.empty() ? Ids{"1", "2"} : Ids{"1", "2", "4"}));
        CHECK(got.partial == 1);
        CHECK(got.input.skipped == 1);
    }
}

TEST_CASE("a single object that broke off is not taken for a whole one") {
    const Got got = documents_of(R"({"id":1,"pull_requests":[],"na)");
    CHECK(got.ids.empty());
    CHECK(got.input.skipped == 1);
}

TEST_CASE("bytes that are not UTF-8, NUL and escapes cost nothing else") {
    const Got got =
        documents_of("{\"id\":1,\"n\":\"\xFF\xC3(\xE2\x82\"}{\"id\":2,\"n\":\"\\u0000\\\"}{\"}");
    CHECK(got.ids == Ids{"1", "2"});
    const Got nul = documents_of(std::string{"{\"id\":1}\n\0\0\n{\"id\":2}", 20});
    CHECK(nul.ids == Ids{"1", "2"});
    CHECK(nul.input.skipped == 1);
}

TEST_CASE("depth and size are bounded") {
    std::string deep = "{\"id\":1}\n{\"id\":9,\"a\":";
    deep.append(200'000, '[');
    CHECK(documents_of(deep).ids == Ids{"1"});
    deep.append(200'000, ']').append("}\n{\"id\":2}");
    CHECK(documents_of(deep).ids == Ids{"1", "2"});
}

TEST_CASE("one object of many megabytes comes in pieces, each element once") {
    std::string text = "\n{\"total_count\":7,\n \"jobs\":[\n";
    const std::string filler(5'000, 'x');
    for (int id = 0; id < 3'000; ++id) {
        text += (id == 0 ? "" : ",\n") + ("{\"id\":" + std::to_string(id)) + ",\"f\":\"" + filler +
                "\"}";
    }
    text += "]}";
    const Got got = documents_of(text);
    REQUIRE(got.ids.size() == 3'000);
    for (std::size_t id = 0; id < got.ids.size(); ++id) {
        REQUIRE(got.ids[id] == std::to_string(id));
    }
    CHECK(got.lines.size() >= 3);
    CHECK(got.lines.front() == 2);
    CHECK(got.input.skipped == 0);
}

TEST_CASE("law: cut anywhere, no object is invented and those before the cut stay") {
    const std::string text =
        "{\"total_count\":2,\"jobs\":[{\"id\":1,\"s\":[{\"n\":\"a\\\"b\"}]},{\"id\":2}]}"
        "{\"total_count\":2,\"jobs\":[{\"id\":3}]}\n[{\"id\":4},{\"id\":5}]";
    const Ids all = documents_of(text).ids;
    REQUIRE(all == Ids{"1", "2", "3", "4", "5"});
    std::size_t before = 0;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const Got got = documents_of(text.substr(0, cut));
        REQUIRE(got.ids.size() <= all.size());
        REQUIRE(got.ids ==
                Ids(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(got.ids.size())));
        REQUIRE(got.ids.size() >= before);  // what was whole stays whole
        before = got.ids.size();
    }
}

TEST_CASE("law: a byte changed anywhere never crashes, and never costs the other pages") {
    const std::string page = R"({"total_count":1,"jobs":[{"id":1,"s":[{"n":"a"}]}]})";
    const std::string text = "{\"id\":7}\n" + page + "\n{\"id\":8}\n{\"id\":9}";
    for (std::size_t i = 9; i < 9 + page.size(); ++i) {
        for (const char c : {'"', '{', '}', '[', ']', '\\', '\n', '\0', 'x', '\xFF'}) {
            std::string damaged = text;
            damaged[i] = c;
            const Got got = documents_of(damaged);
            CAPTURE(i, damaged);
            REQUIRE(got.ids.front() == "7");
            REQUIRE(got.ids.back() == "9");
        }
    }
}
