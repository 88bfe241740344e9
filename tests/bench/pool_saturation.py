#!/usr/bin/env python3
"""A real PostgreSQL behind a pool of known size, driven until the pool is full: does the multiple that the
program predicts from the load of today hold?

Four pools, of 4 to 16 slots, a tenth to a fifth of them in use, with exponential and with equal holding times.
Today: pgbench with Poisson arrivals at that rate; every statement logged, and pg_stat_activity sampled. Prediction:
plimsoll, from the gauge (both ends) and from the log alone (an upper end). Truth: the same pgbench at multiples of
the rate, and where the 99th percentile of waiting for a connection (pgbench's schedule lag) reaches the mean time
that one is held. Waits of neighbours in a queue are alike, so a percentile of a few hundred of them scatters widely:
each rate is driven for half a minute, and the crossing is read from a line through the logarithms of all rates.

The work is pg_sleep, so that the pool is the only limit and other programs on the machine disturb little; the load
average is printed with the result. Needs: initdb and pgbench. Exit 77: not here.
Usage: pool_saturation.py PROGRAM [SECONDS]
"""

import glob
import json
import math
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HOLD_MS = 50
EXPONENTIAL = "\\set t random_exponential(1, 4000, 8)\nSELECT pg_sleep(:t / 10000.0);\n"  # mean 50 ms
EQUAL = "SELECT pg_sleep(0.05);\n"
# slots, in use today, the work
POOLS = ((8, 1.0, EXPONENTIAL), (4, 0.5, EXPONENTIAL), (16, 3.0, EXPONENTIAL), (8, 1.5, EQUAL))
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 30


def server_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


def as_user():
    """The server refuses to run as root."""
    if os.getuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
            return ["runuser", "-u", name, "--"]
        except KeyError:
            continue
    return None


class Server:
    def __init__(self, programs, user, folder):
        self.programs, self.user, self.folder = programs, user, folder
        self.data = os.path.join(folder, "data")

    def run(self, *command):
        return subprocess.run([*self.user, *command], check=True, capture_output=True, text=True, cwd="/tmp")

    def start(self):
        self.run(f"{self.programs}/initdb", "-D", self.data, "-A", "trust", "-U", "plimsoll", "--no-sync")
        with open(os.path.join(self.folder, "options"), "w", encoding="utf-8") as out:
            out.write("")
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off",
                    "logging_collector": "on", "log_directory": self.folder, "log_filename": "postgresql.log",
                    "log_file_mode": "0644", "log_line_prefix": "%m [%p] %q%u@%d/%a ", "log_timezone": "UTC",
                    "max_connections": "50", "shared_buffers": "16MB"}
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        self.run(f"{self.programs}/pg_ctl", "-D", self.data, "-w", "-o", options, "-l", f"{self.folder}/start.log",
                 "start")

    def stop(self):
        subprocess.run([*self.user, f"{self.programs}/pg_ctl", "-D", self.data, "-m", "immediate", "stop"],
                       capture_output=True, check=False, cwd="/tmp")

    def sql(self, text):
        return self.run("psql", "-h", self.folder, "-U", "plimsoll", "-d", "postgres", "-Atc", text).stdout

    def drive(self, pool, multiple, seconds):
        """Waits and holding times, in milliseconds."""
        slots, busy, work = pool
        script = os.path.join(self.folder, "work.sql")
        prefix = os.path.join(self.folder, "run")
        for old in glob.glob(prefix + ".*"):
            os.remove(old)
        with open(script, "w", encoding="utf-8") as out:
            out.write(work)
        self.run("env", "PGAPPNAME=web-api", f"{self.programs}/pgbench", "-h", self.folder, "-U", "plimsoll", "-n",
                 "-f", script, "-c", str(slots), "-j", "1", "-T", str(seconds), "-R",
                 f"{multiple * busy * 1000 / HOLD_MS:.3f}", "-l", f"--log-prefix={prefix}", "postgres")
        waits, holds = [], []
        for path in glob.glob(prefix + ".*"):
            for line in open(path, encoding="utf-8"):
                cells = line.split()
                # client, transaction, latency from the schedule, script, seconds, micros, lag
                lag = float(cells[6])
                waits.append(lag / 1000)
                holds.append((float(cells[2]) - lag) / 1000)
        return waits, holds


def p99(values):
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def sample_busy(server, until, rows):
    psql = subprocess.Popen([*server.user, "psql", "-h", server.folder, "-U", "plimsoll", "-d", "postgres", "-At"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/tmp")
    while not until.is_set():
        psql.stdin.write("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), "
                         "count(*) FROM pg_stat_activity WHERE application_name = 'web-api' AND state = 'active';\n")
        psql.stdin.flush()
        rows.append(psql.stdout.readline().strip().split("|"))
        time.sleep(0.1)
    psql.stdin.close()
    psql.wait()


def limit_of(program, folder, *paths):
    out = subprocess.run([program, "audit", "--format", "json", "--config", f"{folder}/plimsoll.toml", *paths],
                         capture_output=True, text=True, check=False)
    if out.returncode not in (0, 4):
        sys.exit(f"plimsoll audit ended with {out.returncode}: {out.stderr}")
    for limit in json.loads(out.stdout)["limits"]:
        if limit["id"] == "connection-pool.web-api":
            return limit
    sys.exit("plimsoll placed no limit on the pool")


def today(server, pool):
    log = os.path.join(server.folder, "postgresql.log")
    before = os.path.getsize(log)
    server.sql("ALTER SYSTEM SET log_min_duration_statement = 0")
    server.sql("SELECT pg_reload_conf()")
    rows, done = [], threading.Event()
    sampler = threading.Thread(target=sample_busy, args=(server, done, rows))
    sampler.start()
    server.drive(pool, 1, SECONDS)
    done.set()
    sampler.join()
    server.sql("ALTER SYSTEM SET log_min_duration_statement = -1")
    server.sql("SELECT pg_reload_conf()")
    with open(log, "rb") as whole:
        whole.seek(before)
        with open(os.path.join(server.folder, "today.log"), "wb") as out:
            out.write(whole.read())
    return [row for row in rows if len(row) == 2]


def truth(server, pool):
    """The multiple at which p99 of waiting meets the mean hold: least squares on the logarithms."""
    slots, busy, _ = pool
    points = []
    for used in (0.4, 0.5, 0.6, 0.7, 0.8, 0.88):
        multiple = used * slots / busy
        waits, holds = server.drive(pool, multiple, SECONDS)
        hold, wait = sum(holds) / len(holds), p99(waits)
        print(f"  {multiple:.1f}x: {len(waits)} transactions, held {hold:.1f} ms, 99th percentile of waiting "
              f"{wait:.1f} ms")
        if 0.15 * hold < wait < 12 * hold:
            points.append((multiple, math.log(wait / hold)))
    x = sum(at for at, _ in points) / len(points)
    y = sum(wait for _, wait in points) / len(points)
    slope = sum((at - x) * (wait - y) for at, wait in points) / sum((at - x) ** 2 for at, _ in points)
    return x - y / slope


def number(value, otherwise):
    return otherwise if value is None else value


def main():
    program = os.path.abspath(sys.argv[1])
    programs, user = server_programs(), as_user()
    if programs is None or user is None or not os.path.exists(f"{programs}/pgbench") or not shutil.which("psql"):
        print("skipped: no PostgreSQL server with pgbench here")
        return 77
    folder = tempfile.mkdtemp(prefix="plimsoll-pool-")
    os.chmod(folder, 0o777)
    server = Server(programs, user, folder)
    outside = 0
    try:
        server.start()
        for pool in POOLS:
            outside += 0 if holds(program, server, pool) else 1
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(POOLS) - outside} of {len(POOLS)} within the printed interval")
    return 0 if outside == 0 else 1


def holds(program, server, pool):
    slots, busy, work = pool
    folder = server.folder
    rows = today(server, pool)
    with open(f"{folder}/gauges.csv", "w", encoding="utf-8") as out:
        out.write("at,name,value,limit\n")
        out.writelines(f"{at},pool.web-api.busy,{count},{slots}\n" for at, count in rows)
    with open(f"{folder}/plimsoll.toml", "w", encoding="utf-8") as out:
        out.write(f"[limits]\npool.web-api = {{size = {slots}, instances = 1}}\n")
    gauged = limit_of(program, folder, f"{folder}/gauges.csv", f"{folder}/today.log")
    logged = limit_of(program, folder, f"{folder}/today.log")
    measured = truth(server, pool)
    low, high = gauged["low"], number(gauged["high"], math.inf)
    most = number(logged["high"], math.inf)
    ok = low <= measured <= high and measured <= most and logged["grade"] == "C"
    print(f"pool of {slots}, {busy} in use, {'equal' if work == EQUAL else 'exponential'} holds: predicted {low:.1f} to "
          f"{high:.1f} (at {number(gauged['at'], math.nan):.1f}) from {len(rows)} samples, at most {most:.1f} from the "
          f"log alone; measured {measured:.1f}; {'within' if ok else 'OUTSIDE'}; load average "
          f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    return ok


if __name__ == "__main__":
    sys.exit(main())
