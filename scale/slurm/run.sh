#!/bin/bash
# run.sh MANIFEST OUTPUT [ROUNDS]
#
# Digests the shards of MANIFEST as a Slurm array, merges them into OUTPUT. Whatever a round left missing (a
# task that failed, a node that died) is submitted again, at most ROUNDS times (default 3).
# The folder of the manifest and of the sources must be seen by every node. Options for sbatch (partition,
# account): SBATCH_PARTITION, SBATCH_ACCOUNT. Another program than the one in PATH: PLIMSOLL=/path.
set -euo pipefail
manifest=$(realpath "${1:?MANIFEST}")
output=$(realpath -m "${2:?OUTPUT}")
rounds=${3:-3}
here=$(dirname "$(realpath "$0")")
plimsoll=${PLIMSOLL:-plimsoll}

# Prints the missing indices; status 4 says there are some and is no error here.
missing() {
    local status=0
    "$plimsoll" shard status "$manifest" || status=$?
    [ "$status" = 0 ] || [ "$status" = 4 ]
}

for ((round = 1; round <= rounds; round++)); do
    indices=$(missing)
    [ -n "$indices" ] || break
    echo "round $round: shards $indices" >&2
    # --wait: until every task has ended; its status is the worst of theirs, and is not the question here.
    sbatch --quiet --wait --array="$indices" --output=/dev/null \
        --export="ALL,MANIFEST=$manifest,PLIMSOLL=$plimsoll" "$here/digest.sbatch" || true
done

job=$(sbatch --parsable --wait --kill-on-invalid-dep=yes --output="$output.log" \
    --export="ALL,MANIFEST=$manifest,OUTPUT=$output,PLIMSOLL=$plimsoll" "$here/merge.sbatch") || {
    cat "$output.log" >&2 || true
    exit 4
}
rm -f "$output.log"
echo "merged by job $job: $output" >&2
