#include "wire/bytes.hpp"

#include "catch.hpp"
#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "wire/container.hpp"
#include "wire/json_stream.hpp"

using namespace plimsoll;

namespace {

Evidence some_evidence() {
    Evidence out;
    out.inputs.push_back({.name = "a.log", .reader = "postgres-log", .bytes = 10, .sha256 = "ab"});
    out.gauges.series["pool.web.busy"].add(instant(5),
                                           {.value_milli = 7000, .limit_milli = 20'000});
    out.events.events.insert({.at = instant(3), .kind = EventKind::migration, .what = "add index"});
    out.incidents.incidents.insert(
        {.started = instant(9), .features_down = {"checkout", "search"}});
    return out;
}

std::string bytes_of(const Evidence& evidence) {
    wire::ByteWriter out;
    out.put(evidence);
    return out.out;
}

}  // namespace

TEST_CASE("evidence reads back from its bytes", "[wire]") {
    const std::string bytes = bytes_of(some_evidence());
    Evidence back;
    wire::ByteReader in{bytes};
    in.get(back);
    CHECK(in.at_end());
    CHECK(bytes_of(back) == bytes);
    CHECK(back.gauges.series.at("pool.web.busy").samples.at(instant(5)).value_milli == 7000);
}

TEST_CASE("cut or changed bytes are an error, never a crash", "[wire]") {
    const std::string bytes = bytes_of(some_evidence());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Evidence back;
        const std::string cut = bytes.substr(0, size);
        wire::ByteReader in{cut};
        CHECK_THROWS_AS(in.get(back), wire::Malformed);
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(0xFF);
        Evidence back;
        wire::ByteReader in{changed};
        try {
            in.get(back);
        } catch (const wire::Malformed&) {
            SUCCEED();
        }
    }
}

TEST_CASE("a container tells damage from another version", "[wire]") {
    const std::string file = wire::seal(42, "content");
    CHECK(wire::unseal(42, file, "x.pld") == "content");
    for (const std::string& broken : {std::string{},
                                      std::string{"hello"},
                                      file.substr(0, file.size() - 3),
                                      file.substr(0, 12)}) {
        CHECK_THROWS_AS(wire::unseal(42, broken, "x.pld"), Error);
    }
    try {
        (void)wire::unseal(43, file, "x.pld");
        FAIL("another signature was taken");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::untrusted);
        CHECK(error.parts().why.find("another version") != std::string::npos);
    }
    CHECK(wire::seal(42, "content") == file);
}

TEST_CASE("the signature changes with a field", "[wire]") {
    CHECK(wire::signature<Gauges>() != wire::signature<Events>());
    CHECK(wire::signature<Evidence>() == wire::signature<Evidence>());
}

TEST_CASE("a document that is written part by part has the bytes of the whole one", "[wire]") {
    const wire::Json part = {{"text", "two\nlines, a \"quote\" and \u00e9"},
                             {"list", {1, wire::Json::array(), wire::Json::object()}},
                             {"none", nullptr}};
    const std::size_t parts = GENERATE(0U, 1U, 2U, 3000U);  // the last is more than a piece holds
    wire::Json whole = {{"first", part},
                        {"open", {{"list", wire::Json::array()}, {"empty", wire::Json::object()}}},
                        {"a \"key\"", 0.5}};
    std::string streamed;
    std::size_t pieces = 0;
    wire::JsonStream out{[&](std::string_view piece) {
        streamed += piece;
        ++pieces;
    }};
    out.member("first", part);
    out.open_object("open");
    out.open_array("list");
    for (std::size_t i = 0; i < parts; ++i) {
        out.element(part);
        whole["open"]["list"].push_back(part);
    }
    out.close();
    out.open_object("empty");
    out.close();
    out.close();
    out.member("a \"key\"", 0.5);
    out.finish();
    CHECK(streamed == wire::dump(whole));
    CHECK((pieces > 1) == (parts == 3000));
}

TEST_CASE("text that is no UTF-8 is replaced in a part as in the whole", "[wire]") {
    std::string streamed;
    wire::JsonStream out{[&](std::string_view piece) { streamed += piece; }};
    out.member("text", "caf\xe9");
    out.finish();
    CHECK(streamed == wire::dump(wire::Json{{"text", "caf\xe9"}}));
}
