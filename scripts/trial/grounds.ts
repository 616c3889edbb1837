import type { DialectName } from '../../src/ir/names.ts'

/**
 * What the examples of a rule take for granted and what they do does not tell: by rule, or by one example of it, and engine or dialect, as SQL. A statement about something
 * that an example creates itself is left out for that example.
 */
const grounds: Readonly<Record<string, Partial<Record<DialectName | 'pglite', string>>>> = {
  'autovacuum-disabled': {
    postgres: 'CREATE TABLE orders (number bigint, note text); CREATE TABLE orders_import (number bigint, note text)',
  },
  'binlog-routine': { mariadb: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id int, updated_at datetime)' },
  'dialect-mismatch, good 9': { postgres: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text, tags jsonb)' },
  'domain-constraint-scan, bad 3': {
    postgres: 'CREATE DOMAIN amount AS integer; CREATE TABLE payments (id bigint PRIMARY KEY, total amount NOT NULL)',
  },
  'drop-before-contract': { postgres: 'CREATE TABLE sessions (id bigint PRIMARY KEY, user_id bigint)' },
  'drop-partition': {
    mariadb:
      'CREATE TABLE visits (id bigint, year integer) PARTITION BY RANGE (year) (PARTITION p2023 VALUES LESS THAN (2024), PARTITION rest VALUES LESS THAN MAXVALUE)',
  },
  'drop-partition, good 2': {
    mariadb: 'CREATE TABLE visits (id bigint, year integer) PARTITION BY RANGE (year) (PARTITION p2025 VALUES LESS THAN (2026))',
  },
  'external-access': { postgres: 'CREATE TABLE orders (id bigint PRIMARY KEY)' },
  'insert-without-columns': { postgres: 'CREATE TABLE settings (name text PRIMARY KEY, value text)' },
  'integrity-checks-off': {
    postgres: `
      CREATE TABLE orders (id bigint PRIMARY KEY, note text);
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER touch_updated_at BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()`,
  },
  'n-plus-one-backfill': { postgres: 'CREATE TABLE users (id bigint PRIMARY KEY, name text, address text, city text, code text)' },
  'offset-pagination': { postgres: 'CREATE TABLE users (id bigint PRIMARY KEY, address text, city text)' },
  'overbroad-grant, good 4': { postgres: 'CREATE SCHEMA reports' },
  'permissive-policy': { postgres: 'CREATE TABLE orders (id bigint PRIMARY KEY, owner text)' },
  'refresh-not-concurrent': {
    postgres: `
      CREATE TABLE sales (day date, total numeric);
      CREATE MATERIALIZED VIEW daily_sales AS SELECT day, sum(total) AS total FROM sales GROUP BY day;
      CREATE UNIQUE INDEX daily_sales_day ON daily_sales (day)`,
  },
  'row-security': { postgres: 'CREATE SCHEMA api; CREATE TABLE orders (id bigint PRIMARY KEY, tenant bigint)' },
  'security-definer-search-path': { postgres: 'CREATE TABLE members (id bigint PRIMARY KEY, team_id bigint)' },
  'table-copy, bad 2': { mariadb: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text) CHARSET=latin1' },
  'table-rewrite, bad 3': { postgres: 'CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY, note text)' },
  'table-rewrite, bad 5': {
    pglite: 'CREATE TABLE orders (id bigint PRIMARY KEY, price integer, amount integer, total integer GENERATED ALWAYS AS (price) STORED)',
  },
  'truncate-cascade': {
    postgres: `
      CREATE TABLE users (id bigint PRIMARY KEY);
      CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id))`,
  },
  'unique-constraint-lock, bad 3': { postgres: 'CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange)' },
  'unique-constraint-lock, bad 4': { postgres: 'CREATE TABLE users (id bigint PRIMARY KEY, email text, active boolean)' },
  'unbatched-update, bad 5': { mariadb: 'CREATE TABLE orders_archive (id bigint, total int)' },
  'unthrottled-backfill': { postgres: 'CREATE TABLE events (id bigint PRIMARY KEY, old boolean)' },
  'volatile-default-rewrite, bad 5': {
    postgres: "CREATE FUNCTION make_code() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'code'; END $$",
  },
}

/** For an example by its name, `<rule>, bad 1`. */
export function groundOf(name: string, bench: string, dialect: DialectName): string {
  const found = grounds[name] ?? grounds[name.replace(/, .*/, '')]
  return (bench === 'pglite' ? found?.pglite : undefined) ?? found?.[dialect] ?? ''
}
