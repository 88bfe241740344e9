// Prometheus's HTTP API: the quantiles of histogram_quantile on the same buckets, and our bounds.
#include "catch.hpp"
#include "latency_reading.hpp"
#include "model/random.hpp"
#include "readers/metrics/cumulative.hpp"

#include <fmt/format.h>

#include <cmath>

namespace plimsoll::readers {
extern const Reader prometheus_json;
}

using namespace plimsoll;
using plimsoll::testing::error_of;
using plimsoll::testing::read_text;
using plimsoll::testing::with_unit;

namespace {

struct Series {
    std::string labels;  // inside the braces of "metric"
    std::vector<std::string> values;
};

std::string document(const std::vector<Series>& series, int step = 3600) {
    std::string out = R"({"status":"success","data":{"resultType":"matrix","result":[)";
    for (std::size_t i = 0; i < series.size(); ++i) {
        out += (i == 0 ? "" : ",") + std::string{R"({"metric":{)"} + series[i].labels +
               R"(},"values":[)";
        for (std::size_t j = 0; j < series[i].values.size(); ++j) {
            out += (j == 0 ? "[" : ",[") +
                   std::to_string(1'793'577'600 + static_cast<int>(j) * step) + ",\"" +
                   series[i].values[j] + "\"]";
        }
        out += "]}";
    }
    return out + "]}}";
}

std::vector<Series> buckets(const std::string& labels,
                            const std::vector<std::pair<std::string, std::string>>& at) {
    std::vector<Series> out;
    for (const auto& [le, value] : at) {
        out.push_back({labels + R"("le":")" + le + "\"", {"0", value}});
    }
    return out;
}

const std::string named = R"("__name__":"http_request_duration_seconds_bucket","handler":"/a",)";
const RouteId a{.service = "", .route = "/a"};

const LatencyBucket& first(const plimsoll::testing::ReadText& read, const RouteId& id) {
    return read.evidence.latency.routes.at(id).histograms.begin()->second;
}

// histogram_quantile written down again from its documentation, on cumulative counts in seconds.
double histogram_quantile(double q, const std::vector<std::pair<double, double>>& cumulative) {
    const double rank = q * cumulative.back().second;
    std::size_t b = 0;
    while (b + 1 < cumulative.size() && cumulative[b].second < rank) {
        ++b;
    }
    if (std::isinf(cumulative[b].first)) {
        return cumulative[b - 1].first;
    }
    const double low = b == 0 ? 0 : cumulative[b - 1].first;
    const double before = b == 0 ? 0 : cumulative[b - 1].second;
    return low + (cumulative[b].first - low) * (rank - before) / (cumulative[b].second - before);
}

}  // namespace

TEST_CASE("quantiles are those of histogram_quantile, within the bucket that holds them") {
    model::Random random{3};
    const std::vector<double> bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    for (int run = 0; run < 50; ++run) {
        std::vector<std::pair<double, double>> cumulative;
        std::vector<std::pair<std::string, std::string>> text;
        double total = 0;
        for (const double bound : bounds) {
            total += static_cast<double>(random.below(300));
            cumulative.emplace_back(bound, total);
            text.emplace_back(std::to_string(bound), std::to_string(static_cast<int>(total)));
        }
        total += run % 2 == 0 ? 0 : 40;
        cumulative.emplace_back(INFINITY, total);
        text.emplace_back("+Inf", std::to_string(static_cast<int>(total)));
        const auto read = read_text(readers::prometheus_json, document(buckets(named, text)));
        for (const double q : {0.01, 0.5, 0.9, 0.95, 0.99, 1.0}) {
            const double wanted = histogram_quantile(q, cumulative) * 1e6;
            const Estimate ours = *first(read, a).quantile(q);
            CAPTURE(run, q);
            if (ours.has_point()) {
                CHECK_THAT(ours.at, Catch::Matchers::WithinRel(wanted, 1e-9));
                CHECK(ours.low <= wanted * (1 + 1e-12));
                CHECK(ours.high >= wanted * (1 - 1e-12));
            } else {
                CHECK(ours.low == 1e7);  // Prometheus says 10 s, we say at least 10 s
                CHECK(wanted == 1e7);
            }
        }
    }
}

TEST_CASE("a counter that falls began anew: the new values are the increase") {
    const auto read = read_text(readers::prometheus_json,
                                document({{named + R"("le":"0.1")", {"100", "150", "20"}},
                                          {named + R"("le":"+Inf")", {"100", "160", "200"}}}));
    const auto& windows = read.evidence.latency.routes.at(a).histograms;
    REQUIRE(windows.size() == 2);
    CHECK(windows.begin()->second.count() == 60);
    CHECK(windows.rbegin()->second.count() == 200);  // one bucket fell: the whole histogram did
    CHECK(to_text(windows.begin()->first) == "2026-11-02T00:00:00Z");
}

TEST_CASE("resets are per process, before the sum over instances") {
    std::vector<Series> both = buckets(named + R"("instance":"x",)", {{"1", "10"}, {"+Inf", "10"}});
    for (Series& series : buckets(named + R"("instance":"y",)", {{"1", "5"}, {"+Inf", "7"}})) {
        both.push_back(series);
    }
    const auto read = read_text(readers::prometheus_json, document(both));
    REQUIRE(read.evidence.latency.routes.size() == 1);
    CHECK(first(read, a).count() == 17);
}

TEST_CASE("bounds are numbers: 1, 1.0 and 1e0 are one") {
    const auto read = read_text(
        readers::prometheus_json,
        document(buckets(named, {{"1.0", "2"}, {"1e0", "3"}, {"2e-1", "1"}, {"+Inf", "9"}})));
    const Estimate all = *first(read, a).quantile(0.5);
    CHECK(all.low == 200'000);
    CHECK(all.high == 1'000'000);
    CHECK(first(read, a).count() == 9);
}

TEST_CASE("series without a name are rates: their unit is asked for, their step weighs") {
    const std::string rates =
        document({{R"("le":"0.1")", {"0.5", "0.5"}}, {R"("le":"+Inf")", {"1", "1"}}});
    const auto error = error_of(readers::prometheus_json, rates);
    REQUIRE(error);
    CHECK(error->status == Status::usage);
    CHECK(error->remedy.find("--unit s") != std::string::npos);
    const auto read = read_text(readers::prometheus_json, rates, with_unit("s"));
    CHECK(first(read, {}).count() == 3600);
    CHECK(first(read, {}).quantile(0.25)->at == 50'000);
    CHECK(read.input.note.find("rates per second") != std::string::npos);
}

TEST_CASE("ready quantiles are kept apart by instance and never merged") {
    const std::string q =
        R"("__name__":"rpc_duration_seconds","service":"shop","quantile":"0.99",)";
    const auto read =
        read_text(readers::prometheus_json,
                  document({{q + R"("instance":"x")", {"0.08", "NaN", "+Inf"}},
                            {q + R"("instance":"y")", {"0.2"}},
                            {R"("quantile":"0.9","__name__":"rpc_duration_seconds")", {"1"}}}));
    CHECK(read.evidence.latency.routes.size() == 2);
    CHECK(read.evidence.latency.routes.at({.service = "shop", .route = ""})
              .percentiles.begin()
              ->second.p99 == 80'000);
    CHECK(read.evidence.latency.routes.at({.service = "shop", .route = ""}).percentiles.size() ==
          1);
    CHECK(read.input.skipped == 1);
}

TEST_CASE("a series that says nothing of itself is skipped, and the note tells how to name it") {
    const auto read =
        read_text(readers::prometheus_json, document({{R"("handler":"/a")", {"0.1"}}}));
    CHECK(read.input.skipped == 1);
    CHECK(read.input.note.find("label_replace") != std::string::npos);
    CHECK(read.evidence.latency.empty());
}

TEST_CASE("gauges of known exporters get our names and their limits") {
    const auto read = read_text(
        readers::prometheus_json,
        document({{R"("__name__":"hikaricp_connections_active","pool":"web","instance":"x")",
                   {"3", "4"}},
                  {R"("__name__":"hikaricp_connections_active","pool":"web","instance":"y")",
                   {"2", "1"}},
                  {R"("__name__":"hikaricp_connections_max","pool":"web")", {"20", "20"}},
                  {R"("gauge":"queue.mail.depth")", {"7"}}}));
    const GaugeSeries& pool = read.evidence.gauges.series.at("pool.web.busy");
    CHECK(pool.samples.begin()->second == GaugeSample{.value_milli = 5000, .limit_milli = 20'000});
    CHECK(read.evidence.gauges.series.at("queue.mail.depth").samples.begin()->second.value_milli ==
          7000);
}

TEST_CASE("the slots of all instances of a pool add up, and how many they are is kept") {
    const auto read = read_text(
        readers::prometheus_json,
        document(
            {{R"("__name__":"hikaricp_connections_active","pool":"web","instance":"x")",
              {"3", "4"}},
             {R"("__name__":"hikaricp_connections_active","pool":"web","instance":"y")",
              {"9", "8"}},
             {R"("__name__":"hikaricp_connections_max","pool":"web","instance":"x")", {"10", "10"}},
             {R"("__name__":"hikaricp_connections_max","pool":"web","instance":"y")", {"10", "10"}},
             {R"("__name__":"pg_replication_lag_seconds","instance":"r1")", {"1", "1"}},
             {R"("__name__":"pg_replication_lag_seconds","instance":"r2")", {"4", "1"}}}));
    const auto& series = read.evidence.gauges.series;
    CHECK(series.at("pool.web.busy").samples.begin()->second ==
          GaugeSample{.value_milli = 12'000, .limit_milli = 20'000});
    CHECK(series.at("pool.web.instances").samples.begin()->second.value_milli == 2000);
    CHECK(series.at("replica.lag_s").samples.begin()->second.value_milli == 4000);
}

TEST_CASE("native histograms: counts that are not cumulative over bounds, but over time") {
    const std::string point =
        R"({"count":"N","sum":"1","buckets":[[0,"0.1","0.2","A"],[0,"0.2","0.4","B"]]})";
    const auto at = [&](int second, const char* lower, const char* upper) {
        std::string text = point;
        text.replace(text.find("\"A\""), 3, "\"" + std::string{lower} + "\"");
        text.replace(text.find("\"B\""), 3, "\"" + std::string{upper} + "\"");
        return "[" + std::to_string(1'793'577'600 + second) + "," + text + "]";
    };
    const std::string text =
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"d_seconds","handler":"/a"},"histograms":[)" +
        at(0, "10", "0") + "," + at(3600, "13", "7") + "]}]}}";
    const auto read = read_text(readers::prometheus_json, text);
    REQUIRE(read.input.skipped == 0);
    CHECK(first(read, a).count() == 10);
    CHECK(first(read, a).quantile(0.3)->low == 100'000);
    CHECK(first(read, a).quantile(0.3)->high == 200'000);
    CHECK(first(read, a).quantile(0.9)->high == 400'000);
}

TEST_CASE("native histograms of custom bounds are read evenly, open ends are bounds") {
    const auto quantile = [](double q, const std::string& list) {
        const auto read = read_text(
            readers::prometheus_json,
            R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":)"
            R"({"handler":"/a"},"histograms":[[1793577600,{"count":"1","sum":"1","buckets":[)" +
                list + "]}]]}]}}",
            testing::with_unit("s"));
        return *first(read, a).quantile(q);
    };
    const std::string custom =
        R"([0,"-Inf","0.25","10"],[0,"0.25","0.5","20"],[0,"0.5","1","10"],[0,"1","+Inf","10"])";
    CHECK(quantile(0.1, custom).at == 125'000);  // from 0 on
    CHECK(quantile(0.4, custom).at == 375'000);  // factors of two, but not of powers
    CHECK_FALSE(quantile(0.9, custom).has_point());
    CHECK(quantile(0.9, custom).low == 1'000'000);
    // A zero bucket that reaches into the first of the others holds what is below its threshold.
    const std::string wide = R"([3,"-0.3","0.3","10"],[0,"0.25","0.5","10"],[0,"0.5","1","20"])";
    CHECK(quantile(0.25, wide).at == 300'000);
    CHECK(quantile(0.5, wide).low == 300'000);
    CHECK(quantile(0.5, wide).at == 500'000);
    CHECK_THAT(quantile(0.75, wide).at, Catch::Matchers::WithinRel(1e6 / std::sqrt(2), 1e-9));
}

TEST_CASE("native histograms: the law of histogram_quantile inside a bucket is exponential") {
    model::Random random{8};
    for (const int schema : {-1, 0, 1, 2, 3, 5, 8}) {
        for (int round = 0; round < 20; ++round) {
            std::vector<std::pair<double, double>> upper;        // bound and count, in seconds
            std::string list = R"([3,"-1e-128","1e-128","3"])";  // the zero bucket
            std::string none = R"([3,"-1e-128","1e-128","0"])";
            double all = 3;
            const int lowest = -static_cast<int>(random.below(6)) * (1 << std::max(schema, 0));
            for (int k = 0; k < 12; ++k) {
                const auto bound = [&](int index) { return std::exp2(std::ldexp(index, -schema)); };
                const auto count = static_cast<double>(random.below(50));
                const auto bucket = [&](double times) {
                    return fmt::format(R"(,[0,"{:.17g}","{:.17g}","{}"])",
                                       bound(lowest + k),
                                       bound(lowest + k + 1),
                                       times);
                };
                list += bucket(count);
                none += bucket(0);
                upper.emplace_back(bound(lowest + k + 1), count);
                all += count;
            }
            const auto at = [&](int second, const std::string& buckets) {
                return fmt::format(R"([{},{{"count":"1","sum":"1","buckets":[{}]}}])",
                                   1'793'577'600 + second,
                                   buckets);
            };
            const auto read = read_text(
                readers::prometheus_json,
                R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":)"
                R"({"__name__":"d_seconds","handler":"/a"},"histograms":[)" +
                    at(0, none) + "," + at(3600, list) + "]}]}}");
            for (const double q : {0.1, 0.5, 0.9, 0.99}) {
                // promql/quantile.go: the bucket of the rank, its bounds by the share of the rank.
                double before = 3;
                std::size_t b = 0;
                while (b + 1 < upper.size() && before + upper[b].second < q * all) {
                    before += upper[b++].second;
                }
                if (q * all <= 3) {
                    continue;  // in the zero bucket: no width
                }
                const double factor = std::exp2(std::ldexp(1.0, -schema));
                const double share = (q * all - before) / upper[b].second;
                const double expected = upper[b].first / factor * std::pow(factor, share);
                const Estimate got = *first(read, a).quantile(q);
                CAPTURE(schema, round, q);
                REQUIRE(std::abs(got.at / 1e6 / expected - 1) < 1e-5);
                REQUIRE(got.low <= got.at);
                REQUIRE(got.at <= got.high);
            }
        }
    }
}

TEST_CASE("hostile documents: a named reason, no crash") {
    CHECK(error_of(readers::prometheus_json, R"({"status":"error","resultType":1})")->status ==
          Status::untrusted);
    CHECK(error_of(readers::prometheus_json, R"({"resultType":"matrix","data":{}})")->status ==
          Status::untrusted);
    CHECK(error_of(readers::prometheus_json, R"({"resultType":)")->status == Status::untrusted);
    CHECK(error_of(readers::prometheus_json, std::string(100'000, '['))->status ==
          Status::untrusted);
    const auto open = read_text(readers::prometheus_json, document(buckets(named, {{"1", "5"}})));
    CHECK(open.input.first_skipped.why == "a histogram has no +Inf bucket");
    const auto negative =
        read_text(readers::prometheus_json,
                  document(buckets(named, {{"1", "-5"}, {"+Inf", "1e300"}, {"x", "1"}})));
    CHECK(negative.input.skipped == 2);  // the bound x, and 1e300 requests
    testing::read_damaged(readers::prometheus_json,
                          document(buckets(named, {{"0.1", "5"}, {"+Inf", "9"}})));
}

TEST_CASE("cumulative counts: bounds that appear later, counts that fall from bound to bound") {
    using namespace readers::metrics;
    CHECK(increase({{1, 5}, {INFINITY, 9}}, {{1, 6}, {2, 8}, {INFINITY, 12}}) ==
          Cumulative{{1, 1}, {2, 3}, {INFINITY, 3}});
    CHECK(buckets_of({{1, 5}, {2, 3}, {INFINITY, 5}}, 1e9).size() == 1);
    CHECK(buckets_of({{1, 5}}, 1e9).empty());
    CHECK(buckets_of({}, 1e9).empty());
    CHECK(unit_in_name("http_request_duration_seconds_bucket") == 1e9);
    CHECK(unit_in_name("rpc_ms") == 1e6);
    CHECK_FALSE(unit_in_name("http_requests_total"));
    CHECK_FALSE(sample_value("NaN"));
    CHECK(sample_value("+Inf") == INFINITY);
    CHECK(sample_value("+5e-1") == 0.5);
}

TEST_CASE("an increase that nobody can have served is named and not used") {
    for (const char* const count : {"1e300", "9223372036854775808", "2e12"}) {
        CAPTURE(count);
        const auto read = read_text(readers::prometheus_json,
                                    document(buckets(named, {{"0.5", "5"}, {"+Inf", count}})));
        CHECK(read.evidence.latency.routes.empty());
        CHECK(read.input.first_skipped.why.find("more than a trillion") != std::string::npos);
    }
    const auto fine = read_text(readers::prometheus_json,
                                document(buckets(named, {{"0.5", "5"}, {"+Inf", "1e12"}})));
    CHECK(first(fine, a).count() == 1e12);
    CHECK(fine.input.skipped == 0);
}

TEST_CASE("gauges of many instances are added without passing what a number holds") {
    std::vector<Series> pools;
    for (int i = 0; i < 40; ++i) {
        pools.push_back({R"("__name__":"pool_busy","gauge":"pool.web.busy","instance":")" +
                             std::to_string(i) + "\"",
                         {"8999999999999", "9e15", "-1", "NaN"}});
    }
    const auto read = read_text(readers::prometheus_json, document(pools));
    REQUIRE(read.evidence.gauges.series.contains("pool.web.busy"));
    for (const auto& [name, series] : read.evidence.gauges.series) {
        for (const auto& [at, sample] : series.samples) {
            CHECK(sample.value_milli >= 0);
            CHECK(sample.value_milli <= 9'000'000'000'000'000);
        }
    }
}
