#!/usr/bin/env bash
# Captures postgresql.log.zst, gauges.csv, plans/*.json, make/load.tsv and make/events-of-load.csv
# from a real PostgreSQL under a real load.
# A private server on a Unix socket in a temporary folder: no port, no existing cluster is touched,
# and it is stopped and deleted whatever happens. Needs about two minutes and 1 GB of disk.
#
# usage: capture-postgres.sh OUTPUT_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(cd "$1" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
need psql pgbench zstd python3
bin=$(postgres_bin)

# Pool sizes as the applications of the story are configured (plimsoll.toml says the same).
# One connection of each is left to the psql sessions of incidents.sh, which use the same names.
web_pool=12 checkout_pool=10 billing_pool=4 reporting_pool=4
seconds=84 # the length of the load; the sale opens after 24 and closes after 62

work=$(mktemp -d "${TMPDIR:-/tmp}/harbour.XXXXXX")
stop() {
    local status=$?
    trap - EXIT INT TERM
    jobs -p | xargs -r kill 2>/dev/null || true
    as_postgres "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -r "$here/load" "$work/load"
mkdir "$work/data" "$work/socket"
if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$work"; fi
chmod -R go+rX "$work"

as_postgres "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
cat >>"$work/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work/socket'
max_connections = 60
shared_buffers = 128MB
max_wal_size = 64MB
checkpoint_timeout = 30s
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
CONF
export PGHOST=$work/socket PGDATABASE=postgres PGUSER=postgres
as_postgres "$bin/pg_ctl" -D "$work/data" -l "$work/data/quiet.log" -w start >/dev/null
psql -Xq -c "CREATE DATABASE harbour"
export PGDATABASE=harbour
psql -Xq -v ON_ERROR_STOP=1 -f "$here/load/schema.sql" >/dev/null
as_postgres "$bin/pg_ctl" -D "$work/data" -m fast -w stop >/dev/null

cat >>"$work/data/postgresql.conf" <<'CONF'
log_line_prefix = '%m [%p] %q%u@%d/%a '
log_min_duration_statement = 0
log_lock_waits = on
deadlock_timeout = 200ms
log_temp_files = 0
log_connections = on
log_disconnections = on
log_checkpoints = on
shared_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = '60ms'
auto_explain.log_format = 'json'
auto_explain.log_analyze = on
auto_explain.log_buffers = on
CONF
as_postgres "$bin/pg_ctl" -D "$work/data" -l "$work/data/load.log" -w start >/dev/null
postmaster=$(head -n 1 "$work/data/postmaster.pid")

loads=()
load() { # USER APPLICATION NAME pgbench-options...
    local user=$1 application=$2 name=$3
    shift 3
    (cd "$work/load" && PGUSER=$user PGAPPNAME=$application exec pgbench -n -j 1 --random-seed=1853 "$@") \
        >"$work/$name.out" 2>&1 &
    loads+=($!)
}
pages=(-f page_orders.sql@4 -f page_show.sql@5 -f page_home.sql@5 -f page_search.sql@2)
python3 "$here/load/gauges.py" "$seconds" "$postmaster" "web-api=$web_pool" "checkout=$checkout_pool" \
    "billing-worker=$billing_pool" "reporting=$reporting_pool" >"$work/gauges.csv" &
gauges=$!
load web web-api web -c 8 -R 60 -T "$seconds" "${pages[@]}"
load checkout checkout checkout -M prepared -c 4 -R 7 -T "$seconds" --max-tries=3 -f checkout.sql
load billing billing-worker billing -M extended -c $((billing_pool - 1)) -R 8 -T "$seconds" --max-tries=3 -f billing.sql
load analyst reporting reporting -c $((reporting_pool - 1)) -R 0.4 -T "$seconds" -f report_top.sql -f report_audit.sql
load kiosk kiosk-php kiosk -C -c 1 -R 6 -T "$seconds" -f kiosk.sql
sleep 10
bash "$here/load/incidents.sh" "$work/events.csv" &
incidents=$!
sleep 14
# The sale opens: the rest of both pools is opened and the traffic grows about threefold.
load web web-api web-sale -c $((web_pool - 9)) -R 110 -T 38 "${pages[@]}"
load checkout checkout checkout-sale -M prepared -c $((checkout_pool - 5)) -R 15 -T 38 --max-tries=3 -f checkout.sql
wait "$incidents" "$gauges"
for one in "${loads[@]}"; do
    wait "$one" || { echo "capture: a pgbench ended early:" >&2; tail -n 3 "$work"/*.out >&2; exit 70; }
done

mkdir -p "$work/plans"
bash "$here/capture-plans.sh" "$work/plans"
as_postgres "$bin/pg_ctl" -D "$work/data" -m fast -w stop >/dev/null

# What the load itself says it did: the truth that the log is compared with.
{
    printf 'load\tscript\ttransactions\n'
    for name in web web-sale checkout checkout-sale billing reporting kiosk; do
        awk -v run="$name" '
            /^SQL script [0-9]+:/ { script = $4 }
            /^transaction type:/ && $3 != "multiple" { script = $3 }
            /^number of transactions actually processed:/ { total = $6 }
            /^ - [0-9]+ transactions/ { printf "%s\t%s\t%s\n", run, script, $2; several = 1 }
            END { if (!several) printf "%s\t%s\t%s\n", run, script, total }' "$work/$name.out"
    done
} >"$work/load.tsv"

mkdir -p "$out/plans"
# Plans were taken on the quiet server after the load; their log lines are not part of the story.
python3 - "$work/data/load.log" "$work/load.log" <<'PYTHON'
import sys
lines = open(sys.argv[1], "rb").read().split(b"\n")
mark = b"application_name=plan-capture"
cut = next(i for i, line in enumerate(lines) if mark in line)
while cut and b"connection received" in lines[cut - 1]:
    cut -= 1
open(sys.argv[2], "wb").write(b"\n".join(lines[:cut]) + b"\n")
PYTHON
zstd -q -19 "$work/load.log" -o "$work/postgresql.log.zst"
install -m 644 "$work/postgresql.log.zst" "$out/postgresql.log.zst"
cp "$work/gauges.csv" "$out/gauges.csv"
cp "$work/load.tsv" "$out/make/load.tsv"
cp "$work/events.csv" "$out/make/events-of-load.csv"
rm -f "$out"/plans/*.json
cp "$work"/plans/*.json "$out/plans/"
