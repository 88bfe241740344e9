"""What is in latency.csv and latency.hlog: climb, step, and the decoded histograms."""
import collections
import csv
import math
import statistics

import hdr


def weekly_slope(rows):
    """Percent a week: least squares through the logarithms of weekly medians."""
    weeks = [math.log(statistics.median(rows[w * 168 : (w + 1) * 168])) for w in range(13)]
    middle, mean = 6, statistics.mean(weeks)
    return 100 * (math.exp(sum((w - middle) * (y - mean) for w, y in enumerate(weeks)) / 182) - 1)


def quantile(buckets, q):
    """The highest value of the bucket that holds the rank, in microseconds."""
    rank, seen = math.ceil(q * sum(buckets.values())), 0
    for (low, width), count in sorted(buckets.items()):
        seen += count
        if seen >= rank:
            return low + width - 1
    raise ValueError("empty histogram")


def latency_truth(story, must):
    series = collections.defaultdict(list)
    with open(story / "latency.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            series[row["route"]].append(row)
    with open(story / "events.csv", encoding="utf-8") as file:
        deploys = [row for row in csv.DictReader(file) if row["kind"] == "deploy"]
    step = next(row for row in deploys if row["at"].startswith("2026-10-14"))
    search = series["GET /search"]
    before = statistics.median(float(r["p99_ms"]) for r in search if r["time"] < step["at"])
    after = statistics.median(float(r["p99_ms"]) for r in search if r["time"] > step["until"])
    slopes = {
        route: round(weekly_slope([float(r["p99_ms"]) for r in rows]), 2)
        for route, rows in series.items()
    }
    must(abs(slopes["GET /orders"] - 8) < 1.5, "the planted climb is not in latency.csv")
    must(1.2 < after / before < 1.5, "the planted step is not in latency.csv")
    lines = [
        line
        for line in (story / "latency.hlog").read_text(encoding="ascii").splitlines()
        if line.startswith("Tag=")
    ]
    merged, hourly = collections.defaultdict(collections.Counter), collections.defaultdict(
        collections.Counter
    )
    for line in lines:
        tag, second, _, top, blob = line.split(",")
        buckets = hdr.decode(blob)
        must(
            abs(buckets[-1][0] - float(top) * 1e6) < 0.002 * float(top) * 1e6 + 1000,
            "hlog maximum differs from its histogram",
        )
        for low, width, count in buckets:
            merged[tag[4:]][low, width] += count
            hourly[tag[4:], float(second) >= 3600][low, width] += count
    evening = {}
    for tag, buckets in merged.items():
        rows = [
            r
            for r in series[tag.split(":", 1)[1].replace("_", " ")]
            if r["time"][:13] in ("2026-11-19T18", "2026-11-19T19")
        ]
        evening[tag] = {
            "requests": sum(buckets.values()),
            "p50_ms": quantile(buckets, 0.5) / 1000,
            "p99_ms": quantile(buckets, 0.99) / 1000,
            "p99_ms_by_hour": [quantile(hourly[tag, late], 0.99) / 1000 for late in (False, True)],
            "p99_ms_in_csv": [float(r["p99_ms"]) for r in rows],
        }
        must(
            all(
                0.75 < a / b < 1.33
                for a, b in zip(evening[tag]["p99_ms_by_hour"], evening[tag]["p99_ms_in_csv"])
            ),
            "hlog and csv disagree about " + tag,
        )
    return {
        "rows": sum(map(len, series.values())),
        "hours": len(search),
        "first": search[0]["time"],
        "last": search[-1]["time"],
        "planted_climb_percent_a_week": 8.0,
        "found_percent_a_week": slopes,
        "planted_step_percent": 35.0,
        "step_at": step["until"],
        "found_step_percent": round(100 * (after / before - 1), 1),
        "deploys": len(deploys),
        "hlog_intervals": len(lines),
        "hlog": evening,
    }
