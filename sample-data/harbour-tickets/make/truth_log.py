"""What is in postgresql.log.zst and gauges.csv, counted with the standard library and zstd."""
import collections
import csv
import re
import statistics
import subprocess

ENTRY = re.compile(r"(\S+ \S+) UTC \[(\d+)\] (?:([^@ ]*)@(\S*?)/(.*?) )?([A-Z]+):  (.*)", re.S)
DURATION = re.compile(r"duration: ([0-9.]+) ms  (statement|parse|bind|execute|plan)\b")
CHILD = "SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = "


def read_log(path):
    text = subprocess.run(
        ["zstd", "-dcq", str(path)], check=True, capture_output=True
    ).stdout.decode("utf-8")
    # continuation lines begin with a tab, so an entry is a line and the tabbed lines after it
    return text, re.split(r"\n(?!\t)", text.rstrip("\n"))


def log_truth(story, must):
    text, entries = read_log(story / "postgresql.log.zst")
    counts, times, applications = (
        collections.Counter(),
        collections.Counter(),
        collections.Counter(),
    )
    errors, pages, run, first = collections.Counter(), 0, collections.Counter(), None
    for entry in entries:
        match = ENTRY.match(entry)
        must(match, "log entry of another shape: " + entry[:90])
        at, pid, _, _, application, severity, message = match.groups()
        first = first or at
        if severity in ("ERROR", "FATAL", "PANIC"):
            errors[severity + " " + re.sub(r'"[^"]*"|\d+', "_", message)[:70]] += 1
        for word in (
            "still waiting for",
            "acquired ",
            "temporary file: ",
            "connection received",
            "connection authorized",
            "disconnection:",
            "checkpoint complete",
            "deadlock detected",
        ):
            counts[word.strip(" :")] += (
                severity in ("LOG", "ERROR") and word in message.split("\n")[0]
            )
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
        load = {
            (row["load"], row["script"]): int(row["transactions"])
            for row in csv.DictReader(file, delimiter="\t")
        }
    ordered = sum(count for (_, script), count in load.items() if script == "page_orders.sql")
    must(pages == ordered, f"N+1 pages: {pages} in the log, {ordered} by the load")
    must(counts["deadlock detected"] >= 4, "fewer deadlocks than planted")
    for planted, at_least in (
        ("unique constraint", 5),
        ("statement timeout", 8),
        ("serialize access", 2),
        ("lock timeout", 3),
        ("too many connections", 1),
        ("idle-in-transaction", 2),
        ("could not obtain lock", 3),
    ):
        must(
            sum(n for text_, n in errors.items() if planted in text_) >= at_least,
            "missing in the log: " + planted,
        )
    return {
        "bytes": len(text.encode()),
        "lines": text.count("\n"),
        "entries": len(entries),
        "first": first,
        "last": at,
        **{
            f"{kind}_count": counts[kind]
            for kind in ("statement", "execute", "parse", "bind", "plan")
        },
        **{f"{kind}_us": times[kind] for kind in ("statement", "execute", "parse", "bind", "plan")},
        "calls_by_application": dict(applications.most_common()),
        "n_plus_one_pages": pages,
        "n_plus_one_children_a_page": 12,
        "lock_waits_reported": counts["still waiting for"],
        "lock_waits_acquired": counts["acquired"],
        "deadlocks": counts["deadlock detected"],
        "temporary_files": counts["temporary file"],
        "connections_received": counts["connection received"],
        "connections_authorized": counts["connection authorized"],
        "disconnections": counts["disconnection"],
        "checkpoints_complete": counts["checkpoint complete"],
        "errors": dict(errors.most_common()),
        "load_transactions": {f"{a}: {b}": n for (a, b), n in load.items()},
    }


def gauges_truth(story, must):
    seen = collections.defaultdict(list)
    with open(story / "gauges.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            seen[row["name"]].append((float(row["value"]), row["limit"]))
    must(
        all(
            not limit or value <= float(limit) * 1.1
            for rows in seen.values()
            for value, limit in rows
        ),
        "gauge over limit",
    )
    return {
        name: {
            "samples": len(rows),
            "mean": round(statistics.mean(v for v, _ in rows), 3),
            "max": max(v for v, _ in rows),
            "limit": rows[0][1],
        }
        for name, rows in seen.items()
    }
