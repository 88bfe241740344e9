#!/usr/bin/env python3
"""Samples pg_stat_activity once a second through one psql and prints gauges.csv on stdout.

busy = sessions of an application that are active or idle in transaction: a pool connection is
held in both. db.cpu = CPU seconds per second of all server processes (from /proc), out of the
processors of this machine. The sampler's own session counts in db.connections and nowhere else.

usage: gauges.py SECONDS POSTMASTER_PID POOL=SIZE...
"""
import datetime
import os
import subprocess
import sys
import time

SQL = """SELECT 'row', application_name, count(*),
 count(*) FILTER (WHERE state = 'active'),
 count(*) FILTER (WHERE state LIKE 'active' OR state LIKE 'idle in transaction%')
FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 2;
SELECT 'end', setting FROM pg_settings WHERE name = 'max_connections';
"""
SAMPLER = "gauge-sampler"


def cpu_seconds(postmaster):
    """CPU time of the postmaster, its living children, and the children it has buried."""
    ticks = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(pid) == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def sample(session):
    session.stdin.write(SQL)
    session.stdin.flush()
    rows = []
    for line in session.stdout:
        cells = line.rstrip("\n").split("|")
        if cells[0] == "end":
            return rows, int(cells[1])
        rows.append((cells[1], *map(int, cells[2:])))
    raise SystemExit("gauges: psql ended early")


def main():
    seconds, postmaster = int(sys.argv[1]), int(sys.argv[2])
    pools = dict(pair.split("=") for pair in sys.argv[3:])
    environment = dict(
        os.environ,
        PGUSER="postgres",
        PGAPPNAME=SAMPLER,
        PGOPTIONS="-c log_min_duration_statement=-1",
    )
    session = subprocess.Popen(
        ["psql", "-XqAt"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env=environment,
    )
    print("at,name,value,limit")
    start = time.monotonic()
    before, before_at = cpu_seconds(postmaster), start
    for second in range(1, seconds + 1):
        time.sleep(max(0.0, start + second - time.monotonic()))
        at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows, limit = sample(session)
        busy_now, now = cpu_seconds(postmaster), time.monotonic()
        print(f"{at},db.cpu,{(busy_now - before) / (now - before_at):.3f},{os.cpu_count()}")
        before, before_at = busy_now, now
        active = sum(row[2] for row in rows if row[0] != SAMPLER)
        print(f"{at},db.active,{active},")
        print(f"{at},db.connections,{sum(row[1] for row in rows)},{limit}")
        for pool, size in pools.items():
            busy = sum(row[3] for row in rows if row[0] == pool)
            print(f"{at},pool.{pool}.busy,{busy},{size}")
    session.stdin.close()
    session.wait()


main()
