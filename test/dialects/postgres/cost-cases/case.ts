/** One statement and what PostgreSQL does with it, in a database that `base` made. */
export interface Case {
  /** The name by which rows of the cost tables point here. */
  readonly proof: string
  readonly sql: string
  /** The table whose lock is looked at, where the text does not begin with it. */
  readonly target?: string
  /** The strongest lock on the statement's target. */
  readonly lock: string
  /** Work that takes as long as the table is large; absent: none. 'index' and 'rewrite' read the table too. */
  readonly does?: 'scan' | 'index' | 'rewrite'
  /** Locks on relations beside the target, ACCESS SHARE on tables that are merely read left out. */
  readonly others?: Readonly<Record<string, string>>
  /** SQL that is run and committed before, after `base`. */
  readonly first?: string
  /** Major versions that accept the statement; absent: 12 and every later one. */
  readonly since?: number
  readonly until?: number
  /** Refused inside a transaction block (25001). */
  readonly refused?: true
  /** What the lock table of the server cannot show: a target that is made or that falls, an index, a server-wide change. */
  readonly unseen?: true
}

/** The tables that the cases change: live ones with rows, keys, indexes, a reference and partitions. */
export const base = `
CREATE TABLE customers (id integer PRIMARY KEY, code text);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, total integer, note text, short varchar(10), placed timestamp,
  amount integer NOT NULL DEFAULT 1, price numeric(10, 2));
CREATE INDEX orders_total ON orders (total);
CREATE INDEX orders_short ON orders (short);
CREATE INDEX orders_note ON orders (note);
CREATE TABLE lines (id integer PRIMARY KEY, order_id integer CONSTRAINT lines_order REFERENCES orders (id));
CREATE TABLE bare (x integer, y integer);
CREATE TABLE parted (id integer, k integer) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN plain_number AS integer;
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE VIEW order_totals AS SELECT id, total FROM orders;
CREATE MATERIALIZED VIEW order_counts AS SELECT total, count(*) AS n FROM orders GROUP BY total;
CREATE UNIQUE INDEX order_counts_total ON order_counts (total);
CREATE FUNCTION on_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION dice() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN (random() * 6)::integer; END $$;
CREATE FUNCTION seven() RETURNS integer LANGUAGE sql AS 'select 7';
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 50) n;
INSERT INTO orders SELECT n, n % 50 + 1, n, 'n' || n, 's' || n, now(), 1, 1 FROM generate_series(1, 200) n;
INSERT INTO lines SELECT n, n FROM generate_series(1, 100) n;
INSERT INTO bare SELECT n, n FROM generate_series(1, 100) n;
INSERT INTO parted SELECT n, n FROM generate_series(1, 50) n;
`
