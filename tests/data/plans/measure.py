"""Measures held_out.json and its like: the CPU time of their statements at 1x, 10x and 100x of the data of capture.py.

    python3 measure.py FOLDER FILE.json [ROUNDS]

FILE.json says the statements ("sql") and is written anew.

FOLDER is where a PostgreSQL of its own is made (3 GB; kept, so that a second run starts at once) and run by the user
who owns it; it is refused to root by PostgreSQL. The scales are measured in turns, so that what else the machine does
falls on all of them alike, and the least time of the rounds is kept: another's work can only add to it.
"""
import json
import pathlib
import re
import subprocess
import sys
import time

import capture

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
SCALES = (1, 10, 100)
SETTINGS = "set max_parallel_workers_per_gather=0; set jit=off; set work_mem='4MB'; set random_page_cost=1.1;"


def start(folder):
    data = folder / "data"
    if not data.exists():
        subprocess.run([BIN / "initdb", "-D", data, "-U", "plimsoll", "-A", "trust", "--no-sync"], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run([BIN / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start", "-o",
                    f"-k {folder} -c listen_addresses='' -c shared_buffers=3GB -c fsync=off -c autovacuum=off"
                    " -c max_wal_size=4GB"], check=True, stdout=subprocess.DEVNULL)


def fill(folder, scale):
    name = f"s{scale}"
    have = subprocess.run(["psql", "-h", folder, "-U", "plimsoll", "-d", "postgres", "-Atc",
                           f"select 1 from pg_database where datname='{name}_full'"], capture_output=True, text=True, check=True)
    if have.stdout.strip():
        return
    script = re.sub(r"\*1(?![0-9.])", f"*{scale}", capture.SCHEMA)
    subprocess.run(["createdb", "-h", folder, "-U", "plimsoll", name], check=True)
    subprocess.run(["psql", "-h", folder, "-U", "plimsoll", "-d", name, "-q", "-v", "ON_ERROR_STOP=1"], input=script, text=True,
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["psql", "-h", folder, "-U", "plimsoll", "-d", "postgres", "-qc", f"alter database {name} rename to {name}_full"],
                   check=True)


class Session:
    """psql over pipes, with the CPU time of its server process."""

    def __init__(self, folder, scale):
        self.psql = subprocess.Popen(["psql", "-h", folder, "-U", "plimsoll", "-d", f"s{scale}_full", "-AtqX"], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.run(SETTINGS)
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
        self.run("begin;")
        before = int(self.clock.read_text().split()[0])
        self.run(statement + ";")
        spent = int(self.clock.read_text().split()[0]) - before
        self.run("rollback;")
        return spent / 1e6

    def plan(self, statement):
        return json.loads(self.run(f"begin; explain (analyze, buffers, format json) {statement}; rollback;"))[0]


def without_zeros(node):
    return {key: [without_zeros(one) for one in value] if key == "Plans" else value for key, value in node.items()
            if not (value == 0 and key.endswith("Blocks"))}


def main(folder, file, rounds=15):
    folder = pathlib.Path(folder).resolve()
    file = pathlib.Path(file)
    statements = {name: one["sql"] for name, one in json.loads(file.read_text()).items()}
    start(folder)
    try:
        for scale in SCALES:
            fill(folder, scale)
            print("filled", scale, time.strftime("%T"), file=sys.stderr)
        sessions = {scale: Session(folder, scale) for scale in SCALES}
        result = {}
        for name, sql in statements.items():
            least = dict.fromkeys(SCALES, float("inf"))
            spent = time.monotonic()
            for turn in range(int(rounds)):
                for scale, session in sessions.items():
                    cpu = session.cpu_ms(sql)
                    if turn > 0:  # the first one warms
                        least[scale] = min(least[scale], cpu)
                if turn >= 5 and time.monotonic() - spent > 60:
                    break
            plan = min((sessions[1].plan(sql) for _ in range(5)), key=lambda one: one["Execution Time"])
            plan["Plan"] = without_zeros(plan["Plan"])
            result[name] = {"sql": sql, "plan": plan, "cpu": {str(scale): round(ms, 4) for scale, ms in least.items()}}
            print(name, result[name]["cpu"], file=sys.stderr)
        file.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    finally:
        subprocess.run([BIN / "pg_ctl", "-D", folder / "data", "-m", "fast", "stop"], stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*sys.argv[1:])
