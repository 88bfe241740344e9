#!/usr/bin/env python3
"""Slurm for real: one controller and two daemons on this host, as an unprivileged user where we are root.

An array of 32 digests with one shard that fails once and one node that is killed, resubmission of what is
missing, a dependent merge; the result must be, byte for byte, that of one process over the same files.

usage: slurm_test.py CHECKOUT PLIMSOLL        exit status 77: Slurm is not here, or cannot run here
"""
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

checkout, plimsoll = Path(sys.argv[1]).resolve(), str(Path(sys.argv[2]).resolve())
SHARDS = 32

if not all(shutil.which(name) for name in ("slurmctld", "slurmd", "sbatch", "munged")):
    print("skipped: Slurm is not installed (slurmctld, slurmd, slurm-client, munge)")
    sys.exit(77)
if not os.path.ismount("/sys/fs/cgroup"):  # slurmd refuses to start, whatever its configuration says
    print("skipped: no control groups here (/sys/fs/cgroup is not mounted)")
    sys.exit(77)

root = Path(tempfile.mkdtemp(prefix="plimsoll-slurm-"))
user = "daemon" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(*command: str) -> list[str]:
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", *command]


environment = dict(os.environ, SLURM_CONF=str(root / "etc/slurm.conf"), HOME=str(root))


def run(*command: str, check: bool = True, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(as_user(*command), env=dict(environment, **more), capture_output=True, text=True,
                          check=check, cwd=root)


def configure() -> None:
    for name in ("etc", "run", "log", "state", "spool-n1", "spool-n2", "shared"):
        (root / name).mkdir()
    key = root / "etc/munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    host = socket.gethostname().split(".")[0]
    (root / "etc/slurm.conf").write_text(f"""
ClusterName=plimsoll
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={root}/run/munge.socket
CryptoType=crypto/munge
MpiDefault=none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
ReturnToService=2
SlurmctldPidFile={root}/run/slurmctld.pid
SlurmdPidFile={root}/run/slurmd-%n.pid
SlurmctldPort={free_port()}
SlurmdSpoolDir={root}/spool-%n
StateSaveLocation={root}/state
SlurmctldLogFile={root}/log/slurmctld.log
SlurmdLogFile={root}/log/slurmd-%n.log
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SlurmdTimeout=10
KillWait=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={free_port()} CPUs=2 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={free_port()} CPUs=2 State=UNKNOWN
PartitionName=audit Nodes=n1,n2 Default=YES MaxTime=10 State=UP
""")
    for path in [root, *root.rglob("*")]:
        shutil.chown(path, user)
    root.chmod(0o755)
    (root / "run").chmod(0o755)


def start() -> None:
    run("munged", "--force", f"--key-file={root}/etc/munge.key", f"--socket={root}/run/munge.socket",
        f"--pid-file={root}/run/munged.pid", f"--log-file={root}/log/munged.log",
        f"--seed-file={root}/run/munged.seed")
    run("slurmctld", "-f", str(root / "etc/slurm.conf"))
    for node in ("n1", "n2"):
        run("slurmd", "-N", node, "-f", str(root / "etc/slurm.conf"))
    wait_for(lambda: run("sinfo", "-h", "-o", "%D %t", check=False).stdout.split() == ["2", "idle"], "two idle nodes")


def wait_for(holds, what: str, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.2)


def kill(name: str, how: int) -> None:
    file = root / "run" / f"{name}.pid"
    if file.exists():
        try:
            os.kill(int(file.read_text()), how)
        except ProcessLookupError:
            pass


def write_sources() -> Path:
    """Many small logs of one server; which sessions run on is told by their rotation."""
    paths = []
    for i in range(3 * SHARDS):
        path = root / "shared" / f"postgresql-{i:03}.log"
        lines = [f"2026-11-20 {8 + i // 60:02}:{i % 60:02}:{j % 60:02}.{j:03} UTC [{100 + j % 7}] LOG:  duration: "
                 f"{1 + (i * 31 + j * 17) % 400}.{j % 1000:03} ms  statement: select * from t{j % 9} where id = {j}\n"
                 for j in range(200 + 10 * (i % 11))]
        path.write_text("".join(lines))
        paths.append(str(path))
    sources = root / "shared/list"
    sources.write_text("\n".join(paths) + "\n")
    return sources


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def fails_once() -> str:
    """plimsoll, but shard 7 ends with status 70 the first time, and every digest takes a moment."""
    script = root / "shared/plimsoll"
    script.write_text(f"""#!/bin/bash
if [ "$1" = digest ]; then
    sleep 0.3
    if [ "$SLURM_ARRAY_TASK_ID" = 7 ] && mkdir {root}/shared/failed-once 2>/dev/null; then exit 70; fi
fi
exec {plimsoll} "$@"
""")
    script.chmod(0o755)
    return str(script)


def main() -> None:
    configure()
    sources = write_sources()
    for path in (root / "shared").iterdir():
        shutil.chown(path, user)
    start()
    manifest, merged = str(root / "shared/manifest.json"), root / "shared/all.pld"
    run(plimsoll, "shard", "plan", str(sources), "-n", str(SHARDS), "-o", manifest)
    wrapper = fails_once()
    whole = subprocess.Popen(as_user(str(checkout / "scale/slurm/run.sh"), manifest, str(merged)),
                             env=dict(environment, PLIMSOLL=wrapper), cwd=root, stderr=subprocess.PIPE, text=True)
    digests = Path(manifest + ".digests")
    wait_for(lambda: len(list(digests.glob("*.pld"))) >= 4, "the first digests")
    kill("slurmd-n2", signal.SIGKILL)
    run("scontrol", "update", "nodename=n2", "state=down", "reason=killed", check=False)
    _, err = whole.communicate(timeout=500)
    expect(whole.returncode == 0, "run.sh ends well:\n" + err)
    expect((root / "shared/failed-once").exists(), "shard 7 failed once")
    expect("round 2" in err, "what was missing was submitted again:\n" + err)
    expect(run(plimsoll, "shard", "status", manifest).stdout == "", "no shard is missing")
    alone = root / "shared/alone.pld"
    run(plimsoll, "digest", *sources.read_text().split(), "-o", str(alone))
    expect(merged.read_bytes() == alone.read_bytes(), "the bytes of one process over the same files")
    print(f"{SHARDS} shards, one failed once, one node killed: the same {merged.stat().st_size} bytes as one process")


try:
    main()
except BaseException:
    for log in sorted((root / "log").glob("*")):
        print(f"--- {log.name}\n{log.read_text()[-2000:]}", file=sys.stderr)
    raise
finally:
    for daemon in ("slurmd-n1", "slurmd-n2", "slurmctld", "munged"):
        kill(daemon, signal.SIGTERM)
    time.sleep(0.5)
    for daemon in ("slurmd-n1", "slurmd-n2", "slurmctld", "munged"):
        kill(daemon, signal.SIGKILL)
    shutil.rmtree(root, ignore_errors=True)
