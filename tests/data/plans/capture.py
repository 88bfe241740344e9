"""Captures the plans of this folder from a PostgreSQL of its own.

    python3 capture.py CONNECTION FOLDER

CONNECTION is a connection string of an empty database (it is filled first), FOLDER where the files go. Standard library
and psql only. The statements cover the traps of the format: CTEs, InitPlans, SubPlans (hashed and plain), never-executed and
parallel nodes, spills, windows, unions, recursion, row locks, a DML.
"""
import pathlib
import subprocess
import sys

SCHEMA = """
create table products(id int primary key, name text not null, category text not null, price numeric(10,2) not null);
create table customers(id int primary key, name text not null, email text not null, country text not null, tier text not null, created_at timestamptz not null);
create table orders(id bigint primary key, customer_id int not null, status text not null, total numeric(10,2) not null, external_ref text not null, created_at timestamptz not null, note text);
create table order_items(id bigint primary key, order_id bigint not null, product_id int not null, qty int not null, price numeric(10,2) not null);
create table events(id bigint primary key, customer_id int not null, kind text not null, payload jsonb not null, created_at timestamptz not null);
create table tickets(id int primary key, customer_id int not null, subject text not null, created_at timestamptz not null);
-- 1 scale factor 1,10,100
select setseed(0.42);
insert into products select i, 'Product '||md5(i::text), 'cat'||(i%20), (random()*100)::numeric(10,2) from generate_series(1,1000) i;
insert into customers select i, 'Name '||md5('n'||i)||' '||(array['Smith','Jones','Muller','Rossi','Kim'])[1+i%5], 'u'||i||'@example.com',
  case when random()<0.5 then 'US' when random()<0.6 then 'DE' when random()<0.8 then 'FR' else 'C'||(random()*40)::int end,
  case when random()<0.01 then 'vip' else 'std' end, timestamptz '2024-01-01'+ random()*interval '365 days' from generate_series(1,4000*1) i;
-- orders: fixed 365-day span whatever the scale (more traffic), customer 1 is a whale with 5%
insert into orders select i, case when random()<0.05 then 1 else 1+(power(random(),1.3)*(4000*1-1))::int end,
  case when random()<0.01 then 'pending' when random()<0.05 then 'refunded' else 'done' end, (random()*500)::numeric(10,2), 'ref-'||md5('r'||i),
  timestamptz '2024-01-01'+ (i::float8/(20000*1))*interval '365 days', repeat('x',(random()*60)::int) from generate_series(1,20000*1) i;
insert into order_items select i, 1+(i-1)/5, 1+(random()*999)::int, 1+(random()*5)::int, (random()*100)::numeric(10,2) from generate_series(1,100000*1) i;
-- events: constant rate (5000/day), the span grows with the scale (accumulation), ends 2025-01-01
insert into events select i, 1+(random()*(4000*1-1))::int, (array['view','click','cart','buy'])[1+(random()*3)::int],
  jsonb_build_object('type', case when random()<0.002 then 'refund' else 'k'||(random()*20)::int end,'amount',(random()*1000)::int,'ua',md5(i::text),'path','/p/'||(random()*1000)::int),
  timestamptz '2025-01-01' - ((50000*1 - i)::float8/5000)*interval '1 day' from generate_series(1,50000*1) i;
insert into tickets select i, 1+(random()*(4000*1-1))::int, 'Subject '||md5('t'||i), timestamptz '2024-01-01'+random()*interval '365 days' from generate_series(1,200*1) i;
create index customers_country on customers(country);
create unique index customers_email on customers(email);
create index orders_customer on orders(customer_id);
create index orders_created on orders(created_at);
create index items_order on order_items(order_id);
create index events_created on events(created_at);
vacuum analyze;
"""
SETTINGS = """set parallel_setup_cost=10; set parallel_tuple_cost=0.001; set min_parallel_table_scan_size=0;
set min_parallel_index_scan_size=0; set jit=off; set work_mem='256kB';"""
STATEMENTS = ["with x as materialized (select customer_id, sum(total) s from orders group by 1) select * from x a join x b on a.customer_id=b.customer_id where a.s> (select avg(s) from x) order by 2 limit 5",
"select count(*) from orders where total > (select avg(price) from order_items)",
"select c.id,(select count(*) from orders o where o.customer_id=c.id) from customers c where c.country='FR'",
"select * from customers c left join orders o on o.customer_id=c.id where c.id=-1",
"select count(*) from customers where id not in (select customer_id from orders where status='done')",
"select * from orders order by note, total","select kind, count(*) from events group by kind order by 2 desc",
"update tickets set subject=subject where id=3","select id from orders where customer_id=5 or customer_id=7",
"select c.country, p.category, sum(i.qty) from customers c join orders o on o.customer_id=c.id join order_items i on i.order_id=o.id join products p on p.id=i.product_id group by 1,2",
"select * from (select o.*, row_number() over (partition by customer_id order by created_at desc) rn from orders o) z where rn <= 1 order by total desc limit 10",
"select 1 union all select id from customers where id<5 union all select product_id from order_items where order_id=3",
"with recursive r(n) as (select 1 union all select n+1 from r where n<50) select count(*) from r join orders on id=n",
"select distinct customer_id from orders except select id from customers","select * from generate_series(1,10) g(x), (values (1),(2)) v(y) where x=y", "select * from orders where id=5 for update",
"select count(*) from customers a join customers b on a.id < b.id and (a.country='FR' or b.tier='vip') where b.id<300"]

SERIAL = "set max_parallel_workers_per_gather=0;"  # workers share the rows anew in each run
OPTIONS = {"plain": "", "rows": "analyze, timing off, summary off,", "full": "analyze,",
           "verbose": "analyze, buffers, verbose, settings,"}


def psql(connection, script):
    return subprocess.run(["psql", connection, "-q", "-X"], input=script, capture_output=True, text=True, check=True).stdout


def explain(connection, options, form, statement, display="\\pset format unaligned\n\\t on"):
    serial = SERIAL if "timing off" in options else ""
    return psql(connection, f"{display}\n{SETTINGS} {serial} begin; explain ({options} format {form}) {statement}; rollback;") + "\n"


def main(connection, folder):
    psql(connection, SCHEMA)
    unicode = "\\pset border 2\n\\pset linestyle unicode"
    for name, options in OPTIONS.items():
        files = {form: "" for form in ("json", "text", "yaml", "xml", "framed", "unicode", "jsonframed", "quoted")}
        for statement in STATEMENTS:
            for form in ("json", "text", "yaml", "xml"):
                files[form] += explain(connection, options, form, statement)
            files["framed"] += explain(connection, options, "text", statement, "")
            files["unicode"] += explain(connection, options, "text", statement, unicode)
            files["jsonframed"] += explain(connection, options, "json", statement, "")
            for line in explain(connection, options, "json", statement).rstrip("\n").split("\n"):
                files["quoted"] += '"' + line.replace('"', '""') + '"\n'
        for form, text in files.items():
            if name in ("plain", "rows") or form == "json":
                pathlib.Path(folder, f"{name}.{form}").write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
