#!/usr/bin/env python3
"""Writes latency.csv (a quarter, hourly) and latency.hlog (its last evening, by the minute).
SIMULATED, seeded.

The model, which is the truth of both files. For a route and an instant t, in weeks from the start:
    log p = log base + growth * t + 0.2 * log(traffic / mean traffic)
          + day noise + hour noise + sampling noise
    day noise AR(1) 0.3, sd 6 %; hour noise AR(1) 0.5, sd 4 %;
    sampling sd 1.0 / sqrt(count) for p50, 1.7 for p95, 2.6 for p99
    1 hour in 100 is a spike of 1.5 to 3 times; an incident of incidents.csv makes its hours 3 times
    traffic: daily cycle +-60 %, weekend -30 %, no growth: the climb is not explained by traffic
Planted: `GET /orders` climbs CLIMB a week in p99 (half that in p95, a tenth in p50) throughout;
         `GET /search` is STEP slower in all three from the end of the first deployment on STEP_DAY.
In the .hlog every request is drawn: its log latency is linear in the normal score through p50, p95
and p99 of that hour, without the sampling noise. Unit: microseconds, which the format cannot say.

usage: make_latency.py OUTPUT_FOLDER
"""
import csv
import datetime
import json
import math
import pathlib
import random
import sys

import hdr

START = datetime.datetime(2026, 8, 21)
WEEKS, HOURS = 13, 13 * 7 * 24
CLIMB, STEP, STEP_DAY = 0.08, 0.35, "2026-10-14"
EVENING = datetime.datetime(2026, 11, 19, 18)  # a Thursday
ROUTES = [  # service, route, requests an hour (mean), p50, p95, p99 in ms at the start
    ("web-api", "GET /", 9000, 14.0, 38.0, 75.0),
    ("web-api", "GET /shows/:id", 6500, 21.0, 62.0, 130.0),
    ("web-api", "GET /orders", 2600, 46.0, 150.0, 260.0),
    ("web-api", "GET /search", 2100, 33.0, 95.0, 190.0),
    ("checkout", "POST /checkout", 1500, 88.0, 210.0, 390.0),
    ("billing-worker", "POST /payments/callback", 1300, 27.0, 80.0, 150.0),
]
AFFECTED = {  # features of incidents.csv, as routes
    "browse": ("GET /", "GET /shows/:id"),
    "search": ("GET /search",),
    "order history": ("GET /orders",),
    "checkout": ("POST /checkout",),
    "payments": ("POST /payments/callback",),
}
hour = datetime.timedelta(hours=1)


def traffic(mean, at):
    daily = 1 + 0.6 * math.sin((at.hour - 11) / 24 * 2 * math.pi)
    return mean * daily * (0.7 if at.weekday() >= 5 else 1.0)


def parse(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def incidents(folder):
    with open(folder / "incidents.csv", encoding="utf-8", newline="") as file:
        return [
            (
                parse(row["started"]),
                parse(row["ended"]),
                {
                    route
                    for feature in row["features_down"].split(";")
                    for route in AFFECTED.get(feature, ())
                },
            )
            for row in csv.DictReader(file)
        ]


class Route:
    def __init__(self, row, step_at, outages):
        self.service, self.name, self.mean, *self.base = row
        self.random = random.Random("harbour " + self.name)
        self.step_at, self.outages = step_at, outages
        self.day = self.hourly = 0.0

    def true_percentiles(self, at):
        """Percentiles in ms at one hour, before sampling noise; advances the noise."""
        if at.hour == 0 or at == START:
            self.day = 0.3 * self.day + self.random.gauss(0, 0.06 * math.sqrt(1 - 0.3**2))
        self.hourly = 0.5 * self.hourly + self.random.gauss(0, 0.04 * math.sqrt(1 - 0.5**2))
        shared = self.day + self.hourly + 0.2 * math.log(traffic(self.mean, at) / self.mean)
        if self.random.random() < 0.01:
            shared += math.log(self.random.uniform(1.5, 3))
        if any(
            start < at + hour and at < end and self.name in routes
            for start, end, routes in self.outages
        ):
            shared += math.log(3)
        if self.name == "GET /search" and at >= self.step_at:
            shared += math.log(1 + STEP)
        weeks = (at - START) / (7 * 24 * hour)
        climb = weeks * math.log(1 + CLIMB) if self.name == "GET /orders" else 0.0
        return [
            p * math.exp(shared + climb * share) for p, share in zip(self.base, (0.1, 0.5, 1.0))
        ]

    def row(self, at, exact):
        count = max(1, round(self.random.gauss(1, 0.05) * traffic(self.mean, at)))
        noisy = [
            p * math.exp(self.random.gauss(0, wide / math.sqrt(count)))
            for p, wide in zip(exact, (1.0, 1.7, 2.6))
        ]
        return [
            at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            self.service,
            self.name,
            count,
            *(f"{p:.1f}" for p in sorted(noisy)),
        ]


def draw(source, exact):
    """One request in microseconds."""
    score, (low, middle, high) = source.gauss(0, 1), map(math.log, exact)
    if score < 1.645:
        logarithm = low + score * (middle - low) / 1.645
    else:
        logarithm = middle + (score - 1.645) * (high - middle) / (2.326 - 1.645)
    return max(1, round(1000 * math.exp(logarithm)))


def write_hlog(path, routes, evening):
    begun = EVENING.replace(tzinfo=datetime.timezone.utc)
    with open(path, "w", encoding="ascii") as file:
        file.write(
            "#[Simulated by make_latency.py; values are microseconds]\n#[Histogram log format version 1.3]\n"
        )
        file.write(
            f"#[StartTime: {begun.timestamp():.3f} (seconds since epoch), {begun:%a %b %d %H:%M:%S UTC %Y}]\n"
        )
        file.write(
            '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n'
        )
        for minute in range(120):
            at = EVENING + minute // 60 * hour
            for route in routes:
                source = random.Random(f"{route.name} {minute}")
                count = max(1, round(source.gauss(1, 0.1) * traffic(route.mean, at) / 60))
                values = [draw(source, evening[route.name, at]) for _ in range(count)]
                tag = f"{route.service}:{route.name}".replace(" ", "_")
                file.write(
                    f"Tag={tag},{minute * 60:.3f},60.000,{max(values) / 1e6:.3f},{hdr.encode(values)}\n"
                )


def main():
    out = pathlib.Path(sys.argv[1])
    deploys = json.loads((out / "make" / "deploys.json").read_text(encoding="utf-8"))
    step_at = next(
        parse(deploy["until"]) for deploy in deploys if deploy["at"].startswith(STEP_DAY)
    )
    outages = incidents(out)
    routes = [Route(row, step_at, outages) for row in ROUTES]
    evening = {}
    with open(out / "latency.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow("time,service,route,count,p50_ms,p95_ms,p99_ms".split(","))
        for number in range(HOURS):
            at = START + number * hour
            for route in routes:
                evening[route.name, at] = exact = route.true_percentiles(at)
                table.writerow(route.row(at, exact))
    write_hlog(out / "latency.hlog", routes, evening)


main()
