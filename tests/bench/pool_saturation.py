#!/usr/bin/env python3
"""A real PostgreSQL behind a pool of known size, driven until the pool is full: does the multiple that the
program predicts from the load of today hold?

Today: pgbench with eight connections and Poisson arrivals, about one connection in use; every statement logged,
and pg_stat_activity sampled. Prediction: plimsoll, from the gauge (both ends) and from the log alone (an upper
end). Truth: the same pgbench at multiples of the rate, and where the 99th percentile of waiting for a connection
(pgbench's schedule lag) reaches the mean time that one is held.

The work is pg_sleep with exponential times, so that the pool is the only limit and other programs on the machine
disturb little; the load average is printed with the result. Needs: initdb and pgbench. Exit 77: not here.
Usage: pool_saturation.py PROGRAM
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

SLOTS = 8
HOLD_MS = 25
TODAY = 1.0 / (HOLD_MS / 1000)  # arrivals a second: one slot in use on the mean
SCRIPT = "\\set t random_exponential(1, 2000, 8)\nSELECT pg_sleep(:t / 10000.0);\n"  # mean 25 ms


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

    def drive(self, rate, seconds, slots=SLOTS):
        """Waits and holding times, in milliseconds."""
        script = os.path.join(self.folder, "work.sql")
        prefix = os.path.join(self.folder, "run")
        for old in glob.glob(prefix + ".*"):
            os.remove(old)
        with open(script, "w", encoding="utf-8") as out:
            out.write(SCRIPT)
        self.run("env", "PGAPPNAME=web-api", f"{self.programs}/pgbench", "-h", self.folder, "-U", "plimsoll", "-n",
                 "-f", script, "-c", str(slots), "-j", "1", "-T", str(seconds), "-R", f"{rate:.3f}", "-l",
                 f"--log-prefix={prefix}", "postgres")
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


def today(server):
    server.sql("ALTER SYSTEM SET log_min_duration_statement = 0")
    server.sql("SELECT pg_reload_conf()")
    rows, done = [], threading.Event()
    sampler = threading.Thread(target=sample_busy, args=(server, done, rows))
    sampler.start()
    server.drive(TODAY, 15)
    done.set()
    sampler.join()
    server.sql("ALTER SYSTEM SET log_min_duration_statement = -1")
    server.sql("SELECT pg_reload_conf()")
    return [row for row in rows if len(row) == 2]


def truth(server):
    """The multiple at which p99 of waiting meets the mean hold, between the two rates around it."""
    before, wait_before, hold = 0, 0.0, 0.0
    for multiple in (3, 4, 4.5, 5, 5.5, 6, 6.5, 7):
        waits, holds = server.drive(multiple * TODAY, 5)
        hold = sum(holds) / len(holds)
        wait = p99(waits)
        print(f"  {multiple}x: {len(waits)} transactions, held {hold:.1f} ms, 99th percentile of waiting {wait:.1f} ms")
        if wait >= hold:
            part = (hold - wait_before) / max(1e-9, wait - wait_before)
            return before + part * (multiple - before)
        before, wait_before = multiple, wait
    return before


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
    try:
        server.start()
        rows = today(server)
        with open(f"{folder}/gauges.csv", "w", encoding="utf-8") as out:
            out.write("at,name,value,limit\n")
            out.writelines(f"{at},pool.web-api.busy,{busy},{SLOTS}\n" for at, busy in rows)
        with open(f"{folder}/plimsoll.toml", "w", encoding="utf-8") as out:
            out.write(f"[limits]\npool.web-api = {{size = {SLOTS}, instances = 1}}\n")
        gauged = limit_of(program, folder, f"{folder}/gauges.csv", f"{folder}/postgresql.log")
        logged = limit_of(program, folder, f"{folder}/postgresql.log")
        measured = truth(server)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    low, high = gauged["low"], number(gauged["high"], math.inf)
    most = number(logged["high"], math.inf)
    print(f"pool of {SLOTS}, one in use: predicted {low:.1f} to {high:.1f} from {len(rows)} samples, at most {most:.1f} "
          f"from the log alone; measured {measured:.1f}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    ok = low <= measured <= high and measured <= most and logged["grade"] == "C"
    print("within the printed interval" if ok else "OUTSIDE the printed interval")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
