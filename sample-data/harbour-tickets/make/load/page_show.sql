\set show 1 + random(0, 599)
BEGIN;
SELECT value FROM settings WHERE key = 'flag.7';
SELECT s.id, s.title, s.starts_at, s.price_cents, v.name, v.city
  FROM shows s JOIN venues v ON v.id = s.venue_id
 WHERE s.id = :show;
SELECT section, count(*) AS free FROM seats WHERE show_id = :show AND status = 'free' GROUP BY section ORDER BY section;
SELECT sold, held FROM show_counters WHERE show_id = :show;
\sleep 8 ms
COMMIT;
