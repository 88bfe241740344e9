#!/usr/bin/env python3
"""Writes events.csv: every production deployment of the quarter (from make_ci.py; before the CI
payloads begin, the pushes to main and the 42 minutes that one took), what the team wrote down by
hand (events-by-hand.csv), and the migration in the middle of the captured load (events-of-load.csv).
A deployment replaces the whole shop, so its service is empty.

usage: make_events.py OUTPUT_FOLDER
"""
import csv
import datetime
import json
import pathlib
import sys

QUARTER = "2026-08-21"


def main():
    out = pathlib.Path(sys.argv[1])
    changes = json.loads((out / "make" / "changes.json").read_text(encoding="utf-8"))
    deploys = json.loads((out / "make" / "deploys.json").read_text(encoding="utf-8"))
    rows = [[d["at"], d["until"], "deploy", "", f"{d['sha'][:10]} {d['subject']}"] for d in deploys]
    for change in changes:
        if QUARTER <= change["at"] < deploys[0]["at"][:10]:
            pushed = datetime.datetime.strptime(change["at"], "%Y-%m-%dT%H:%M:%SZ")
            at, until = pushed + datetime.timedelta(minutes=36), pushed + datetime.timedelta(
                minutes=42
            )
            rows.append(
                [
                    f"{at:%Y-%m-%dT%H:%M:%SZ}",
                    f"{until:%Y-%m-%dT%H:%M:%SZ}",
                    "deploy",
                    "",
                    f"{change['sha'][:10]} {change['subject']}",
                ]
            )
    for name in ("events-by-hand.csv", "events-of-load.csv"):
        with open(out / "make" / name, encoding="utf-8", newline="") as file:
            rows += list(csv.reader(file))[1:]
    with open(out / "events.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["at", "until", "kind", "service", "what"])
        table.writerows(sorted(rows))


main()
