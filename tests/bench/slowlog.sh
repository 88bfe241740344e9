#!/usr/bin/env bash
# Megabytes per CPU second (user + system) of `plimsoll inspect` on database logs, one thread, beside `wc -l` on the
# same decompressed file in the same run, and the ratio that is asked for; two threads beside one; peak memory.
# Absolute figures do not travel between machines, ratios do; and since a neighbour's load slows the two unequally, they
# take turns, and of each the least counts. Two threads: what they could gain on two idle cores is told from the CPU
# seconds of the busiest thread, which no neighbour changes; the wall clock is printed beside it with the load.
# Usage: slowlog.sh PROGRAM. SLOWLOG_TURNS=5 turns, SLOWLOG_SHARE=100 percent of the copies (a gigabyte a log). Logs come from ../shared/data/slow-logs; without them a simulated one is made.
# The start of the program, some 18 ms, is in every figure: of a gigabyte it is one or two hundredths, of less it is more.
# SLOWLOG_LARGE=1 also measures the peak memory on 10 GB, which takes minutes.
set -euo pipefail
program=$1
logs=${SLOWLOG_DATA:-../shared/data/slow-logs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A simulated log: pages of a shop with an N+1, in the prefix that Debian sets. Its time runs on.
simulated() {
    awk -v entries="$1" 'BEGIN {
        for (i = 0; i < entries; ++i) {
            second = int(i / 400)
            time = sprintf("2026-11-%02d %02d:%02d:%02d.%03d UTC", 1 + int(second / 86400) % 28,
                int(second / 3600) % 24, int(second / 60) % 60, second % 60, i % 1000)
            head = time " [" 1000 + i % 37 "] app@shop LOG:  duration: 0." 100 + i % 899 " ms  "
            if (i % 9 == 0) print head "statement: UPDATE orders SET total = total + " i " WHERE id = " i % 9973
            else if (i % 9 == 4) {
                print head "execute S_1: SELECT name, price FROM items WHERE order_id = $1"
                print time " [" 1000 + i % 37 "] app@shop DETAIL:  parameters: $1 = \x27" i "\x27"
            } else print head "statement: SELECT o.id, o.total FROM orders o JOIN users u ON u.id = o.owner" \
                " WHERE u.email = \x27user" i % 5003 "@example.org\x27 AND o.kind IN (1, 2, " i % 7 ") LIMIT 20"
        }
    }'
}

# Simulated: seven days of five applications, five calls a second, 50 classes: what is kept over time, not the rate, is
# what such a log costs in memory.
quiet_week() {
    awk 'BEGIN {
        for (i = 0; i < 3000000; ++i) {
            second = int(i / 5)
            printf "2026-11-%02d %02d:%02d:%02d.%03d UTC [%d] app%d@shop LOG:  duration: 0.%d ms  " \
                "statement: SELECT c%d FROM t%d WHERE id = %d\n", 1 + int(second / 86400), int(second / 3600) % 24,
                int(second / 60) % 60, second % 60, i % 1000, 1000 + i % 37, i % 5, 100 + i % 899, i % 50, i % 20, i
        }
    }'
}

turns=${SLOWLOG_TURNS:-5}
share=${SLOWLOG_SHARE:-100}

# CPU seconds of a command.
cpu_seconds() {
    { TIMEFORMAT='%U %S'; time "$@" > /dev/null 2>&1; } 2>&1 | awk '{print $1 + $2}'
}

wall_seconds() { { TIMEFORMAT='%R'; time "$@" > /dev/null 2>&1; } 2>&1; }

# The least of two lists that grow turn by turn: "ours theirs".
least_of_turns() {
    local file=$1 i
    for ((i = 0; i < turns; ++i)); do
        echo "$(cpu_seconds "$program" inspect "$file" --threads 1 --format json) $(cpu_seconds wc -l "$file")"
    done | awk 'NR == 1 || $1 < a {a = $1} NR == 1 || $2 < b {b = $2} END {print a, b}'
}

measure() {
    local name=$1 file=$2 asked=$3 megabytes
    megabytes=$(awk "BEGIN{print $(stat -c %s "$file") / 1e6}")
    least_of_turns "$file" | awk -v n="$name" -v mb="$megabytes" -v q="$asked" '{
        a = $1; b = $2 > 0.001 ? $2 : 0.001
        printf "%-18s %8.0f %12.0f %12.0f   1/%-6.1f 1/%s\n", n, mb, mb / a, mb / b, a / b, q }'
}

# "total busiest": CPU seconds of all threads of a command and of the one that used the most, as the kernel counts them
# while it runs, in hundredths.
thread_seconds() {
    "$@" > /dev/null 2>&1 &
    local process=$! line seen=""
    while kill -0 "$process" 2> /dev/null; do
        # A thread may end between the listing and the reading.
        line=$({ cat "/proc/$process"/task/*/stat 2> /dev/null || true; } |
            sed 's/.*) //' | awk '{t = $12 + $13; s += t; if (t > m) m = t} END {if (s) print s / 100, m / 100}')
        seen=${line:-$seen}
        sleep 0.02
    done
    wait "$process"
    echo "$seen"
}

# The log so many times, on a day of its own each: a file of a gigabyte, so that `wc -l` takes long enough to be timed.
# The logs are of one day; MariaDB's short times stay as they are.
replicated() {
    local name=$1 copies=$(((${2} * share + 99) / 100)) i
    for ((i = 1; i <= copies; ++i)); do
        zstd -dcq "$logs/$name.zst" | sed "s/2026-11-21/$(printf '2026-%02d-%02d' $((1 + i / 28)) $((1 + i % 28)))/"
    done
}

shared() {
    local name=$1 copies=$2 asked=$3 file="$work/$1"
    if [ ! -e "$logs/$name.zst" ]; then
        echo "$name: SKIPPED, $logs/$name.zst is not here"
        return 0
    fi
    replicated "$name" "$copies" > "$file"
    measure "$name" "$file" "$asked"
    rm -f "$file"
}

printf '%-18s %8s %12s %12s %8s %8s\n' log MB 'MB/cpu-s' 'wc -l' ratio asked
shared pg-a.log 28 10
shared pg-a.json 11 10
shared pg-a.csv 18 12
shared pg-o.log 25 16
shared mariadb-slow.log 28 5
simulated 1500000 > "$work/simulated.log"
measure 'simulated.log' "$work/simulated.log" 10

one=$(wall_seconds "$program" inspect "$work/simulated.log" --threads 1 --format json)
two=$(wall_seconds "$program" inspect "$work/simulated.log" --threads 2 --format json)
alone=$(cpu_seconds "$program" inspect "$work/simulated.log" --threads 1 --format json)
thread_seconds "$program" inspect "$work/simulated.log" --threads 2 --format json |
    awk -v a="$one" -v b="$two" -v c="$alone" -v l="$(cut -d' ' -f1 /proc/loadavg)" '{
        bound = $1 / 2 > $2 ? $1 / 2 : $2
        printf "two threads by the wall clock: %.2f times one (load %s)\n", a / b, l
        printf "two threads by CPU seconds: %.2f in all, %.2f in the busiest, %.2f with one thread: at best %.2f times " \
            "one on two idle cores (asked: 1.8)\n", $1, $2, c, c / bound }'

peak_of() {
    awk -v n="$1" -v kb="$2" 'BEGIN {
        printf "peak memory on %s: %.1f MB (asked: 64 MB and 1.5 KB a class)\n", n, kb / 1024 }'
}

if command -v /usr/bin/time > /dev/null; then
    for file in "$work/simulated.log" "$work/twice.log"; do
        [ -e "$file" ] || cat "$work/simulated.log" "$work/simulated.log" > "$file"
        peak=$({ /usr/bin/time -f %M "$program" inspect "$file" --format json > /dev/null; } 2>&1 | tail -1)
        peak_of "$(awk "BEGIN{printf \"%.0f MB\", $(stat -c %s "$file") / 1e6}")" "$peak"
    done
    peak=$(quiet_week |
        { /usr/bin/time -f %M "$program" inspect - --threads 1 --format json > /dev/null; } 2>&1 | tail -1)
    peak_of "seven quiet days" "$peak"
    if [ -n "${SLOWLOG_LARGE:-}" ] && [ -e "$logs/pg-a.log.zst" ]; then
        peak=$(replicated pg-a.log 280 |
            { /usr/bin/time -f %M "$program" inspect - --threads 1 --format json > /dev/null; } 2>&1 | tail -1)
        peak_of "10 GB through a pipe" "$peak"
    fi
fi
