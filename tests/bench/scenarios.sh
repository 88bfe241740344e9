#!/usr/bin/env bash
# The corpus of simulated bundles with twenty seeds: rewrites tests/scenarios/RESULTS.md and prints its tables.
# Usage: scenarios.sh PROGRAM; the program's build folder gives the bench. SEEDS=20 in the environment.
set -euo pipefail
build=$(dirname "$1")
cmake --build "$build" --target plimsoll_scenarios -- --quiet
results=tests/scenarios/RESULTS.md
"$build/tests/scenarios/plimsoll_scenarios" "${SEEDS:-20}" > "$results.new"
mv "$results.new" "$results"
sed -n '1,30p' "$results"
