// How to export latency, gauges, traces and incidents. Plain POSIX shell; nothing is run by
// plimsoll.
#include "app/how_scripts.hpp"

#include <array>

namespace plimsoll::app {
namespace {

// clang-format off
constexpr auto scripts = std::to_array<HowScript>({
    {"access-log", R"sh(# Access logs: every single duration. The combined format of nginx and Apache holds none, so add one.
#   nginx, in http { }:
#     log_format timed escape=json '{"time":"$time_iso8601","request_time":$request_time,"status":$status,'
#                                  '"method":"$request_method","path":"$uri","service":"$server_name"}';
#     access_log /var/log/nginx/access.json timed;
#   Apache:  LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D" timed       (then --unit us)
#   HAProxy: option httplog            Envoy: its default format            ALB: access logs to S3, as they are
# Copy two weeks or more; compressed ones are read as they are.
mkdir -p access && cp /var/log/nginx/access.json* access/
plimsoll audit access/
)sh"},
    {"dashboard", R"sh(# Grafana, CloudWatch, Datadog: a panel of p50, p95 and p99 by route over 13 weeks, one point an hour.
#   Grafana: panel menu, Inspect, Data, "Download CSV" with "Formatted data" off; set Max data points to 5000 first,
#   or points are averaged. The header, or the cells, must name the unit; otherwise give --unit ms.
plimsoll inspect latency.csv
plimsoll audit latency.csv
)sh"},
    {"hdr", R"sh(# HdrHistogram: interval logs of HistogramLogWriter, jHiccup (ns) or YCSB (us). The file does not say its unit.
#   YCSB: -p measurementtype=hdrhistogram -p hdrhistogram.fileoutput=true -p hdrhistogram.output.path=run-
plimsoll audit --unit us ./*.hlog
)sh"},
    {"jaeger", R"sh(# Jaeger: whole traces of each service, an hour at a time, for a week. Needs: curl, jq.
# The API returns the newest `limit` of each hour. Do not filter by duration or error: shares would be wrong.
JAEGER=http://localhost:16686
hour=3600000000; end=$(($(date +%s) * 1000000)); from=$((end - 168 * hour))
curl -sS "$JAEGER/api/services" | jq -r '.data[]' | while read -r service; do
  at=$from
  while [ "$at" -lt "$end" ]; do
    curl -sS --get "$JAEGER/api/traces" --data-urlencode "service=$service" \
      --data-urlencode "start=$at" --data-urlencode "end=$((at + hour))" --data-urlencode limit=200 |
      jq -c '.data[]' >> traces.ndjson
    at=$((at + hour))
  done
done
sort -u traces.ndjson > jaeger.ndjson  # a trace through two services came twice
plimsoll audit jaeger.ndjson
)sh"},
    {"load-test", R"sh(# A ladder of load: eight steps up to the knee, five minutes each, with a fixed rate of arrivals, so that a stall
# is not hidden by clients that wait for it. Needs: vegeta (or k6 with constant-arrival-rate, or wrk2 -R).
URL=https://staging.example.com/
for rate in 50 100 150 200 300 400 500 600; do
  echo "GET $URL" | vegeta attack -rate="$rate" -duration=5m | vegeta report -type=json > "ladder-$rate.json"
  sleep 60
done
plimsoll audit ladder-*.json
)sh"},
    {"opsgenie", R"sh(# Opsgenie: incidents with the services they hit. Needs: curl, jq, an API key that may read.
KEY=... HOST=https://api.opsgenie.com
offset=0; : > opsgenie.ndjson
while :; do
  page=$(curl -sS -H "Authorization: GenieKey $KEY" "$HOST/v1/incidents?limit=100&offset=$offset&sort=createdAt")
  printf '%s\n' "$page" | jq -c . >> opsgenie.ndjson
  [ "$(printf '%s' "$page" | jq '.data | length')" = 100 ] || break
  offset=$((offset + 100))
done
# What failed first, and which features went down, only people know: write it into incidents.csv:
# started,ended,trigger,features_down,what
plimsoll audit opsgenie.ndjson
)sh"},
    {"otlp", R"sh(# OpenTelemetry: let the collector write what it receives to a file, for a week. In its configuration:
#   exporters:
#     file/plimsoll: {path: /var/lib/otelcol/otlp.json, rotation: {max_megabytes: 500, max_backups: 20}}
#   service:
#     pipelines:
#       traces:  {receivers: [otlp], processors: [batch], exporters: [file/plimsoll]}
#       metrics: {receivers: [otlp], processors: [batch], exporters: [file/plimsoll]}
# Sample at the start of a request (probabilistic_sampler), not by error or duration (tail_sampling): shares would be wrong.
# Where services write to several collectors, send them through one, or traces are cut in two.
plimsoll audit /var/lib/otelcol/otlp*.json
)sh"},
    {"pagerduty", R"sh(# PagerDuty: incidents with the services they hit. Needs: curl, jq, a read-only API key.
TOKEN=... SINCE=2026-05-01T00:00:00Z UNTIL=2026-11-01T00:00:00Z
offset=0; : > pagerduty.ndjson
while :; do
  page=$(curl -sS -G -H "Authorization: Token token=$TOKEN" -H "Accept: application/vnd.pagerduty+json;version=2" \
    https://api.pagerduty.com/incidents -d since="$SINCE" -d until="$UNTIL" -d limit=100 -d offset="$offset")
  printf '%s\n' "$page" | jq -c . >> pagerduty.ndjson
  [ "$(printf '%s' "$page" | jq -r .more)" = true ] || break
  offset=$((offset + 100))
done
# What failed first, and which features went down, only people know: write it into incidents.csv:
# started,ended,trigger,features_down,what
plimsoll audit pagerduty.ndjson
)sh"},
    {"prometheus", R"sh(# Prometheus: latency by route (13 weeks by the hour, two weeks by the minute) and gauges. Needs: curl.
# METRIC: a histogram in seconds, as http_server_requests_seconds or http_request_duration_seconds; BY: its labels.
PROM=http://localhost:9090 METRIC=http_request_duration_seconds BY=job,handler
now=$(date +%s); day=86400
range() { # FILE QUERY STEP START END; 11,000 points a series are the most that Prometheus gives
  curl -sS --get "$PROM/api/v1/query_range" --data-urlencode "query=$2" --data-urlencode "step=$3" \
    --data-urlencode "start=$4" --data-urlencode "end=$5" > "$1"
}
range latency-hours.json "sum by ($BY, le) (rate(${METRIC}_bucket[1h]))" 1h $((now - 91 * day)) "$now"
range latency-week-1.json "sum by ($BY, le) (rate(${METRIC}_bucket[1m]))" 1m $((now - 14 * day)) $((now - 7 * day - 60))
range latency-week-2.json "sum by ($BY, le) (rate(${METRIC}_bucket[1m]))" 1m $((now - 7 * day)) "$now"
gauges='hikaricp_connections_(active|max)|jdbc_connections_(active|max)|pgbouncer_pools_server_active_connections'
gauges="$gauges|tomcat_threads_(busy|config_max)_threads|jetty_threads_(busy|config_max)"
gauges="$gauges|pg_stat_activity_count|pg_settings_max_connections|pg_replication_lag_seconds"
range gauges-week-1.json "{__name__=~\"$gauges\"}" 1m $((now - 14 * day)) $((now - 7 * day - 60))
range gauges-week-2.json "{__name__=~\"$gauges\"}" 1m $((now - 7 * day)) "$now"
plimsoll audit --unit s latency-hours.json gauges-week-1.json gauges-week-2.json
plimsoll audit --unit s latency-week-1.json latency-week-2.json gauges-week-1.json gauges-week-2.json  # cascades
)sh"},
    {"zipkin", R"sh(# Zipkin: whole traces, an hour at a time, for a week. Needs: curl, jq.
# The API returns the newest `limit` of each hour. Do not filter by duration or error: shares would be wrong.
ZIPKIN=http://localhost:9411
hour=3600000; now=$(($(date +%s) * 1000)); back=0
while [ "$back" -lt 168 ]; do
  curl -sS --get "$ZIPKIN/api/v2/traces" --data-urlencode "endTs=$((now - back * hour))" \
    --data-urlencode "lookback=$hour" --data-urlencode limit=1000 | jq -c '.[]' >> zipkin.ndjson
  back=$((back + 1))
done
plimsoll audit zipkin.ndjson
)sh"},
});
// clang-format on

}  // namespace

std::span<const HowScript> latency_scripts() noexcept {
    return scripts;
}

}  // namespace plimsoll::app
