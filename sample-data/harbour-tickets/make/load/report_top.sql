/* report: best customers by country */
SELECT c.country,
       c.id,
       sum(t.price_cents) AS cents,
       rank() OVER (PARTITION BY c.country ORDER BY sum(t.price_cents) DESC)
  FROM customers c
  JOIN orders o ON o.customer_id = c.id
  JOIN tickets t ON t.order_id = o.id
 WHERE o.status <> 'refunded'
 GROUP BY c.country, c.id
 ORDER BY c.country, cents DESC;
