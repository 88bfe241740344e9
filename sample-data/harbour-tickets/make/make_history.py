#!/usr/bin/env python3
"""Writes history.bundle: fourteen months of an invented team's work on an invented shop, as a real
git repository. Simulated (the people and their habits), but git itself wrote every object.
Seeded; authors and dates are fixed, so the commit ids are the same on every run.

The habits, which are the truth of this file (truth_work.py counts them again from the bundle):
  * eight modules under src/, and db/migrations/ beside them
  * a change of `orders` or `billing` touches both with probability COUPLED
  * any other change stays in its module with probability 1 - STRAY
  * a third of the changes come as a branch with a merge commit, the rest are squashed onto main
  * the bot bumps the lock file; a change is followed by its fix with probability FIX, reverted
    with REVERT
It also writes make/changes.json (what was pushed to main when), from which make_ci.py makes the
runs.

usage: make_history.py OUTPUT_FOLDER
"""
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

from history_text import FILES, FIXES, SUBJECTS, Repository, edit, new_file, path_of, random_

COUPLED, STRAY, FIX, REVERT, SCHEMA, BRANCH = 0.72, 0.16, 0.14, 0.02, 0.08, 0.34
FIRST, LAST = datetime.date(2025, 9, 22), datetime.date(2026, 11, 20)
BUSY_FROM = datetime.date(
    2026, 9, 11
)  # more is shipped since then; the CI payloads cover this part
UTC = datetime.timezone.utc

PEOPLE = {  # name: (mail, from, until, modules they know)
    "Ingrid Solheim": ("ingrid", 0, 9999, ["orders", "billing"]),
    "Tomasz Wilk": ("tomasz", 0, 9999, ["billing", "orders", "reporting"]),
    "Aino Lehtonen": ("aino", 0, 9999, ["catalog", "seats"]),
    "Mads Kjær": ("mads", 0, 9999, ["web", "accounts"]),
    "Lena Brandt": ("lena", 0, 220, ["seats", "catalog", "orders"]),
    "Oskar Dahl": ("oskar", 0, 9999, ["notifications", "web"]),
    "Zofia Mazur": ("zofia", 40, 9999, ["web", "orders", "accounts"]),
    "Elif Aydin": ("elif", 150, 9999, ["reporting", "notifications", "billing"]),
}
BOT = ("harbour-bumper[bot]", "bumper@bots.harbour-tickets.example")
WEIGHT = {
    "orders": 24,
    "billing": 19,
    "web": 16,
    "catalog": 12,
    "seats": 10,
    "accounts": 8,
    "notifications": 6,
    "reporting": 5,
}


def modules_of_change():
    first = random_.choices(list(WEIGHT), WEIGHT.values())[0]
    if first in ("orders", "billing"):
        chosen = ["orders", "billing"] if random_.random() < COUPLED else [first]
    else:
        chosen = [first]
    if random_.random() < STRAY:
        chosen.append(random_.choice([m for m in WEIGHT if m not in chosen]))
    return chosen


class Story:
    def __init__(self, repository):
        self.repository, self.pull, self.migration = repository, 100, 1
        self.changes, self.lock = [], 1

    def pick(self, module):
        names = [p for p in self.repository.files if p.startswith(f"src/{module}/")]
        weights = [1 / (1 + index) for index in range(len(names))]  # a few files are hot
        return random_.choices(names, weights)[0]

    def author(self, module, day):
        age = (day - FIRST).days
        here = [n for n, (_, since, until, _) in PEOPLE.items() if since <= age <= until]
        weights = [8 if module in PEOPLE[n][3] else 1 for n in here]
        name = random_.choices(here, weights)[0]
        if (
            name == "Zofia Mazur" and age < 100
        ):  # her first weeks, under another name: .mailmap joins them
            return "zosia", "zosia@home.example"
        return name, f"{PEOPLE[name][0]}@harbour-tickets.example"

    def touch(self, modules, small):
        """Edits one to three files a module; returns their paths."""
        changed = set()
        for module in modules:
            for _ in range(1 if small else random_.randint(1, 3)):
                path = self.pick(module)
                edit(
                    self.repository.files[path],
                    random_.randint(1, 7) if small else random_.randint(5, 40),
                )
                changed.add(path)
        return changed

    def add_migration(self, modules):
        self.migration += 1
        path = f"db/migrations/{self.migration:04d}_{modules[0]}.sql"
        self.repository.files[path] = [
            f"ALTER TABLE {modules[0]} ADD COLUMN extra_{self.migration} int;"
        ]
        self.repository.files["db/schema.sql"].append(
            f"-- {self.migration:04d} {modules[0]}.extra_{self.migration}"
        )
        return {path, "db/schema.sql"}

    def rename(self, module, changed):
        """Moves one untouched file of the module and keeps its text (an exact rename)."""
        files = self.repository.files
        still = [p for p in files if p.startswith(f"src/{module}/") and p not in changed]
        old = random_.choice(still)
        new = old[:-3].rsplit("_v", 1)[0] + f"_v{self.pull}.py"
        files[new] = files.pop(old)
        return [(old, new)]

    def change(self, when, fix_of=None):
        repository = self.repository
        small = random_.random() < 0.7
        modules = fix_of["modules"][:1] if fix_of else modules_of_change()
        who = self.author(modules[0], when.date())
        thing = self.pick(modules[0]).rsplit("/", 1)[-1][:-3]
        subject = random_.choice(FIXES if fix_of else SUBJECTS).format(x=thing, m=modules[0])
        self.pull += 1
        if random_.random() < BRANCH and not fix_of:
            self.by_branch(when, who, modules, subject, thing, small)
        else:
            changed = self.touch(modules, small)
            if random_.random() < SCHEMA and not fix_of:
                changed |= self.add_migration(modules)
            renames = self.rename(modules[0], changed) if random_.random() < 0.04 else []
            sha = repository.commit(
                "refs/heads/main",
                who,
                when,
                f"{subject} (#{self.pull})\n",
                changed,
                repository.tip,
                renames=renames,
            )
            self.push(sha, when, "fix" if fix_of else "squash", subject, modules=modules)
            self.changes[-1]["fixes"] = fix_of["sha"] if fix_of else None
        return self.changes[-1]

    def by_branch(self, when, who, modules, subject, thing, small):
        """One to three commits on a branch, then a merge commit on main."""
        repository, everything, commits = self.repository, set(), []
        branch = f"{who[1].split('@')[0]}/{thing.replace('_', '-')}-{self.pull}"
        gaps = [
            random_.randint(4, 26) if small else random_.randint(20, 95)
            for _ in range(random_.randint(1, 3))
        ]
        ready = when - datetime.timedelta(
            minutes=random_.randint(36, 80)
        )  # its run and a review come in between
        begun = stamp(ready - datetime.timedelta(minutes=sum(gaps)))
        parent = [change["sha"] for change in self.changes if change["at"] < begun][-1]
        for number in range(len(gaps)):
            changed = self.touch(modules, small)
            if number == 0 and random_.random() < SCHEMA:
                changed |= self.add_migration(modules)
            everything |= changed
            at = ready - datetime.timedelta(minutes=sum(gaps[number + 1 :]))
            text = subject if number == 0 else f"{subject}: part {number + 1}"
            parent = repository.commit(
                f"refs/build/{self.pull}", who, at, text + "\n", changed, parent
            )
            commits.append({"sha": parent, "at": stamp(at), "author": who[0], "message": text})
        merger = self.author(modules[-1], when.date())
        text = f"Merge pull request #{self.pull} from harbour-tickets/{branch}\n\n{subject}\n"
        sha = repository.commit(
            "refs/heads/main", merger, when, text, everything, repository.tip, parent
        )
        self.push(sha, when, "merge", subject, branch, commits, modules)

    def bump(self, when):
        self.lock += 1
        lines = self.repository.files["requirements.lock"]
        for _ in range(random_.randint(1, 12)):
            lines[
                random_.randrange(len(lines))
            ] = f"package-{random_.randrange(90)}=={self.lock}.{random_.randrange(20)}"
        self.pull += 1
        sha = self.repository.commit(
            "refs/heads/main",
            BOT,
            when,
            f"Bump {self.lock} packages (#{self.pull})\n",
            {"requirements.lock"},
            self.repository.tip,
        )
        self.push(sha, when, "bump", f"Bump {self.lock} packages")

    def revert(self, when, change, before):
        """Puts back every file as it was before `change`, the change on the tip of main."""
        files = self.repository.files
        touched = {p for p in set(files) | set(before) if files.get(p) != before.get(p)}
        files.clear()
        files.update(before)
        who = self.author(change["modules"][0], when.date())
        self.pull += 1
        text = f'Revert "{change["subject"]} (#{change["pull"]})"\n\n'
        text += f'This reverts commit {change["sha"]}.\n'
        sha = self.repository.commit(
            "refs/heads/main", who, when, text, touched, self.repository.tip
        )
        self.push(sha, when, "revert", f'Revert "{change["subject"]}"', modules=change["modules"])

    def push(self, sha, when, kind, subject, branch=None, commits=(), modules=()):
        self.repository.tip = sha
        self.changes.append(
            {
                "sha": sha,
                "at": stamp(when),
                "kind": kind,
                "subject": subject,
                "pull": self.pull,
                "branch": branch,
                "commits": list(commits),
                "modules": sorted(modules),
            }
        )

    def begin(self):
        files = self.repository.files
        for module, names in FILES.items():
            for name in names:
                files[path_of(module, name)] = new_file(module, name)
        files["requirements.lock"] = [f"package-{n}==1.0" for n in range(90)]
        files[".gitattributes"] = ["requirements.lock linguist-generated=true"]
        files[".mailmap"] = [
            "Zofia Mazur <zofia@harbour-tickets.example> zosia <zosia@home.example>"
        ]
        files["db/schema.sql"] = ["-- The shop's tables; db/migrations/ says how they came to be."]
        files["db/migrations/0001_start.sql"] = ["CREATE TABLE orders (id bigint PRIMARY KEY);"]
        files["README.md"] = [
            "# Harbour Tickets",
            "",
            "Tickets for everything that happens on the quay.",
        ]
        when = datetime.datetime.combine(FIRST, datetime.time(8), UTC)
        who = ("Ingrid Solheim", "ingrid@harbour-tickets.example")
        sha = self.repository.commit(
            "refs/heads/main", who, when, "Import the shop from the old server\n", set(files), None
        )
        self.push(sha, when, "import", "Import the shop from the old server")

    def tell(self):
        """Every working day: the fixes that are due, the bot on Mondays, and the day's changes."""
        self.begin()
        due, day = {}, FIRST + datetime.timedelta(days=1)
        while day <= LAST:
            if day.weekday() < 5:
                self.day(day, due)
            day += datetime.timedelta(days=1)

    def day(self, day, due):
        rate = (2.2 if day >= BUSY_FROM else 1.45) * (1.25 if day.weekday() in (1, 2, 3) else 0.6)
        work = [("change", None)] * sum(random_.random() < rate / 8 for _ in range(8))
        work += [("fix", change) for change in due.pop(day, [])]
        if day.weekday() == 0:
            work.append(("bump", None))
        random_.shuffle(work)
        minutes = sorted(random_.sample(range(8 * 60, 17 * 60), len(work)))
        for number, ((kind, origin), minute) in enumerate(zip(work, minutes)):
            when = datetime.datetime.combine(
                day, datetime.time(minute // 60, minute % 60, random_.randrange(60)), UTC
            )
            if kind == "bump":
                self.bump(when)
                continue
            before = {path: list(lines) for path, lines in self.repository.files.items()}
            change = self.change(when, origin)
            if random_.random() < REVERT:
                gap = (minutes[number + 1] if number + 1 < len(minutes) else minute + 100) - minute
                self.revert(when + datetime.timedelta(minutes=min(gap / 2, 50)), change, before)
            elif kind == "change" and random_.random() < FIX:
                later = day + datetime.timedelta(days=random_.choice([1, 1, 2, 3, 6]))
                due.setdefault(
                    later
                    + datetime.timedelta(days=(7 - later.weekday()) % 7 * (later.weekday() > 4)),
                    [],
                ).append(change)


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    out = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository(folder)
        story = Story(repository)
        story.tell()
        repository.close()
        git = ["git", "-C", folder, "-c", "pack.threads=1"]
        refs = subprocess.run(
            [*git, "for-each-ref", "--format=delete %(refname)", "refs/build"],
            check=True,
            capture_output=True,
        ).stdout
        subprocess.run([*git, "update-ref", "--stdin"], input=refs, check=True)
        subprocess.run(
            [*git, "repack", "-q", "-a", "-d", "-f", "--window=50", "--depth=50"], check=True
        )
        subprocess.run(
            [*git, "bundle", "create", "-q", str(out / "history.bundle"), "HEAD", "main"],
            check=True,
        )
    with open(out / "make" / "changes.json", "w", encoding="utf-8") as file:
        json.dump(story.changes, file, indent=0)
        file.write("\n")


main()
