-- The shop's database as it stands before the sale opens. Sizes are small enough to load in
-- seconds; what matters for the story is their proportion and the two missing indexes.
-- Order ids are dense: customer c owns the orders 12c-11 .. 12c, so that a page can ask for
-- the tickets of real orders without reading their ids first.
SET client_min_messages = warning;

CREATE ROLE web LOGIN;
CREATE ROLE checkout LOGIN;
CREATE ROLE billing LOGIN;
CREATE ROLE analyst LOGIN;
CREATE ROLE kiosk LOGIN;
CREATE ROLE boxoffice LOGIN CONNECTION LIMIT 5;
CREATE ROLE jobs LOGIN;
CREATE ROLE support LOGIN;
CREATE ROLE migrator LOGIN SUPERUSER;
ALTER ROLE analyst SET work_mem = '1MB';
ALTER ROLE support SET statement_timeout = '250ms';

CREATE TABLE settings (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE venues (id int PRIMARY KEY, name text NOT NULL, city text NOT NULL, capacity int NOT NULL);
CREATE TABLE shows (
    id int PRIMARY KEY, venue_id int NOT NULL REFERENCES venues, title text NOT NULL,
    starts_at timestamptz NOT NULL, status text NOT NULL, price_cents int NOT NULL);
CREATE TABLE show_counters (show_id int PRIMARY KEY REFERENCES shows, sold int NOT NULL, held int NOT NULL);
CREATE TABLE seats (
    id int PRIMARY KEY, show_id int NOT NULL REFERENCES shows, section text NOT NULL,
    seat_no int NOT NULL, status text NOT NULL);
CREATE TABLE customers (
    id int PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, country text NOT NULL,
    created_at timestamptz NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, show_id int NOT NULL,
    status text NOT NULL, total_cents int NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE tickets (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, seat_id int NOT NULL,
    code text NOT NULL, price_cents int NOT NULL);
CREATE TABLE payments (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL, provider text NOT NULL,
    amount_cents int NOT NULL, state text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE invoices (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL UNIQUE, number text NOT NULL,
    amount_cents int NOT NULL, issued_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE audit_log (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), actor text NOT NULL,
    kind text NOT NULL, payload jsonb NOT NULL);

SELECT setseed(0.42);
INSERT INTO settings SELECT 'flag.' || g, (g % 3)::text FROM generate_series(1, 40) g;
INSERT INTO venues SELECT g, 'Hall ' || g, (ARRAY['Bergen','Aarhus','Gdansk','Turku','Lübeck'])[1 + g % 5], 200 + 50 * (g % 40)
    FROM generate_series(1, 400) g;
INSERT INTO shows SELECT g, 1 + g % 400, (ARRAY['Tide Songs','Night Ferry','Storm Choir','Quay Lights','Low Water'])[1 + g % 5]
        || ' no. ' || g, timestamptz '2026-11-22 19:00+00' + (g % 300) * interval '1 day' - (g % 2) * interval '320 days',
        CASE WHEN g % 2 = 0 THEN 'on sale' ELSE 'past' END, 2000 + 100 * (g % 60)
    FROM generate_series(1, 20000) g;
INSERT INTO show_counters SELECT g, 100, 0 FROM generate_series(1, 2000) g;
INSERT INTO seats SELECT g, 1 + (g - 1) / 500, chr(65 + (g % 8)), 1 + g % 500, 'free'
    FROM generate_series(1, 300000) g;
INSERT INTO customers SELECT g, 'guest' || g || '@mail.example', 'Guest ' || g, (ARRAY['NO','DK','PL','FI','DE'])[1 + g % 5],
        timestamptz '2024-01-01' + (g * interval '99 minutes') FROM generate_series(1, 15000) g;
INSERT INTO orders SELECT g, 1 + (g - 1) / 12, 1 + (g * 7919) % 20000,
        CASE WHEN g % 40 = 0 THEN 'open' WHEN g % 9 = 0 THEN 'refunded' ELSE 'paid' END,
        2000 + (g * 37) % 9000, timestamptz '2025-11-21' + (g * interval '2.91 minutes')
    FROM generate_series(1, 180000) g;
INSERT INTO tickets (order_id, seat_id, code, price_cents)
    SELECT 1 + (g - 1) / 2, 1 + g % 300000, md5(g::text), 1000 + (g * 37) % 4500 FROM generate_series(1, 360000) g;
INSERT INTO payments (order_id, provider, amount_cents, state, created_at)
    SELECT id, CASE WHEN id % 4 = 0 THEN 'invoice' ELSE 'card' END, total_cents,
           CASE WHEN status = 'open' THEN 'pending' ELSE 'settled' END, created_at FROM orders;
INSERT INTO invoices (order_id, number, amount_cents, issued_at)
    SELECT id, 'HT-' || id, total_cents, created_at + interval '1 hour' FROM orders WHERE status <> 'open';
INSERT INTO audit_log (at, actor, kind, payload)
    SELECT timestamptz '2026-08-21' + g * interval '19 seconds', 'guest' || (g % 15000), (ARRAY['view','hold','buy','refund'])[1 + g % 4],
           jsonb_build_object('order', g % 180000, 'ip', '10.0.' || g % 250 || '.' || g % 199, 'ms', (random() * 900)::int)
    FROM generate_series(1, 400000) g;

CREATE INDEX ON shows (starts_at);
CREATE INDEX ON seats (show_id);
CREATE INDEX ON orders (customer_id, created_at);
CREATE INDEX ON tickets (order_id);
-- Missing on purpose: payments (order_id) and orders (status). Nobody noticed while they were small.
CREATE SEQUENCE order_ids START 200001;
CREATE MATERIALIZED VIEW sales_by_day AS
    SELECT date_trunc('day', created_at) AS day, count(*) AS orders, sum(total_cents) AS cents FROM orders GROUP BY 1;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO web, checkout, billing, jobs;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO analyst, kiosk, support;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO web, checkout, billing, jobs;
ALTER MATERIALIZED VIEW sales_by_day OWNER TO jobs;
VACUUM ANALYZE;
