#!/usr/bin/env python3
"""Counts what is in the story's files, holds it against what its makers meant, and writes truth.json and the
table in README.md. Independent of plimsoll on purpose: nothing here but grep-like counting with the standard
library and git. Fails (status 1) when a fact that is true by construction is not found.

usage: truth.py STORY_FOLDER
"""
import collections
import csv
import datetime
import glob
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import hdr

FAILED = []
ENTRY = re.compile(r"(\S+ \S+) UTC \[(\d+)\] (?:([^@ ]*)@(\S*?)/(.*?) )?([A-Z]+):  (.*)", re.S)
DURATION = re.compile(r"duration: ([0-9.]+) ms  (statement|parse|bind|execute|plan)\b")
CHILD = "SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = "


def must(fact, text):
    if not fact:
        FAILED.append(text)


def read_log(path):
    text = subprocess.run(["zstd", "-dcq", str(path)], check=True, capture_output=True).stdout.decode("utf-8")
    # continuation lines begin with a tab, so an entry is a line and the tabbed lines after it
    return text, re.split(r"\n(?!\t)", text.rstrip("\n"))


def log_truth(story):
    text, entries = read_log(story / "postgresql.log.zst")
    counts, times, applications = collections.Counter(), collections.Counter(), collections.Counter()
    errors, pages, run, first = collections.Counter(), 0, collections.Counter(), None
    for entry in entries:
        match = ENTRY.match(entry)
        must(match, "log entry of another shape: " + entry[:90])
        at, pid, _, _, application, severity, message = match.groups()
        first = first or at
        if severity in ("ERROR", "FATAL", "PANIC"):
            errors[severity + " " + re.sub(r'"[^"]*"|\d+', "_", message)[:70]] += 1
        for word in ("still waiting for", "acquired ", "temporary file: ", "connection received", "connection authorized",
                     "disconnection:", "checkpoint complete", "deadlock detected"):
            counts[word.strip(" :")] += severity in ("LOG", "ERROR") and word in message.split("\n")[0]
        duration = DURATION.match(message)
        if not duration:
            continue
        kind, microseconds = duration.group(2), round(float(duration.group(1)) * 1000)
        counts[kind], times[kind] = counts[kind] + 1, times[kind] + microseconds
        if kind in ("statement", "execute"):
            applications[application] += 1
            if CHILD in message:
                run[pid] += 1
            else:
                pages, run[pid] = pages + (run[pid] >= 5), 0
    with open(story / "make" / "load.tsv", encoding="utf-8") as file:
        load = {(row["load"], row["script"]): int(row["transactions"]) for row in csv.DictReader(file, delimiter="\t")}
    ordered = sum(count for (_, script), count in load.items() if script == "page_orders.sql")
    must(pages == ordered, f"N+1 pages: {pages} in the log, {ordered} by the load")
    must(counts["deadlock detected"] >= 4, "fewer deadlocks than planted")
    for planted, at_least in (("unique constraint", 5), ("statement timeout", 8), ("serialize access", 2), ("lock timeout", 3),
                              ("too many connections", 1), ("idle-in-transaction", 2), ("could not obtain lock", 3)):
        must(sum(n for text_, n in errors.items() if planted in text_) >= at_least, "missing in the log: " + planted)
    return {
        "bytes": len(text.encode()), "lines": text.count("\n"), "entries": len(entries), "first": first, "last": at,
        **{f"{kind}_count": counts[kind] for kind in ("statement", "execute", "parse", "bind", "plan")},
        **{f"{kind}_us": times[kind] for kind in ("statement", "execute", "parse", "bind", "plan")},
        "calls_by_application": dict(applications.most_common()), "n_plus_one_pages": pages, "n_plus_one_children_a_page": 12,
        "lock_waits_reported": counts["still waiting for"], "lock_waits_acquired": counts["acquired"],
        "deadlocks": counts["deadlock detected"], "temporary_files": counts["temporary file"],
        "connections_received": counts["connection received"], "connections_authorized": counts["connection authorized"],
        "disconnections": counts["disconnection"], "checkpoints_complete": counts["checkpoint complete"],
        "errors": dict(errors.most_common()), "load_transactions": {f"{a}: {b}": n for (a, b), n in load.items()},
    }


def gauges_truth(story):
    seen = collections.defaultdict(list)
    with open(story / "gauges.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            seen[row["name"]].append((float(row["value"]), row["limit"]))
    must(all(not limit or value <= float(limit) * 1.1 for rows in seen.values() for value, limit in rows), "gauge over limit")
    return {name: {"samples": len(rows), "mean": round(statistics.mean(v for v, _ in rows), 3), "max": max(v for v, _ in rows),
                   "limit": rows[0][1]} for name, rows in seen.items()}


def history_truth(story):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", "--bare", str(story / "history.bundle"), folder], check=True)

        def git(*words):
            return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True).stdout.decode()

        rows = [row.split("\x1f") for row in git("log", "--format=%H%x1f%P%x1f%aN%x1f%cI%x1f%s").splitlines()]
        other = git("log", "--format=%an").split("\n").count("zosia")
        touched, parts = collections.defaultdict(set), git("log", "--no-merges", "--no-renames", "--name-only", "--format=%x1e%H")
        for part in parts.split("\x1e")[1:]:
            sha, *paths = part.split()
            touched[sha] = set(paths)
        renames = git("log", "--no-merges", "-M100%", "--diff-filter=R", "--name-status", "--format=").split("\n")
        files = len(git("ls-tree", "-r", "--name-only", "HEAD").splitlines())
    # the import touches everything and says nothing about habits
    modules = {sha: {p.split("/")[1] for p in paths if p.startswith("src/")} for sha, paths in touched.items()
               if sha != rows[-1][0]}
    orders = sum("orders" in m for m in modules.values())
    billing = sum("billing" in m for m in modules.values())
    both = sum({"orders", "billing"} <= m for m in modules.values())
    schema = [m for sha, m in modules.items() if any(p.startswith("db/") for p in touched[sha])]
    must(both > orders / 2 and both > billing / 2, "orders and billing do not change together in most of their commits")
    return {"commits": len(rows), "merges": sum(" " in row[1] for row in rows), "files_at_head": files, "modules": 8,
            "first": min(row[3] for row in rows), "last": max(row[3] for row in rows), "head": rows[0][0],
            "commits_under_another_name": other, "by_author": dict(collections.Counter(row[2] for row in rows).most_common()),
            "bot_commits": sum("[bot]" in row[2] for row in rows),
            "reverts": sum(row[4].startswith("Revert ") for row in rows),
            "fixes": sum(bool(re.match(r"(Fix|Bug)\b", row[4])) for row in rows),
            "exact_renames": sum(line.startswith("R100") for line in renames),
            "commits_touching_orders": orders, "commits_touching_billing": billing, "commits_touching_both": both,
            "commits_with_a_module": sum(bool(m) for m in modules.values()),
            "commits_across_modules": sum(len(m) > 1 for m in modules.values()),
            "schema_commits": len(schema), "schema_commits_across_modules": sum(len(m) > 1 for m in schema)}, {r[0] for r in rows}


def documents(path):
    text, at, out = path.read_text(encoding="utf-8"), 0, []
    while at < len(text):
        document, at = json.JSONDecoder().raw_decode(text, at)
        out.append(document)
    return out


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def ci_truth(story, commits):
    pages = documents(story / "ci" / "runs.json")
    runs = [run for page in pages for run in page["workflow_runs"]]
    sheets = documents(story / "ci" / "jobs.json")
    jobs = [job for sheet in sheets for job in sheet["jobs"]]
    must({run["head_sha"] for run in runs} <= commits, "a run of a commit that history.bundle does not hold")
    must(len({job["id"] for job in jobs}) == len(jobs), "a job id twice")
    must({job["run_id"] for job in jobs} <= {run["id"] for run in runs}, "a job without a run")
    ends = collections.defaultdict(list)
    for job in jobs:
        ends[job["run_id"]].append(moment(job["completed_at"]))
    wall = [(max(ends[r["id"]]) - moment(r["created_at"])).total_seconds() for r in runs
            if r["event"] == "push" and r["conclusion"] == "success" and r["run_attempt"] == 1]
    machine = [(max(ends[r["id"]]) - min(moment(j["created_at"]) for j in jobs if j["run_id"] == r["id"])).total_seconds()
               for r in runs if r["event"] == "push" and r["conclusion"] == "success" and r["run_attempt"] == 1]
    return {"pages_of_runs": len(pages), "runs": len(runs), "runs_by_event": collections.Counter(r["event"] for r in runs),
            "runs_by_conclusion": collections.Counter(r["conclusion"] for r in runs),
            "push_runs_by_conclusion": collections.Counter(r["conclusion"] for r in runs if r["event"] == "push"),
            "runs_with_several_attempts": sum(r["run_attempt"] > 1 for r in runs), "documents_of_jobs": len(sheets),
            "runs_without_jobs": sum(not sheet["jobs"] for sheet in sheets), "jobs": len(jobs),
            "jobs_by_conclusion": collections.Counter(j["conclusion"] for j in jobs), "steps": sum(len(j["steps"]) for j in jobs),
            "first": min(r["created_at"] for r in runs), "last": max(r["created_at"] for r in runs),
            "push_to_production_p50_s": statistics.median(wall), "without_waiting_for_the_lane_p50_s": statistics.median(machine),
            "production_deployments": sum(j["name"] == "deploy-production" and j["conclusion"] == "success" for j in jobs)}


def weekly_slope(rows):
    """Percent a week: least squares through the logarithms of weekly medians."""
    weeks = [math.log(statistics.median(rows[w * 168:(w + 1) * 168])) for w in range(13)]
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


def latency_truth(story):
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
    slopes = {route: round(weekly_slope([float(r["p99_ms"]) for r in rows]), 2) for route, rows in series.items()}
    must(abs(slopes["GET /orders"] - 8) < 1.5, "the planted climb is not in latency.csv")
    must(1.2 < after / before < 1.5, "the planted step is not in latency.csv")
    lines = [line for line in (story / "latency.hlog").read_text(encoding="ascii").splitlines() if line.startswith("Tag=")]
    merged, hourly = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for line in lines:
        tag, second, _, top, blob = line.split(",")
        buckets = hdr.decode(blob)
        must(abs(buckets[-1][0] - float(top) * 1e6) < 0.002 * float(top) * 1e6 + 1000, "hlog maximum differs from its histogram")
        for low, width, count in buckets:
            merged[tag[4:]][low, width] += count
            hourly[tag[4:], float(second) >= 3600][low, width] += count
    evening = {}
    for tag, buckets in merged.items():
        rows = [r for r in series[tag.split(":", 1)[1].replace("_", " ")] if r["time"][:13] in ("2026-11-19T18", "2026-11-19T19")]
        evening[tag] = {"requests": sum(buckets.values()), "p50_ms": quantile(buckets, 0.5) / 1000,
                        "p99_ms": quantile(buckets, 0.99) / 1000,
                        "p99_ms_by_hour": [quantile(hourly[tag, late], 0.99) / 1000 for late in (False, True)],
                        "p99_ms_in_csv": [float(r["p99_ms"]) for r in rows]}
        must(all(0.75 < a / b < 1.33 for a, b in zip(evening[tag]["p99_ms_by_hour"], evening[tag]["p99_ms_in_csv"])),
             "hlog and csv disagree about " + tag)
    return {"rows": sum(map(len, series.values())), "hours": len(search), "first": search[0]["time"], "last": search[-1]["time"],
            "planted_climb_percent_a_week": 8.0, "found_percent_a_week": slopes, "planted_step_percent": 35.0,
            "step_at": step["until"], "found_step_percent": round(100 * (after / before - 1), 1), "deploys": len(deploys),
            "hlog_intervals": len(lines), "hlog": evening}


def plans_truth(story):
    out = {}
    for path in sorted(glob.glob(str(story / "plans" / "*.json"))):
        plan = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))[0]
        measured = "Execution Time" in plan
        must(measured != path.endswith(".estimated.json"), "plan measured or not: " + path)
        out[pathlib.Path(path).name] = {"root": plan["Plan"]["Node Type"], "cost": plan["Plan"]["Total Cost"],
                                        "execution_ms": plan.get("Execution Time")}
    return out


def write_table(story, truth):
    def rows(data, name=""):
        for key, value in data.items():
            here = f"{name} / {key}" if name else key
            if isinstance(value, dict):
                yield from rows(value, here)
            else:
                yield f"| {here} | {', '.join(map(str, value)) if isinstance(value, list) else value} |"

    table = "\n".join(f"### {part}\n\n| fact | value |\n|---|---|\n" + "\n".join(rows(facts)) + "\n"
                      for part, facts in truth.items())
    readme = story / "README.md"
    text = readme.read_text(encoding="utf-8")
    head, rest = text.split("<!-- truth: begin -->")
    tail = rest.split("<!-- truth: end -->")[1]
    readme.write_text(f"{head}<!-- truth: begin -->\n{table}<!-- truth: end -->{tail}", encoding="utf-8")


def main():
    story = pathlib.Path(sys.argv[1]).resolve()
    history, commits = history_truth(story)
    truth = {"postgresql.log.zst": log_truth(story), "gauges.csv": gauges_truth(story), "plans": plans_truth(story),
             "history.bundle": history, "ci": ci_truth(story, commits), "latency": latency_truth(story)}
    (story / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_table(story, truth)
    for text in FAILED[:20]:
        print("truth:", text, file=sys.stderr)
    raise SystemExit(1 if FAILED else 0)


main()
