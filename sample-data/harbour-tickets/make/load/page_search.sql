\set n random(100, 999)
-- the search box: no index can serve a pattern that starts with a wildcard
SELECT id, title, starts_at
  FROM shows
 WHERE title ILIKE '%choir no. ' || :n || '%'
   AND status = 'on sale'   -- it's "on sale", not 'past'
 ORDER BY starts_at
 LIMIT 10;
