#!/usr/bin/env bash
# The planner in the loop, predicted from a small database and checked by the large ones: see planner.py.
# Usage: planner.sh PROGRAM [FOLDER]; FOLDER (4 GB) is kept, so that a second run need not fill it again.
set -euo pipefail
PYTHONDONTWRITEBYTECODE=1 exec python3 "$(dirname "$0")/planner.py" "$@"
