\set hot random(1, 10)
\set show CASE WHEN :hot <= 8 THEN 1 ELSE random(2, 600) END
\set customer random(1, 15000)
\set seat random(1, 300000)
\set price random(2000, 9000)
\set slow random(1, 100)
BEGIN;
SELECT id, status FROM seats WHERE id = :seat FOR UPDATE;
UPDATE show_counters SET sold = sold + 1 WHERE show_id = :show;
-- the payment provider is called while the counter is locked
\if :slow <= 2
\sleep 250 ms
\else
\sleep 20 ms
\endif
SELECT nextval('order_ids') AS order \gset
INSERT INTO orders (id, customer_id, show_id, status, total_cents, created_at) VALUES (:order, :customer, :show, 'open', :price, now());
INSERT INTO tickets (order_id, seat_id, code, price_cents) VALUES (:order, :seat, md5('t' || :order::bigint), :price);
INSERT INTO payments (order_id, provider, amount_cents, state, created_at) VALUES (:order, 'card', :price, 'settled', now());
INSERT INTO audit_log (actor, kind, payload) VALUES ('guest' || :customer::int, 'buy', jsonb_build_object('order', :order::bigint, 'note', 'it''s paid'));
COMMIT;
