#!/bin/bash
# fleet.sh PLIMSOLL: merging many digests, and ranking many systems. Simulated data, said so.
#
# Asked: 1,000 digests in under 10 s and 500 MB, cost linear in their size; 1,000 systems with a year of weekly
# audits ranked in under 1 s.
set -euo pipefail
plimsoll=$(realpath "${1:?path of the program}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Simulated: small logs of one server, a thousand of them, with a few hundred statement classes.
python3 - "$folder" <<'PY'
import random, sys
from pathlib import Path
random.seed(1)
folder = Path(sys.argv[1], "logs")
folder.mkdir()
paths = []
for i in range(1000):
    at = i * 90
    lines = [f"2026-11-{1 + at // 86400:02} {at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}.{j:03} UTC [{100 + j % 9}] "
             f"LOG:  duration: {random.lognormvariate(2, 1):.3f} ms  statement: select c{j % 20} from t{random.randrange(300)} "
             f"where id = {j}\n" for j in range(300)]
    path = folder / f"log-{i:04}.log"
    path.write_text("".join(lines))
    paths.append(str(path))
Path(sys.argv[1], "list").write_text("\n".join(paths) + "\n")
PY
"$plimsoll" shard plan "$folder/list" -n 1000 -o "$folder/manifest.json"
for ((i = 0; i < 1000; i++)); do
    "$plimsoll" digest --manifest "$folder/manifest.json" --index "$i" --threads 1
done
digests=("$folder"/manifest.json.digests/*.pld)
printf 'digests of simulated logs: %s bytes in 1000\n' "$(cat "${digests[@]}" | wc -c)"
for count in 250 500 1000; do
    /usr/bin/time -f "merge of $count digests: %U s user, %e s wall, %M KB" \
        "$plimsoll" merge "${digests[@]:0:count}" -o "$folder/all.pld"
done
/usr/bin/time -f "wc -c of the same 1000: %U s user, %e s wall" cat "${digests[@]}" > /dev/null

# Simulated: the tables of a store, filled past the program.
"$plimsoll" audit "${digests[0]}" --store "$folder/audits.db" --system seed > /dev/null
python3 - "$folder/audits.db" <<'PY'
import datetime, random, sqlite3, sys
random.seed(2)
store = sqlite3.connect(sys.argv[1])
start = datetime.date(2025, 11, 20)
body = "x" * 20_000
for system in range(1000):
    line = random.lognormvariate(1.5, 0.8)
    for week in range(52):
        key = f"{system}-{week}"
        at = (start + datetime.timedelta(weeks=week)).isoformat() + "T00:00:00Z"
        value = line * random.lognormvariate(0, 0.05)
        store.execute("insert into audit values (?,?,?,'1','r',null,?,?,?,'pool',10,3,7,2,'evolve')",
                      (key, f"system-{system:04}", at, value, value * 0.9, value * 1.1))
        if week % 4 == 0:
            store.execute("insert into document values (?,?,'')", (key, body))
store.commit()
PY
/usr/bin/time -f "history fleet, 1000 systems of 52 audits ($(stat -c %s "$folder/audits.db") bytes): %U s user, %e s wall, %M KB" \
    "$plimsoll" history fleet --store "$folder/audits.db" > /dev/null
