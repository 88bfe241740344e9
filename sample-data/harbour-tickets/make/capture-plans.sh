#!/usr/bin/env bash
# EXPLAINs the main statements of the story on the server that PGHOST and PGDATABASE name.
# usage: capture-plans.sh OUTPUT_FOLDER
set -euo pipefail
out=$1
export PGAPPNAME=plan-capture PGUSER=postgres

plan() { # FILE OPTIONS SQL
    psql -XqAt -v ON_ERROR_STOP=1 -c "SET auto_explain.log_min_duration = -1; SET work_mem = '${work_mem:-4MB}'" \
        -c "BEGIN" -c "EXPLAIN ($2) $3" -c "ROLLBACK" >"$out/$1.json"
}
measured='FORMAT JSON, ANALYZE, BUFFERS, SETTINGS'
estimated='FORMAT JSON, SETTINGS'

plan order-history "$measured" \
    "SELECT id, show_id, status, total_cents FROM orders WHERE customer_id = 4711 ORDER BY created_at DESC LIMIT 12"
plan order-tickets "$measured" \
    "SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = 56532"
plan search "$measured" \
    "SELECT id, title, starts_at FROM shows WHERE title ILIKE '%choir no. 42%' AND status = 'on sale' ORDER BY starts_at LIMIT 10"
plan free-seats "$measured" \
    "SELECT section, count(*) AS free FROM seats WHERE show_id = 1 AND status = 'free' GROUP BY section ORDER BY section"
plan payment-of-order "$measured" \
    "SELECT id, state, amount_cents FROM payments WHERE order_id = 56532"
plan counter-update "$measured" \
    "UPDATE show_counters SET sold = sold + 1 WHERE show_id = 1"
work_mem=1MB plan report-customers "$measured" \
    "SELECT c.country, c.id, sum(t.price_cents) AS cents, rank() OVER (PARTITION BY c.country ORDER BY sum(t.price_cents) DESC)
  FROM customers c JOIN orders o ON o.customer_id = c.id JOIN tickets t ON t.order_id = o.id
 WHERE o.status <> 'refunded' GROUP BY c.country, c.id ORDER BY c.country, cents DESC"
work_mem=1MB plan report-audit "$measured" \
    "SELECT actor, kind, at, payload ->> 'ms' AS ms FROM audit_log
 WHERE at >= timestamptz '2026-09-01' ORDER BY actor, at DESC LIMIT 5000 OFFSET 100000"
plan open-orders.estimated "$estimated" \
    "SELECT id, total_cents FROM orders WHERE status = 'open' ORDER BY created_at LIMIT 100"
plan never-refunded.estimated "$estimated" \
    "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE status = 'refunded')"
