#!/usr/bin/env bash
# Megabytes per CPU second of `plimsoll inspect` on logs, beside `wc -l` on the same decompressed file in the same
# run, and the ratio that is asked for. Absolute figures do not travel between machines, ratios do.
# Usage: slowlog_bench.sh PROGRAM; logs come from ../shared/data/slow-logs where that is present.
set -euo pipefail
program=$1
logs=../shared/data/slow-logs
if [ ! -d "$logs" ]; then
    echo "slowlog bench: skipped, $logs is not here"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# CPU seconds (user + system) of a command, the least of three runs.
cpu_seconds() {
    local run best=""
    for run in 1 2 3; do
        run=$({ TIMEFORMAT='%U %S'; time "$@" > /dev/null 2>&1; } 2>&1 | awk '{print $1 + $2}')
        if [ -z "$best" ] || awk "BEGIN{exit !($run < $best)}"; then best=$run; fi
    done
    echo "$best"
}

printf '%-18s %8s %12s %12s %8s %8s\n' log MB 'MB/cpu-s' 'wc -l' ratio asked
measure() {
    local name=$1 asked=$2 copies=$3 file="$work/$1" megabytes ours theirs
    for ((i = 0; i < copies; ++i)); do zstd -dcq "$logs/$name.zst" >> "$file"; done
    megabytes=$(awk "BEGIN{print $(stat -c %s "$file") / 1e6}")
    ours=$(cpu_seconds "$program" inspect "$file" --format json)
    theirs=$(cpu_seconds wc -l "$file")
    awk -v n="$name" -v mb="$megabytes" -v a="$ours" -v b="$theirs" -v q="$asked" 'BEGIN {
        b = b > 0.001 ? b : 0.001
        printf "%-18s %8.0f %12.0f %12.0f   1/%-5.1f  1/%s\n", n, mb, mb / a, mb / b, a / b, q }'
    rm -f "$file"
}
measure pg-a.log 10 8
measure pg-a.json 10 4
measure pg-a.csv 12 5
measure pg-o.log 16 6
measure mariadb-slow.log 5 8
