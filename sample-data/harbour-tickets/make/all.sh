#!/usr/bin/env bash
# Makes the whole story again: captures PostgreSQL (two minutes), simulates the rest (seconds),
# counts the truth.
# Needs what packages.txt lists; nothing of plimsoll.
#
# usage: all.sh [capture|simulate]     both without an argument
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
story=$(dirname "$here")
# shellcheck source=/dev/null
. "$here/lib.sh"
need git zstd python3
part=${1:-everything}

if [ "$part" = everything ] || [ "$part" = capture ]; then
    "$here/capture-postgres.sh" "$story"
fi
if [ "$part" = everything ] || [ "$part" = simulate ]; then
    for step in history ci events latency; do
        python3 "$here/make_$step.py" "$story"
    done
fi
python3 "$here/truth.py" "$story"
