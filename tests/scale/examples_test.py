#!/usr/bin/env python3
"""The examples for Kubernetes and Spark: well-formed, and true to the program that they call.

usage: examples_test.py CHECKOUT PLIMSOLL
"""
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

checkout, plimsoll = Path(sys.argv[1]).resolve(), str(Path(sys.argv[2]).resolve())


def expect(holds: bool, what: str) -> None:
    if not holds:
        sys.exit("does not hold: " + what)


def options_of(*command: str) -> str:
    return subprocess.run([plimsoll, *command, "--help"], capture_output=True, text=True, check=True).stdout


def kubernetes() -> None:
    import yaml

    for name in ("digest", "merge"):
        document = yaml.safe_load((checkout / f"scale/kubernetes/{name}.yaml").read_text())
        expect(document["kind"] == "Job" and document["apiVersion"] == "batch/v1", name + " is a Job")
        pod = document["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        expect(pod["restartPolicy"] == "Never", name + " leaves retries to the Job")
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        expect(mounted <= {volume["name"] for volume in pod["volumes"]}, name + " mounts what is there")
        expect(container["args"][0] == name, name + " calls its command")
        known = options_of(name)
        for argument in container["args"]:
            if argument.startswith("-"):
                expect(argument in known, f"plimsoll {name} knows {argument}")
    spec = yaml.safe_load((checkout / "scale/kubernetes/digest.yaml").read_text())["spec"]
    expect(spec["completionMode"] == "Indexed", "the index comes from the Job")
    expect(spec["backoffLimitPerIndex"] > 0, "each index has retries of its own")


class Rdd:
    """As much of Spark's RDD as the example uses: pipe one partition each, statuses checked."""

    def __init__(self, items: list[str]):
        self.items = items
        self.out: list[str] = []

    def pipe(self, command: str, checkCode: bool = False) -> "Rdd":
        expect(checkCode, "exit statuses are checked")
        for item in self.items:
            done = subprocess.run(command, shell=True, input=item + "\n", capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"Pipe function `{command}` exited with error code {done.returncode}")
            self.out += done.stdout.splitlines()
        return self

    def collect(self) -> list[str]:
        return self.out


class Context:
    def parallelize(self, items: list[str], slices: int) -> Rdd:
        expect(len(items) == slices, "one task a shard")
        return Rdd(items)


def spark() -> None:
    where = importlib.util.spec_from_file_location("digest", checkout / "scale/spark/digest.py")
    example = importlib.util.module_from_spec(where)
    where.loader.exec_module(example)
    with tempfile.TemporaryDirectory() as folder:
        sources = []
        for i in range(4):
            path = Path(folder, f"g{i}.csv")
            path.write_text(f"at,name,value,limit\n2026-11-20T08:00:0{i}Z,pool.web.busy,{i},20\n")
            sources.append(str(path))
        Path(folder, "list").write_text("\n".join(sources) + "\n")
        manifest = str(Path(folder, "manifest.json"))
        subprocess.run([plimsoll, "shard", "plan", str(Path(folder, "list")), "-n", "3", "-o", manifest], check=True)
        example.run(Context(), manifest, plimsoll)
        status = subprocess.run([plimsoll, "shard", "status", manifest], capture_output=True, text=True, check=True)
        expect(status.stdout == "", "every shard is there")
        Path(sources[0]).unlink()
        try:
            example.run(Context(), manifest, plimsoll)
        except RuntimeError as error:
            expect("code 3" in str(error) or "code 123" in str(error), "the status of a missing source")
        else:
            sys.exit("a failing shard passed in silence")


def readme() -> None:
    text = (checkout / "scale/README.md").read_text()
    for command in re.findall(r"plimsoll ((?:shard )?[a-z]+)", text):
        options_of(*command.split())
    for path in re.findall(r"`((?:slurm|kubernetes|spark)/[^`]+)`", text):
        expect((checkout / "scale" / path).exists(), path + " is there")


kubernetes()
spark()
readme()
