"""The two schemas of planner.py: how each is filled at a scale, how its tables grow, and what is asked of it.

`shop` is the generated schema of tests/data/plans/capture.py with the 38 statements by which the laws were made.
`post` was written after them; two laws were mended on what it showed (planner_results.md), so it is not held out: natural
and uuid keys, enumerations, arrays, documents, composite keys, partial indexes, dates. All data is simulated.
":scale" stands for the scale, so that the same question is asked of any.
"""
import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data" / "plans"))
import capture  # noqa: E402

ORDER = "10000 * :scale + 7"
CUSTOMER = "2000 * :scale + 11"
SHOP = {
    "pk_lookup": f"select * from orders where id = {ORDER}",
    "idx_lookup": f"select * from orders where customer_id = {CUSTOMER}",
    "idx_whale": "select * from orders where customer_id = 1",
    "idx_whale_agg": "select count(*), sum(total) from orders where customer_id = 1 and status='done'",
    "unidx_filter": "select * from orders where external_ref = 'ref-'||md5('r777')",
    "range_sort_lim": "select * from orders where created_at >= timestamptz '2024-12-24' order by total desc limit 20",
    "accum_range": "select kind, count(*) from events where created_at >= timestamptz '2024-12-31' group by kind",
    "recent_idx_order": "select * from orders where status='pending' order by created_at desc limit 20",
    "recent_rare": f"select * from orders where customer_id = {CUSTOMER} order by created_at desc limit 20",
    "offset_fixed": "select * from orders order by id limit 20 offset 10000",
    "offset_deep": "select * from orders order by id limit 20 offset 10000 * :scale",
    "offset_noidx": "select * from orders order by total desc, id limit 20 offset 1000",
    "count_all": "select count(*) from orders",
    "count_status": "select count(*) from orders where status = 'refunded'",
    "group_static": "select product_id, sum(qty*price) from order_items group by product_id",
    "group_growing": "select customer_id, count(*), sum(total) from orders group by customer_id order by 3 desc limit 10",
    "join2_nl": f"select o.id, i.product_id, i.qty from orders o join order_items i on i.order_id=o.id where o.customer_id={CUSTOMER}",
    "join2_hash": "select c.country, sum(o.total) from customers c join orders o on o.customer_id=c.id group by c.country",
    "join3_range": "select p.category, sum(i.qty*i.price) from orders o join order_items i on i.order_id=o.id join products p on"
                   " p.id=i.product_id where o.created_at >= timestamptz '2024-12-24' group by p.category",
    "join3_full": "select c.country, p.category, sum(i.qty) from customers c join orders o on o.customer_id=c.id join order_items i"
                  " on i.order_id=o.id join products p on p.id=i.product_id group by 1,2",
    "join_vip": "select c.id, o.id, o.total from customers c join orders o on o.customer_id=c.id where c.tier='vip' and"
                " o.status='pending'",
    "corr_idx": "select c.id, (select count(*) from orders o where o.customer_id=c.id) n from customers c where c.country='FR'",
    "corr_unidx_fix": "select c.id, (select count(*) from tickets t where t.customer_id=c.id) n from customers c where c.id <= 50",
    "corr_unidx_grow": "select c.id, (select count(*) from tickets t where t.customer_id=c.id) n from customers c where c.tier='vip'",
    "topn_lateral": "select c.id, x.id, x.total from customers c cross join lateral (select * from orders o where"
                    " o.customer_id=c.id order by created_at desc limit 3) x where c.tier='vip'",
    "topn_window": "select * from (select o.*, row_number() over (partition by customer_id order by created_at desc) rn from"
                   " orders o) z where rn <= 1 order by total desc limit 10",
    "like_infix": "select * from customers where name like '%f00f%'",
    "jsonb_filter": "select id from events where payload->>'type' = 'refund'",
    "upd_pk": f"update orders set note='y' where id = {ORDER}",
    "upd_unidx": "update tickets set subject=subject||'.' where subject like 'Subject 00f%'",
    "upd_unidx_big": "update orders set note='z' where external_ref = 'ref-'||md5('r778')",
    "nplus1_idx": f"select * from order_items where order_id = {ORDER}",
    "nplus1_unidx": f"select * from tickets where customer_id = {CUSTOMER}",
    "not_in": "select count(*) from customers where id not in (select customer_id from orders where status='done')",
    "not_exists": "select count(*) from customers c where not exists (select 1 from orders o where o.customer_id=c.id and"
                  " o.status='done')",
    "range_selfjoin": "select count(*) from tickets a join tickets b on b.created_at between a.created_at and a.created_at +"
                      " interval '1 hour' and b.id<>a.id",
    "distinct_big": "select count(distinct external_ref) from orders",
    "sort_all": "select id, total from orders order by total, external_ref offset 20000 * :scale - 10",
}
FIXES = [
    (SHOP["unidx_filter"], "create index plimsoll_fix on orders(external_ref)"),
    (SHOP["corr_unidx_grow"], "create index plimsoll_fix on tickets(customer_id)"),
    (f"select * from events where customer_id = {CUSTOMER} order by created_at desc limit 20",
     "create index plimsoll_fix on events(customer_id, created_at)"),
    (SHOP["jsonb_filter"], "create index plimsoll_fix on events((payload->>'type'))"),
    (SHOP["offset_noidx"], "create index plimsoll_fix on orders(total desc, id)"),
    (SHOP["join_vip"], "create index plimsoll_fix on orders(customer_id) where status='pending'"),
    ("select * from customers where lower(email) = 'u77@example.com'", "create index plimsoll_fix on customers(lower(email))"),
    (SHOP["count_status"], "create index plimsoll_fix on orders(status)"),
    (SHOP["like_infix"], "create index plimsoll_fix on customers(name)"),
]

POST_SCHEMA = """
create type parcel_state as enum ('created', 'sorted', 'moving', 'delivered', 'lost');
create type sender_plan as enum ('free', 'basic', 'pro', 'enterprise');
create table depots(id smallint primary key, code text not null, region text not null);
create table couriers(id int primary key, name text not null, depot_id smallint not null references depots, hired date not null);
create table senders(account text primary key, name text not null, plan sender_plan not null, joined date not null);
create table parcels(id uuid primary key, account text not null, depot_id smallint not null, courier_id int, state parcel_state not null,
  weight numeric(8,3) not null, tags text[] not null, attrs jsonb not null, created timestamptz not null, delivered timestamptz);
create table scans(parcel uuid not null, at timestamptz not null, depot_id smallint not null, kind char(1) not null);
create table readings(sensor int not null, at timestamp not null, value real not null);
create table invoices(no bigint primary key, account text not null, cents bigint not null, paid boolean not null, due date not null);
select setseed(0.17);
insert into depots select i, 'D' || i, (array['north','south','east','west'])[1 + i % 4] from generate_series(1, 60) i;
insert into couriers select i, 'Courier ' || i, 1 + i % 60, date '2019-01-01' + i * 7 from generate_series(1, 300) i;
insert into senders select 'ACC-' || lpad(i::text, 8, '0'), 'Sender ' || md5('s' || i),
  (case when random() < 0.85 then 'free' when random() < 0.7 then 'basic' when random() < 0.9 then 'pro' else 'enterprise' end)::sender_plan,
  date '2020-01-01' + (random() * 2000)::int from generate_series(1, 2000*@) i;
insert into parcels select md5(i::text)::uuid,
  'ACC-' || lpad((case when random() < 0.04 then 1 else 1 + (power(random(), 1.5) * (2000*@ - 1))::int end)::text, 8, '0'),
  1 + (random() * random() * 59)::int, case when random() < 0.9 then 1 + (random() * 299)::int end,
  (case when random() < 0.003 then 'lost' when random() < 0.02 then 'moving' when random() < 0.02 then 'sorted'
        when random() < 0.01 then 'created' else 'delivered' end)::parcel_state, (random() * random() * 30)::numeric(8,3),
  case when random() < 0.03 then array['fragile'] when random() < 0.2 then array['gift','signed'] else '{}' end,
  jsonb_build_object('lang', (array['en','de','fr','it','fi'])[1 + (random() * random() * 4.99)::int], 'ref', md5('x' || i)),
  timestamptz '2026-01-01' + (i::float8 / (15000*@)) * interval '180 days',
  case when random() < 0.95 then timestamptz '2026-01-01' + (i::float8 / (15000*@)) * interval '180 days' + random() * interval '6 days' end
  from generate_series(1, 15000*@) i;
insert into scans select md5((1 + (i - 1) / 4)::text)::uuid,
  timestamptz '2026-01-01' + (i::float8 / (60000*@)) * interval '180 days' + (i % 4) * interval '5 hours',
  1 + (random() * 59)::int, substr('ABCD', 1 + i % 4, 1) from generate_series(1, 60000*@) i;
insert into readings select 1 + i % 40, timestamp '2026-06-30' - ((40000*@ - i) / 40) * interval '10 minutes', random() * 30
  from generate_series(1, 40000*@) i;
insert into invoices select i, 'ACC-' || lpad((1 + (random() * (2000*@ - 1))::int)::text, 8, '0'), (random() * 100000)::int,
  random() < 0.97, date '2026-01-01' + (random() * 180)::int from generate_series(1, 6000*@) i;
create index parcels_account on parcels(account);
create index parcels_created on parcels(created, id);
create index parcels_moving on parcels(courier_id) where state = 'moving';
create index scans_parcel on scans(parcel, at);
create index scans_at on scans(at);
create index readings_sensor on readings(sensor, at);
create index invoices_due on invoices(due) where not paid;
alter table parcels add foreign key (account) references senders;
alter table invoices add foreign key (account) references senders;
vacuum analyze;
"""
PARCEL = "md5((7000 * :scale + 7)::text)::uuid"
POST = {
    "by_uuid": f"select * from parcels where id = {PARCEL}",
    "by_account": "select * from parcels where account = 'ACC-00000123'",
    "account_whale": "select * from parcels where account = 'ACC-00000001'",
    "state_rare": "select count(*) from parcels where state = 'lost'",
    "state_join": "select p.id, s.plan from parcels p join senders s using (account) where p.state = 'lost' and s.plan = 'enterprise'",
    "recent": "select * from parcels where created >= timestamptz '2026-06-28' order by weight desc limit 10",
    "moving": "select * from parcels where courier_id = 17 and state = 'moving'",
    "moving_all": "select courier_id, count(*) from parcels where state = 'moving' group by 1",
    "overdue": "select * from invoices where not paid and due < date '2026-02-01' order by due limit 50",
    "unpaid": "select account, sum(cents) from invoices where not paid group by account",
    "tag": "select count(*) from parcels where tags @> array['fragile']",
    "document": "select count(*) from parcels where attrs->>'lang' = 'fi'",
    "scans_of": f"select * from scans where parcel = {PARCEL} order by at",
    "scans_range": "select depot_id, count(*) from scans where at >= timestamptz '2026-06-29' group by 1",
    "scans_join": "select s.* from parcels p join scans s on s.parcel = p.id where p.account = 'ACC-00000123'",
    "per_region": "select d.region, count(*) from depots d join parcels p on p.depot_id = d.id group by 1",
    "of_depot": "select count(*) from parcels where depot_id = 3",
    "last_reading": "select * from readings where sensor = 7 order by at desc limit 1",
    "day_of_sensor": "select avg(value) from readings where sensor = 7 and at >= timestamp '2026-06-29'",
    "day_of_all": "select sensor, avg(value) from readings where at >= timestamp '2026-06-29' group by 1",
    "undelivered": "select count(*) from parcels where delivered is null and created < timestamptz '2026-03-01'",
    "heavy": "select * from parcels where weight > 28 order by weight desc",
    "of_plan": "select count(*) from senders where plan = 'pro'",
    "plan_mix": "select plan, count(*) from senders group by plan",
    "accounts": "select count(distinct account) from parcels",
    "never_sent": "select count(*) from senders s where not exists (select 1 from parcels p where p.account = s.account)",
    "lost_some": "select count(*) from senders s where exists (select 1 from parcels p where p.account = s.account and p.state = 'lost')",
    "page": "select * from parcels order by created desc, id desc limit 20 offset 2000",
    "keyset": "select * from parcels where (created, id) < (timestamptz '2026-03-01', '80000000-0000-0000-0000-000000000000') order by"
              " created desc, id desc limit 20",
    "of_enterprise": "select i.* from invoices i join senders s using (account) where s.plan = 'enterprise' and not i.paid",
    "mark": f"update parcels set state = 'delivered' where id = {PARCEL}",
    "purge": "delete from invoices where paid and due < date '2026-01-03'",
}

WORLDS = {
    "shop": {"schema": lambda scale: re.sub(r"\*1(?![0-9.])", f"*{scale}", capture.SCHEMA), "questions": SHOP,
             "growth": "products=static,customers=denser,orders=denser,order_items=denser,events=longer,tickets=denser"},
    "post": {"schema": lambda scale: POST_SCHEMA.replace("*@", f"*{scale}"), "questions": POST,
             "growth": "depots=static,couriers=static,senders=denser,parcels=denser,scans=denser,invoices=denser,readings=longer"},
}
