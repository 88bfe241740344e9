#!/usr/bin/env bash
# What goes wrong during the load, one after another, each a known number of times.
# Run with PGHOST and PGDATABASE set; takes about 30 seconds. Errors are the point: psql's are dropped.
# Writes what a team would have noted of it (the migration) as rows of events.csv.
#
# usage: incidents.sh EVENTS_CSV
set -uo pipefail

events=$1
echo "at,until,kind,service,what" >"$events"

say() { # USER APPLICATION SQL
    PGUSER=$1 PGAPPNAME=$2 psql -XqAt -v ON_ERROR_STOP=0 -c "$3" >/dev/null 2>&1
}

# 1. Plain mistakes, five of each: unique key, foreign key, unknown column, cast, division.
for n in 1 2 3 4 5; do
    say web web-api "INSERT INTO customers VALUES (900000 + $n, 'guest$n@mail.example', 'Twice', 'NO', now())"
    say web web-api "INSERT INTO orders VALUES (800000 + $n, 999999, 1, 'open', 1, now())"
    say web web-api "SELECT id, loyalty_tier FROM customers WHERE id = $n"
    say billing billing-worker "SELECT id FROM invoices WHERE issued_at > 'yester day'"
    say analyst reporting "SELECT sum(total_cents) / (count(*) - count(*)) FROM orders WHERE customer_id = $n"
done

# 2. The support desk searches the audit log with a limit of 250 ms: eight times too slow, four times fast enough.
for n in 1 2 3 4 5 6 7 8; do
    say support support-desk "SELECT at, actor, payload
  FROM audit_log
 WHERE payload::text ~* '(order|ip).*10\.0\.$n\..*ms'
 ORDER BY at DESC"
done
for n in 1 2 3 4; do
    say support support-desk "SELECT at, actor FROM audit_log WHERE id = $((n * 1000))"
done

# 3. Four deadlocks: the shop and the biller take the same two orders in opposite order.
for n in 1 2 3 4; do
    say web web-api "BEGIN; UPDATE orders SET status = 'held' WHERE id = 50; SELECT pg_sleep(0.15); UPDATE orders SET status = 'held' WHERE id = 51; COMMIT" &
    shop=$!
    say billing billing-worker "BEGIN; UPDATE orders SET status = 'paid' WHERE id = 51; SELECT pg_sleep(0.15); UPDATE orders SET status = 'paid' WHERE id = 50; COMMIT" &
    wait "$shop" $!
    sleep 1
done

# 4. Two serialization failures: both read the old row, the second writer loses.
for n in 1 2; do
    say billing billing-worker "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT value FROM settings WHERE key = 'flag.9'; SELECT pg_sleep(0.6); UPDATE settings SET value = 'late' WHERE key = 'flag.9'; COMMIT" &
    late=$!
    sleep 0.2
    say web web-api "UPDATE settings SET value = 'early$n' WHERE key = 'flag.9'"
    wait "$late"
done

# 5. A migration needs the whole table for a moment, but waits behind a report; behind it waits everyone.
say analyst reporting "BEGIN; SELECT count(*) FROM orders; SELECT pg_sleep(1.2); COMMIT" &
report=$!
sleep 0.3
begun=$(date -u +%Y-%m-%dT%H:%M:%SZ)
say migrator migrate "ALTER TABLE orders ADD COLUMN channel text; -- 2026-11-21 add channel"
wait "$report"
say migrator migrate "UPDATE orders SET channel = 'web'
 WHERE id BETWEEN 1 AND 20000"
echo "$begun,$(date -u +%Y-%m-%dT%H:%M:%SZ),migration,,Column orders.channel; waited behind a report during the sale" >>"$events"

# 6. Two cron jobs that must not overlap, and a refresh that locks out its readers.
for n in 1 2; do
    say jobs cron "SELECT pg_advisory_lock(4711); SELECT pg_sleep(0.5); SELECT pg_advisory_unlock(4711)" &
    first=$!
    sleep 0.1
    say jobs cron "SELECT pg_advisory_lock(4711); REFRESH MATERIALIZED VIEW sales_by_day; SELECT pg_advisory_unlock(4711)"
    wait "$first"
done

# 7. NOWAIT, lock timeout, and a kiosk that may not lock at all (42501), three of each.
for n in 1 2 3; do
    say web web-api "BEGIN; SELECT id FROM seats WHERE id = 77 FOR UPDATE; SELECT pg_sleep(0.8); COMMIT" &
    holder=$!
    sleep 0.2
    say kiosk kiosk-php "SELECT id FROM seats WHERE id = 77 FOR SHARE NOWAIT"
    say web web-api "SELECT id FROM seats WHERE id = 77 FOR UPDATE NOWAIT"
    say checkout checkout "SET lock_timeout = '300ms'; UPDATE seats SET status = 'held' WHERE id = 77"
    wait "$holder"
done

# 8. A support session forgotten in the middle of a transaction, twice.
for n in 1 2; do
    { echo "SET idle_in_transaction_session_timeout = '400ms'; BEGIN; SELECT now();"; sleep 0.9; echo "COMMIT;"; } |
        PGUSER=support PGAPPNAME=support-desk psql -XqAt >/dev/null 2>&1
done

# 9. The box offices all wake at once; their role may hold five connections: 5 of 12 get in, the others are refused.
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    say boxoffice kiosk-php "SELECT pg_sleep(1)" &
done
wait
