#!/usr/bin/env bash
# What action.yml runs. From the environment: INPUT_PATHS (one a line), INPUT_BASELINE, INPUT_ARGS,
# INPUT_PROGRAM, and GitHub's GITHUB_OUTPUT, RUNNER_TEMP, GITHUB_ACTION_PATH. Ends with the gate's status.
set -euo pipefail

program=${INPUT_PROGRAM:-plimsoll}
if ! command -v "$program" > /dev/null; then
    echo "$program is not installed: building it from the action's own commit" >&2
    "$GITHUB_ACTION_PATH/dev" build release >&2
    program=$GITHUB_ACTION_PATH/build/release/plimsoll
fi

paths=()
while IFS= read -r path; do
    [ -z "$path" ] || paths+=("$path")
done <<< "${INPUT_PATHS:-}"
if [ ${#paths[@]} -eq 0 ]; then
    echo "plimsoll: the input \"paths\" is empty" >&2
    exit 2
fi
args=()
read -r -d '' -a args <<< "${INPUT_ARGS:-}" || true

work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/plimsoll-XXXXXX")
status=0
"$program" gate "${args[@]}" --baseline "${INPUT_BASELINE:-git:auto}" \
    --format text --format "json=$work/gate.json" --format "sarif=$work/gate.sarif" \
    --comment-file "$work/comment.md" --summary auto --annotations auto -- "${paths[@]}" || status=$?

# The JSON is laid out by us: a key of the document stands two blanks in, a word or a number behind it.
verdict=""
line=""
if [ -f "$work/gate.json" ]; then
    verdict=$(sed -n 's/^  "verdict": "\([a-z]*\)",$/\1/p' "$work/gate.json")
    line=$(sed -n '/^  "after": {$/,/^  }/s/^    "at": \([0-9.e+-]*\),$/\1/p' "$work/gate.json")
fi
{
    echo "verdict=$verdict"
    echo "load-line=$line"
    echo "result=$work/gate.json"
    echo "sarif=$work/gate.sarif"
    echo "comment=$work/comment.md"
} >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
