\set show random(1, 600)
SELECT id, title, price_cents FROM shows WHERE id = :show;
SELECT count(*) AS free FROM seats WHERE show_id = :show AND status = 'free';
