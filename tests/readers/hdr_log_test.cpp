// HdrHistogram logs against the project's own Java code: the lines below were written by its
// HistogramLogWriter 2.1.11 from random numbers of ours, the percentiles by its
// getValueAtPercentile.
#include "catch.hpp"
#include "latency_reading.hpp"
#include "readers/hdr/payload.hpp"

#include <zlib.h>

#include <cmath>

namespace plimsoll::readers {
extern const Reader hdr_log;
}

using namespace plimsoll;
using plimsoll::testing::error_of;
using plimsoll::testing::read_text;
using plimsoll::testing::with_unit;

namespace {

const std::string head =
    "#[Histogram log format version 1.3]\n"
    "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 15:24:39 UTC 2015]\n"
    "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
const std::string first = "HISTFAAAAGV42pNpmSzMwMDgxwABTFCaEURcm7yEwf4DRGA5J5MskysTM5Mw00RGJgYWViZj"
                          "JqBqIFeYSZdJmombSZTJGsgXZWJl4m"
                          "cCMljYmcSBytWZ2IEavYHwMCNQgJ0plekiCxMAtmALJg==";
const std::string second = "HISTFAAAAGZ42pNpmSzMwMDgzwABTFCaEURcm7yEwf4DRKCRnWkxI1MmUyUTLxM7EwOTMpM"
                           "wkKXIlMvEysQNFDFkEmUSZ+JksmeSB8qy"
                           "Mwky2QJVmDMZA8VYeJlAUJxJGygozWTNpMkEAPckCvM=";
const std::string third = "HISTFAAAAF542pNpmSzMwMDgywABTFCaEURcm7yEwf4DRGA5G9N5RiZ1JmMmW6ZMJkUmMMEM"
                          "5AYyATUxCTMJAtn8QBFeJnYg5GfhZFFm"
                          "kgTKJjIxWTPpgoSAGtKB9FpGJgALdQwX";
const std::string scaled =
    "DHISTwAAAAIAAAAAAAAAIByEkxQAAAAkeNqTaZkszMDAwMYAAUxQmhFC2f+3b4Cw/jMx9fIwAQBevgTr";
const std::string whole_log = head + "1441812279.474,1.000,0.250," + first + "\n" +
                              "Tag=READ,1441812280.474,1.000,0.040," + second + "\n" +
                              "1441812281.474,1.000,0.061," + third + "\n";

std::string to_base64(std::string_view bytes) {
    constexpr std::string_view signs =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            three = three << 8U |
                    (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            out += i + j > bytes.size() ? '=' : signs[three >> (18 - 6 * j) & 63U];
        }
    }
    return out;
}

void put(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) {
        out += static_cast<char>(value >> (8 * i) & 255U);
    }
}

std::string zigzag(std::int64_t value) {
    std::uint64_t rest =
        static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63U);
    std::string out;
    for (int i = 0; i < 8 && rest >= 128; ++i, rest >>= 7U) {
        out += static_cast<char>(rest | 128U);
    }
    return out + static_cast<char>(rest);
}

std::string wrapped(std::uint32_t cookie, const std::string& inner) {
    std::string packed(compressBound((inner.size())), '\0');
    uLongf size = (packed.size());
    (void)compress(reinterpret_cast<Bytef*>(packed.data()),
                   &size,
                   reinterpret_cast<const Bytef*>(inner.data()),
                   (inner.size()));
    packed.resize(size);
    std::string out;
    put(out, cookie, 4);
    put(out, packed.size(), 4);
    return to_base64(out + packed);
}

struct Header {
    std::uint64_t digits = 2;
    std::uint64_t lowest = 1;
    std::uint64_t shifted = 0;
    double ratio = 1;
};

std::string of_v2(const std::string& counts, const Header& header = {}) {
    std::string inner;
    put(inner, 0x1C849313, 4);
    put(inner, counts.size(), 4);
    put(inner, header.shifted, 4);
    put(inner, header.digits, 4);
    put(inner, header.lowest, 8);
    put(inner, 2, 8);  // highest: says nothing
    put(inner, std::bit_cast<std::uint64_t>(header.ratio), 8);
    return wrapped(0x1C849314, inner + counts);
}

std::string of_words(bool v1, unsigned width, const std::vector<std::int64_t>& counts) {
    std::string inner;
    put(inner, (v1 ? 0x1C849301U : 0x1C849308U) | width << 4U, 4);
    if (v1) {
        put(inner, counts.size() * width, 4);
        put(inner, 0, 4);
    }
    put(inner, 2, 4);
    put(inner, 1, 8);
    put(inner, 2, 8);
    put(inner, v1 ? std::bit_cast<std::uint64_t>(1.0) : 0U, 8);
    for (const std::int64_t count : counts) {
        put(inner, static_cast<std::uint64_t>(count), width);
    }
    return wrapped((v1 ? 0x1C849302U : 0x1C849309U) | width << 4U, inner);
}

Estimate at(const Evidence& evidence, const RouteId& id, double q) {
    LatencyBucket all;
    for (const auto& [when, bucket] : evidence.latency.routes.at(id).histograms) {
        all.merge(bucket);
    }
    return *all.quantile(q);
}

}  // namespace

TEST_CASE("the percentiles of HdrHistogram's own code are the high ends of ours") {
    const auto read = read_text(readers::hdr_log, whole_log, with_unit("ns"));
    REQUIRE(read.input.records == 3);
    CHECK(read.input.skipped == 0);
    CHECK(read.sureness == Sureness::certain);
    const auto& whole = read.evidence.latency.routes.at({}).histograms;
    REQUIRE(whole.size() == 2);
    const LatencyBucket& one = whole.begin()->second;
    CHECK(one.count() == 40);
    CHECK(one.quantile(0.5)->high == 7.903);
    CHECK(one.quantile(0.99)->high == 249.855);
    CHECK(one.quantile(1)->high == 249.855);
    CHECK(whole.rbegin()->second.quantile(0.5)->high == 7.391);
    CHECK(at(read.evidence, {.service = "", .route = "READ"}, 0.5).high == 7.743);
    CHECK(at(read.evidence, {.service = "", .route = "READ"}, 1).high == 40.447);
}

TEST_CASE("the unit scales the buckets, and is never guessed") {
    for (const auto& [unit, factor] : {std::pair{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}) {
        const auto read = read_text(readers::hdr_log, whole_log, with_unit(unit));
        CHECK(at(read.evidence, {.service = "", .route = "READ"}, 0.5).high == 7.743 * factor);
    }
    const auto error = error_of(readers::hdr_log, whole_log);
    REQUIRE(error);
    CHECK(error->status == Status::usage);
    CHECK(error->remedy.find("--unit") != std::string::npos);
    CHECK(error_of(readers::hdr_log, whole_log, with_unit("parsec"))->status == Status::usage);
}

TEST_CASE("a record covers [low, high] of its native bucket") {
    std::vector<readers::hdr::Slot> slots;
    // two digits: 128 slots a half-bucket; index 300 lies in the second bucket above, width 2
    REQUIRE(readers::hdr::decode(of_v2(zigzag(5) + zigzag(-299) + zigzag(7)), slots).empty());
    CHECK(slots == std::vector<readers::hdr::Slot>{{0, 0, 5}, {344, 345, 7}});
    REQUIRE(readers::hdr::decode(of_v2(zigzag(-1) + zigzag(1), {.lowest = 1000}), slots).empty());
    CHECK(slots == std::vector<readers::hdr::Slot>{{512, 1023, 1}});
}

TEST_CASE("V0 and V1 words of every size give what V2 gives") {
    std::vector<std::int64_t> counts(310, 0);
    counts[0] = 5;
    counts[300] = 7;
    std::vector<readers::hdr::Slot> slots;
    for (const bool v1 : {false, true}) {
        for (const unsigned width : {2U, 4U, 8U}) {
            REQUIRE(readers::hdr::decode(of_words(v1, width, counts), slots).empty());
            CHECK(slots == std::vector<readers::hdr::Slot>{{0, 0, 5}, {344, 345, 7}});
        }
    }
    counts[3] = -1;
    CHECK(readers::hdr::decode(of_words(true, 4, counts), slots) == "a count is negative");
    CHECK(slots.empty());
}

TEST_CASE("a hostile payload is refused by name and takes no memory") {
    std::vector<readers::hdr::Slot> slots;
    const auto why = [&](const std::string& payload) {
        return readers::hdr::decode(payload, slots);
    };
    const std::string run_of_zeros = zigzag(-2'147'483'647);
    CHECK(why(of_v2(run_of_zeros)).empty());
    CHECK(slots.empty());
    CHECK(why(of_v2(run_of_zeros + zigzag(1))) == "a bucket lies beyond 63 bits");
    CHECK(why(of_v2(zigzag(-2'147'483'648LL))) == "a run of empty buckets is too long");
    CHECK(why(of_v2(zigzag(INT64_MIN))) == "a run of empty buckets is too long");
    CHECK(why(of_v2("\x80")) == "the payload ends within a count");
    CHECK(why(of_v2(zigzag(1), {.digits = 6})) == "the number of digits is not 0 to 5");
    CHECK(why(of_v2(zigzag(1), {.lowest = 0})) == "the lowest value is out of range");
    CHECK(why(of_v2(zigzag(1), {.ratio = 0.5})).find("DoubleHistogram") != std::string::npos);
    CHECK(why(of_v2(zigzag(1), {.ratio = std::nan("")})).find("DoubleHistogram") !=
          std::string::npos);
    CHECK(why(of_v2(zigzag(1), {.shifted = 3})).find("shifted") != std::string::npos);
    CHECK(why(scaled).find("DoubleHistogram") != std::string::npos);
    CHECK(why("HIST!") == "the payload is not base64");
    CHECK(why("") == "the payload is too short");
    CHECK(why("HISTFAAAAGV4") == "the payload is shorter than it says");
    CHECK(why(wrapped(0x1C849314, "x")) == "the payload ends within its header");
    CHECK(why(wrapped(0x1C849314, std::string(64, '\1'))).find("version") != std::string::npos);
    CHECK(why(wrapped(0xDEADBEEF, "x")).find("no HdrHistogram") != std::string::npos);
    const std::string bomb(64U * 1'048'576U, '\0');
    CHECK(why(wrapped(0x1C849314, bomb)) == "the payload cannot be unpacked, or is too large");
}

TEST_CASE("the ninth byte of a zigzag number carries eight bits") {
    std::vector<readers::hdr::Slot> slots;
    REQUIRE(readers::hdr::decode(of_v2(zigzag(INT64_MAX) + zigzag(-1) + zigzag(3)), slots).empty());
    CHECK(slots == std::vector<readers::hdr::Slot>{{0, 0, INT64_MAX}, {2, 2, 3}});
}

TEST_CASE("stamps are absolute or relative as HistogramLogReader has it") {
    struct Case {
        const char* head;
        const char* stamp;
        const char* at;
    };
    const Case c = GENERATE(
        Case{"#[StartTime: 1441812279.474 (seconds since epoch)]\n",
             "0.127",
             "2015-09-09T15:24:39Z"},
        Case{"#[StartTime: 1441812279.474 (seconds)]\n", "1441812300.5", "2015-09-09T15:25:00Z"},
        Case{"#[BaseTime: 1441812279.000 (seconds)]\n", "21.0", "2015-09-09T15:25:00Z"},
        Case{"#[StartTime: 1441812279.474 (s)]\n#[BaseTime: 0.0 (s)]\n",
             "21.0",
             "1970-01-01T00:00:21Z"},
        Case{"", "21.9", "1970-01-01T00:00:21Z"});
    const std::string text = std::string{c.head} + c.stamp + ",1.0,0.2," + first + "\n";
    const auto read = read_text(readers::hdr_log, text, with_unit("ns"));
    REQUIRE(read.input.records == 1);
    CHECK(to_text(read.evidence.latency.routes.at({}).histograms.begin()->first) == c.at);
}

TEST_CASE("lines of every custom are read, others are counted with their first place") {
    const std::string text = "\xEF\xBB\xBF# a comment\r\n\r\n0.5 1.0 0.2 " + first + " \r\n" +
                             "Tag=A,1.5,1.0,0.2," + first + "\r\n" +  // with carriage returns
                             "2.5,1.0,0.2," + scaled + "\n" +         // scaled
                             "nan,1.0,0.2," + first + "\n" +          // no number
                             "3.5,-1.0,0.2," + first + "\n" +         // runs backwards
                             "1e300,1.0,0.2," + first + "\n" +        // out of range
                             "0.1,1.0,NaN," + first + "\n" +
                             "4.5,1.0\n";  // earlier than before; cut
    const auto read = read_text(readers::hdr_log, text, with_unit("us"));
    CHECK(read.input.records == 3);
    CHECK(read.input.skipped ==
          6);  // and the byte order mark's comment, which is no comment of theirs
    CHECK(read.evidence.latency.routes.size() == 2);
    CHECK(read.evidence.latency.routes.at({}).histograms.size() == 1);
    CHECK(read.input.note.find("count from 1970") != std::string::npos);
}

TEST_CASE("a log cut between lines gives the whole, in any order") {
    Evidence whole = read_text(readers::hdr_log, whole_log, with_unit("ns")).evidence;
    const std::size_t cut = whole_log.find("Tag=");
    const auto shard = [&](std::string_view text) {
        return read_text(readers::hdr_log, std::string{head} + std::string{text}, with_unit("ns"))
            .evidence;
    };
    Evidence a = shard(std::string_view{whole_log}.substr(head.size(), cut - head.size()));
    Evidence b = shard(std::string_view{whole_log}.substr(cut));
    Evidence ab = a;
    ab.merge(b);
    b.merge(a);
    for (const Evidence* merged : {&ab, &b}) {
        CHECK(at(*merged, {}, 0.5).high == at(whole, {}, 0.5).high);
        CHECK(merged->latency.windows == whole.latency.windows);
    }
}

TEST_CASE("nothing that was done to a log crashes its reader") {
    testing::read_damaged(readers::hdr_log, whole_log, with_unit("ns"));
}

TEST_CASE("base64 with and without padding; a sign that is none is refused") {
    std::string bytes;
    REQUIRE(readers::hdr::from_base64("cGxpbXNvbGw=", bytes));
    CHECK(bytes == "plimsoll");
    REQUIRE(readers::hdr::from_base64("cGxpbXNvbGw", bytes));
    CHECK(bytes == "plimsoll");
    CHECK_FALSE(readers::hdr::from_base64("cGxp bXNvbGw", bytes));
}

TEST_CASE("other files are not taken for a histogram log") {
    const auto sureness = [](std::string_view text) {
        return readers::hdr_log.recognises(
            {.kind = SourceKind::bytes, .head = text, .whole = true});
    };
    CHECK(sureness("") == Sureness::no);
    CHECK(sureness("time,p99_ms\n2026-01-01,5\n") == Sureness::no);
    CHECK(sureness("0.1,1.0,0.2,HISTF\n") == Sureness::certain);
    CHECK(sureness("Tag=x,0.1,1.0,0.2,HISTF\n") == Sureness::certain);
    CHECK(readers::hdr_log.recognises(
              {.kind = SourceKind::database, .head = whole_log, .whole = true}) == Sureness::no);
}

TEST_CASE("an interval that nobody can have measured is counted and not used") {
    const auto with = [](const std::string& payload, const char* unit) {
        return read_text(readers::hdr_log,
                         "#[StartTime: 1790000000.0 (seconds)]\n0.0,1.0,5.0," + payload + "\n" +
                             "1.0,1.0,5.0," + of_v2(zigzag(-5) + zigzag(7)) + "\n",
                         with_unit(unit));
    };
    const auto counts = with(of_v2(zigzag(5) + zigzag(1LL << 62) + zigzag(3)), "us");
    CHECK(counts.input.records == 1);
    CHECK(counts.input.first_skipped.why == "an interval counts more than a trillion requests");
    CHECK(with(of_v2(zigzag(1LL << 39) + zigzag(1LL << 39)), "us").input.skipped == 1);
    CHECK(with(of_v2(zigzag(1LL << 39)), "us").input.skipped == 0);
    // 2^50 seconds, far down the buckets of two digits
    const std::string far = of_v2(zigzag(-(128 + 44 * 128)) + zigzag(1));
    CHECK(with(far, "s").input.first_skipped.why ==
          "a request took more than 31 years: is the unit right?");
    CHECK(with(far, "ns").input.skipped == 0);
    const auto zeros = with(of_v2(zigzag(5) + zigzag(-(1LL << 31)) + zigzag(3)), "us");
    CHECK(zeros.input.first_skipped.why == "a run of empty buckets is too long");
    for (const auto* const read : {&counts, &zeros}) {
        CHECK(at(read->evidence, {}, 1).high < 10);  // the interval behind it is read
    }
}
