\set customer random(1, 15000)
\set last :customer * 12
BEGIN;
SELECT value FROM settings WHERE key = 'flag.7';
SELECT id, email, name, country FROM customers WHERE id = :customer;
SELECT id, show_id, status, total_cents FROM orders WHERE customer_id = :customer ORDER BY created_at DESC LIMIT 12;
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 1;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 2;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 3;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 4;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 5;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 6;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 7;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 8;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 9;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 10;
\sleep 2 ms
SELECT id, seat_id, code, price_cents FROM tickets WHERE order_id = :last - 11;
\sleep 2 ms
COMMIT;
