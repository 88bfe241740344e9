#!/usr/bin/env bash
# 100,000 jobs of GitHub Actions through `audit`: in one file, in 1,000 files of ten runs, in a file for each run, and as
# zip and tar.gz of these. CPU seconds beside `wc -l` of the same bytes, and the most memory that was resident. The
# export is made here (simulated), as the REST API prints it.
# Usage: ci.sh PROGRAM [RUNS]
set -euo pipefail
program=$(realpath "$1")
runs=${2:-10000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/one" "$work/pages" "$work/runs" "$work/zip" "$work/tar"
python3 - "$work" "$runs" <<'PY'
import json, random, sys
from datetime import datetime, timedelta, timezone
random.seed(4)
work, runs = sys.argv[1], int(sys.argv[2])
iso = lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")
names = ["lint", "build (gcc)", "build (clang)", "test (3.11)", "test (3.12)", "test (3.13)", "integration / postgres",
         "package", "deploy staging", "deploy production"]
steps = ["Set up job", "Run actions/checkout@v4", "Run actions/setup-node@v4", "Run actions/cache@v4", "Install dependencies",
         "Run npm run build", "Run unit tests", "Upload artifact", "Post Run actions/cache@v4", "Complete job"]
api = "https://api.github.com/repos/acme/shop/actions"
with open(f"{work}/one/runs.ndjson", "w") as all_runs, open(f"{work}/one/jobs.json", "w") as pages:
    for number in range(runs):
        at = datetime(2026, 3, 2, tzinfo=timezone.utc) + timedelta(minutes=13 * number)
        run, sha = 12_000_000_000 + number, f"{random.getrandbits(160):040x}"
        print(json.dumps({"id": run, "name": "CI", "head_branch": "main", "head_sha": sha, "path": ".github/workflows/ci.yml",
                          "run_number": number + 1, "event": "push", "status": "completed", "conclusion": "success",
                          "workflow_id": 9, "url": f"{api}/runs/{run}", "created_at": iso(at), "run_attempt": 1,
                          "run_started_at": iso(at)}), file=all_runs)
        jobs, ready = [], at
        for place, name in enumerate(names):
            start = end = ready + timedelta(seconds=random.randint(2, 60))
            done = []
            for order, step in enumerate(steps):
                begun, end = end, end + timedelta(seconds=random.randint(0, 40))
                done.append({"name": step, "status": "completed", "conclusion": "success", "number": order + 1,
                             "started_at": iso(begun), "completed_at": iso(end)})
            job = 30_000_000_000 + 10 * number + place
            jobs.append({"id": job, "run_id": run, "workflow_name": "CI", "head_branch": "main", "run_attempt": 1,
                         "head_sha": sha, "url": f"{api}/jobs/{job}", "status": "completed", "conclusion": "success",
                         "created_at": iso(ready), "started_at": iso(start), "completed_at": iso(end), "name": name,
                         "steps": done, "labels": ["ubuntu-22.04"], "runner_name": "GitHub Actions 4"})
            ready = end + timedelta(seconds=1) if place in (2, 6, 7, 8) else ready
        page = json.dumps({"total_count": len(jobs), "jobs": jobs})
        pages.write(page)
        with open(f"{work}/pages/{number // 10}.json", "a") as file:
            file.write(page)
        with open(f"{work}/runs/{number}.json", "w") as file:
            file.write(page)
PY
cp "$work/one/runs.ndjson" "$work/pages/"
cp "$work/one/runs.ndjson" "$work/runs/"
python3 -c 'import shutil, sys; shutil.make_archive(sys.argv[1] + "/zip/all", "zip", sys.argv[1] + "/runs")' "$work"
tar -C "$work/pages" -czf "$work/tar/all.tar.gz" .
for shape in one pages runs zip tar; do
    files=$(find "$work/$shape" -type f | wc -l)
    /usr/bin/time -f "%U %S %M" -o "$work/figures" "$program" audit "$work/$shape" > /dev/null 2>&1
    theirs=$({ TIMEFORMAT='%U %S'; time find "$work/$shape" -type f -exec cat {} + | wc -l > /dev/null; } 2>&1 | awk '{print $1 + $2}')
    awk -v shape="$shape" -v jobs="$((runs * 10))" -v files="$files" -v w="$theirs" '{
        printf "%-5s %d jobs in %5d files %6.2f cpu-s, %.0f MB resident  (wc -l %.2f cpu-s)  asked: 15 cpu-s, 200 MB\n",
               shape, jobs, files, $1 + $2, $3 / 1024, w }' "$work/figures"
done
