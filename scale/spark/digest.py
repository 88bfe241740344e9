#!/usr/bin/env python3
"""Digests the shards of a manifest as Spark tasks, one a shard.

    spark-submit --py-files digest.py digest.py manifest.json [/path/of/plimsoll]

Whole files, not lines: an entry of a PostgreSQL log may span lines, which RDD.textFile would tear apart, so the
task is given an index and opens its own sources (they must be seen by every worker under the same path).
The exit status of each task is checked by pipe(checkCode=True); its default, False, would drop a shard in
silence.
"""
import json
import sys


def run(context, manifest: str, plimsoll: str = "plimsoll") -> list[str]:
    """What the tasks printed; raises when one ended with an error."""
    with open(manifest, encoding="utf-8") as file:
        count = len(json.load(file)["shards"])
    command = f"xargs -I INDEX {plimsoll} digest --manifest {manifest} --index INDEX --threads 1"
    indices = context.parallelize([str(index) for index in range(count)], count)
    return indices.pipe(command, checkCode=True).collect()


if __name__ == "__main__":
    from pyspark import SparkContext

    run(SparkContext(appName="plimsoll-digest"), *sys.argv[1:])
