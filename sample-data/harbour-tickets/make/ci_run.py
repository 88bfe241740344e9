"""One run of the invented pipeline: its jobs, how they take their time, and its payloads in the
provider's shape. make_ci.py decides which runs there are."""
import datetime
import random

API = "https://api.github.example/repos/harbour-tickets/shop"
WEB = "https://github.example/harbour-tickets/shop"
PIPELINE, NIGHTLY = (71000001, "Pipeline", "pipeline.yml"), (71000002, "Nightly", "nightly.yml")
LATE_UPDATE = 0.05  # share of runs whose updated_at is not their end
random_ = random.Random(40)
second = datetime.timedelta(seconds=1)

# job: what it needs, runner label, median seconds of waiting for a runner,
#      steps with median seconds
JOBS = {
    "build": (
        [],
        "ubuntu-22.04",
        7,
        [("Checkout", 9), ("Restore cache", 21), ("Build", 348), ("Upload artifact", 19)],
    ),
    "unit-tests": (
        ["build"],
        "ubuntu-22.04",
        8,
        [("Checkout", 9), ("Download artifact", 14), ("Unit tests", 371)],
    ),
    "integration-tests (1)": (
        ["build"],
        "ubuntu-22.04-8core",
        26,
        [
            ("Checkout", 9),
            ("Download artifact", 14),
            ("Start services", 74),
            ("Integration tests", 812),
        ],
    ),
    "integration-tests (2)": (
        ["build"],
        "ubuntu-22.04-8core",
        26,
        [
            ("Checkout", 9),
            ("Download artifact", 14),
            ("Start services", 74),
            ("Integration tests", 765),
        ],
    ),
    "docker-image": (
        ["unit-tests", "integration-tests (1)", "integration-tests (2)"],
        "ubuntu-22.04",
        8,
        [("Checkout", 9), ("Download artifact", 14), ("Docker build", 231), ("Push image", 38)],
    ),
    "deploy-staging": (
        ["docker-image"],
        "self-hosted",
        4,
        [("Checkout", 9), ("Deploy staging", 188), ("Smoke tests", 64)],
    ),
    "deploy-production": (
        ["deploy-staging"],
        "self-hosted",
        4,
        [("Checkout", 9), ("Deploy production", 274), ("Wait until healthy", 92)],
    ),
}
NIGHTLY_JOBS = {name: JOBS[name] for name in list(JOBS)[:4]} | {
    "dependency-audit": ([], "ubuntu-22.04", 7, [("Checkout", 9), ("Audit dependencies", 66)])
}


def parse(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def around(median, spread=0.12):
    return max(1, round(random_.lognormvariate(0, spread) * median))


def waiting(median, when):
    busy = 2.0 if 9 <= when.hour < 16 and when.weekday() < 5 else 1.0
    return max(1, round(random_.lognormvariate(0, 0.7) * median * busy))


class Run:
    """One run: what the simulation knows of it, and its payloads."""

    count = 0

    def __init__(self, workflow, event, sha, branch, title, actor, at, pull=None):
        Run.count += 1
        self.id, self.number = 18_400_000_000 + 7919 * Run.count, 2200 + Run.count
        self.workflow, self.event, self.sha, self.branch = workflow, event, sha, branch
        self.title, self.actor, self.at, self.pull = title, actor, at, pull
        self.attempt, self.started, self.ended, self.conclusion = 1, at, at, "success"
        self.jobs = []

    def execute(self, jobs, start, stop_at=None, broken=(), only=None, skip=()):
        """Runs `jobs` (of them `only`, when given) from `start`; returns the end."""
        done = (
            {j["name"]: (parse(j["completed_at"]), j["conclusion"]) for j in self.jobs}
            if only
            else {}
        )
        for name, spec in jobs.items():
            if only and name not in only:
                continue
            ready = max([done[n][0] for n in spec[0] if n in done] + [start])
            if name in skip or any(done.get(n, (0, "success"))[1] != "success" for n in spec[0]):
                stopped = stop_at and ready >= stop_at
                payload = self.never_ran(name, ready, "cancelled" if stopped else "skipped")
            else:
                payload = self.job(name, spec, ready, stop_at, name in broken)
            done[name] = (parse(payload["completed_at"]), payload["conclusion"])
            self.jobs.append(payload)
        outcomes = [conclusion for _, conclusion in done.values()]
        self.ended = max(end for end, _ in done.values()) + 2 * second
        self.conclusion = next(
            (c for c in ("cancelled", "failure", "timed_out") if c in outcomes), "success"
        )
        return self.ended

    def frame(self, name, status, label):
        number = self.id * 3 + len(self.jobs)
        return {
            "id": number,
            "run_id": self.id,
            "workflow_name": self.workflow[1],
            "head_branch": self.branch,
            "run_url": f"{API}/actions/runs/{self.id}",
            "run_attempt": self.attempt,
            "head_sha": self.sha,
            "url": f"{API}/actions/jobs/{number}",
            "html_url": f"{WEB}/actions/runs/{self.id}/job/{number}",
            "status": "completed",
            "conclusion": status,
            "created_at": None,
            "started_at": None,
            "completed_at": None,
            "name": name,
            "steps": [],
            "labels": [label] if label else [],
            "runner_id": None,
            "runner_name": None,
            "runner_group_id": None,
            "runner_group_name": None,
        }

    def never_ran(self, name, at, why):
        payload = self.frame(name, why, None)
        if why == "skipped":  # as the provider stamps it: created after it started
            payload |= {
                "created_at": stamp(at + second),
                "started_at": stamp(at),
                "completed_at": stamp(at),
            }
        else:
            payload |= {
                "created_at": stamp(at),
                "started_at": stamp(at),
                "completed_at": stamp(at),
                "runner_id": 0,
                "runner_name": "",
                "runner_group_id": 0,
                "runner_group_name": "",
            }
        return payload

    def job(self, name, spec, ready, stop_at, broken):
        _, label, queue, steps = spec
        created = ready + random_.randint(0, 1) * second
        at = started = created + waiting(queue, created) * second
        if stop_at and started >= stop_at:
            return self.never_ran(name, max(created, stop_at), "cancelled")
        payload = self.frame(name, "success", label)
        runner = random_.randint(1, 40)
        payload |= {
            "runner_id": runner,
            "runner_name": f"runner-{runner:02d}",
            "runner_group_id": 2,
            "runner_group_name": "Default",
        }
        outcome = "success"
        for number, (title, median) in enumerate(
            [("Set up job", 2), *steps, ("Complete job", 1)], 1
        ):
            if outcome != "success" and title != "Complete job":
                payload["steps"].append(self.step(number, title, "skipped", at, at))
                continue
            seconds, result = around(median, 0.3 if median < 30 else 0.1), "success"
            end = at + seconds * second
            if broken and number == len(steps) + 1 and outcome == "success":
                end, result = at + round(seconds * random_.uniform(0.3, 1)) * second, "failure"
            if stop_at and at <= stop_at < end:
                end, result = stop_at, "cancelled"
            payload["steps"].append(self.step(number, title, result, at, end))
            at, outcome = end, outcome if result == "success" else result
        payload |= {
            "conclusion": outcome,
            "created_at": stamp(created),
            "started_at": stamp(started),
            "completed_at": stamp(at + second),
        }
        return payload

    @staticmethod
    def step(number, name, conclusion, start, end):
        return {
            "name": name,
            "status": "completed",
            "conclusion": conclusion,
            "number": number,
            "started_at": stamp(start),
            "completed_at": stamp(end),
        }

    def payload(self):
        late = around(26 * 3600, 0.8) if random_.random() < LATE_UPDATE else 0
        login = self.actor.split()[0].lower() if "[bot]" not in self.actor else self.actor
        actor = {
            "login": login,
            "id": 5000 + sum(map(ord, login)),
            "type": "Bot" if "[bot]" in login else "User",
        }
        identifier, name, path = self.workflow
        return {
            "id": self.id,
            "name": name,
            "head_branch": self.branch,
            "head_sha": self.sha,
            "path": f".github/workflows/{path}",
            "display_title": self.title,
            "run_number": self.number,
            "event": self.event,
            "status": "completed",
            "conclusion": self.conclusion,
            "workflow_id": identifier,
            "check_suite_id": self.id + 11,
            "url": f"{API}/actions/runs/{self.id}",
            "html_url": f"{WEB}/actions/runs/{self.id}",
            "pull_requests": [
                {
                    "number": self.pull,
                    "head": {"ref": self.branch, "sha": self.sha},
                    "base": {"ref": "main"},
                }
            ]
            if self.pull
            else [],
            "created_at": stamp(self.at),
            "updated_at": stamp(self.ended + late * second),
            "actor": actor,
            "run_attempt": self.attempt,
            "referenced_workflows": [],
            "run_started_at": stamp(self.started),
            "triggering_actor": actor,
            "jobs_url": f"{API}/actions/runs/{self.id}/jobs",
            "previous_attempt_url": f"{API}/actions/runs/{self.id}/attempts/{self.attempt - 1}"
            if self.attempt > 1
            else None,
            "workflow_url": f"{API}/actions/workflows/{identifier}",
            "head_commit": {
                "id": self.sha,
                "message": self.title,
                "timestamp": stamp(self.at),
                "author": {"name": self.actor},
            },
            "repository": {
                "id": 640001,
                "name": "shop",
                "full_name": "harbour-tickets/shop",
                "private": True,
            },
            "head_repository": {"id": 640001, "name": "shop", "full_name": "harbour-tickets/shop"},
        }
