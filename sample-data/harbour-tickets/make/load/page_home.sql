\set day random(0, 60)
SELECT value FROM settings WHERE key = 'flag.7';
SELECT s.id, s.title, s.starts_at, v.name /* route:home */ FROM shows s JOIN venues v ON v.id = s.venue_id WHERE s.starts_at > timestamptz '2026-11-22' + :day * interval '1 day' AND s.status = 'on sale' ORDER BY s.starts_at LIMIT 20;
