"""What is in history.bundle and ci/, counted with the standard library and git."""
import collections
import datetime
import json
import re
import statistics
import subprocess
import tempfile


def history_truth(story, must):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["git", "clone", "-q", "--bare", str(story / "history.bundle"), folder], check=True
        )

        def git(*words):
            return subprocess.run(
                ["git", "-C", folder, *words], check=True, capture_output=True
            ).stdout.decode()

        rows = [
            row.split("\x1f")
            for row in git("log", "--format=%H%x1f%P%x1f%aN%x1f%cI%x1f%s").splitlines()
        ]
        other = git("log", "--format=%an").split("\n").count("zosia")
        touched, parts = collections.defaultdict(set), git(
            "log", "--no-merges", "--no-renames", "--name-only", "--format=%x1e%H"
        )
        for part in parts.split("\x1e")[1:]:
            sha, *paths = part.split()
            touched[sha] = set(paths)
        renames = git(
            "log", "--no-merges", "-M100%", "--diff-filter=R", "--name-status", "--format="
        ).split("\n")
        files = len(git("ls-tree", "-r", "--name-only", "HEAD").splitlines())
    # the import touches everything and says nothing about habits
    modules = {
        sha: {p.split("/")[1] for p in paths if p.startswith("src/")}
        for sha, paths in touched.items()
        if sha != rows[-1][0]
    }
    orders = sum("orders" in m for m in modules.values())
    billing = sum("billing" in m for m in modules.values())
    both = sum({"orders", "billing"} <= m for m in modules.values())
    schema = [m for sha, m in modules.items() if any(p.startswith("db/") for p in touched[sha])]
    must(
        both > orders / 2 and both > billing / 2,
        "orders and billing do not change together in most of their commits",
    )
    return {
        "commits": len(rows),
        "merges": sum(" " in row[1] for row in rows),
        "files_at_head": files,
        "modules": 8,
        "first": min(row[3] for row in rows),
        "last": max(row[3] for row in rows),
        "head": rows[0][0],
        "commits_under_another_name": other,
        "by_author": dict(collections.Counter(row[2] for row in rows).most_common()),
        "bot_commits": sum("[bot]" in row[2] for row in rows),
        "reverts": sum(row[4].startswith("Revert ") for row in rows),
        "fixes": sum(bool(re.match(r"(Fix|Bug)\b", row[4])) for row in rows),
        "exact_renames": sum(line.startswith("R100") for line in renames),
        "commits_touching_orders": orders,
        "commits_touching_billing": billing,
        "commits_touching_both": both,
        "commits_with_a_module": sum(bool(m) for m in modules.values()),
        "commits_across_modules": sum(len(m) > 1 for m in modules.values()),
        "schema_commits": len(schema),
        "schema_commits_across_modules": sum(len(m) > 1 for m in schema),
    }, {r[0] for r in rows}


def documents(path):
    text, at, out = path.read_text(encoding="utf-8"), 0, []
    while at < len(text):
        document, at = json.JSONDecoder().raw_decode(text, at)
        out.append(document)
    return out


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def ci_truth(story, commits, must):
    pages = documents(story / "ci" / "runs.json")
    runs = [run for page in pages for run in page["workflow_runs"]]
    sheets = documents(story / "ci" / "jobs.json")
    jobs = [job for sheet in sheets for job in sheet["jobs"]]
    must(
        {run["head_sha"] for run in runs} <= commits,
        "a run of a commit that history.bundle does not hold",
    )
    must(len({job["id"] for job in jobs}) == len(jobs), "a job id twice")
    must({job["run_id"] for job in jobs} <= {run["id"] for run in runs}, "a job without a run")
    ends = collections.defaultdict(list)
    for job in jobs:
        ends[job["run_id"]].append(moment(job["completed_at"]))
    wall = [
        (max(ends[r["id"]]) - moment(r["created_at"])).total_seconds()
        for r in runs
        if r["event"] == "push" and r["conclusion"] == "success" and r["run_attempt"] == 1
    ]
    machine = [
        (
            max(ends[r["id"]])
            - min(moment(j["created_at"]) for j in jobs if j["run_id"] == r["id"])
        ).total_seconds()
        for r in runs
        if r["event"] == "push" and r["conclusion"] == "success" and r["run_attempt"] == 1
    ]
    return {
        "pages_of_runs": len(pages),
        "runs": len(runs),
        "runs_by_event": collections.Counter(r["event"] for r in runs),
        "runs_by_conclusion": collections.Counter(r["conclusion"] for r in runs),
        "push_runs_by_conclusion": collections.Counter(
            r["conclusion"] for r in runs if r["event"] == "push"
        ),
        "runs_with_several_attempts": sum(r["run_attempt"] > 1 for r in runs),
        "documents_of_jobs": len(sheets),
        "runs_without_jobs": sum(not sheet["jobs"] for sheet in sheets),
        "jobs": len(jobs),
        "jobs_by_conclusion": collections.Counter(j["conclusion"] for j in jobs),
        "steps": sum(len(j["steps"]) for j in jobs),
        "first": min(r["created_at"] for r in runs),
        "last": max(r["created_at"] for r in runs),
        "push_to_production_p50_s": statistics.median(wall),
        "without_waiting_for_the_lane_p50_s": statistics.median(machine),
        "production_deployments": sum(
            j["name"] == "deploy-production" and j["conclusion"] == "success" for j in jobs
        ),
    }
