#!/bin/bash
# A pool in front of a real PostgreSQL, driven until it is full: predicted against measured. A bench and no test:
# the printed interval is one of 90 %, so one run in ten may lie outside by right.
set -euo pipefail
python3 "$(dirname "$0")/pool_saturation.py" "${1:?path of the program}"
