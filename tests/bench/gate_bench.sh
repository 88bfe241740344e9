#!/usr/bin/env bash
# The gate's false alarms and hits beside the rules of other tools, and its time from start to verdict on a stored
# digest; kept in tests/bench/gate_results.txt. Usage: gate_bench.sh PROGRAM [GATES [SEEDS]]
set -euo pipefail
program=$1
gates=${2:-400}
seeds=${3:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sources=()
for model in regression memory ranktest rank_law special quantile random multiplicity interval; do
    sources+=("src/model/$model.cpp")
done
"${CXX:-g++}" -std=c++20 -O2 -Isrc -Itests tests/bench/gate_table.cpp "${sources[@]}" -o "$work/table"
"$work/table" "$gates" "$seeds"

story=sample-data/harbour-tickets
"$program" digest $story --unit us -o "$work/story.pld" 2> /dev/null || true
"$program" gate "$work/story.pld" --config $story/plimsoll.toml --baseline none --write-baseline "$work/b.json" > /dev/null
printf 'gate on a digest of %s bytes against a baseline of %s bytes, five runs, seconds:' \
    "$(stat -c %s "$work/story.pld")" "$(stat -c %s "$work/b.json")"
for _ in 1 2 3 4 5; do
    TIMEFORMAT=' %R (user %U)'
    { time "$program" gate "$work/story.pld" --config $story/plimsoll.toml --baseline "$work/b.json" > /dev/null; } 2>&1 |
        tr -d '\n'
done
echo
