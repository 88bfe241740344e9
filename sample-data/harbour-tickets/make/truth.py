#!/usr/bin/env python3
"""Counts what is in the story's files, holds it against what its makers meant, and writes
truth.json and the table in README.md. Independent of plimsoll on purpose: grep-like counting with
the standard library and git. Fails (status 1) when a fact that is true by construction is not found.

usage: truth.py STORY_FOLDER
"""
import glob
import json
import pathlib
import sys

from truth_latency import latency_truth
from truth_log import gauges_truth, log_truth
from truth_work import ci_truth, history_truth

FAILED = []


def must(fact, text):
    if not fact:
        FAILED.append(text)


def plans_truth(story):
    out = {}
    for path in sorted(glob.glob(str(story / "plans" / "*.json"))):
        plan = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))[0]
        measured = "Execution Time" in plan
        must(measured != path.endswith(".estimated.json"), "plan measured or not: " + path)
        out[pathlib.Path(path).name] = {
            "root": plan["Plan"]["Node Type"],
            "cost": plan["Plan"]["Total Cost"],
            "execution_ms": plan.get("Execution Time"),
        }
    return out


def write_table(story, truth):
    def rows(data, name=""):
        for key, value in data.items():
            here = f"{name} / {key}" if name else key
            if isinstance(value, dict):
                yield from rows(value, here)
            else:
                yield f"| {here} | {', '.join(map(str, value)) if isinstance(value, list) else value} |"

    table = "\n".join(
        f"### {part}\n\n| fact | value |\n|---|---|\n" + "\n".join(rows(facts)) + "\n"
        for part, facts in truth.items()
    )
    readme = story / "README.md"
    text = readme.read_text(encoding="utf-8")
    head, rest = text.split("<!-- truth: begin -->")
    tail = rest.split("<!-- truth: end -->")[1]
    readme.write_text(
        f"{head}<!-- truth: begin -->\n{table}<!-- truth: end -->{tail}", encoding="utf-8"
    )


def main():
    story = pathlib.Path(sys.argv[1]).resolve()
    history, commits = history_truth(story, must)
    truth = {
        "postgresql.log.zst": log_truth(story, must),
        "gauges.csv": gauges_truth(story, must),
        "plans": plans_truth(story),
        "history.bundle": history,
        "ci": ci_truth(story, commits, must),
        "latency": latency_truth(story, must),
    }
    (story / "truth.json").write_text(
        json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    write_table(story, truth)
    for text in FAILED[:20]:
        print("truth:", text, file=sys.stderr)
    raise SystemExit(1 if FAILED else 0)


main()
