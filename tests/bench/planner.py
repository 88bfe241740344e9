"""Predicts plans and times at 10x and 100x from a capture of 1x, and asks the real databases.

    python3 planner.py PROGRAM [FOLDER] [WORLD...]

Each world (planner_worlds.py) is filled at three scales in a server of its own. The program collects the small one twice, by
default and with --keep-values, and predicts; the truth is EXPLAIN and the CPU time of the backend (schedstat) in the large
ones. Said per world: how many plan shapes are the real ones, the growth class at 100x, by which factor times are off, the CPU
seconds per scale point; for `shop` also the NOT IN cliff and whether nine indexes are used. A statement that takes longer than
LIMIT is cut off: only its class counts. Needs Debian's postgresql; root runs the server as postgres.
"""
import json
import math
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from planner_worlds import FIXES, SHOP, WORLDS  # noqa: E402

BIN = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
SCALES = (1, 10, 100)
LIMIT = 45  # seconds
ROUNDS = 9    # of each statement at each scale, but for what is slow: see ENOUGH
ENOUGH = 6    # seconds of the rounds of one statement, two of which are run anyway
SETTINGS = ["shared_buffers=3GB", "work_mem=4MB", "random_page_cost=1.1", "max_parallel_workers_per_gather=0", "jit=off", "fsync=off",
            "autovacuum=off", "max_wal_size=4GB", "listen_addresses="]
USER = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


class Server:
    def __init__(self, folder):
        self.folder = folder
        if not (folder / "data").exists():
            self.tool("initdb", "-D", folder / "data", "-U", "plimsoll", "-A", "trust", "--no-sync")
        self.tool("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "start", "-o",
                  " ".join(["-k", str(folder)] + [f"-c {one}" if not one.endswith("=") else f"-c {one}''" for one in SETTINGS]))

    def tool(self, name, *arguments):
        subprocess.run([BIN / name, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **USER)

    def stop(self):
        self.tool("pg_ctl", "-D", self.folder / "data", "-m", "fast", "stop")

    def psql(self, database, script, check=True):
        return subprocess.run(["psql", "-h", self.folder, "-U", "plimsoll", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1"],
                              input=script, text=True, check=check, capture_output=True).stdout

    def fill(self, world, scale):
        name = f"{world}_{scale}"
        if self.psql("postgres", f"select 1 from pg_database where datname = '{name}'").strip():
            return
        self.psql("postgres", f"create database {name}_new")
        self.psql(f"{name}_new", WORLDS[world]["schema"](scale))
        self.psql("postgres", f"alter database {name}_new rename to {name}")

    def explain(self, database, statement, before=""):
        out = self.psql(database, f"begin; {before}; explain (format json) {statement}; rollback;")
        return json.loads(out[out.index("["):])[0]["Plan"]


class Session:
    """psql over pipes, with the CPU time of its server process."""

    def __init__(self, server, database):
        self.psql = subprocess.Popen(["psql", "-h", server.folder, "-U", "plimsoll", "-d", database, "-XAtq"], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.run(f"set statement_timeout = '{LIMIT}s';")
        self.clock = pathlib.Path("/proc", self.run("select pg_backend_pid();").strip(), "schedstat")

    def run(self, script):
        self.psql.stdin.write(script + "\n\\echo -- done --\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline()) != "-- done --\n":
            if not line:
                raise RuntimeError(script)
            lines.append(line)
        return "".join(lines)

    def cpu_ms(self, statement):
        """The least of some rounds, and whether it was cut off: another's work can only add to it."""
        least, total = math.inf, 0
        for turn in range(ROUNDS + 1):
            self.run("begin;")
            before = int(self.clock.read_text().split()[0])
            out = self.run(f"select 1 from (select 1) x; {statement};")
            spent = (int(self.clock.read_text().split()[0]) - before) / 1e6
            self.run("rollback;")
            if "statement timeout" in out:
                return LIMIT * 1000.0, True
            total += spent
            if turn > 0 or spent > 4000:  # the first one warms
                least = min(least, spent)
            if spent > 4000 or (turn > 1 and total > 1000 * ENOUGH):
                break
        return least, False


def shape(plan):
    """As Explained::shape of the program."""
    kind = plan["Node Type"]
    for part in ("Strategy", "Join Type", "Command", "Operation"):
        word = plan.get(part, "")
        if word and word not in ("Plain", "Inner", "Sorted"):
            kind = f"{word} {kind}"
    hashed = any(isinstance(value, str) and "hashed SubPlan" in value for value in plan.values())
    own = kind + (" hashed" if hashed else "")
    own += "".join(f" {plan[key]}" for key in ("Relation Name", "Index Name") if plan.get(key))
    inner = ", ".join(shape(one) for one in plan.get("Plans", []))
    return f"{own}({inner})" if inner else own


def growth_class(factor, scale):
    exponent = math.log(max(factor, 1e-9)) / math.log(scale)
    return "flat" if exponent < 0.35 else "linear" if exponent < 1.35 else "superlinear"


def at(statement, scale):
    return statement.replace(":scale", str(scale))


class Predictor:
    def __init__(self, program, server, world, work):
        self.program, self.server, self.world, self.work = program, server, world, work

    def collect(self, keep, source=None):
        out = self.work / f"{self.world}-{'kept' if keep else 'redacted'}.json"
        url = f"postgresql://reader@/{self.world}_1?host={self.server.folder}"
        subprocess.run([self.program, "collect", url, "--interval", "0", "-o", out, *(["--keep-values"] if keep else []),
                        *(["--statements", source] if source and not keep else [])],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return out

    def statements(self, name, questions, times):
        path = self.work / name
        path.write_text("".join(f"-- name: {key}\n" + (f"-- ms: {times[key]:.5f}\n" if key in times else "") + sql + ";\n"
                                for key, sql in questions.items()))
        return path

    def ask(self, capture, statements, *more):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run([self.program, "inspect", "--capture", capture, "--statements", statements, "--pg-bindir", BIN,
                              "--growth", WORLDS[self.world]["growth"], "--format", "json", *more],
                             text=True, capture_output=True)
        if ran.returncode != 0:
            raise RuntimeError(ran.stderr)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {one["name"]: one for one in json.loads(ran.stdout)["planner"]["statements"]}, spent


def truth_of(server, world, cache):
    if cache.exists():
        return json.loads(cache.read_text())
    sessions = {scale: Session(server, f"{world}_{scale}") for scale in SCALES}
    out = {}
    for name, sql in WORLDS[world]["questions"].items():
        out[name] = {"shape": {}, "ms": {}, "cut": {}, "planning": 0}
        for scale in SCALES:
            out[name]["shape"][str(scale)] = shape(server.explain(f"{world}_{scale}", at(sql, scale)))
            out[name]["ms"][str(scale)], out[name]["cut"][str(scale)] = sessions[scale].cpu_ms(at(sql, scale))
        print("  measured", name, out[name]["ms"], file=sys.stderr)
    cache.write_text(json.dumps(out))
    return out


def judge(world, label, answers, truth):
    print(f"\n{world}, {label}: {len(truth)} statements")
    for scale in SCALES[1:]:
        right, classes, off, wrong = 0, 0, [], []
        for name, real in truth.items():
            point = next((one for one in answers[name]["at"] if one["scale"] == scale), None)
            if point is None:
                wrong.append(f"{name}: no plan: {answers[name]['refused']}")
                continue
            same = point["plan"]["shape"] == real["shape"][str(scale)]
            right += same
            if not same:
                wrong.append(f"{name}: {point['plan']['shape']}\n      real {real['shape'][str(scale)]}")
            factor = real["ms"][str(scale)] / real["ms"]["1"]
            classes += point["class"] == growth_class(factor, scale)
            if point["class"] != growth_class(factor, scale):
                wrong.append(f"{name}: class {point['class']} x{point['factor']:.3g}, real x{factor:.3g}")
            if not real["cut"][str(scale)]:
                off.append(max(factor / point["factor"], point["factor"] / factor))
        off.sort()
        print(f"  {scale}x: shape {right}/{len(truth)} ({100 * right / len(truth):.1f} %), class {classes}/{len(truth)}, "
              f"median {statistics.median(off):.2f} off, 90th percentile {off[int(0.9 * (len(off) - 1))]:.2f}, worst {off[-1]:.2f} "
              f"({len(off)} timed)")
        for one in wrong:
            print("    " + one)


def fixes(predictor, capture):
    print("\nindexes: predicted used, really used")
    server, right = predictor.server, 0
    for number, (sql, index) in enumerate(FIXES):
        asked = predictor.statements("fix.sql", {"fix": sql}, {})
        change = predictor.work / "change.sql"
        change.write_text(index + ";")
        answers, _ = predictor.ask(capture, asked, "--change", change, "--project", "10,100", "--no-cliffs")
        for scale in SCALES[1:]:
            point = next(one for one in answers["fix"]["at"] if one["scale"] == scale)
            said = "plimsoll_fix" in point["changed"]["plan"]["shape"]
            table = index.split(" on ")[1].split("(")[0]
            real = server.explain(f"shop_{scale}", at(sql, scale), f"{index}; analyze {table}")
            is_used = "plimsoll_fix" in shape(real)
            right += said == is_used
            same = point["changed"]["plan"]["shape"] == shape(real)
            print(f"  {scale:>3}x {index[27:]}: {said}, {is_used}; the same plan: {same}")
    print(f"  right: {right}/{2 * len(FIXES)}")


def cliff(predictor, capture):
    asked = predictor.statements("cliff.sql", {"not_in": SHOP["not_in"]}, {})
    answers, spent = predictor.ask(capture, asked, "--project", "100")
    for one in answers["not_in"]["cliffs"]:
        print(f"\nNOT IN: cliff between {one['below']:.4g}x and {one['above']:.4g}x, cost x{one['jump']:.3g} ({spent:.1f} CPU s)")


def main(program, folder=None, *worlds):
    program = pathlib.Path(program).resolve()
    work = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-bench-"))
    home = pathlib.Path(folder).resolve() if folder else work / "server"
    home.mkdir(exist_ok=True)
    if USER:
        shutil.chown(home, "postgres", "postgres")
        work.chmod(0o755)
    server = Server(home)
    try:
        server.psql("postgres", "do $$ begin create role reader login; exception when duplicate_object then null; end $$;"
                                "grant pg_monitor, pg_read_all_data to reader;")
        for world in worlds or WORLDS:
            for scale in SCALES:
                server.fill(world, scale)
                print("filled", world, scale, file=sys.stderr)
            truth = truth_of(server, world, (home if folder else work) / f"{world}-truth.json")
            predictor = Predictor(program, server, world, work)
            asked = predictor.statements(f"{world}.sql", WORLDS[world]["questions"], {key: one["ms"]["1"] for key, one in truth.items()})
            for keep, source, label in ((True, None, "--keep-values"), (False, None, "by default")):
                capture = predictor.collect(keep, source)
                answers, spent = predictor.ask(capture, asked, "--project", "10,100", "--no-cliffs")
                judge(world, label, answers, truth)
                print(f"  {spent / len(SCALES):.2f} CPU s of the program per scale point")
                if world == "shop":
                    cliff(predictor, capture)
                    fixes(predictor, capture)
    finally:
        server.stop()
        shutil.rmtree(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
