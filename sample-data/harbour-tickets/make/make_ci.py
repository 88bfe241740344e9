#!/usr/bin/env python3
"""Writes ci/runs.json and ci/jobs.json: ten weeks of an invented pipeline. SIMULATED, in the shape
that `gh api --paginate` prints for .../actions/runs and .../actions/runs/ID/jobs?filter=all:
documents of one page each, one after another with nothing between them. Seeded; reads
make/changes.json for the commits.

How the provider behaves, as far as it matters to a reader:
  * a job is created when what it needs is done; the graph is nowhere else in the payload
  * one run at a time on main (a concurrency group): the next one waits, and is cancelled, with no
    job at all, when a newer push comes while it waits; a new push to a branch cancels that
    branch's run
  * "re-run failed jobs" keeps the run, raises run_attempt, resets run_started_at, and adds jobs
  * a skipped job carries created_at one second after started_at, and no runner
  * updated_at is mostly the end of the run, sometimes much later (ci_run.py)

It also writes make/deploys.json: the production deployments that succeeded.

usage: make_ci.py OUTPUT_FOLDER
"""
import bisect
import datetime
import json
import pathlib
import sys

from ci_run import JOBS, NIGHTLY, NIGHTLY_JOBS, PIPELINE, Run, parse, random_, second, stamp

FROM, UNTIL = "2026-09-11", "2026-11-21"
FLAKE, BROKEN_BEFORE_FIX, DEPLOY_FAILS, STOPPED_BY_HAND, RERUN = 0.06, 0.35, 0.05, 0.03, 0.8
PAGE = 100


def flaky():
    return {
        name
        for name in ("integration-tests (1)", "integration-tests (2)")
        if random_.random() < FLAKE
    }


def rerun(run, jobs, skip=()):
    """Somebody presses "re-run failed jobs" some minutes later."""
    again = {j["name"] for j in run.jobs if j["conclusion"] != "success"} - set(skip)
    run.attempt += 1
    run.started = run.ended + random_.randint(3, 14) * 60 * second
    run.execute(jobs, run.started, broken=flaky() & again, only=again)


def main_runs(changes):
    """Pushes to main, one at a time; the wait is for the lane. Returns runs and deployments."""
    fixed = {change["fixes"] for change in changes if change.get("fixes")}
    free, runs, deploys = datetime.datetime.min, [], []
    for number, change in enumerate(changes):
        at = parse(change["at"])
        person = "harbour-bumper[bot]" if change["kind"] == "bump" else random_.choice(TEAM)
        run = Run(
            PIPELINE,
            "push",
            change["sha"],
            "main",
            f"{change['subject']} (#{change['pull']})",
            person,
            at,
        )
        runs.append(run)
        start = max(at + second, free)
        newer = (
            parse(changes[number + 1]["at"]) if number + 1 < len(changes) else datetime.datetime.max
        )
        if newer <= start:
            run.conclusion, run.ended = "cancelled", newer + second
            continue
        broken = flaky()
        real = change["sha"] in fixed and random_.random() < BROKEN_BEFORE_FIX
        if real:
            broken |= {"unit-tests"}
        elif random_.random() < DEPLOY_FAILS:
            broken |= {"deploy-production"}
        stop = (
            start + random_.randint(300, 2000) * second
            if random_.random() < STOPPED_BY_HAND
            else None
        )
        run.execute(JOBS, start, stop, broken)
        while (
            run.conclusion == "failure"
            and not real
            and run.attempt < 3
            and random_.random() < RERUN
        ):
            rerun(run, JOBS)
        free = run.ended
        for job in run.jobs:
            if job["name"] == "deploy-production" and job["conclusion"] == "success":
                deploys.append(
                    {
                        "at": job["started_at"],
                        "until": job["completed_at"],
                        "sha": run.sha,
                        "number": run.number,
                        "subject": change["subject"],
                    }
                )
    return runs, deploys


def branch_runs(changes):
    runs = []
    for change in changes:
        commits = [c for c in change["commits"] if random_.random() < 0.85]
        for number, commit in enumerate(commits):
            at = parse(commit["at"]) + random_.randint(20, 70) * second
            run = Run(
                PIPELINE,
                "pull_request",
                commit["sha"],
                change["branch"],
                commit["message"],
                commit["author"],
                at,
                change["pull"],
            )
            stop = (
                parse(commits[number + 1]["at"]) + 60 * second
                if number + 1 < len(commits)
                else None
            )
            skip = ("docker-image", "deploy-staging", "deploy-production")
            run.execute(JOBS, at + second, stop, flaky(), skip=skip)
            if run.conclusion == "failure" and random_.random() < RERUN:
                rerun(run, JOBS, skip)
            runs.append(run)
    return runs


def nightly_runs(changes):
    runs, times = [], [change["at"] for change in changes]
    day = parse(FROM + "T02:17:00Z") + datetime.timedelta(days=3)
    while stamp(day) < UNTIL:
        if day.weekday() < 5:
            change = changes[bisect.bisect(times, stamp(day)) - 1]
            at = day + random_.randint(20, 900) * second  # schedules start late
            run = Run(NIGHTLY, "schedule", change["sha"], "main", "Nightly", "Ingrid Solheim", at)
            run.execute(NIGHTLY_JOBS, at + second, None, flaky())
            runs.append(run)
        day += datetime.timedelta(days=1)
    return runs


TEAM = [
    "Ingrid Solheim",
    "Tomasz Wilk",
    "Aino Lehtonen",
    "Mads Kjær",
    "Oskar Dahl",
    "Zofia Mazur",
    "Elif Aydin",
]


def pages(path, documents):
    with open(path, "w", encoding="utf-8") as file:
        for document in documents:
            json.dump(document, file, separators=(",", ":"), ensure_ascii=False)


def main():
    out = pathlib.Path(sys.argv[1])
    every = json.loads((out / "make" / "changes.json").read_text(encoding="utf-8"))
    changes = [change for change in every if FROM <= change["at"] < UNTIL]
    runs, deploys = main_runs(changes)
    runs += branch_runs(changes) + nightly_runs(changes)
    runs.sort(
        key=lambda run: (run.at, run.id), reverse=True
    )  # the newest first, as the provider lists them
    for number, run in enumerate(reversed(runs)):
        run.number = 2201 + number
    (out / "ci").mkdir(exist_ok=True)
    listed = [run.payload() for run in runs]
    pages(
        out / "ci" / "runs.json",
        (
            {"total_count": len(listed), "workflow_runs": listed[at : at + PAGE]}
            for at in range(0, len(listed), PAGE)
        ),
    )
    pages(
        out / "ci" / "jobs.json", ({"total_count": len(run.jobs), "jobs": run.jobs} for run in runs)
    )
    with open(out / "make" / "deploys.json", "w", encoding="utf-8") as file:
        json.dump(deploys, file, indent=0, ensure_ascii=False)
        file.write("\n")


main()
