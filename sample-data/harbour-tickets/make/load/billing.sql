\set start random(1, 178000)
SELECT o.id AS invoiced,
       o.total_cents AS cents
  FROM orders o
 WHERE o.status IN ('open', 'paid')
   AND o.id >= :start
 ORDER BY o.id
 LIMIT 1 \gset
BEGIN;
SELECT id, state, amount_cents FROM payments WHERE order_id = :invoiced;
INSERT INTO invoices (order_id, number, amount_cents)
VALUES (:invoiced, 'HT-' || :invoiced, :cents)
ON CONFLICT (order_id) DO UPDATE SET amount_cents = excluded.amount_cents;
UPDATE orders SET status = 'paid' WHERE id = :invoiced;
COMMIT;
